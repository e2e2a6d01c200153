//! Less of JSON that no shape describes: unknown members and whatever stands in them.

use crate::api::model::{Model, Shape, ShapeKind};
use crate::ground::json::{Json, Text};

/// More steps than these are not listed.
const MOST: usize = 400;

/// One step down in a document; the way is the numbers of members and items.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    way: Vec<usize>,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    /// These members or items are left out.
    Without(std::ops::Range<usize>),
    /// What stands so many levels within takes its place.
    Within(usize),
    /// A text is cut in half.
    Half,
}

/// All steps down in a document of any form.
pub(super) fn steps(json: &Json) -> Vec<Raw> {
    let mut list = Vec::new();
    anything(json, &mut Vec::new(), &mut list);
    list
}

/// The steps down in the child of that number.
pub(super) fn within(json: &Json, index: usize) -> Vec<Raw> {
    let mut list = Vec::new();
    if let Some(child) = children(json).get(index) {
        inside(&mut Vec::new(), index, |way| anything(child, way, &mut list));
    }
    list
}

/// The steps down in what a shape does not know.
pub(super) fn unknown(model: &Model, shape: &Shape, json: &Json) -> Vec<Raw> {
    let mut list = Vec::new();
    known(model, shape, json, &mut Vec::new(), &mut list);
    list
}

fn known(model: &Model, shape: &Shape, json: &Json, way: &mut Vec<usize>, list: &mut Vec<Raw>) {
    let children: Vec<(&Json, Option<&Shape>)> = match (&shape.kind, json) {
        // An arm that is not known is what the answer is about.
        (ShapeKind::Structure { members, union: false }, Json::Object(fields)) => {
            let shape_of = |field: &Text| {
                let member = members.values().find(|member| *field == member.wire_name())?;
                Some(model.shape(member.shape))
            };
            fields.iter().map(|(field, json)| (json, shape_of(field))).collect()
        }
        (ShapeKind::List { item, .. }, Json::Array(items)) => {
            items.iter().map(|json| (json, Some(model.shape(*item)))).collect()
        }
        (ShapeKind::Map { value, .. }, Json::Object(entries)) => {
            entries.iter().map(|(_, json)| (json, Some(model.shape(*value)))).collect()
        }
        _ => Vec::new(),
    };
    for (index, (json, shape)) in children.into_iter().enumerate() {
        match shape {
            Some(shape) => inside(way, index, |way| known(model, shape, json, way, list)),
            None => {
                list.push(Raw { way: way.clone(), change: Change::Without(index..index + 1) });
                inside(way, index, |way| anything(json, way, list));
            }
        }
    }
}

fn inside(way: &mut Vec<usize>, index: usize, work: impl FnOnce(&mut Vec<usize>)) {
    way.push(index);
    work(way);
    way.pop();
}

fn anything(json: &Json, way: &mut Vec<usize>, list: &mut Vec<Raw>) {
    let mut levels = depth(json) / 2;
    while levels > 0 && list.len() < MOST {
        list.push(Raw { way: way.clone(), change: Change::Within(levels) });
        levels /= 2;
    }
    parts(json, way, list);
}

fn parts(json: &Json, way: &mut Vec<usize>, list: &mut Vec<Raw>) {
    if list.len() >= MOST {
        return;
    }
    if matches!(json, Json::String(text) if text.length() > 1) {
        list.push(Raw { way: way.clone(), change: Change::Half });
    }
    let children = children(json);
    let mut size = children.len();
    while size > 0 {
        let starts = (0..children.len()).step_by(size);
        let windows = starts.map(|start| start..(start + size).min(children.len()));
        list.extend(windows.map(|window| Raw { way: way.clone(), change: Change::Without(window) }));
        size /= 2;
    }
    for (index, child) in children.into_iter().enumerate() {
        inside(way, index, |way| parts(child, way, list));
    }
}

fn children(json: &Json) -> Vec<&Json> {
    match json {
        Json::Array(items) => items.iter().collect(),
        Json::Object(members) => members.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

/// How often one can go to the first child.
fn depth(json: &Json) -> usize {
    std::iter::successors(Some(json), |json| children(json).first().copied()).count() - 1
}

fn child(json: &mut Json, index: usize) -> Option<&mut Json> {
    match json {
        Json::Array(items) => items.get_mut(index),
        Json::Object(members) => members.get_mut(index).map(|(_, value)| value),
        _ => None,
    }
}

impl Raw {
    /// Takes the step.
    pub(super) fn apply(&self, json: &mut Json) -> Option<()> {
        let there = self.way.iter().try_fold(json, |json, index| child(json, *index))?;
        match (&self.change, &mut *there) {
            (Change::Without(range), Json::Array(items)) => drop(items.drain(range.clone())),
            (Change::Without(range), Json::Object(members)) => drop(members.drain(range.clone())),
            (Change::Within(levels), _) => {
                let inner = (0..*levels).try_fold(&mut *there, |json, _| child(json, 0))?;
                *there = std::mem::replace(inner, Json::Null);
            }
            (Change::Half, Json::String(text)) => {
                let mut half = Text::default();
                text.code_points().take(text.length() / 2).for_each(|point| half.push(point));
                *text = half;
            }
            _ => {}
        }
        Some(())
    }
}
