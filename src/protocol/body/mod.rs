//! The JSON bodies of Smithy's JSON protocols, directed by shapes: value ⇄ document.
//!
//! The rules, for both directions (<https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>):
//!
//! - A member that is null is absent; a required member that is absent stays absent. Filling it with a zero
//!   ("client error correction") is a client's business, and judges must see that it was not there. A document
//!   is the exception: null is one of its values.
//! - Unknown members are ignored, names are matched with their case, the last of doubled keys counts.
//! - Lists and maps hold null only when sparse; anywhere else it is an error (smithy-lang/smithy#2972).
//! - A union has exactly one member. `__type` and nulls beside it do not count; an arm unknown to the model is
//!   read as [`Value::UnknownArm`] and cannot be written, for nothing but its name is kept.
//! - Integers are read by value (`2.5E1` is 25) and refused with a fraction or beyond their width; big numbers
//!   keep their text; floats are written in the shortest form that reads back at their width, and `"NaN"`,
//!   `"Infinity"`, `"-Infinity"` are the only text they take.
//! - Timestamps follow the member's format, then the shape's, then epoch seconds; no format stands in for
//!   another. Digits beyond the nanosecond are cut off.
//! - `jsonvalue` members are plain strings: botocore treats them as documents in headers only.

mod decode;
mod encode;
mod number;

use crate::json::Json;
use crate::model::{Model, ShapeId, Value};

use super::ProtocolError;

/// Writes a value as its shape wants it.
pub fn encode_body(model: &Model, shape: ShapeId, value: &Value) -> Result<Json, ProtocolError> {
    encode::encode(model, shape, None, value)
}

/// Reads a document as a value of a shape.
pub fn decode_body(model: &Model, shape: ShapeId, json: &Json) -> Result<Value, ProtocolError> {
    decode::decode(model, shape, None, json)
}

/// True for a structure with a member that is an event stream, which no JSON body can hold.
pub(super) fn has_event_stream(model: &Model, shape: ShapeId) -> bool {
    let mut members = model.shape(shape).members().into_iter().flat_map(|members| members.values());
    members.any(|member| {
        let target = model.shape(member.shape);
        target.streaming && target.members().is_some()
    })
}
