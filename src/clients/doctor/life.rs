//! How a driver starts, bears what it does not understand, and ends.

use super::patient::Patient;
use super::{Check, CheckResult};
use crate::api::outcome::Outcome;
use crate::clients::pipe::{Start, line, read_answer};
use crate::ground::json::{Json, parse};

/// All checks of a driver's life; the patient is awake.
pub(super) async fn examine(patient: &mut Patient, told: &mut (dyn FnMut(&Check) + Send)) {
    let mut tell = |name: &str, result: Result<(), String>| {
        let result = result.map_or_else(CheckResult::Broken, |()| CheckResult::Kept);
        told(&Check { name: name.to_owned(), result });
    };
    tell("a line that is no JSON is `unsupported`, and the driver lives on", not_json(patient).await);
    tell("a command it does not know is `unsupported`, with its seq", unknown_command(patient).await);
    tell("`stop` ends the process with status 0", end(patient, true).await);
    tell("the end of its input ends the process with status 0", end(patient, false).await);
    tell(
        "a service it does not have is answered by `failed`, and the process ends",
        no_service(patient).await,
    );
}

async fn not_json(patient: &mut Patient) -> Result<(), String> {
    let answer = patient.ask(b"this is no JSON\n").await?;
    let json = parse(&answer).map_err(|error| format!("its answer is no JSON: {error}"))?;
    if json.get("seq").is_some_and(|seq| *seq != Json::Null) {
        return Err("its answer has a `seq`, but the line had none".to_owned());
    }
    is_unsupported(&answer, 0)?;
    unknown_command(patient).await
}

async fn unknown_command(patient: &mut Patient) -> Result<(), String> {
    let message = Json::object([("cmd", Json::string("dance")), ("seq", Json::number(987_654))]);
    let answer = patient.ask(&line(message)).await?;
    if parse(&answer).ok().and_then(|json| json.get("seq").cloned()) != Some(Json::number(987_654)) {
        return Err("the `seq` is missing in its answer, though the line had one".to_owned());
    }
    is_unsupported(&answer, 987_654)
}

fn is_unsupported(answer: &[u8], seq: u64) -> Result<(), String> {
    // `null` stands for no number.
    let unnumbered =
        String::from_utf8_lossy(answer).replace("\"seq\":null,", "").replace("\"seq\": null,", "");
    match read_answer(unnumbered.as_bytes(), seq) {
        Ok(Outcome::Unsupported { .. }) => Ok(()),
        Ok(other) => Err(format!("it answered {}, not `unsupported`", other.kind())),
        Err(error) => Err(format!("its answer is not the protocol: {error}")),
    }
}

async fn end(patient: &mut Patient, by_stop: bool) -> Result<(), String> {
    patient.wake().await.map_err(|error| error.what)?;
    patient.dismiss(by_stop).await
}

async fn no_service(patient: &mut Patient) -> Result<(), String> {
    let mut stranger = patient.twin(Start::new("no-such-service"));
    match stranger.wake().await {
        Ok(_) => Err("it said `started`".to_owned()),
        Err(_) if stranger.refused() => Ok(()),
        Err(error) => Err(error.what),
    }
}
