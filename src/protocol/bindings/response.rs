//! Responses: members into status and headers, the rest into the body; and back.

use super::request::{read_headers, write_headers};
use super::{BodyFormat, MessageSide, members, read_body, received, set, set_fields, write_body};
use crate::api::model::{Fields, Location, Model, Operation, Shape, Value};
use crate::ground::exchange::{Headers, Response};
use crate::protocol::contract::ProtocolError;
use crate::protocol::event_stream::StreamError;
use crate::protocol::view::Step;

/// Writes a success.
pub(crate) fn encode_response(
    format: &dyn BodyFormat,
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let status = if operation.status == 0 { 200 } else { operation.status };
    let Some(shape) = operation.output.map(|output| model.shape(output)) else {
        return Ok(Response::new(status, Vec::new()));
    };
    let within = |error: ProtocolError| error.within("output");
    let fields = set_fields(shape, output).map_err(within)?;
    let told = status_of(shape, fields).map_err(within)?;
    let mut response = Response::new(told.unwrap_or(status), Vec::new());
    write_headers(model, shape, fields, &mut response.headers).map_err(within)?;
    let side = MessageSide::Output(operation);
    response.body = write_body(format, model, side, shape, fields, &mut response.headers).map_err(within)?;
    Ok(response)
}

/// The status that a member tells.
fn status_of(shape: &Shape, fields: &Fields) -> Result<Option<u16>, ProtocolError> {
    let member = members(shape).find(|member| member.location == Some(Location::StatusCode));
    let Some((member, value)) = member.and_then(|member| Some((member, set(fields, member)?))) else {
        return Ok(None);
    };
    let status = match value {
        Value::Integer(status) => u16::try_from(*status).ok().filter(|status| (200..600).contains(status)),
        _ => None,
    };
    status.map(Some).ok_or_else(|| {
        ProtocolError::new("a status code from 200 to 599", format!("{value:?}"))
            .within(&format!(".{}", member.name))
    })
}

/// Writes the members of an error that stand in headers.
pub(crate) fn encode_headers(
    model: &Model,
    shape: &Shape,
    fields: &Fields,
    headers: &mut Headers,
) -> Result<(), ProtocolError> {
    write_headers(model, shape, fields, headers)
}

/// Reads the output of a success, and the error that ends it where it is a stream of events.
pub(crate) fn decode_output(
    format: &dyn BodyFormat,
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<(Value, Option<StreamError>), ProtocolError> {
    let Some(shape) = operation.output.map(|output| model.shape(output)) else {
        return Ok((Value::default(), None));
    };
    let within = |error: ProtocolError| error.within("output");
    let (headers, body) = received(shape, &[], &response.headers, &response.body)?;
    let mut fields = decode_members(model, shape, response.status, &headers).map_err(within)?;
    let ending = read_body(format, model, MessageSide::Output(operation), shape, &body, &mut fields)
        .map_err(within)?;
    Ok((Value::Structure(fields), ending))
}

/// Reads the members that stand in status and headers.
pub(crate) fn decode_members(
    model: &Model,
    shape: &Shape,
    status: u16,
    headers: &Headers,
) -> Result<Fields, ProtocolError> {
    let mut fields = Fields::new();
    read_headers(model, shape, headers, &mut fields)?;
    for member in members(shape).filter(|member| member.location == Some(Location::StatusCode)) {
        fields.insert(member.name.clone(), Value::Integer(i64::from(status)));
    }
    Ok(fields)
}

/// Reads the body of a success by itself; members that stand elsewhere are absent.
pub(crate) fn decode_document(
    format: &dyn BodyFormat,
    model: &Model,
    operation: &Operation,
    body: &[u8],
) -> Result<Value, ProtocolError> {
    let Some(shape) = operation.output.map(|output| model.shape(output)) else { return Ok(Value::default()) };
    let mut fields = Fields::new();
    read_body(format, model, MessageSide::Output(operation), shape, body, &mut fields)
        .map_err(|error| error.within("output"))?;
    Ok(Value::Structure(fields))
}

/// The shape of the document in a message's body, and a path in it; `None` where the path leads elsewhere.
pub(crate) fn document_of<'m, 'p>(
    model: &'m Model,
    shape: &'m Shape,
    path: &'p [Step],
) -> Option<(&'m Shape, &'p [Step])> {
    let Some((Step::Member(name), rest)) = path.split_first() else { return Some((shape, path)) };
    let member = shape.member(name)?;
    match (member.payload, member.location) {
        (true, _) => Some((model.shape(member.shape), rest)),
        (false, None) if shape.payload().is_none() => Some((shape, path)),
        _ => None,
    }
}
