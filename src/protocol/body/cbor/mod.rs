//! CBOR bodies (RFC 8949) as Smithy's rpcV2Cbor has them: bytes ⇄ items as written, value ⇄ item by shape.
//!
//! The rules (<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>):
//!
//! - Definite and indefinite lengths, all widths of whole numbers and floats, and null and undefined read alike.
//! - A null member is an absent one; lists and maps hold null only when sparse. Unknown members are ignored, the
//!   last of doubled keys counts. A tag that the shape does not ask for is passed over.
//! - A timestamp is tag 1 on seconds since 1970, whatever format the model names.
//! - A float may be written as a whole number, an integer not as a float.
//! - A union has exactly one member beside nulls and `__type`.

mod big;
mod decode;
mod encode;
mod item;
mod read;
mod view;
mod write;

pub(crate) use item::Item;
pub(crate) use read::parse;
pub(crate) use write::write;

use crate::api::model::{Model, ShapeId, Value};
use crate::protocol::contract::ProtocolError;
use crate::protocol::view::View;

/// Writes a value as its shape wants it.
pub(crate) fn encode_body(model: &Model, shape: ShapeId, value: &Value) -> Result<Item, ProtocolError> {
    encode::encode(model, shape, value).map_err(|error| *error)
}

/// Reads an item as a value of a shape.
pub(crate) fn decode_body(model: &Model, shape: ShapeId, item: &Item) -> Result<Value, ProtocolError> {
    decode::decode(model, shape, item).map_err(|error| *error)
}

/// Reads the one item of a body.
pub(crate) fn read_body(body: &[u8]) -> Result<Item, ProtocolError> {
    parse(body).map_err(|error| {
        ProtocolError::new("one CBOR item", format!("{} at byte {}", error.what, error.at)).within("body")
    })
}

/// Reads a body as a tree.
pub(crate) fn view(body: &[u8]) -> Result<View, ProtocolError> {
    read_body(body).map(|item| View::new(view::to_node(&item)))
}

/// The tree of an item.
pub(crate) fn view_of(item: &Item) -> View {
    View::new(view::to_node(item))
}

/// The item of a tree.
pub(crate) fn item_of(view: &View) -> Item {
    view::from_node(&view.root)
}

#[cfg(test)]
mod tests;
