//! Smaller values of a shape that are still valid: what shrinking tries.

use super::Values;
use super::leaf::length_bounds;
use crate::json::Json;
use crate::model::{Fields, Shape, ShapeKind, Timestamp, Value};

/// Values one step smaller, the boldest steps first. Every step ends somewhere: no value is among its own
/// descendants.
pub(super) fn smaller(values: &Values, shape: &Shape, value: &Value) -> Vec<Value> {
    let model = values.model();
    match (&shape.kind, value) {
        (ShapeKind::Structure { .. }, Value::Structure(fields)) => structure(values, shape, fields),
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            let inner = model.shape(*item);
            let replaced = |index: usize| {
                let smaller = smaller(values, inner, &items[index]);
                smaller.into_iter().map(move |item| {
                    let mut items = items.clone();
                    items[index] = item;
                    Value::List(items)
                })
            };
            let fewer = shorter(shape, items).into_iter().map(Value::List);
            fewer.chain((0..items.len()).flat_map(replaced)).collect()
        }
        (ShapeKind::Map { value: inner, .. }, Value::Map(entries)) => {
            let pairs: Vec<_> = entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            let fewer =
                shorter(shape, &pairs).into_iter().map(|pairs| Value::Map(pairs.into_iter().collect()));
            let inner = model.shape(*inner);
            let replaced = entries.iter().flat_map(|(key, value)| {
                smaller(values, inner, value).into_iter().map(|value| {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), value);
                    Value::Map(entries)
                })
            });
            fewer.chain(replaced).collect()
        }
        _ => simpler(values, shape, value).into_iter().collect(),
    }
}

fn structure(values: &Values, shape: &Shape, fields: &Fields) -> Vec<Value> {
    let optional =
        |name: &str| !shape.is_union() && shape.member(name).is_some_and(|member| !member.required);
    let (extras, kept): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| optional(name));
    let mut out = Vec::new();
    if extras.len() > 1 {
        out.push(Value::structure(kept.into_iter().map(|(name, value)| (name.clone(), value.clone()))));
    }
    for (name, _) in extras {
        let mut fields = fields.clone();
        fields.shift_remove(name);
        out.push(Value::Structure(fields));
    }
    for (name, value) in fields {
        let Some(member) = shape.member(name) else { continue };
        for value in smaller(values, values.model().shape(member.shape), value) {
            let mut fields = fields.clone();
            fields.insert(name.clone(), value);
            out.push(Value::Structure(fields));
        }
    }
    out
}

/// Collections with fewer items, down to the least that the shape allows.
fn shorter<T: Clone>(shape: &Shape, items: &[T]) -> Vec<Vec<T>> {
    let least = length_bounds(shape).0 as usize;
    if items.len() <= least {
        return Vec::new();
    }
    let mut out: Vec<Vec<T>> = vec![items[..least].to_vec()];
    let half = items.len().div_ceil(2);
    if half > least && half < items.len() - 1 {
        out.push(items[..half].to_vec());
    }
    if items.len() > least + 1 {
        out.extend((0..items.len()).map(|index| {
            let mut items = items.to_vec();
            items.remove(index);
            items
        }));
    }
    out
}

/// The plainest leaf of the shape, unless the value is that already.
fn simpler(values: &Values, shape: &Shape, value: &Value) -> Option<Value> {
    let plainest = match value {
        Value::Timestamp(Timestamp { seconds, nanos }) if *nanos != 0 => {
            Value::Timestamp(Timestamp::from_seconds(*seconds))
        }
        Value::Document(_) => Value::Document(Json::Object(Vec::new())),
        Value::Boolean(_) => Value::Boolean(false),
        Value::Integer(_) | Value::Float(_) | Value::BigNumber(_) | Value::String(_) | Value::Blob(_) => {
            values.minimal(shape.id)
        }
        _ => return None,
    };
    (plainest != *value).then_some(plainest)
}

/// How much a value holds: members, items and characters. Shrinking goes down.
#[cfg(test)]
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::Structure(fields) => 1 + fields.values().map(weight).sum::<usize>(),
        Value::List(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Map(entries) => {
            1 + entries.iter().map(|(key, value)| key.length() + weight(value)).sum::<usize>()
        }
        Value::String(text) => 1 + text.length(),
        Value::Blob(bytes) => 1 + bytes.len(),
        _ => 1,
    }
}

/// How many decimals of a second the finest timestamp within a value has.
pub fn timestamp_digits(value: &Value) -> u8 {
    match value {
        Value::Timestamp(Timestamp { nanos, .. }) => {
            (0..9).find(|digits| nanos % 10u32.pow(9 - u32::from(*digits)) == 0).unwrap_or(9)
        }
        Value::Structure(fields) => fields.values().map(timestamp_digits).max().unwrap_or(0),
        Value::List(items) => items.iter().map(timestamp_digits).max().unwrap_or(0),
        Value::Map(entries) => entries.values().map(timestamp_digits).max().unwrap_or(0),
        _ => 0,
    }
}
