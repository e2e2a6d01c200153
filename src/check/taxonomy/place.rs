//! Places in a message: where a variant changes something, and how to get there.

use std::collections::{BTreeSet, VecDeque};

use crate::api::model::{Fields, Model, Shape, ShapeId, ShapeKind, TimestampFormat, Value};
use crate::api::values::Values;
use crate::ground::json::Json;

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PathStep {
    /// To a member of a structure, or an arm of a union.
    Member(String),
    /// To the first item of a list.
    Item,
    /// To the value of the first entry of a map.
    Entry,
}

/// A member of a structure: what two operations may have in common.
pub(super) type Owner = (ShapeId, usize);

/// A place in the input or the output of an operation.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The way there from the top.
    pub(super) steps: Vec<PathStep>,
    /// The shape of what stands there.
    pub(super) shape: ShapeId,
    /// The structure and the number of the member that the way goes through last.
    pub(super) owner: Owner,
    /// What that member says about timestamps.
    pub(super) format: Option<TimestampFormat>,
    /// It can be left out: an optional member of a structure.
    pub(super) optional: bool,
    /// It is an arm of a union.
    pub(super) arm: bool,
    /// The way to the last arm of a union that leads there, as ids write it; empty where there is none.
    pub(super) arms: String,
}

impl Place {
    /// It is a member itself, not an item of one.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.steps.last(), Some(PathStep::Member(_)))
    }

    /// The member's name, or the name of the member that holds the item.
    pub(super) fn name(&self) -> &str {
        let names = self.steps.iter().rev().find_map(|step| match step {
            PathStep::Member(name) => Some(name.as_str()),
            _ => None,
        });
        names.unwrap_or_default()
    }

    /// As ids write it: `Tags.0.Key`, `Environment.any`.
    pub(super) fn label(&self) -> String {
        let words: Vec<&str> = self.steps.iter().map(PathStep::word).collect();
        words.join(".")
    }

    /// As reports write it, after `root`: `output.Tags[0].Key`.
    pub(super) fn path(&self, root: &str) -> String {
        self.steps.iter().fold(root.to_owned(), |path, step| match step {
            PathStep::Member(name) => format!("{path}.{name}"),
            PathStep::Item => format!("{path}[0]"),
            PathStep::Entry => format!("{path}[*]"),
        })
    }
}

impl PathStep {
    fn word(&self) -> &str {
        match self {
            PathStep::Member(name) => name,
            PathStep::Item => "0",
            PathStep::Entry => "any",
        }
    }
}

/// All places below a structure, each member of each structure once, on the shortest way; nearer ones first.
pub(super) fn places(model: &Model, root: ShapeId) -> Vec<Place> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut queue = VecDeque::from([(Vec::new(), root, String::new())]);
    while let Some((steps, id, arms)) = queue.pop_front() {
        if !seen.insert(id) {
            continue;
        }
        let ShapeKind::Structure { members, union } = &model.shape(id).kind else { continue };
        for (index, member) in members.values().enumerate() {
            let mut place = Place {
                steps: [&steps[..], &[PathStep::Member(member.name.clone())]].concat(),
                shape: member.shape,
                owner: (id, index),
                format: member.timestamp_format,
                optional: !member.required && !union,
                arm: *union,
                arms: arms.clone(),
            };
            if *union {
                place.arms = place.label();
            }
            // Down through collections to what they hold.
            loop {
                found.push(place.clone());
                let (step, inner) = match model.shape(place.shape).kind {
                    ShapeKind::List { item, .. } => (PathStep::Item, item),
                    ShapeKind::Map { value, .. } => (PathStep::Entry, value),
                    _ => break,
                };
                place.steps.push(step);
                (place.shape, place.optional, place.arm, place.format) = (inner, false, false, None);
            }
            queue.push_back((place.steps, place.shape, place.arms));
        }
    }
    found
}

/// Puts a value at the end of the steps; what is missing on the way is made.
pub(super) fn put(values: &Values, shape: &Shape, value: &mut Value, steps: &[PathStep], leaf: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = leaf;
        return;
    };
    let model = values.model();
    match (step, &shape.kind, value) {
        (PathStep::Member(name), ShapeKind::Structure { members, union }, Value::Structure(fields)) => {
            let Some(member) = members.get(name) else { return };
            if *union {
                fields.retain(|arm, _| arm == name);
            }
            let inner = fields.entry(name.clone()).or_insert_with(|| values.with_items(member.shape));
            put(values, model.shape(member.shape), inner, rest, leaf);
            in_model_order(members.keys(), fields);
        }
        (PathStep::Item, ShapeKind::List { item, .. }, Value::List(items)) => {
            if items.is_empty() {
                items.push(values.with_items(*item));
            }
            put(values, model.shape(*item), &mut items[0], rest, leaf);
        }
        (PathStep::Entry, ShapeKind::Map { value: inner, .. }, Value::Map(entries)) => {
            if entries.is_empty()
                && let Value::Map(made) = values.with_items(shape.id)
            {
                *entries = made;
            }
            if let Some((_, value)) = entries.first_mut() {
                put(values, model.shape(*inner), value, rest, leaf);
            }
        }
        _ => {}
    }
}

fn in_model_order<'a>(names: impl Iterator<Item = &'a String>, fields: &mut Fields) {
    let mut rest = std::mem::take(fields);
    for name in names {
        if let Some(value) = rest.shift_remove(name) {
            fields.insert(name.clone(), value);
        }
    }
    fields.extend(rest);
}

/// What stands at the end of the steps.
pub(super) fn value_at<'v>(value: &'v mut Value, steps: &[PathStep]) -> Option<&'v mut Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value) };
    let inner = match (step, value) {
        (PathStep::Member(name), Value::Structure(fields)) => fields.get_mut(name),
        (PathStep::Item, Value::List(items)) => items.first_mut(),
        (PathStep::Entry, Value::Map(entries)) => entries.first_mut().map(|(_, value)| value),
        _ => None,
    };
    value_at(inner?, rest)
}

/// Takes away the member at the end of the steps.
pub(super) fn take(value: &mut Value, steps: &[PathStep]) {
    if let Some((PathStep::Member(name), to_structure)) = steps.split_last()
        && let Some(Value::Structure(fields)) = value_at(value, to_structure)
    {
        fields.shift_remove(name);
    }
}

/// What stands at the end of the steps in the JSON of a value.
pub(super) fn json_at<'j>(
    model: &Model,
    shape: &Shape,
    json: &'j mut Json,
    steps: &[PathStep],
) -> Option<&'j mut Json> {
    let Some((step, rest)) = steps.split_first() else { return Some(json) };
    match (step, &shape.kind, json) {
        (PathStep::Member(name), ShapeKind::Structure { members, .. }, Json::Object(fields)) => {
            let member = members.get(name)?;
            let (_, inner) = fields.iter_mut().find(|(field, _)| *field == member.wire_name())?;
            json_at(model, model.shape(member.shape), inner, rest)
        }
        (PathStep::Item, ShapeKind::List { item, .. }, Json::Array(items)) => {
            json_at(model, model.shape(*item), items.first_mut()?, rest)
        }
        (PathStep::Entry, ShapeKind::Map { value, .. }, Json::Object(entries)) => {
            json_at(model, model.shape(*value), &mut entries.first_mut()?.1, rest)
        }
        _ => None,
    }
}
