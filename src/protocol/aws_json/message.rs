//! Requests and successes: the message around a JSON body.

use super::headers::{QUERY_MODE, TARGET, content_type};
use crate::api::model::{Model, Operation, ShapeId, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::body::coding;
use crate::protocol::body::json::{self, decode_body, encode_body, has_event_stream};
use crate::protocol::contract::{ProtocolError, clipped};
use crate::protocol::view::View;

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
        Some(shape) => write_body(model, shape, input, "input")?,
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
    read_body(model, operation.input, &request.headers, &request.body, "input")
}

/// Where no output is modelled the body is empty; the `Content-Type` is there all the same.
pub(super) fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let body = match operation.output {
        Some(shape) => write_body(model, shape, output, "output")?,
        None => Vec::new(),
    };
    Ok(Response::new(200, body).with("Content-Type", content_type(model)))
}

fn write_body(model: &Model, shape: ShapeId, value: &Value, root: &str) -> Result<Vec<u8>, ProtocolError> {
    no_event_stream(model, shape, root)?;
    let body = encode_body(model, shape, value).map_err(|error| error.within(root))?;
    Ok(json::write_view(&View::new(body)))
}

/// Reads the body of a structure; an empty one is a structure without members.
pub(super) fn read_body(
    model: &Model,
    shape: Option<ShapeId>,
    headers: &Headers,
    body: &[u8],
    root: &str,
) -> Result<Value, ProtocolError> {
    let Some(shape) = shape else { return Ok(Value::default()) };
    no_event_stream(model, shape, root)?;
    let body = coding::unpacked(headers, body)?;
    if body.is_empty() {
        return Ok(Value::default());
    }
    let document = json::view(&body)?;
    decode_body(model, shape, &document.root).map_err(|error| error.within(root))
}

pub(super) fn no_event_stream(model: &Model, shape: ShapeId, root: &str) -> Result<(), ProtocolError> {
    if has_event_stream(model, shape) {
        return Err(ProtocolError::new("a JSON body", "an event stream, which is not supported").within(root));
    }
    Ok(())
}
