//! Errors: their code in `__type`, their members beside it.

use super::message::{CBOR, NAME, PROTOCOL, read};
use crate::api::model::{Fields, Model, Operation, Shape, Value};
use crate::ground::exchange::{OLD_REQUEST_ID, REQUEST_ID, Response};
use crate::ground::json::Text;
use crate::protocol::body::cbor::{Item, decode_body, encode_body, read_body, write};
use crate::protocol::body::coding;
use crate::protocol::contract::{
    CodePlace, ErrorForm, ProtocolError, QUERY_ERROR, Reply, ServiceError, bare, error_shape, known_error,
    message_name, query_code, query_error,
};
use crate::protocol::event_stream::INITIAL_RESPONSE;

/// The member that holds an error's code.
const TYPE: &str = "__type";
const REQUEST_IDS: [&str; 2] = [REQUEST_ID, OLD_REQUEST_ID];

/// "Operation error serialization" of the protocol's page knows the one place.
pub(super) const FORM: ErrorForm = ErrorForm {
    within: &[],
    code: &[CodePlace::Member(TYPE)],
    decorated: true,
    message: &["message", "Message", "errorMessage"],
    query_code: Some(QUERY_ERROR),
};

/// A status of 2xx carries the output, any other an error; so does an event stream that ends in one.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    if !(200..300).contains(&response.status) {
        return decode_error(model, operation, response).map(Reply::Error);
    }
    let (output, ending) =
        read(model, operation.output, &response.headers, &response.body, INITIAL_RESPONSE, "output")?;
    Ok(match ending {
        None => Reply::Output(output),
        Some(error) => Reply::Error(error.told(response.status, request_id(response))),
    })
}

/// A body that is missing, broken or no map tells nothing but its status.
fn decode_error(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<ServiceError, ProtocolError> {
    let body = coding::unpacked(&response.headers, &response.body).ok();
    let body = body.and_then(|body| read_body(&body).ok());
    let text = |name: &str| body.as_ref()?.get(name)?.as_text();
    let name = text(TYPE).map(bare).filter(|name| !name.is_empty()).map(str::to_owned);
    let shape = name.as_ref().and_then(|name| error_shape(model, operation, name));
    let members = match (shape, &body) {
        (Some(shape), Some(body)) => members_of(model, shape, body)?,
        _ => Fields::new(),
    };
    let message = FORM.message.iter().find_map(|name| text(name)).map(Text::from);
    let code = query_code(model, &response.headers).or(name).unwrap_or_else(|| response.status.to_string());
    Ok(ServiceError {
        code,
        message,
        members,
        status: response.status,
        request_id: request_id(response),
        modeled: shape.map(|shape| shape.name.clone()),
    })
}

fn members_of(model: &Model, shape: &Shape, body: &Item) -> Result<Fields, ProtocolError> {
    match decode_body(model, shape.id, body).map_err(|error| error.within("error"))? {
        Value::Structure(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

/// Services write the absolute id of the shape; botocore's models keep no namespace, so it is the bare name here.
pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let shape = error.modeled.as_ref().map(|name| known_error(model, name)).transpose()?;
    let code = shape.map_or(&error.code, |shape| &shape.name);
    let mut entries = vec![(Item::text(TYPE), Item::text(code))];
    if let Some(shape) = shape {
        let members = encode_body(model, shape.id, &Value::Structure(error.members.clone()))
            .map_err(|error| error.within("error"))?;
        if let Item::Map(members, _) = members {
            entries.extend(members);
        }
    } else if let Some((name, _)) = error.members.first() {
        let wrong = ProtocolError::new("no members on an error without a shape", format!("`{name}`"));
        return Err(wrong.within("error"));
    }
    let message_name = message_name(shape);
    if let Some(message) = error.message.as_ref().and_then(Text::as_str)
        && !entries.iter().any(|(name, _)| name.as_text() == Some(message_name))
    {
        entries.push((Item::text(message_name), Item::text(message)));
    }
    let mut response = Response::new(error.status, write(&Item::map(entries)))
        .with(PROTOCOL, NAME)
        .with("Content-Type", CBOR);
    if let Some(id) = &error.request_id {
        response.headers.push(REQUEST_IDS[0], id);
    }
    if let Some(value) = shape.and_then(|shape| query_error(model, shape, error)) {
        response.headers.push(QUERY_ERROR, value);
    }
    Ok(response)
}

/// The id of the request, from the field that carries it.
pub(super) fn request_id(response: &Response) -> Option<String> {
    REQUEST_IDS.iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

/// An error of which nothing but the request is known.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    let entries = vec![(TYPE, code), ("message", message)];
    let body = entries.into_iter().map(|(name, text)| (Item::text(name), Item::text(text))).collect();
    Response::new(status, write(&Item::map(body))).with(PROTOCOL, NAME).with("Content-Type", CBOR)
}
