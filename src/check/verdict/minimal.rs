//! The exchange of a finding in canonical form: the decoded call with its asserted headers, and the answers; no
//! dates, signatures or random ids.

use crate::api::model::Model;
use crate::api::outcome::typed;
use crate::check::case::{Call, Case, Mode};
use crate::ground::exchange::{Answer, Body, Framing, Headers, REQUEST_ID, Response, WireStep};
use crate::ground::json::{Json, abridge};
use crate::protocol::protocol_of;

/// The smallest exchange that still shows a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimal {
    /// The call: decoded input and asserted headers.
    pub request: Json,
    /// The answers, in the order of the requests; the last one repeats.
    pub response: Json,
    /// The answers of the case that has to be played before, where something of them leaked.
    pub before: Option<Json>,
    /// How many trials it took to come here.
    pub trials: u32,
    /// No smaller exchange shows it; false where it was not shrunk, or not to the end.
    pub smallest: bool,
}

/// Header fields that differ from run to run.
const UNSTEADY: [&str; 3] = ["date", REQUEST_ID, "x-amzn-trace-id"];

impl Minimal {
    /// The canonical form of a case.
    pub fn of(model: &Model, case: &Case) -> Minimal {
        let answers: Vec<Json> = case.answers.iter().map(answer).collect();
        let response = match <[Json; 1]>::try_from(answers) {
            Ok([only]) => only,
            Err(answers) => Json::Array(answers),
        };
        Minimal {
            request: request(model, &case.operation, &case.call),
            response: abridge(&response),
            before: None,
            trials: 0,
            smallest: false,
        }
    }
}

fn request(model: &Model, operation: &str, call: &Call) -> Json {
    let named = protocol_of(model).ok().zip(model.operation(operation));
    let told = named.map(|(protocol, operation)| (protocol.fields(), protocol.head(model, operation)));
    let (names, head) = told.unwrap_or_default();
    let field = |name: &&'static str| Some((*name, Json::string(head.get(name)?)));
    let headers = Json::object(names.iter().filter_map(field));
    let mut members = vec![("operation", Json::string(operation))];
    members.extend(mode(&call.mode));
    members.push(("headers", headers));
    members.push(("input", abridge(&typed::encode(&call.input))));
    Json::object(members)
}

fn mode(mode: &Mode) -> Option<(&'static str, Json)> {
    match mode {
        Mode::Call => None,
        Mode::Paginate { max_pages } => Some(("paginate", Json::number(max_pages))),
        Mode::Wait { waiter, .. } => Some(("wait", Json::string(waiter))),
    }
}

fn answer(answer: &Answer) -> Json {
    match answer {
        Answer::Response(response) => whole(response),
        Answer::Raw(steps) => Json::object([("raw", Json::Array(steps.iter().map(step).collect()))]),
    }
}

fn whole(response: &Response) -> Json {
    let mut members =
        vec![("status", Json::number(response.status)), ("headers", headers(&response.headers))];
    match response.framing {
        Framing::Length => {}
        Framing::Chunked => members.push(("framing", Json::string("chunked"))),
        Framing::Close => members.push(("framing", Json::string("close"))),
        Framing::Cut(declared) => members.push(("cutShortOf", Json::number(declared))),
        Framing::HeadOnly(length) => members.push(("headOf", Json::number(length))),
        Framing::CutChunked => members.push(("framing", Json::string("cut-chunked"))),
    }
    members.push(Body::of(&response.body).named());
    Json::object(members)
}

/// Fields in order; those that differ from run to run by their name only.
fn headers(headers: &Headers) -> Json {
    let unsteady = |name: &str| UNSTEADY.iter().any(|known| name.eq_ignore_ascii_case(known));
    Json::object(
        headers.iter().map(|(name, value)| {
            (name, if unsteady(name) { Json::string("…") } else { Json::string(value) })
        }),
    )
}

fn step(step: &WireStep) -> Json {
    match step {
        WireStep::Bytes(bytes) => {
            let (form, json) = Body::of(bytes).named();
            Json::object([(if form == "body" { "json" } else { form }, json)])
        }
        WireStep::Pause(milliseconds) => Json::object([("pauseMs", Json::number(milliseconds))]),
        WireStep::Close => Json::string("close"),
        WireStep::Reset => Json::string("reset"),
    }
}
