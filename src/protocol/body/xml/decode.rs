//! An element to the value of a shape.

use indexmap::IndexMap;

use super::tree::Element;
use super::{element_name, item_name, key_name, value_name};
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, ShapeKind, TimestampFormat, Value};
use crate::ground::json::Text;
use crate::protocol::body::fit::{Fallible, one_arm, refuse, under};
use crate::protocol::body::scalar;
use crate::protocol::contract::ProtocolError;

/// Reads the members of a structure that `wanted` lets through; elements that it does not know are ignored.
pub(super) fn structure(
    model: &Model,
    shape: &Shape,
    element: &Element,
    wanted: &dyn Fn(&Member) -> bool,
) -> Fallible<Fields> {
    let mut fields = Fields::new();
    let members = || shape.members().into_iter().flat_map(|members| members.values());
    for member in members().filter(|member| member.xml_attribute && wanted(member)) {
        if let Some(text) = element.attribute(element_name(model, member)) {
            let target = model.shape(member.shape);
            let value = scalar::read(model, target, member.timestamp_format, TimestampFormat::DateTime, text)
                .map_err(|error| at(error, member))?;
            fields.insert(member.name.clone(), value);
        }
    }
    let named: IndexMap<&str, &Member> = members()
        .filter(|member| !member.xml_attribute && wanted(member))
        .map(|member| (element_name(model, member), member))
        .collect();
    for inner in element.elements() {
        if let Some(member) = named.get(inner.local_name()) {
            take(model, member, inner, &mut fields).map_err(|error| at(error, member))?;
        }
    }
    Ok(fields)
}

#[cold]
fn at(error: Box<ProtocolError>, member: &Member) -> Box<ProtocolError> {
    under(error, format_args!(".{}", member.name))
}

/// Reads one element of a member; of a flattened one it is one item or entry.
fn take(model: &Model, member: &Member, element: &Element, fields: &mut Fields) -> Fallible<()> {
    let shape = model.shape(member.shape);
    let flattened = member.flattened || shape.xml().flattened;
    match shape.kind {
        ShapeKind::List { item, .. } if flattened => {
            let list = fields.entry(member.name.clone()).or_insert_with(|| Value::List(Vec::new()));
            if let Value::List(items) = list {
                let value = value(model, model.shape(item), None, element)
                    .map_err(|error| under(error, format_args!("[{}]", items.len())))?;
                items.push(value);
            }
        }
        ShapeKind::Map { .. } if flattened => {
            let map = fields.entry(member.name.clone()).or_insert_with(|| Value::Map(IndexMap::new()));
            if let Value::Map(entries) = map {
                entry(model, shape, element, entries)?;
            }
        }
        _ => {
            let value = value(model, shape, member.timestamp_format, element)?;
            fields.insert(member.name.clone(), value);
        }
    }
    Ok(())
}

/// Reads an element as a value of a shape.
pub(super) fn value(
    model: &Model,
    shape: &Shape,
    format: Option<TimestampFormat>,
    element: &Element,
) -> Fallible<Value> {
    match shape.kind {
        ShapeKind::Structure { union: true, .. } => union(model, shape, element),
        ShapeKind::Structure { .. } => structure(model, shape, element, &|_| true).map(Value::Structure),
        ShapeKind::List { item, .. } => list(model, shape, item, element),
        ShapeKind::Map { .. } => {
            let mut entries = IndexMap::new();
            for inner in element.elements().filter(|inner| inner.local_name() == "entry") {
                entry(model, shape, inner, &mut entries)?;
            }
            Ok(Value::Map(entries))
        }
        _ => match element.elements().next() {
            None => scalar::read(model, shape, format, TimestampFormat::DateTime, &element.text()),
            Some(inner) => {
                Err(refuse(format!("text ({})", shape.name), format!("the element `{}`", inner.name)))
            }
        },
    }
}

fn list(model: &Model, shape: &Shape, item: ShapeId, element: &Element) -> Fallible<Value> {
    let items = element.elements().filter(|inner| inner.local_name() == item_name(shape));
    let values = items.enumerate().map(|(index, inner)| {
        value(model, model.shape(item), None, inner).map_err(|error| under(error, format_args!("[{index}]")))
    });
    values.collect::<Fallible<Vec<_>>>().map(Value::List)
}

fn entry(
    model: &Model,
    shape: &Shape,
    element: &Element,
    entries: &mut IndexMap<Text, Value>,
) -> Fallible<()> {
    let ShapeKind::Map { value: value_shape, .. } = shape.kind else { return Ok(()) };
    let missing = |name: &str| refuse(format!("an entry with `{name}`"), "none");
    let key = element.element(key_name(shape)).ok_or_else(|| missing(key_name(shape)))?.text();
    let inner = element.element(value_name(shape)).ok_or_else(|| missing(value_name(shape)));
    let read = inner.and_then(|inner| value(model, model.shape(value_shape), None, inner));
    entries.insert(key.as_str().into(), read.map_err(|error| under(error, format_args!("[{key:?}]")))?);
    Ok(())
}

/// A union has exactly one member; one that the model does not know is kept by name.
fn union(model: &Model, shape: &Shape, element: &Element) -> Fallible<Value> {
    let fields = structure(model, shape, element, &|_| true)?;
    let unknown = || element.elements().next().map(|inner| inner.local_name().to_owned());
    match (fields.len(), unknown()) {
        (1, _) => Ok(Value::Structure(fields)),
        (0, Some(name)) => Ok(Value::UnknownArm(name)),
        (count, _) => Err(refuse(one_arm(shape), format!("{count}"))),
    }
}
