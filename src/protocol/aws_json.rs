//! awsJson 1.0 and 1.1: the message around a JSON body.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html> and its sister page of 1.0.

use super::body::{decode_body, encode_body, has_event_stream};
use super::error::clipped;
use super::service_error::{error_shape, error_type, message, query_code, request_id};
use super::{ProtocolError, Reply, ServiceError, coding};
use crate::exchange::{Headers, Request, Response};
use crate::json::{self, Json, Style, Text};
use crate::model::{Fields, Model, Operation, Shape, ShapeId, Value};

/// "Empty body serialization": a request without input still carries `{}`.
pub(super) fn encode_request(
    model: &Model,
    operation: &Operation,
    input: &Value,
) -> Result<Request, ProtocolError> {
    let body = match operation.input {
        Some(shape) => write_body(model, shape, input, "input")?,
        None => b"{}".to_vec(),
    };
    let target = format!("{}.{}", model.metadata.target_prefix, operation.name);
    let mut headers: Headers =
        [("Content-Type", model.metadata.json_content_type()), ("X-Amz-Target", target)]
            .into_iter()
            .collect();
    if model.metadata.query_compatible {
        headers.push("x-amzn-query-mode", "true");
    }
    let mut request =
        Request { method: "POST".to_owned(), target: "/".to_owned(), headers, body, ..Request::default() };
    coding::compress(operation, &mut request)?;
    Ok(request)
}

/// The operation that `X-Amz-Target` names, if the model has it.
pub(super) fn operation_of<'m>(model: &'m Model, request: &Request) -> Option<&'m Operation> {
    let (prefix, name) = request.headers.get("x-amz-target")?.rsplit_once('.')?;
    model.operation(name).filter(|_| prefix == model.metadata.target_prefix)
}

/// Why [`operation_of`] found none.
pub(super) fn no_operation(model: &Model, request: &Request) -> ProtocolError {
    let service = &model.metadata.service_id;
    let found = request
        .headers
        .get("x-amz-target")
        .map_or("nothing".to_owned(), |target| format!("`{}`", clipped(target)));
    ProtocolError::new(format!("`{}.` and an operation of {service}", model.metadata.target_prefix), found)
        .within("header X-Amz-Target")
        .hint(format!(
            "the model is {service} {} with {} operations: is the request for another service or a newer model?",
            if model.metadata.date.is_empty() { &model.metadata.api_version } else { &model.metadata.date },
            model.operations.len()
        ))
}

/// "Server implementations MUST also accept empty request bodies"; what an operation without input is sent
/// is not looked at.
pub(super) fn decode_input(
    model: &Model,
    operation: &Operation,
    request: &Request,
) -> Result<Value, ProtocolError> {
    read_body(model, operation.input, &request.headers, &request.body, "input")
}

/// "Server implementations SHOULD send an empty response body" where no output is modelled.
pub(super) fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let body = match operation.output {
        Some(shape) => write_body(model, shape, output, "output")?,
        None => Vec::new(),
    };
    Ok(Response::new(200, body).with("Content-Type", model.metadata.json_content_type()))
}

/// A status of 2xx carries the output, any other an error.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    if (200..300).contains(&response.status) {
        read_body(model, operation.output, &response.headers, &response.body, "output").map(Reply::Output)
    } else {
        decode_error(model, operation, response).map(Reply::Error)
    }
}

/// A body that is missing, broken or no object tells nothing but its status: then the code is the status
/// code's digits, as botocore has it, and there is no message.
fn decode_error(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<ServiceError, ProtocolError> {
    let body = coding::unpacked(&response.headers, &response.body).ok();
    let body = body.and_then(|body| json::parse(&body).ok()).filter(|body| body.as_object().is_some());
    let name = error_type(&response.headers, body.as_ref());
    let shape = name.as_ref().and_then(|name| error_shape(model, operation, name));
    let members = match (shape, &body) {
        (Some(shape), Some(body)) => members_of(model, shape, body)?,
        _ => Fields::new(),
    };
    let code = query_code(model, &response.headers).or(name).unwrap_or_else(|| response.status.to_string());
    Ok(ServiceError {
        code,
        message: message(body.as_ref()),
        members,
        status: response.status,
        request_id: request_id(response),
        modeled: shape.map(|shape| shape.name.clone()),
    })
}

fn members_of(model: &Model, shape: &Shape, body: &Json) -> Result<Fields, ProtocolError> {
    match decode_body(model, shape.id, body).map_err(|error| error.within("error"))? {
        Value::Structure(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

/// "New server-side protocol implementations SHOULD use a body field named `__type`." It is the bare name in
/// both versions: botocore's models keep no namespace, and clients must take either form.
pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let shape = error.modeled.as_ref().map(|name| known_error(model, name)).transpose()?;
    let mut members =
        vec![(Text::from("__type"), Json::string(shape.map_or(&error.code, |shape| &shape.name)))];
    members.extend(modeled_members(model, shape, error)?);
    let message_name = message_name(shape);
    if let Some(message) = &error.message
        && !members.iter().any(|(name, _)| *name == message_name)
    {
        members.push((message_name.into(), Json::String(message.clone())));
    }
    let body = json::write(&Json::Object(members), Style::Compact);
    let mut response =
        Response::new(error.status, body).with("Content-Type", model.metadata.json_content_type());
    if let Some(id) = &error.request_id {
        response.headers.push("x-amzn-RequestId", id);
    }
    if let Some(value) = shape.and_then(|shape| query_error(model, shape, error)) {
        response.headers.push("x-amzn-query-error", value);
    }
    Ok(response)
}

/// `Code;Fault`, where a query-compatible service knows the error by another code than the shape's name.
fn query_error(model: &Model, shape: &Shape, error: &ServiceError) -> Option<String> {
    let traits =
        shape.error.as_ref().filter(|_| model.metadata.query_compatible && error.code != shape.name)?;
    Some(format!("{};{}", error.code, if traits.server_fault { "Receiver" } else { "Sender" }))
}

fn known_error<'m>(model: &'m Model, name: &str) -> Result<&'m Shape, ProtocolError> {
    model.shape_named(name).filter(|shape| shape.error.is_some()).ok_or_else(|| {
        let known: Vec<&str> = model.errors().map(|shape| shape.name.as_str()).collect();
        ProtocolError::new(format!("an error of {}", model.metadata.service_id), format!("`{name}`"))
            .within("error")
            .hint(format!("the model's errors are: {}", known.join(", ")))
    })
}

fn modeled_members(
    model: &Model,
    shape: Option<&Shape>,
    error: &ServiceError,
) -> Result<Vec<(Text, Json)>, ProtocolError> {
    match (shape, error.members.first()) {
        (Some(shape), _) => {
            let body = encode_body(model, shape.id, &Value::Structure(error.members.clone()))
                .map_err(|error| error.within("error"))?;
            Ok(body.as_object().map(<[_]>::to_vec).unwrap_or_default())
        }
        (None, None) => Ok(Vec::new()),
        (None, Some((name, _))) => {
            Err(ProtocolError::new("no members on an error without a shape", format!("`{name}`"))
                .within("error"))
        }
    }
}

/// The wire name of an error's message: the model's, or `message`.
fn message_name(shape: Option<&Shape>) -> &'static str {
    let has = |name: &str| shape.is_some_and(|shape| shape.member(name).is_some());
    ["message", "Message", "errorMessage"].into_iter().find(|name| has(name)).unwrap_or("message")
}

fn write_body(model: &Model, shape: ShapeId, value: &Value, root: &str) -> Result<Vec<u8>, ProtocolError> {
    no_event_stream(model, shape, root)?;
    let body = encode_body(model, shape, value).map_err(|error| error.within(root))?;
    Ok(json::write(&body, Style::Compact))
}

/// Reads the body of a structure; an empty one is a structure without members.
fn read_body(
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
    let json = json::parse(&body).map_err(|error| {
        let found = format!("{} at line {}, column {}", error.what, error.line, error.column);
        ProtocolError::new("one JSON document", found).within("body")
    })?;
    decode_body(model, shape, &json).map_err(|error| error.within(root))
}

fn no_event_stream(model: &Model, shape: ShapeId, root: &str) -> Result<(), ProtocolError> {
    if has_event_stream(model, shape) {
        return Err(ProtocolError::new("a JSON body", "an event stream, which is not supported").within(root));
    }
    Ok(())
}
