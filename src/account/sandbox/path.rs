//! Paths into values, as the table writes them: `OutputConfig.TargetPlatform.Os`, `Variants[].ModelName`.

use crate::api::model::{Fields, Value};

/// The first value at a path.
pub(super) fn first<'a>(fields: &'a Fields, path: &str) -> Option<&'a Value> {
    all(fields, path).into_iter().next()
}

/// All values at a path; `[]` walks a list or the values of a map.
pub(super) fn all<'a>(fields: &'a Fields, path: &str) -> Vec<&'a Value> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, each) = head.strip_suffix("[]").map_or((head, false), |name| (name, true));
    let Some(value) = fields.get(name) else { return Vec::new() };
    let found: Vec<&Value> = match value {
        Value::List(items) if each => items.iter().collect(),
        Value::Map(entries) if each => entries.values().collect(),
        value => vec![value],
    };
    match rest {
        None => found,
        Some(rest) => {
            found.into_iter().filter_map(Value::fields).flat_map(|fields| all(fields, rest)).collect()
        }
    }
}
