//! The requests of the query protocols: `Action`, `Version`, and the input in a form.

use super::{Dialect, Pairs, decode_members, encode_members, parse, write};
use crate::api::model::{Model, Operation, Value};
use crate::ground::exchange::{Headers, Request};
use crate::protocol::body::coding;
use crate::protocol::contract::{ProtocolError, RequestKey, clipped};

const FORM: &str = "application/x-www-form-urlencoded";
const ACTION: &str = "Action";

/// The fields that every request has.
pub(crate) fn head() -> Headers {
    let mut headers = Headers::new();
    headers.push("Content-Type", FORM);
    headers
}

/// Writes a request.
pub(crate) fn encode_request(
    model: &Model,
    dialect: Dialect,
    operation: &Operation,
    input: &Value,
) -> Result<Request, ProtocolError> {
    let mut pairs = vec![
        (ACTION.to_owned(), operation.name.clone()),
        ("Version".to_owned(), model.metadata.api_version.clone()),
    ];
    match (operation.input, input) {
        (Some(shape), Value::Structure(fields)) => {
            encode_members(model, dialect, shape, fields, &mut pairs)
                .map_err(|error| error.within("input"))?;
        }
        (Some(_), other) => return Err(ProtocolError::new("a structure", other.kind()).within("input")),
        (None, _) => {}
    }
    let mut request = Request {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: head(),
        body: write(&pairs),
        ..Request::default()
    };
    coding::compress(operation, &mut request)?;
    Ok(request)
}

/// The pairs of a request: those of the body, or of the query where there is none, as a presigned request has it.
fn pairs_of(request: &Request) -> Result<Pairs, ProtocolError> {
    let body = coding::unpacked(&request.headers, &request.body)?;
    if body.is_empty() { parse(request.query().as_bytes()) } else { parse(&body) }
}

fn value_of<'p>(pairs: &'p Pairs, name: &str) -> Option<&'p str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Whether a request is a form, or a query, with an action.
pub(crate) fn speaks(request: &Request) -> bool {
    let form = request.headers.get("content-type").is_some_and(|kind| kind.starts_with(FORM));
    (form || request.body.is_empty() && request.query().contains("Action=")) && key(request).is_some()
}

/// The action that a request asks for.
pub(crate) fn key(request: &Request) -> Option<RequestKey> {
    let pairs = pairs_of(request).ok()?;
    value_of(&pairs, ACTION).map(|action| RequestKey { part: "form Action", text: action.to_owned() })
}

/// The operation that `Action` names, in the version of the model.
pub(crate) fn operation_of<'m>(model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
    let pairs = pairs_of(request)?;
    let service = &model.metadata.service_id;
    let wrong = |name: &str, expected: String, found: Option<&str>| {
        let found = found.map_or("nothing".to_owned(), |found| format!("`{}`", clipped(found)));
        ProtocolError::new(expected, found)
            .within(&format!("form {name}"))
            .hint("is the request for another service or another version of it?")
    };
    let version = value_of(&pairs, "Version");
    if version.is_some_and(|version| version != model.metadata.api_version) {
        return Err(wrong("Version", format!("`{}`", model.metadata.api_version), version));
    }
    let action = value_of(&pairs, ACTION);
    action
        .and_then(|action| model.operation(action))
        .ok_or_else(|| wrong(ACTION, format!("an operation of {service}"), action))
}

/// Reads the input of a request.
pub(crate) fn decode_request(
    model: &Model,
    dialect: Dialect,
    operation: &Operation,
    request: &Request,
) -> Result<Value, ProtocolError> {
    let Some(shape) = operation.input else { return Ok(Value::default()) };
    let pairs = pairs_of(request)?;
    decode_members(model, dialect, shape, &pairs)
        .map_err(|error| if error.path == "body" { error } else { error.within("input") })
}
