//! HTTP bindings: where members stand in requests and responses of protocols that spread them over the message.
//!
//! Labels, query, headers, prefixes of headers, the status code and the body; how each is written stands in the
//! file of its place, and the document in the body is a [`BodyFormat`]'s business. Source:
//! <https://smithy.io/2.0/spec/http-bindings.html>.
//!
//! - A member that is absent or null is not written. What is given is written, an idempotency token too: who calls
//!   fills it in.
//! - Timestamps follow the member's format, then the shape's, then the place's: an HTTP date in headers, a
//!   date-time in paths and queries, the format's own in documents.

mod header;
mod percent;
mod query;
mod request;
mod response;
mod route;
mod template;

pub(crate) use request::{decode_request, encode_request, head};
pub(crate) use response::{
    decode_document, decode_members, decode_output, document_of, encode_headers, encode_response,
};
pub use route::operation_at;
pub(crate) use route::operation_of_request;

use crate::api::model::{Fields, Location, Member, Model, Operation, Shape, ShapeKind, Value};
use crate::ground::exchange::Headers;
use crate::protocol::body::coding;
use crate::protocol::body::fit::no_such_member;
use crate::protocol::contract::ProtocolError;
use crate::protocol::event_stream::{self, EventFormat, StreamError, stream_member};

/// The documents of a protocol: the body where it is neither bytes nor plain text.
pub(crate) trait BodyFormat: Sync {
    /// The `Content-Type` of a document.
    fn content_type(&self) -> &'static str;

    /// The documents in the events of a stream.
    fn events(&self) -> &'static EventFormat;

    /// Writes the members of a structure that stand in the body. `None` where the protocol writes nothing for them.
    fn write_members(
        &self,
        model: &Model,
        side: MessageSide<'_>,
        shape: &Shape,
        fields: &Fields,
    ) -> Result<Option<Vec<u8>>, ProtocolError>;

    /// Writes the member that is the whole body.
    fn write_payload(&self, model: &Model, member: &Member, value: &Value) -> Result<Vec<u8>, ProtocolError>;

    /// The body of a message whose structure in the body is absent, where the protocol still writes one.
    fn absent_payload(&self) -> Option<Vec<u8>>;

    /// Reads the members of a structure that stand in the body.
    fn read_members(
        &self,
        model: &Model,
        side: MessageSide<'_>,
        shape: &Shape,
        body: &[u8],
    ) -> Result<Fields, ProtocolError>;

    /// Reads the member that is the whole body.
    fn read_payload(
        &self,
        model: &Model,
        member: &Member,
        body: &[u8],
    ) -> Result<Option<Value>, ProtocolError>;
}

/// Of which message a body is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MessageSide<'m> {
    Input(&'m Operation),
    Output(&'m Operation),
}

impl MessageSide<'_> {
    /// Tells the members that stand among others in the body.
    pub(crate) fn in_body(self) -> fn(&Member) -> bool {
        match self {
            MessageSide::Input(_) => in_request_body,
            MessageSide::Output(_) => in_response_body,
        }
    }
}

/// Whether a member stands among others in the body of a request.
fn in_request_body(member: &Member) -> bool {
    member.location.is_none() && !member.payload
}

/// The same of a response, which has neither path nor query.
pub(crate) fn in_response_body(member: &Member) -> bool {
    !member.payload && matches!(member.location, None | Some(Location::Uri | Location::QueryString))
}

/// The members of a structure.
fn members(shape: &Shape) -> impl Iterator<Item = &Member> {
    shape.members().into_iter().flat_map(|members| members.values())
}

/// The members of a value that are set; all of them must be the shape's.
fn set_fields<'v>(shape: &Shape, value: &'v Value) -> Result<&'v Fields, ProtocolError> {
    let fields = value
        .fields()
        .ok_or_else(|| ProtocolError::new(format!("a structure ({})", shape.name), value.kind()))?;
    match fields.keys().find(|name| shape.member(name).is_none()) {
        None => Ok(fields),
        Some(unknown) => Err(*no_such_member(shape, unknown)),
    }
}

/// The value of a member, where it is set.
fn set<'v>(fields: &'v Fields, member: &Member) -> Option<&'v Value> {
    fields.get(&member.name).filter(|value| !matches!(value, Value::Null))
}

/// Writes the body, and its `Content-Type` where no member has written one.
fn write_body(
    format: &dyn BodyFormat,
    model: &Model,
    side: MessageSide<'_>,
    shape: &Shape,
    fields: &Fields,
    headers: &mut Headers,
) -> Result<Vec<u8>, ProtocolError> {
    let (body, content_type) = match shape.payload() {
        _ if stream_member(model, shape.id).is_some() => {
            let stream = event_stream::encode(format.events(), model, shape.id, fields, None)?;
            (stream, Some(event_stream::CONTENT_TYPE))
        }
        Some(member) => {
            let written = payload(format, model, member, set(fields, member));
            written.map_err(|error| error.within(&format!(".{}", member.name)))?
        }
        None if members(shape).any(side.in_body()) => {
            let inner = fields.iter().filter(|(name, _)| shape.member(name).is_some_and(side.in_body()));
            let inner = inner.map(|(name, value)| (name.clone(), value.clone())).collect();
            match format.write_members(model, side, shape, &inner)? {
                Some(body) => (body, Some(format.content_type())),
                None => (Vec::new(), None),
            }
        }
        None => (Vec::new(), None),
    };
    if let Some(content_type) = content_type.filter(|_| !headers.contains("content-type")) {
        headers.push("Content-Type", content_type);
    }
    Ok(body)
}

type Body = (Vec<u8>, Option<&'static str>);

/// The body that one member makes up: bytes and text as they are, anything else as a document.
fn payload(
    format: &dyn BodyFormat,
    model: &Model,
    member: &Member,
    value: Option<&Value>,
) -> Result<Body, ProtocolError> {
    let shape = model.shape(member.shape);
    match (&shape.kind, value) {
        (ShapeKind::Blob, Some(Value::Blob(bytes))) => Ok((bytes.clone(), Some("application/octet-stream"))),
        (ShapeKind::String, Some(Value::String(text))) => {
            Ok((text.to_lossy().into_bytes(), Some("text/plain")))
        }
        (ShapeKind::Blob | ShapeKind::String, Some(other)) => {
            Err(ProtocolError::new(format!("{} ({})", shape.kind.name(), shape.name), other.kind()))
        }
        (_, Some(value)) => Ok((format.write_payload(model, member, value)?, Some(format.content_type()))),
        (ShapeKind::Structure { union: false, .. }, None) => match format.absent_payload() {
            Some(body) => Ok((body, Some(format.content_type()))),
            None => Ok((Vec::new(), None)),
        },
        (_, None) => Ok((Vec::new(), None)),
    }
}

/// Reads the body into `fields`, and the error that ends it where it is a stream of events. An empty body has no
/// members; an empty stream of bytes is one without any.
fn read_body(
    format: &dyn BodyFormat,
    model: &Model,
    side: MessageSide<'_>,
    shape: &Shape,
    body: &[u8],
    fields: &mut Fields,
) -> Result<Option<StreamError>, ProtocolError> {
    if stream_member(model, shape.id).is_some() {
        let (read, ending) = event_stream::decode(format.events(), model, shape.id, body, None)?;
        fields.extend(read);
        return Ok(ending);
    }
    let Some(member) = shape.payload() else {
        if !body.is_empty() && members(shape).any(side.in_body()) {
            fields.extend(format.read_members(model, side, shape, body)?);
        }
        return Ok(None);
    };
    let target = model.shape(member.shape);
    let within = |error: ProtocolError| error.within(&format!(".{}", member.name));
    let value = match target.kind {
        ShapeKind::Blob if !body.is_empty() || target.streaming => Some(Value::Blob(body.to_vec())),
        _ if body.is_empty() => None,
        ShapeKind::String => {
            let text = std::str::from_utf8(body);
            let text =
                text.map_err(|error| within(ProtocolError::new("text in UTF-8", error.to_string())))?;
            Some(Value::string(text))
        }
        _ => format.read_payload(model, member, body).map_err(within)?,
    };
    fields.extend(value.map(|value| (member.name.clone(), value)));
    Ok(None)
}

/// The body without its content coding. A coding that the input or output has a member for is the caller's own, such
/// as that of an object in S3, and stays: but for the one that a client put on by itself.
fn received(
    shape: &Shape,
    codings: &[String],
    headers: &Headers,
    body: &[u8],
) -> Result<(Headers, Vec<u8>), ProtocolError> {
    const FIELD: &str = "content-encoding";
    let own = members(shape)
        .any(|member| member.wire_name().eq_ignore_ascii_case(FIELD) && member.location.is_some());
    if !own {
        return Ok((headers.clone(), coding::unpacked(headers, body)?.into_owned()));
    }
    let mut headers = headers.clone();
    let written = headers.get(FIELD).unwrap_or_default().to_owned();
    let (kept, last) = written.rsplit_once(',').unwrap_or(("", &written));
    if last.trim() != "gzip" || !codings.iter().any(|coding| coding == "gzip") {
        return Ok((headers, body.to_vec()));
    }
    let body = coding::unpacked(&[(FIELD, "gzip")].into_iter().collect(), body)?.into_owned();
    match kept.trim() {
        "" => headers.remove(FIELD),
        kept => headers.set(FIELD, kept),
    }
    Ok((headers, body))
}
