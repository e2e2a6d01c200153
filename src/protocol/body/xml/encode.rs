//! A value to the element of its shape.

use indexmap::IndexMap;

use super::tree::{Element, XmlContent};
use super::{element_name, item_name, key_name, value_name};
use crate::api::model::{
    Fields, Member, Model, Shape, ShapeId, ShapeKind, TimestampFormat, Value, XmlNamespace,
};
use crate::ground::json::Text;
use crate::protocol::body::fit::{Fallible, no_such_member, one_arm, refuse, under};
use crate::protocol::body::scalar;

/// Puts the members of a structure into its element, in the order of the model.
pub(super) fn structure(model: &Model, shape: &Shape, fields: &Fields, out: &mut Element) -> Fallible<()> {
    declare(out, shape.xml().root.namespace.as_ref());
    if let Some(unknown) = fields.keys().find(|name| shape.member(name).is_none()) {
        return Err(no_such_member(shape, unknown));
    }
    for member in shape.members().into_iter().flat_map(|members| members.values()) {
        match fields.get(&member.name) {
            None | Some(Value::Null) => {}
            Some(value) => put(model, member, value, out)
                .map_err(|error| under(error, format_args!(".{}", member.name)))?,
        }
    }
    Ok(())
}

/// Smithy 2.0, union: exactly one member is set, and it is not null.
fn union(model: &Model, shape: &Shape, fields: &Fields, out: &mut Element) -> Fallible<()> {
    let set = fields.values().filter(|value| !matches!(value, Value::Null)).count();
    if set != 1 {
        return Err(refuse(one_arm(shape), if set == 0 { "none".to_owned() } else { format!("{set}") }));
    }
    structure(model, shape, fields, out)
}

/// Writes one member: as an attribute, as one element, or flattened as an element per item.
fn put(model: &Model, member: &Member, value: &Value, out: &mut Element) -> Fallible<()> {
    let shape = model.shape(member.shape);
    let name = element_name(model, member);
    if member.xml_attribute {
        let text = text(model, shape, member.timestamp_format, value)?;
        out.attributes.push((name.to_owned(), text));
        return Ok(());
    }
    if !(member.flattened || shape.xml().flattened) {
        out.push(of_member(model, member, name, value)?);
        return Ok(());
    }
    let namespace = member.xml_namespace.as_deref();
    match (&shape.kind, value) {
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            let namespace = shape.xml().item.namespace.as_ref().or(namespace);
            items.iter().enumerate().try_for_each(|(index, value)| {
                let element = part(model, *item, name, namespace, value);
                out.push(element.map_err(|error| under(error, format_args!("[{index}]")))?);
                Ok(())
            })
        }
        (ShapeKind::Map { .. }, Value::Map(entries)) => entries.iter().try_for_each(|(key, value)| {
            let mut element = Element::new(name);
            declare(&mut element, namespace);
            entry(model, shape, key, value, &mut element)?;
            out.push(element);
            Ok(())
        }),
        _ => {
            out.push(of_member(model, member, name, value)?);
            Ok(())
        }
    }
}

/// The element of a member.
pub(super) fn of_member(model: &Model, member: &Member, name: &str, value: &Value) -> Fallible<Element> {
    let mut element = Element::new(name);
    declare(&mut element, member.xml_namespace.as_deref());
    fill(model, model.shape(member.shape), member.timestamp_format, value, &mut element)?;
    Ok(element)
}

/// The element of an item, a key or a value.
fn part(
    model: &Model,
    shape: ShapeId,
    name: &str,
    namespace: Option<&XmlNamespace>,
    value: &Value,
) -> Fallible<Element> {
    let mut element = Element::new(name);
    declare(&mut element, namespace);
    fill(model, model.shape(shape), None, value, &mut element)?;
    Ok(element)
}

fn fill(
    model: &Model,
    shape: &Shape,
    format: Option<TimestampFormat>,
    value: &Value,
    out: &mut Element,
) -> Fallible<()> {
    match (&shape.kind, value) {
        (ShapeKind::Structure { union: true, .. }, Value::Structure(fields)) => {
            union(model, shape, fields, out)
        }
        (ShapeKind::Structure { .. }, Value::Structure(fields)) => structure(model, shape, fields, out),
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            items.iter().enumerate().try_for_each(|(index, value)| {
                let namespace = shape.xml().item.namespace.as_ref();
                let element = part(model, *item, item_name(shape), namespace, value);
                out.push(element.map_err(|error| under(error, format_args!("[{index}]")))?);
                Ok(())
            })
        }
        (ShapeKind::Map { .. }, Value::Map(entries)) => map(model, shape, entries, out),
        _ => {
            let text = text(model, shape, format, value)?;
            if !text.is_empty() {
                out.content.push(XmlContent::Text(text));
            }
            Ok(())
        }
    }
}

fn map(model: &Model, shape: &Shape, entries: &IndexMap<Text, Value>, out: &mut Element) -> Fallible<()> {
    entries.iter().try_for_each(|(key, value)| {
        let mut element = Element::new("entry");
        entry(model, shape, key, value, &mut element)?;
        out.push(element);
        Ok(())
    })
}

fn entry(model: &Model, shape: &Shape, key: &Text, value: &Value, out: &mut Element) -> Fallible<()> {
    let ShapeKind::Map { key: key_shape, value: value_shape, .. } = shape.kind else { return Ok(()) };
    let within = |error| under(error, format_args!("[{key:?}]"));
    let xml = shape.xml();
    let written = Value::String(key.clone());
    out.push(part(model, key_shape, key_name(shape), xml.key.namespace.as_ref(), &written).map_err(within)?);
    out.push(
        part(model, value_shape, value_name(shape), xml.value.namespace.as_ref(), value).map_err(within)?,
    );
    Ok(())
}

/// A scalar's text, of characters that XML can hold (XML 1.0, section 2.2).
fn text(model: &Model, shape: &Shape, format: Option<TimestampFormat>, value: &Value) -> Fallible<String> {
    let text = scalar::write(model, shape, format, TimestampFormat::DateTime, value)?;
    let held = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    match text.chars().find(|character| !held(*character)) {
        None => Ok(text),
        Some(character) => {
            Err(refuse("characters that XML 1.0 can hold", format!("U+{:04X}", u32::from(character))))
        }
    }
}

/// Declares a namespace on an element, once.
pub(super) fn declare(element: &mut Element, namespace: Option<&XmlNamespace>) {
    let Some(namespace) = namespace else { return };
    let name =
        namespace.prefix.as_ref().map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
    if !element.attributes.iter().any(|(declared, _)| *declared == name) {
        element.attributes.push((name, namespace.uri.clone()));
    }
}
