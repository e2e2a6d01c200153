//! Property names of filters: `TrainingJobStatus`, `Tags.team`, `HyperParameters.epochs`, `Metrics.loss`,
//! `InputDataConfig.DataSource.S3DataSource.S3Uri`.

use crate::api::model::{Model, Shape, ShapeKind, Timestamp, Value};

/// Names before a free key, the list it is looked up in, and the members of its items that hold key and value.
const KEYED: [(&str, &str, &str, &str); 3] = [
    ("Tags", "Tags", "Key", "Value"),
    ("Metrics", "FinalMetricDataList", "MetricName", "Value"),
    ("Metrics", "Metrics", "MetricName", "Last"),
];

/// The values that a property has in a resource.
pub(super) fn all<'a>(resource: &'a Value, name: &str) -> Vec<&'a Value> {
    if let Some((before, key)) = name.split_once('.') {
        for (word, list, by, value) in KEYED {
            let items = resource.get(list).and_then(Value::items).filter(|_| word == before);
            if let Some(items) = items {
                let same = items.iter().filter(|item| item.get(by).and_then(Value::as_str) == Some(key));
                return same.filter_map(|item| item.get(value)).collect();
            }
        }
    }
    walk(resource, name)
}

fn walk<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    if name.is_empty() {
        return match value {
            Value::List(items) => items.iter().collect(),
            value => vec![value],
        };
    }
    let (head, rest) = name.split_once('.').unwrap_or((name, ""));
    match value {
        Value::List(items) => items.iter().flat_map(|item| walk(item, name)).collect(),
        Value::Map(entries) => {
            let whole = entries.iter().find(|(key, _)| **key == name).map(|(_, value)| value);
            whole.map_or_else(
                || {
                    entries
                        .iter()
                        .filter(|(key, _)| **key == head)
                        .flat_map(|(_, value)| walk(value, rest))
                        .collect()
                },
                |value| vec![value],
            )
        }
        value => value.get(head).map(|inner| walk(inner, rest)).unwrap_or_default(),
    }
}

/// The shape of a property, if resources of the shape have it.
pub(super) fn shape_of<'m>(model: &'m Model, shape: &'m Shape, name: &str) -> Option<&'m Shape> {
    if let Some((before, _)) = name.split_once('.') {
        for (word, list, _, value) in KEYED {
            if let Some(item) =
                shape.member(list).filter(|_| word == before).and_then(|list| item(model, list.shape))
            {
                return item.member(value).map(|member| model.shape(member.shape));
            }
        }
    }
    let mut shape = shape;
    for name in name.split('.') {
        shape = match &shape.kind {
            ShapeKind::Structure { members, .. } => model.shape(members.get(name)?.shape),
            ShapeKind::Map { value, .. } => return Some(model.shape(*value)),
            _ => return None,
        };
        if let ShapeKind::List { item, .. } = shape.kind {
            shape = model.shape(item);
        }
    }
    Some(shape)
}

fn item(model: &Model, list: crate::api::model::ShapeId) -> Option<&Shape> {
    match model.shape(list).kind {
        ShapeKind::List { item, .. } => Some(model.shape(item)),
        _ => None,
    }
}

/// A value as text that sorts like it.
pub(super) fn sortable(value: &Value) -> String {
    match value {
        Value::Timestamp(Timestamp { seconds, nanos }) => format!("{seconds:020}.{nanos:09}"),
        Value::Integer(number) => format!("{:020}", i128::from(*number) + i128::from(i64::MAX)),
        Value::Float(number) => format!("{:030.6}", number + 1e18),
        value => value.as_str().unwrap_or_default().to_owned(),
    }
}
