//! Errors: the code in a field or in the document, members in fields and document.

use super::{CONTENT_TYPE, RestJson};
use crate::api::model::{Fields, Model, Operation, Shape, Value};
use crate::ground::exchange::Response;
use crate::ground::json::{self, Json, Style, Text};
use crate::protocol::bindings::{self, in_response_body};
use crate::protocol::body::coding;
use crate::protocol::body::json::{decode_members, encode_body, error_type, message};
use crate::protocol::contract::{
    CodePlace, ErrorForm, ProtocolError, Reply, ServiceError, error_shape, known_error, message_name,
};

/// The field that tells an error's code.
pub(super) const ERROR_TYPE: &str = "X-Amzn-Errortype";

/// The fields that tell a request's id; services of this protocol write the first.
const REQUEST_IDS: [&str; 3] = ["x-amzn-RequestId", "x-amz-request-id", "x-amz-requestid"];

/// The page asks servers for the field and clients to take the document's members too, "Operation error
/// serialization", <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>.
pub(super) const FORM: ErrorForm = ErrorForm {
    within: &[],
    code: &[CodePlace::Header(ERROR_TYPE), CodePlace::Member("code"), CodePlace::Member("__type")],
    decorated: true,
    message: &["message", "Message", "errorMessage"],
    query_code: None,
};

/// A status of 2xx carries the output, any other an error.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    if (200..300).contains(&response.status) {
        let (output, ending) = bindings::decode_output(&RestJson, model, operation, response)?;
        let error = ending.map(|error| error.told(response.status, request_id(response)));
        Ok(error.map_or(Reply::Output(output), Reply::Error))
    } else {
        decode_error(model, operation, response).map(Reply::Error)
    }
}

/// A body that is missing, broken or no object tells nothing: then the fields tell all, and the status code's digits
/// are the code where they tell none.
fn decode_error(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<ServiceError, ProtocolError> {
    let body = coding::unpacked(&response.headers, &response.body).ok();
    let body = body.and_then(|body| json::parse(&body).ok()).filter(|body| body.as_object().is_some());
    let name = error_type(response.headers.get(ERROR_TYPE), body.as_ref());
    let shape = name.as_ref().and_then(|name| error_shape(model, operation, name));
    let members = shape.map(|shape| members_of(model, shape, response, body.as_ref())).transpose();
    Ok(ServiceError {
        code: name.unwrap_or_else(|| response.status.to_string()),
        message: message(FORM.message, body.as_ref()),
        members: members.map_err(|error| error.within("error"))?.unwrap_or_default(),
        status: response.status,
        request_id: request_id(response),
        modeled: shape.map(|shape| shape.name.clone()),
    })
}

fn members_of(
    model: &Model,
    shape: &Shape,
    response: &Response,
    body: Option<&Json>,
) -> Result<Fields, ProtocolError> {
    let mut fields = bindings::decode_members(model, shape, response.status, &response.headers)?;
    if let Some(body) = body {
        fields.extend(decode_members(model, shape, body, &in_response_body)?);
    }
    Ok(fields)
}

/// The code travels in its field, bare, as services of this protocol send it.
pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let shape = error.modeled.as_ref().map(|name| known_error(model, name)).transpose()?;
    let mut response = Response::new(error.status, Vec::new()).with("Content-Type", CONTENT_TYPE);
    response.headers.push(ERROR_TYPE, shape.map_or(&error.code, |shape| &shape.name));
    if let Some(id) = &error.request_id {
        response.headers.push(REQUEST_IDS[0], id);
    }
    let mut members: Vec<(Text, Json)> = Vec::new();
    if let Some(shape) = shape {
        let within = |error: ProtocolError| error.within("error");
        bindings::encode_headers(model, shape, &error.members, &mut response.headers).map_err(within)?;
        let document = document_of(model, shape, &error.members).map_err(within)?;
        members.extend(document.as_object().map(<[_]>::to_vec).unwrap_or_default());
    }
    let name = message_name(shape);
    if let Some(message) =
        error.message.as_ref().filter(|_| !members.iter().any(|(member, _)| *member == name))
    {
        members.push((name.into(), Json::String(message.clone())));
    }
    response.body = json::write(&Json::Object(members), Style::Compact);
    Ok(response)
}

/// The members of an error that stand in the document.
pub(super) fn document_of(model: &Model, shape: &Shape, fields: &Fields) -> Result<Json, ProtocolError> {
    let inner = fields.iter().filter(|(name, _)| shape.member(name).is_none_or(in_response_body));
    let inner = inner.map(|(name, value)| (name.clone(), value.clone())).collect();
    encode_body(model, shape.id, &Value::Structure(inner))
}

pub(super) fn request_id(response: &Response) -> Option<String> {
    REQUEST_IDS.iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

/// An error of which nothing but the request is known.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    let body = Json::object([("message", Json::string(message))]);
    Response::new(status, json::write(&body, Style::Compact))
        .with("Content-Type", CONTENT_TYPE)
        .with(ERROR_TYPE, code)
}
