//! The JSON documents in bodies.

use super::{CONTENT_TYPE, RestJson};
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, Value};
use crate::ground::json::{self, Style};
use crate::protocol::bindings::{BodyFormat, MessageSide};
use crate::protocol::body::json::{decode_body, decode_members, encode_body, view};
use crate::protocol::contract::ProtocolError;
use crate::protocol::event_stream::EventFormat;

static EVENTS: EventFormat =
    EventFormat { content_type: CONTENT_TYPE, encode: write_document, decode: read_document };

fn write_document(model: &Model, shape: ShapeId, value: &Value) -> Result<Vec<u8>, ProtocolError> {
    Ok(json::write(&encode_body(model, shape, value)?, Style::Compact))
}

fn read_document(model: &Model, shape: ShapeId, body: &[u8]) -> Result<Value, ProtocolError> {
    decode_body(model, shape, &view(body)?.root)
}

impl BodyFormat for RestJson {
    fn events(&self) -> &'static EventFormat {
        &EVENTS
    }

    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    /// A structure without members in it is still written, as `{}`.
    fn write_members(
        &self,
        model: &Model,
        _: MessageSide<'_>,
        shape: &Shape,
        fields: &Fields,
    ) -> Result<Option<Vec<u8>>, ProtocolError> {
        write_document(model, shape.id, &Value::Structure(fields.clone())).map(Some)
    }

    fn write_payload(&self, model: &Model, member: &Member, value: &Value) -> Result<Vec<u8>, ProtocolError> {
        write_document(model, member.shape, value)
    }

    fn absent_payload(&self) -> Option<Vec<u8>> {
        Some(b"{}".to_vec())
    }

    fn read_members(
        &self,
        model: &Model,
        side: MessageSide<'_>,
        shape: &Shape,
        body: &[u8],
    ) -> Result<Fields, ProtocolError> {
        decode_members(model, shape, &view(body)?.root, &side.in_body())
    }

    fn read_payload(
        &self,
        model: &Model,
        member: &Member,
        body: &[u8],
    ) -> Result<Option<Value>, ProtocolError> {
        read_document(model, member.shape, body).map(Some)
    }
}
