//! Smaller values of a shape that are still valid: what proptest's shrinking tries.

use super::Values;
use super::edit::edits;
use crate::api::model::{Shape, Timestamp, Value};

/// Values one step smaller, the boldest steps first.
pub(crate) fn smaller(values: &Values, shape: &Shape, value: &Value) -> Vec<Value> {
    let step = |edit: super::edit::Edit| {
        let mut value = value.clone();
        edit.apply(&mut value);
        value
    };
    edits(values, shape, value).into_iter().map(step).collect()
}

/// How much a value holds: members, items and characters. Shrinking goes down.
#[cfg(test)]
pub(crate) fn weight(value: &Value) -> usize {
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
