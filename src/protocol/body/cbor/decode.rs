//! CBOR to the value of a shape.

use indexmap::IndexMap;

use super::big;
use super::item::{EPOCH_SECONDS, Item};
use super::view::to_node;
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, ShapeKind, Timestamp, Value};
use crate::ground::json::Text;
use crate::protocol::body::fit::{Fallible, expectation, one_arm, refuse, under, within_width};

/// Reads one value; a tag that the shape does not ask for is passed over.
pub(super) fn decode(model: &Model, shape: ShapeId, item: &Item) -> Fallible<Value> {
    let shape = model.shape(shape);
    match (&shape.kind, item.bare()) {
        (ShapeKind::Structure { union: true, .. }, Item::Map(entries, _)) => union(model, shape, entries),
        (ShapeKind::Structure { .. }, Item::Map(entries, _)) => structure(model, shape, entries),
        (ShapeKind::List { item, sparse }, Item::Array(items, _)) => list(model, *item, *sparse, items),
        (ShapeKind::Map { value, sparse, .. }, Item::Map(entries, _)) => map(model, *value, *sparse, entries),
        (ShapeKind::Document, _) => Ok(Value::Document(to_node(item))),
        _ => scalar(shape, item),
    }
}

fn scalar(shape: &Shape, item: &Item) -> Fallible<Value> {
    let value = match (&shape.kind, item.bare()) {
        (ShapeKind::String, Item::Text(text, _)) => Some(Value::string(text)),
        (ShapeKind::Blob, Item::Bytes(bytes, _)) => Some(Value::Blob(bytes.clone())),
        (ShapeKind::Boolean, Item::Simple(20)) => Some(Value::Boolean(false)),
        (ShapeKind::Boolean, Item::Simple(21)) => Some(Value::Boolean(true)),
        (ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long, bare) => {
            bare.whole().and_then(|number| within_width(shape, number)).map(Value::Integer)
        }
        (ShapeKind::BigInteger, _) => big::read_integer(item).map(Value::BigNumber),
        (ShapeKind::BigDecimal, _) => big::read_decimal(item).map(Value::BigNumber),
        (ShapeKind::Float, bare) => number(bare).filter(|number| fits_single(*number)).map(Value::Float),
        (ShapeKind::Double, bare) => number(bare).map(Value::Float),
        (ShapeKind::Timestamp, _) => return timestamp(shape, item),
        _ => None,
    };
    value.ok_or_else(|| refuse(expectation(shape), item.shown()))
}

/// A float of any width, or a whole number: JavaScript has no other floats.
fn number(item: &Item) -> Option<f64> {
    item.float().or_else(|| item.whole().map(|number| number as f64))
}

fn fits_single(number: f64) -> bool {
    !number.is_finite() || (number as f32).is_finite()
}

/// Tag 1 and seconds since 1970, whole or not.
fn timestamp(shape: &Shape, item: &Item) -> Fallible<Value> {
    let time = tagged(item, EPOCH_SECONDS).and_then(|seconds| match seconds {
        whole @ (Item::Unsigned(..) | Item::Negative(..)) => {
            whole.whole().and_then(|number| i64::try_from(number).ok()).map(Timestamp::from_seconds)
        }
        // The shortest decimal text of the double is the number that its writer meant.
        float => float.float().and_then(|number| Timestamp::from_epoch_text(&number.to_string())),
    });
    time.map(Value::Timestamp).ok_or_else(|| {
        let mut error = refuse(expectation(shape), item.shown());
        error.hint = Some("it is written as tag 1 on a number of seconds since 1970".to_owned());
        error
    })
}

/// What a tag of this number stands on, other tags around it passed over.
pub(super) fn tagged(item: &Item, wanted: u64) -> Option<&Item> {
    match item {
        Item::Tag(_, tag, inner) if *tag == wanted => Some(inner.bare()),
        Item::Tag(_, _, inner) => tagged(inner, wanted),
        _ => None,
    }
}

/// A null member is an absent one.
fn structure(model: &Model, shape: &Shape, entries: &[(Item, Item)]) -> Fallible<Value> {
    let mut fields = Fields::with_capacity(entries.len());
    for (key, item) in entries {
        let Some(member) = key.as_text().and_then(|name| member_on_wire(shape, name)) else { continue };
        if item.is_null() {
            fields.shift_remove(&member.name);
        } else {
            fields.insert(member.name.clone(), value_of(model, member, item)?);
        }
    }
    Ok(Value::Structure(fields))
}

fn value_of(model: &Model, member: &Member, item: &Item) -> Fallible<Value> {
    decode(model, member.shape, item).map_err(|error| under(error, format_args!(".{}", member.name)))
}

/// The member that is written under a name; names are matched with their case.
fn member_on_wire<'m>(shape: &'m Shape, name: &str) -> Option<&'m Member> {
    let members = shape.members()?;
    let same_name = members.get(name).filter(|member| member.wire_name() == name);
    same_name.or_else(|| members.values().find(|member| member.wire_name.as_deref() == Some(name)))
}

/// A union has exactly one member beside nulls and `__type`; one that the model does not know is kept by name.
fn union(model: &Model, shape: &Shape, entries: &[(Item, Item)]) -> Fallible<Value> {
    let mut set = IndexMap::<&str, &Item>::new();
    for (key, item) in entries {
        if let Some(name) = key.as_text() {
            set.insert(name, item);
        }
    }
    set.retain(|name, item| !item.is_null() && (*name != "__type" || shape.member("__type").is_some()));
    let mut set = set.into_iter();
    match (set.next(), set.next()) {
        (Some((name, item)), None) => match member_on_wire(shape, name) {
            Some(member) => Ok(Value::structure([(&member.name, value_of(model, member, item)?)])),
            None => Ok(Value::UnknownArm(name.to_owned())),
        },
        (None, _) => Err(refuse(one_arm(shape), "none")),
        (Some((first, _)), Some((second, _))) => {
            Err(refuse(one_arm(shape), format!("`{first}` and `{second}`")))
        }
    }
}

fn list(model: &Model, shape: ShapeId, sparse: bool, items: &[Item]) -> Fallible<Value> {
    let mut values = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let value = part(model, shape, sparse, item);
        values.push(value.map_err(|error| under(error, format_args!("[{index}]")))?);
    }
    Ok(Value::List(values))
}

fn map(model: &Model, shape: ShapeId, sparse: bool, entries: &[(Item, Item)]) -> Fallible<Value> {
    let mut map = IndexMap::with_capacity(entries.len());
    for (key, item) in entries {
        let name = key.as_text().ok_or_else(|| refuse("text as the key of a map", key.shown()))?;
        let value =
            part(model, shape, sparse, item).map_err(|error| under(error, format_args!("[{name:?}]")))?;
        map.insert(Text::from(name), value);
    }
    Ok(Value::Map(map))
}

/// Null is an item of sparse lists and maps only.
fn part(model: &Model, shape: ShapeId, sparse: bool, item: &Item) -> Fallible<Value> {
    if sparse && item.is_null() {
        return Ok(Value::Null);
    }
    decode(model, shape, item)
}
