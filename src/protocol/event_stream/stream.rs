//! A whole stream by shape: a list of union values, and what comes before and after them.

use super::event;
use super::frame::{FrameError, Message, message, messages};
use super::header::EventHeader;
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, Value};
use crate::protocol::contract::{ProtocolError, ServiceError};

/// How a protocol writes the payload of an event that is a structure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventFormat {
    /// Its content type.
    pub(crate) content_type: &'static str,
    /// Writes a value of a shape.
    pub(crate) encode: fn(&Model, ShapeId, &Value) -> Result<Vec<u8>, ProtocolError>,
    /// Reads a value of a shape.
    pub(crate) decode: fn(&Model, ShapeId, &[u8]) -> Result<Value, ProtocolError>,
}

/// The first event of a request, which holds the members beside the stream where the protocol has no other place.
pub(crate) const INITIAL_REQUEST: Option<&str> = Some("initial-request");
/// The first event of a response.
pub(crate) const INITIAL_RESPONSE: Option<&str> = Some("initial-response");

/// An error that ends a stream and that the model does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamError {
    /// Its code.
    pub(crate) code: String,
    /// Its message.
    pub(crate) message: Option<String>,
}

impl StreamError {
    /// The error as a service's.
    pub(crate) fn told(self, status: u16, request_id: Option<String>) -> ServiceError {
        let message = self.message.map(Into::into);
        ServiceError { message, request_id, ..ServiceError::new(status, self.code, "") }
    }
}

/// The member of a structure that is an event stream.
pub(crate) fn stream_member(model: &Model, shape: ShapeId) -> Option<&Member> {
    let mut members = model.shape(shape).members()?.values();
    members.find(|member| {
        let target = model.shape(member.shape);
        target.streaming && target.members().is_some()
    })
}

/// Writes the members of a structure with an event stream as the bytes of the stream.
pub(crate) fn encode(
    format: &EventFormat,
    model: &Model,
    shape: ShapeId,
    fields: &Fields,
    initial: Option<&str>,
) -> Result<Vec<u8>, ProtocolError> {
    let mut out = Vec::new();
    let Some(member) = stream_member(model, shape) else { return Ok(out) };
    if let Some(event_type) = initial {
        let mut rest = fields.clone();
        rest.shift_remove(&member.name);
        let payload = (format.encode)(model, shape, &Value::Structure(rest))?;
        let headers = vec![
            EventHeader::text(":event-type", event_type),
            EventHeader::text(":content-type", format.content_type),
            EventHeader::text(":message-type", "event"),
        ];
        out.extend(Message { headers, payload }.to_bytes());
    }
    let union = model.shape(member.shape);
    let events = match fields.get(&member.name) {
        None | Some(Value::Null) => &[][..],
        Some(Value::List(events)) => events,
        Some(one) => std::slice::from_ref(one),
    };
    for (index, value) in events.iter().enumerate() {
        let at = |error: ProtocolError| error.within(&format!(".{}[{index}]", member.name));
        out.extend(event_of(format, model, union, value).map_err(at)?.to_bytes());
    }
    Ok(out)
}

/// The message of one union value; an error shape makes an exception of it.
fn event_of(
    format: &EventFormat,
    model: &Model,
    union: &Shape,
    value: &Value,
) -> Result<Message, ProtocolError> {
    let expected = || format!("exactly one member of the union {}", union.name);
    let fields = value.fields().ok_or_else(|| ProtocolError::new(expected(), value.kind()))?;
    let mut set = fields.iter().filter(|(_, value)| !matches!(value, Value::Null));
    let (Some((name, value)), None) = (set.next(), set.next()) else {
        return Err(ProtocolError::new(expected(), fields.len().to_string()));
    };
    let arm = union.member(name).ok_or_else(|| ProtocolError::new(expected(), format!("`{name}`")))?;
    let (kind, type_header) = match model.shape(arm.shape).error {
        Some(_) => ("exception", ":exception-type"),
        None => ("event", ":event-type"),
    };
    let headers =
        vec![EventHeader::text(type_header, arm.wire_name()), EventHeader::text(":message-type", kind)];
    let mut message = Message { headers, payload: Vec::new() };
    let fields = value.fields().ok_or_else(|| ProtocolError::new("the members of an event", value.kind()));
    fields
        .and_then(|fields| event::write(format, model, arm.shape, fields, &mut message))
        .map_err(|error| error.within(&format!(".{name}")))?;
    Ok(message)
}

/// Reads the bytes of a stream as the members of a structure with an event stream, and the error that ends it.
pub(crate) fn decode(
    format: &EventFormat,
    model: &Model,
    shape: ShapeId,
    bytes: &[u8],
    initial: Option<&str>,
) -> Result<(Fields, Option<StreamError>), ProtocolError> {
    let Some(member) = stream_member(model, shape) else { return Ok((Fields::new(), None)) };
    let (mut fields, mut events, mut ending) = (Fields::new(), Vec::new(), None);
    let (read, broken) = messages(bytes);
    for message in read {
        let Some(message) = unwrapped(message)? else { break };
        let at = |error: ProtocolError| error.within(&format!(".{}[{}]", member.name, events.len()));
        match message.text(":message-type") {
            Some("error") => {
                let text = |name: &str| message.text(name).map(str::to_owned);
                ending = Some(StreamError {
                    code: text(":error-code").unwrap_or_default(),
                    message: text(":error-message"),
                });
            }
            Some("event") if initial.is_some() && message.text(":event-type") == initial => {
                if let Value::Structure(first) = (format.decode)(model, shape, &message.payload)? {
                    fields.extend(first);
                }
            }
            Some(kind @ ("event" | "exception")) => {
                let name = message.text(&format!(":{kind}-type")).unwrap_or_default();
                events.push(value_of(format, model, model.shape(member.shape), name, &message).map_err(at)?);
            }
            other => {
                let found = other.map_or("none".to_owned(), |kind| format!("`{kind}`"));
                return Err(at(ProtocolError::new("a `:message-type` of event, exception or error", found)));
            }
        }
    }
    match broken {
        Some(error) => Err(cut(&error)),
        None => {
            fields.insert(member.name.clone(), Value::List(events));
            Ok((fields, ending))
        }
    }
}

/// A client signs each message as the payload of another one; an empty one ends its stream
/// (<https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html>).
fn unwrapped(outer: Message) -> Result<Option<Message>, ProtocolError> {
    if !outer.headers.iter().any(|header| header.name == ":chunk-signature") {
        return Ok(Some(outer));
    }
    if outer.payload.is_empty() {
        return Ok(None);
    }
    let inner = message(&outer.payload);
    inner.map(|(inner, _)| Some(inner)).map_err(|(at, what)| cut(&FrameError { message: 0, at, what }))
}

fn cut(error: &FrameError) -> ProtocolError {
    let found = format!("{} (message {}, byte {} of the stream)", error.what, error.message, error.at);
    ProtocolError::new("whole messages of an event stream", found).within("body")
}

/// The union value of an event; one that the model does not know is kept by name.
fn value_of(
    format: &EventFormat,
    model: &Model,
    union: &Shape,
    name: &str,
    message: &Message,
) -> Result<Value, ProtocolError> {
    let mut arms = union.members().into_iter().flat_map(|members| members.values());
    match arms.find(|arm| arm.wire_name() == name) {
        Some(arm) => {
            let value = event::read(format, model, arm.shape, message)
                .map_err(|error| error.within(&format!(".{}", arm.name)))?;
            Ok(Value::structure([(&arm.name, value)]))
        }
        None => Ok(Value::UnknownArm(name.to_owned())),
    }
}
