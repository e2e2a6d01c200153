//! A value to the CBOR of its shape.

use indexmap::IndexMap;

use super::big;
use super::item::{EPOCH_SECONDS, Item};
use super::view::from_node;
use crate::api::model::{Fields, Model, Shape, ShapeId, ShapeKind, Timestamp, Value};
use crate::ground::json::{Json, Text};
use crate::protocol::body::fit::{
    Fallible, expectation, no_such_member, one_arm, refuse, under, within_width,
};

/// Writes one value.
pub(super) fn encode(model: &Model, shape: ShapeId, value: &Value) -> Fallible<Item> {
    let shape = model.shape(shape);
    match (&shape.kind, value) {
        (ShapeKind::Structure { union: true, .. }, Value::Structure(fields)) => union(model, shape, fields),
        (ShapeKind::Structure { .. }, Value::Structure(fields)) => structure(model, shape, fields),
        (ShapeKind::List { item, sparse }, Value::List(items)) => list(model, *item, *sparse, items),
        (ShapeKind::Map { value, sparse, .. }, Value::Map(entries)) => map(model, *value, *sparse, entries),
        (ShapeKind::Document, Value::Document(document)) => Ok(from_node(document)),
        _ => scalar(shape, value),
    }
}

fn scalar(shape: &Shape, value: &Value) -> Fallible<Item> {
    let item = match (&shape.kind, value) {
        (ShapeKind::String, Value::String(text)) => return string(text),
        (ShapeKind::Blob, Value::Blob(bytes)) => Some(Item::bytes(bytes.clone())),
        (ShapeKind::Boolean, Value::Boolean(flag)) => Some(Item::boolean(*flag)),
        (
            ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long,
            Value::Integer(number),
        ) => match within_width(shape, i128::from(*number)) {
            Some(number) => Some(Item::integer(number)),
            None => return Err(refuse(expectation(shape), number.to_string())),
        },
        (ShapeKind::BigInteger, Value::BigNumber(text)) => big::integer(text),
        (ShapeKind::BigDecimal, Value::BigNumber(text)) => big::decimal(text),
        (ShapeKind::Float, Value::Float(number)) => single(*number),
        (ShapeKind::Double, Value::Float(number)) => Some(Item::double(*number)),
        (ShapeKind::Timestamp, Value::Timestamp(time)) => Some(timestamp(*time)),
        _ => None,
    };
    item.ok_or_else(|| refuse(expectation(shape), value.kind()))
}

fn string(text: &Text) -> Fallible<Item> {
    let text = text.as_str().ok_or_else(|| refuse("text of whole characters", "a lone surrogate"))?;
    Ok(Item::text(text))
}

/// A float of 32 bits, unless the number is beyond them.
fn single(number: f64) -> Option<Item> {
    let narrow = number as f32;
    (narrow.is_finite() || !number.is_finite()).then(|| Item::Single(narrow.to_bits()))
}

/// Tag 1 on a whole number, or on a double where there is a fraction: as botocore writes it. A double tells
/// moments of our time to the microsecond.
fn timestamp(time: Timestamp) -> Item {
    let seconds = match time.nanos {
        0 => Item::integer(time.seconds),
        _ => Item::double(time.to_epoch_text().parse().unwrap_or(time.seconds as f64)),
    };
    Item::tagged(EPOCH_SECONDS, seconds)
}

fn structure(model: &Model, shape: &Shape, fields: &Fields) -> Fallible<Item> {
    let mut entries = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        if !matches!(value, Value::Null) {
            entries.push(member(model, shape, name, value)?);
        }
    }
    Ok(Item::map(entries))
}

/// Smithy 2.0, union: exactly one member is set, and it is not null.
fn union(model: &Model, shape: &Shape, fields: &Fields) -> Fallible<Item> {
    let null = |value: &Value| matches!(value, Value::Null | Value::Document(Json::Null));
    let mut set = fields.iter().filter(|(_, value)| !null(value));
    match (set.next(), set.next()) {
        (Some((name, value)), None) => Ok(Item::map(vec![member(model, shape, name, value)?])),
        (None, _) => Err(refuse(one_arm(shape), "none")),
        (Some((first, _)), Some((second, _))) => {
            Err(refuse(one_arm(shape), format!("`{first}` and `{second}`")))
        }
    }
}

fn member(model: &Model, shape: &Shape, name: &str, value: &Value) -> Fallible<(Item, Item)> {
    let member = shape.member(name).ok_or_else(|| no_such_member(shape, name))?;
    let written =
        encode(model, member.shape, value).map_err(|error| under(error, format_args!(".{name}")))?;
    Ok((Item::text(member.wire_name()), written))
}

fn list(model: &Model, shape: ShapeId, sparse: bool, values: &[Value]) -> Fallible<Item> {
    let mut items = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let written = part(model, shape, sparse, value);
        items.push(written.map_err(|error| under(error, format_args!("[{index}]")))?);
    }
    Ok(Item::array(items))
}

fn map(model: &Model, shape: ShapeId, sparse: bool, entries: &IndexMap<Text, Value>) -> Fallible<Item> {
    let mut items = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let place = |error| under(error, format_args!("[{key:?}]"));
        let written = part(model, shape, sparse, value).map_err(place)?;
        items.push((string(key).map_err(place)?, written));
    }
    Ok(Item::map(items))
}

/// Smithy 2.0, sparse trait: only sparse lists and maps may hold null.
fn part(model: &Model, shape: ShapeId, sparse: bool, value: &Value) -> Fallible<Item> {
    match value {
        Value::Null if sparse => Ok(Item::NULL),
        value => encode(model, shape, value),
    }
}
