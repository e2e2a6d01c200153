//! Requests and successes: the message around a CBOR body.

use crate::api::model::{Model, Operation, ShapeId, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::body::cbor::{decode_body, encode_body, read_body, write};
use crate::protocol::body::coding;
use crate::protocol::contract::{ProtocolError, QUERY_MODE, clipped};
use crate::protocol::event_stream::{
    self, EventFormat, INITIAL_REQUEST, INITIAL_RESPONSE, StreamError, stream_member,
};

/// The field that names the protocol, in requests and responses.
pub(super) const PROTOCOL: &str = "smithy-protocol";
/// Its value.
pub(super) const NAME: &str = "rpc-v2-cbor";
/// The `Content-Type` of a body that is a structure.
pub(super) const CBOR: &str = "application/cbor";

const FORMAT: EventFormat =
    EventFormat { content_type: CBOR, encode: encode_payload, decode: decode_payload };

fn encode_payload(model: &Model, shape: ShapeId, value: &Value) -> Result<Vec<u8>, ProtocolError> {
    encode_body(model, shape, value).map(|item| write(&item))
}

fn decode_payload(model: &Model, shape: ShapeId, payload: &[u8]) -> Result<Value, ProtocolError> {
    decode_body(model, shape, &read_body(payload)?)
}

fn content_type(model: &Model, shape: ShapeId) -> &'static str {
    if stream_member(model, shape).is_some() { event_stream::CONTENT_TYPE } else { CBOR }
}

/// The fields that every request of an operation has. `Content-Type` is absent with the body.
pub(super) fn head(model: &Model, operation: &Operation) -> Headers {
    let accepted = operation.output.map_or(CBOR, |shape| content_type(model, shape));
    let mut headers = Headers::new();
    headers.push(PROTOCOL, NAME);
    headers.push("Accept", accepted);
    if let Some(shape) = operation.input {
        headers.push("Content-Type", content_type(model, shape));
    }
    if model.metadata.query_compatible {
        headers.push(QUERY_MODE, "true");
    }
    headers
}

/// An operation without input has no body at all.
pub(super) fn encode_request(
    model: &Model,
    operation: &Operation,
    input: &Value,
) -> Result<Request, ProtocolError> {
    let body = match operation.input {
        Some(shape) => write_body(model, shape, input, INITIAL_REQUEST, "input")?,
        None => Vec::new(),
    };
    let mut request = Request {
        method: "POST".to_owned(),
        target: format!("/service/{}/operation/{}", model.metadata.target_prefix, operation.name),
        headers: head(model, operation),
        body,
        ..Request::default()
    };
    coding::compress(operation, &mut request)?;
    Ok(request)
}

/// Service and operation of a path that ends in `/service/NAME/operation/NAME`, whatever stands before it.
fn named(request: &Request) -> Option<(&str, &str)> {
    let mut steps = request.path().rsplit('/');
    let operation = steps.next()?;
    let service = steps.next().filter(|step| *step == "operation").and_then(|_| steps.next())?;
    steps.next().filter(|step| *step == "service").map(|_| (service, operation))
}

/// The operation that the path names.
pub(super) fn operation_of<'m>(model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
    let ours = named(request).filter(|(service, _)| *service == model.metadata.target_prefix);
    ours.and_then(|(_, name)| model.operation(name)).ok_or_else(|| {
        let service = &model.metadata.service_id;
        let prefix = &model.metadata.target_prefix;
        let expected = format!("`/service/{prefix}/operation/` and an operation of {service}");
        ProtocolError::new(expected, format!("`{}`", clipped(request.path())))
            .within("path")
            .hint("is the request for another service or a newer model?")
    })
}

pub(super) fn decode_input(
    model: &Model,
    operation: &Operation,
    request: &Request,
) -> Result<Value, ProtocolError> {
    read(model, operation.input, &request.headers, &request.body, INITIAL_REQUEST, "input")
        .map(|(value, _)| value)
}

/// Where no output is modelled the body is empty.
pub(super) fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let (body, content_type) = match operation.output {
        Some(shape) => {
            (write_body(model, shape, output, INITIAL_RESPONSE, "output")?, Some(content_type(model, shape)))
        }
        None => (Vec::new(), None),
    };
    let mut response = Response::new(200, body).with(PROTOCOL, NAME);
    if let Some(content_type) = content_type {
        response.headers.push("Content-Type", content_type);
    }
    Ok(response)
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

/// Reads the body of a structure; an empty one is a structure without members.
pub(super) fn read(
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
    let item = read_body(&body)?;
    decode_body(model, shape, &item).map(|value| (value, None)).map_err(|error| error.within(root))
}
