//! Requests and successes: the message around a JSON body.

use super::headers::{TARGET, content_type};
use crate::api::model::{Model, Operation, ShapeId, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::body::coding;
use crate::protocol::body::json::{self, decode_body, encode_body};
use crate::protocol::contract::{ProtocolError, QUERY_MODE, clipped};
use crate::protocol::event_stream::{
    self, EventFormat, INITIAL_REQUEST, INITIAL_RESPONSE, StreamError, stream_member,
};
use crate::protocol::view::View;

const FORMAT: EventFormat =
    EventFormat { content_type: "application/json", encode: encode_payload, decode: decode_payload };

fn encode_payload(model: &Model, shape: ShapeId, value: &Value) -> Result<Vec<u8>, ProtocolError> {
    encode_body(model, shape, value).map(|body| json::write_view(&View::new(body)))
}

fn decode_payload(model: &Model, shape: ShapeId, payload: &[u8]) -> Result<Value, ProtocolError> {
    decode_body(model, shape, &json::view(payload)?.root)
}

/// The fields that every request of an operation has.
pub(super) fn head(model: &Model, operation: &Operation) -> Headers {
    let target = format!("{}.{}", model.metadata.target_prefix, operation.name);
    let mut headers = Headers::new();
    headers.push("Content-Type", content_type(model));
    headers.push(TARGET, target);
    if model.metadata.query_compatible {
        headers.push(QUERY_MODE, "true");
    }
    headers
}

/// A request without input still carries `{}` (Smithy's page, on empty bodies).
pub(super) fn encode_request(
    model: &Model,
    operation: &Operation,
    input: &Value,
) -> Result<Request, ProtocolError> {
    let body = match operation.input {
        Some(shape) => write_body(model, shape, input, INITIAL_REQUEST, "input")?,
        None => b"{}".to_vec(),
    };
    let mut request = Request {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: head(model, operation),
        body,
        ..Request::default()
    };
    coding::compress(operation, &mut request)?;
    Ok(request)
}

/// The operation that `X-Amz-Target` names.
pub(super) fn operation_of<'m>(model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
    let named = request.headers.get(TARGET).and_then(|target| target.rsplit_once('.'));
    let ours = named.filter(|(prefix, _)| *prefix == model.metadata.target_prefix);
    ours.and_then(|(_, name)| model.operation(name)).ok_or_else(|| no_operation(model, request))
}

/// Why [`operation_of`] found none.
fn no_operation(model: &Model, request: &Request) -> ProtocolError {
    let service = &model.metadata.service_id;
    let found =
        request.headers.get(TARGET).map_or("nothing".to_owned(), |target| format!("`{}`", clipped(target)));
    ProtocolError::new(format!("`{}.` and an operation of {service}", model.metadata.target_prefix), found)
        .within("header X-Amz-Target")
        .hint(format!(
            "the model is {service} {} with {} operations: is the request for another service or a newer model?",
            if model.metadata.date.is_empty() { &model.metadata.api_version } else { &model.metadata.date },
            model.operations.len()
        ))
}

/// A server takes an empty body for `{}`, and does not look at what an operation without input is sent.
pub(super) fn decode_input(
    model: &Model,
    operation: &Operation,
    request: &Request,
) -> Result<Value, ProtocolError> {
    read_body(model, operation.input, &request.headers, &request.body, INITIAL_REQUEST, "input")
        .map(|(value, _)| value)
}

/// Where no output is modelled the body is empty; the `Content-Type` is there all the same.
pub(super) fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let body = match operation.output {
        Some(shape) => write_body(model, shape, output, INITIAL_RESPONSE, "output")?,
        None => Vec::new(),
    };
    let streams = operation.output.is_some_and(|shape| stream_member(model, shape).is_some());
    let content_type = if streams { event_stream::CONTENT_TYPE.to_owned() } else { content_type(model) };
    Ok(Response::new(200, body).with("Content-Type", content_type))
}

fn write_body(
    model: &Model,
    shape: ShapeId,
    value: &Value,
    initial: Option<&str>,
    root: &str,
) -> Result<Vec<u8>, ProtocolError> {
    let written = match value {
        Value::Structure(fields) if stream_member(model, shape).is_some() => {
            event_stream::encode(&FORMAT, model, shape, fields, initial)
        }
        _ => encode_payload(model, shape, value),
    };
    written.map_err(|error| error.within(root))
}

/// Reads the body of a structure, and the error that ends it where it is an event stream; an empty body is a
/// structure without members.
pub(super) fn read_body(
    model: &Model,
    shape: Option<ShapeId>,
    headers: &Headers,
    body: &[u8],
    initial: Option<&str>,
    root: &str,
) -> Result<(Value, Option<StreamError>), ProtocolError> {
    let Some(shape) = shape else { return Ok((Value::default(), None)) };
    let body = coding::unpacked(headers, body)?;
    if stream_member(model, shape).is_some() {
        let (fields, ending) = event_stream::decode(&FORMAT, model, shape, &body, initial)
            .map_err(|error| if error.path == "body" { error } else { error.within(root) })?;
        return Ok((Value::Structure(fields), ending));
    }
    if body.is_empty() {
        return Ok((Value::default(), None));
    }
    let document = json::view(&body)?;
    decode_body(model, shape, &document.root).map(|value| (value, None)).map_err(|error| error.within(root))
}
