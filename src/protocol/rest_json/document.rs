//! The JSON documents in bodies.

use super::{CONTENT_TYPE, RestJson};
use crate::api::model::{Fields, Member, Model, Shape, Value};
use crate::ground::json::{self, Style};
use crate::protocol::bindings::{Format, Side};
use crate::protocol::body::json::{decode_body, decode_members, encode_body, view};
use crate::protocol::contract::ProtocolError;

impl Format for RestJson {
    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    /// A structure without members in it is still written, as `{}`.
    fn write_members(
        &self,
        model: &Model,
        _: Side<'_>,
        shape: &Shape,
        fields: &Fields,
    ) -> Result<Option<Vec<u8>>, ProtocolError> {
        let document = encode_body(model, shape.id, &Value::Structure(fields.clone()))?;
        Ok(Some(json::write(&document, Style::Compact)))
    }

    fn write_payload(&self, model: &Model, member: &Member, value: &Value) -> Result<Vec<u8>, ProtocolError> {
        Ok(json::write(&encode_body(model, member.shape, value)?, Style::Compact))
    }

    fn absent_payload(&self) -> Option<Vec<u8>> {
        Some(b"{}".to_vec())
    }

    fn read_members(
        &self,
        model: &Model,
        side: Side<'_>,
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
        decode_body(model, member.shape, &view(body)?.root).map(Some)
    }
}
