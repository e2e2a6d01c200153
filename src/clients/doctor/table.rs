//! The tables of checks: a question, the answers to play, what may come of it.

use std::sync::Arc;
use std::time::Duration;

use super::desk::Desk;
use super::patient::Patient;
use super::{Check, CheckResult, form, pattern};
use crate::api::outcome::Outcome;
use crate::clients::DriverError;
use crate::clients::pipe::{Started, read_answer};
use crate::ground::clock::Stopwatch;
use crate::ground::exchange::{Answer, Handler, REQUEST_ID, Request, Response, WireStep};
use crate::ground::json::{Json, parse};
use crate::wire::serve::{Server, ServerOptions};

/// One check of a table.
struct Entry<'a>(&'a Json);

impl<'a> Entry<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Json::as_str)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Json::as_i64)
    }

    fn list(&self, name: &str) -> &'a [Json] {
        self.0.get(name).and_then(Json::as_array).unwrap_or_default()
    }

    fn mode(&self) -> &'a str {
        self.text("mode").unwrap_or("call")
    }

    /// The members of `run` that are this check's own.
    fn question(&self, endpoint: &str) -> Vec<(&'a str, Json)> {
        let endpoint = self.text("endpoint").unwrap_or(endpoint);
        let mut members = vec![
            ("endpoint", Json::string(endpoint)),
            ("fresh", self.0.get("fresh").cloned().unwrap_or(Json::Bool(false))),
            ("mode", Json::string(self.mode())),
        ];
        for name in ["operation", "input", "maxPages", "waiter", "delayMs", "maxAttempts"] {
            members.extend(self.0.get(name).map(|json| (name, json.clone())));
        }
        members
    }
}

/// Goes through a table.
pub(super) async fn examine(
    patient: &mut Patient,
    hello: &Started,
    table: &str,
    told: &mut (dyn FnMut(&Check) + Send),
) -> Result<(), DriverError> {
    let table =
        parse(table.as_bytes()).map_err(|error| patient.error(format!("the doctor's table: {error}")))?;
    let desk = Arc::new(Desk::default());
    let server = Server::bind(ServerOptions::default()).await.map_err(|error| patient.error(error))?;
    let server = server.run(Arc::clone(&desk) as Arc<dyn Handler>);
    for entry in table.as_array().unwrap_or_default().iter().map(Entry) {
        let name = entry.text("name").unwrap_or_default().to_owned();
        let result = match concern(&entry, hello) {
            Some(why) => CheckResult::Skipped(why),
            None => match check(patient, &desk, &server.endpoint(), &entry).await {
                Ok(()) => CheckResult::Kept,
                Err(what) => CheckResult::Broken(what),
            },
        };
        told(&Check { name, result });
    }
    server.stop().await;
    Ok(())
}

/// Why a check does not concern this driver.
fn concern(entry: &Entry<'_>, hello: &Started) -> Option<String> {
    let mode = entry.mode();
    if !hello.capabilities.iter().any(|capability| capability == mode) {
        return Some(format!("`{mode}` is not among its capabilities"));
    }
    let digits = i64::from(hello.timestamp_digits);
    let needed = entry.number("digits").filter(|needed| *needed > digits)?;
    Some(format!("it needs {needed} decimals of a second, the client's type holds {digits}"))
}

async fn check(patient: &mut Patient, desk: &Desk, endpoint: &str, entry: &Entry<'_>) -> Result<(), String> {
    let answers: Vec<Answer> = entry.list("answers").iter().map(answer).collect();
    for _ in 0..entry.number("times").unwrap_or(1) {
        desk.lay_out(&answers);
        let watch = Stopwatch::start();
        let (seq, line) = patient.run(entry.question(endpoint)).await;
        let line = line?;
        let outcome =
            read_answer(&line, seq).map_err(|error| format!("its answer is not the protocol: {error}"))?;
        if let Some(fault) = values(&outcome).into_iter().find_map(|(path, value)| form::fault(value, &path))
        {
            return Err(fault);
        }
        let found = parse(&line).map_err(|error| error.to_string())?;
        accepted(entry.list("accept"), &found)?;
        if !matches!(outcome, Outcome::Unsupported { .. }) {
            sent(entry, &desk.seen())?;
        }
        in_time(entry, watch.elapsed())?;
    }
    Ok(())
}

/// An answer of the table: a body for status 200, or an object with status, headers, body or what to do to the
/// socket.
fn answer(json: &Json) -> Answer {
    if let Some(body) = json.as_str() {
        return Response::new(200, body).with(REQUEST_ID, "doctor-1").into();
    }
    if let Some(pause) = json.get("stallMs").and_then(Json::as_i64) {
        return Answer::Raw(vec![WireStep::Pause(pause.unsigned_abs()), WireStep::Close]);
    }
    if json.get("close").is_some() {
        return Answer::Raw(vec![WireStep::Close]);
    }
    let status = json.get("status").and_then(Json::as_i64).and_then(|status| u16::try_from(status).ok());
    let body = json.get("body").and_then(Json::as_str).unwrap_or_default();
    Response::new(status.unwrap_or(200), body).with(REQUEST_ID, "doctor-1").into()
}

/// The values of an outcome that must be typed JSON.
fn values(outcome: &Outcome) -> Vec<(String, &Json)> {
    match outcome {
        Outcome::Output { output, .. } => vec![("output".to_owned(), output)],
        Outcome::Pages { pages, .. } => {
            pages.iter().enumerate().map(|(index, page)| (format!("pages[{index}]"), page)).collect()
        }
        Outcome::ServiceError(error) => {
            let members = error.members.iter();
            members.map(|(name, value)| (format!("serviceError.members.{name}"), value)).collect()
        }
        _ => Vec::new(),
    }
}

fn accepted(patterns: &[Json], found: &Json) -> Result<(), String> {
    let mut complaints = Vec::new();
    for pattern in patterns {
        match pattern::mismatch(pattern, Some(found), "its answer") {
            None => return Ok(()),
            Some(complaint) => complaints.push(complaint),
        }
    }
    Err(format!("{}; it answered {}", complaints.join("; or "), pattern::shown(found)))
}

/// Whether the requests are those that the check expects: by their bodies, or by their number.
fn sent(entry: &Entry<'_>, seen: &[Request]) -> Result<(), String> {
    let patterns = entry.list("sends");
    let expected = entry
        .number("requests")
        .or_else(|| i64::try_from(patterns.len()).ok().filter(|_| !patterns.is_empty()));
    if let Some(expected) = expected.filter(|expected| usize::try_from(*expected) != Ok(seen.len())) {
        return Err(format!("{} requests came, {expected} are expected", seen.len()));
    }
    for (index, (pattern, request)) in patterns.iter().zip(seen).enumerate() {
        let place = format!("request {}", index + 1);
        let body = parse(&request.body).map_err(|error| format!("{place} is no JSON: {error}"))?;
        if let Some(complaint) = pattern::mismatch(pattern, Some(&body), &place) {
            return Err(complaint);
        }
    }
    Ok(())
}

fn in_time(entry: &Entry<'_>, took: Duration) -> Result<(), String> {
    match entry.number("withinMs") {
        Some(most) if took.as_millis() > u128::from(most.unsigned_abs()) => {
            Err(format!("it took {} ms: does it keep to maxDelayMs?", took.as_millis()))
        }
        _ => Ok(()),
    }
}
