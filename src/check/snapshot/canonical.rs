//! Evidence without what differs from run to run: decoded requests with their asserted headers, and the outcome.

use crate::api::model::{Model, Operation};
use crate::api::outcome::steady;
use crate::check::case::{Evidence, NoOutcome};
use crate::ground::exchange::{Body, Content, Request};
use crate::ground::json::{Json, Text};

/// The header fields that a protocol asks for; all others are the client's own matter.
const ASSERTED: [&str; 3] = ["X-Amz-Target", "Content-Type", "Content-Encoding"];

/// The canonical form of evidence. Attempts in a row that say the same are one request with their number.
pub fn canonical(model: &Model, operation: &Operation, evidence: &Evidence) -> Json {
    let mut requests: Vec<(Json, usize)> = Vec::new();
    for entry in &evidence.transcript.entries {
        let request = request(model, operation, &entry.request);
        match requests.last_mut() {
            Some((last, attempts)) if *last == request => *attempts += 1,
            _ => requests.push((request, 1)),
        }
    }
    let requests = requests.into_iter().map(|(request, attempts)| {
        let mut members = request.as_object().unwrap_or_default().to_vec();
        if attempts > 1 {
            members.push((Text::from("attempts"), Json::number(attempts)));
        }
        Json::Object(members)
    });
    Json::object([("requests", Json::Array(requests.collect())), ("outcome", outcome(evidence))])
}

fn outcome(evidence: &Evidence) -> Json {
    match &evidence.outcome {
        Ok(outcome) => sorted(&outcome.told()),
        Err(NoOutcome::Hung) => Json::object([("couldNotRun", Json::string("hung"))]),
        Err(NoOutcome::Died(how)) => Json::object([("couldNotRun", Json::string(steady(how)))]),
        Err(NoOutcome::Babbled(what)) => Json::object([("couldNotRun", Json::string(steady(what)))]),
    }
}

fn request(model: &Model, operation: &Operation, request: &Request) -> Json {
    let line = format!("{} {}", request.method, request.path());
    let fields = ASSERTED
        .iter()
        .filter_map(|name| request.headers.get(name).map(|value| (*name, Json::string(value))));
    let body = match Content::read(&request.headers, &request.body).body {
        Body::Json(json, _) => sorted(&without_tokens(model, operation, json)),
        other => Json::object([other.named()]),
    };
    Json::object([("request", Json::string(line)), ("headers", Json::object(fields)), ("body", body)])
}

/// Idempotency tokens are new in every call.
fn without_tokens(model: &Model, operation: &Operation, body: Json) -> Json {
    let (Json::Object(mut members), Some(shape)) = (body.clone(), operation.input) else { return body };
    let tokens = model.shape(shape).members().into_iter().flatten();
    for (_, token) in tokens.filter(|(_, member)| member.idempotency_token) {
        for (name, value) in members.iter_mut().filter(|(name, _)| *name == token.wire_name()) {
            *value = Json::string(format!("… {name}"));
        }
    }
    Json::Object(members)
}

/// Members by name: their order on the wire and in a client's memory says nothing.
fn sorted(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        Json::Object(members) => {
            let mut members: Vec<(Text, Json)> =
                members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by_key(|(name, _)| name.to_utf16());
            Json::Object(members)
        }
        leaf => leaf.clone(),
    }
}
