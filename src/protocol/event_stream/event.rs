//! One event: its members in headers and payload.

use super::frame::Message;
use super::header::{EventHeader, HeaderValue};
use super::stream::EventFormat;
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, ShapeKind, Timestamp, Value};
use crate::protocol::contract::ProtocolError;

/// Writes the members of an event's structure after the headers that the message has.
pub(super) fn write(
    format: &EventFormat,
    model: &Model,
    shape: ShapeId,
    fields: &Fields,
    message: &mut Message,
) -> Result<(), ProtocolError> {
    let shape = model.shape(shape);
    let mut body = fields.clone();
    for member in members(shape).filter(|member| member.event_header) {
        if let Some(value) = body.shift_remove(&member.name) {
            let value = header_value(model.shape(member.shape), &value)
                .ok_or_else(|| ProtocolError::new("a value that a header can hold", value.kind()))
                .map_err(|error| error.within(&format!(".{}", member.name)))?;
            message.headers.push(EventHeader { name: member.wire_name().to_owned(), value });
        }
    }
    match members(shape).find(|member| member.event_payload) {
        Some(member) => match body.get(&member.name) {
            Some(value) => write_payload(format, model, member, value, message)
                .map_err(|error| error.within(&format!(".{}", member.name))),
            None => Ok(()),
        },
        None if members(shape).all(|member| member.event_header) => Ok(()),
        None => {
            let payload = (format.encode)(model, shape.id, &Value::Structure(body))?;
            fill(message, format.content_type, payload);
            Ok(())
        }
    }
}

fn members(shape: &Shape) -> impl Iterator<Item = &Member> {
    shape.members().into_iter().flat_map(|members| members.values())
}

fn write_payload(
    format: &EventFormat,
    model: &Model,
    member: &Member,
    value: &Value,
    message: &mut Message,
) -> Result<(), ProtocolError> {
    match (&model.shape(member.shape).kind, value) {
        (ShapeKind::Blob, Value::Blob(bytes)) => fill(message, "application/octet-stream", bytes.clone()),
        (ShapeKind::String, Value::String(text)) => match text.as_str() {
            Some(text) => fill(message, "text/plain", text.as_bytes().to_vec()),
            None => return Err(ProtocolError::new("text of whole characters", "a lone surrogate")),
        },
        _ => fill(message, format.content_type, (format.encode)(model, member.shape, value)?),
    }
    Ok(())
}

/// The content type stands between the names of the event and of the message's type, as services write it.
fn fill(message: &mut Message, content_type: &str, payload: Vec<u8>) {
    let place = message.headers.len().min(1);
    message.headers.insert(place, EventHeader::text(":content-type", content_type));
    message.payload = payload;
}

fn header_value(shape: &Shape, value: &Value) -> Option<HeaderValue> {
    Some(match (&shape.kind, value) {
        (ShapeKind::Boolean, Value::Boolean(flag)) => HeaderValue::Boolean(*flag),
        (ShapeKind::Byte, Value::Integer(number)) => HeaderValue::Byte(i8::try_from(*number).ok()?),
        (ShapeKind::Short, Value::Integer(number)) => HeaderValue::Short(i16::try_from(*number).ok()?),
        (ShapeKind::Integer, Value::Integer(number)) => HeaderValue::Integer(i32::try_from(*number).ok()?),
        (ShapeKind::Long, Value::Integer(number)) => HeaderValue::Long(*number),
        (ShapeKind::Blob, Value::Blob(bytes)) => HeaderValue::Bytes(bytes.clone()),
        (ShapeKind::String, Value::String(text)) => HeaderValue::Text(text.as_str()?.to_owned()),
        (ShapeKind::Timestamp, Value::Timestamp(time)) => HeaderValue::Timestamp(
            time.seconds.checked_mul(1_000)?.checked_add(i64::from(time.nanos / 1_000_000))?,
        ),
        _ => return None,
    })
}

fn value_of(shape: &Shape, header: &HeaderValue) -> Option<Value> {
    Some(match (&shape.kind, header) {
        (ShapeKind::Boolean, HeaderValue::Boolean(flag)) => Value::Boolean(*flag),
        (ShapeKind::Byte, HeaderValue::Byte(number)) => Value::Integer(i64::from(*number)),
        (ShapeKind::Short, HeaderValue::Short(number)) => Value::Integer(i64::from(*number)),
        (ShapeKind::Integer, HeaderValue::Integer(number)) => Value::Integer(i64::from(*number)),
        (ShapeKind::Long, HeaderValue::Long(number)) => Value::Integer(*number),
        (ShapeKind::Blob, HeaderValue::Bytes(bytes)) => Value::Blob(bytes.clone()),
        (ShapeKind::String, HeaderValue::Text(text)) => Value::string(text),
        (ShapeKind::Timestamp, HeaderValue::Timestamp(millis)) => {
            Value::Timestamp(Timestamp::from_nanos(i128::from(*millis) * 1_000_000)?)
        }
        _ => return None,
    })
}

/// Reads the members of an event's structure.
pub(super) fn read(
    format: &EventFormat,
    model: &Model,
    shape: ShapeId,
    message: &Message,
) -> Result<Value, ProtocolError> {
    let shape = model.shape(shape);
    let mut fields = Fields::new();
    for member in members(shape).filter(|member| member.event_header) {
        if let Some(header) = message.headers.iter().find(|header| header.name == member.wire_name()) {
            let value = value_of(model.shape(member.shape), &header.value).ok_or_else(|| {
                let expected = format!("a header that is {}", model.shape(member.shape).kind.name());
                ProtocolError::new(expected, format!("{:?}", header.value))
                    .within(&format!(".{}", member.name))
            })?;
            fields.insert(member.name.clone(), value);
        }
    }
    match members(shape).find(|member| member.event_payload) {
        Some(member) => {
            let value = read_payload(format, model, member, message)
                .map_err(|error| error.within(&format!(".{}", member.name)))?;
            fields.extend(value.map(|value| (member.name.clone(), value)));
        }
        None if message.payload.is_empty() => {}
        None if members(shape).all(|member| member.event_header) => {}
        None => {
            if let Value::Structure(body) = (format.decode)(model, shape.id, &message.payload)? {
                fields.extend(body);
            }
        }
    }
    Ok(Value::Structure(fields))
}

/// An empty payload of bytes or text is a value, of a structure it is none.
fn read_payload(
    format: &EventFormat,
    model: &Model,
    member: &Member,
    message: &Message,
) -> Result<Option<Value>, ProtocolError> {
    match model.shape(member.shape).kind {
        // Without the type of its content there was no payload at all.
        _ if message.payload.is_empty() && message.text(":content-type").is_none() => Ok(None),
        ShapeKind::Blob => Ok(Some(Value::Blob(message.payload.clone()))),
        ShapeKind::String => match std::str::from_utf8(&message.payload) {
            Ok(text) => Ok(Some(Value::string(text))),
            Err(_) => Err(ProtocolError::new("text in UTF-8", "other bytes")),
        },
        _ => (format.decode)(model, member.shape, &message.payload).map(Some),
    }
}
