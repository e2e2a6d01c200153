//! Steps down from a value: what can be left out of it, and what can be made plainer. Every step leaves a value
//! that is valid by the model where the value was, and no value is among its own descendants.

use super::Values;
use super::leaf::length_bounds;
use crate::api::model::{Model, Shape, ShapeKind, Timestamp, Value};
use crate::ground::json::{Json, Text};

/// One step into a value or its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    Member(String),
    Item(usize),
    Key(Text),
    /// Whichever entry of a map.
    AnyKey,
}

/// What is done at the end of a way.
#[derive(Debug, Clone)]
pub(crate) enum EditAction {
    /// These members, items or entries are left out.
    Without(Vec<Spot>),
    /// A leaf becomes this one.
    Put(Value),
}

/// One step down.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) way: Vec<Spot>,
    pub(crate) change: EditAction,
}

/// All steps down from a value, the boldest of each place first.
pub(crate) fn edits(values: &Values, shape: &Shape, value: &Value) -> Vec<Edit> {
    let mut list = List { model: values.model(), way: Vec::new(), out: Vec::new() };
    list.value(values, shape, value);
    list.out
}

/// What can be left out of the JSON of a shape, whatever odd things stand in it.
pub(crate) fn json_edits(model: &Model, shape: &Shape, json: &Json) -> Vec<Edit> {
    let mut list = List { model, way: Vec::new(), out: Vec::new() };
    list.json(shape, json);
    list.out
}

/// The steps of a path as reports write it, below its first word: `output.Tags[0].Key`, `output.Map[*]`.
pub(crate) fn way_of(path: &str, root: &str) -> Option<Vec<Spot>> {
    let rest = path.strip_prefix(root)?.strip_prefix('.')?;
    let mut way = Vec::new();
    for part in rest.split('.') {
        let (name, brackets) = part.split_at(part.find('[').unwrap_or(part.len()));
        way.push(Spot::Member(name.to_owned()));
        for inside in brackets.split(']').filter_map(|bracket| bracket.strip_prefix('[')) {
            way.push(inside.parse().map_or(Spot::AnyKey, Spot::Item));
        }
    }
    Some(way)
}

impl Spot {
    fn meets(&self, other: &Spot) -> bool {
        match (self, other) {
            (Spot::Key(_) | Spot::AnyKey, Spot::Key(_) | Spot::AnyKey) => true,
            _ => self == other,
        }
    }
}

/// One of two ways leads through the end of the other, or ends there.
fn meet(one: &[Spot], other: &[Spot]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.meets(other))
}

impl Edit {
    /// It changes what stands at the end of a way, or takes it away.
    pub(crate) fn touches(&self, way: &[Spot]) -> bool {
        match &self.change {
            EditAction::Put(_) => meet(&self.way, way),
            EditAction::Without(spots) => {
                let inside = self.way.len() >= way.len() && meet(&self.way, way);
                inside
                    || spots
                        .iter()
                        .any(|spot| meet(&[&self.way[..], std::slice::from_ref(spot)].concat(), way))
            }
        }
    }

    /// Takes the step; nothing changes where there is no such place.
    pub(crate) fn apply(&self, value: &mut Value) {
        let there = self.way.iter().try_fold(value, |value, spot| match (spot, value) {
            (Spot::Member(name), Value::Structure(fields)) => fields.get_mut(name),
            (Spot::Item(index), Value::List(items)) => items.get_mut(*index),
            (Spot::Key(key), Value::Map(entries)) => entries.get_mut(key),
            _ => None,
        });
        match (&self.change, there) {
            (EditAction::Put(leaf), Some(value)) => *value = leaf.clone(),
            (EditAction::Without(spots), Some(Value::Structure(fields))) => {
                fields.retain(|name, _| !spots.contains(&Spot::Member(name.clone())));
            }
            (EditAction::Without(spots), Some(Value::List(items))) => leave_out(items, spots),
            (EditAction::Without(spots), Some(Value::Map(entries))) => {
                entries.retain(|key, _| !spots.contains(&Spot::Key(key.clone())));
            }
            _ => {}
        }
    }

    /// Leaves the same out of the JSON of a shape.
    pub(crate) fn apply_json(&self, model: &Model, shape: &Shape, json: &mut Json) {
        let EditAction::Without(spots) = &self.change else { return };
        let there = self.way.iter().try_fold((shape, json), |(shape, json), spot| {
            let (inner, json) = match (spot, &shape.kind, json) {
                (Spot::Member(name), ShapeKind::Structure { members, .. }, Json::Object(fields)) => {
                    let member = members.get(name)?;
                    let (_, json) = fields.iter_mut().find(|(field, _)| *field == member.wire_name())?;
                    (member.shape, json)
                }
                (Spot::Item(index), ShapeKind::List { item, .. }, Json::Array(items)) => {
                    (*item, items.get_mut(*index)?)
                }
                (Spot::Key(key), ShapeKind::Map { value, .. }, Json::Object(entries)) => {
                    (*value, &mut entries.iter_mut().find(|(name, _)| name == key)?.1)
                }
                _ => return None,
            };
            Some((model.shape(inner), json))
        });
        let named = |shape: &Shape, field: &Text| {
            spots.iter().any(|spot| match spot {
                Spot::Member(name) => shape.member(name).is_some_and(|member| *field == member.wire_name()),
                Spot::Key(key) => key == field,
                _ => false,
            })
        };
        match there {
            Some((shape, Json::Object(fields))) => fields.retain(|(field, _)| !named(shape, field)),
            Some((_, Json::Array(items))) => leave_out(items, spots),
            _ => {}
        }
    }
}

fn leave_out<T>(items: &mut Vec<T>, spots: &[Spot]) {
    let mut index = 0;
    items.retain(|_| {
        index += 1;
        !spots.contains(&Spot::Item(index - 1))
    });
}

/// Steps on their way to be listed.
struct List<'a> {
    model: &'a Model,
    way: Vec<Spot>,
    out: Vec<Edit>,
}

impl List<'_> {
    fn value(&mut self, values: &Values, shape: &Shape, value: &Value) {
        let model = values.model();
        match (&shape.kind, value) {
            (ShapeKind::Structure { members, .. }, Value::Structure(fields)) => {
                self.optional(shape, fields.keys().map(String::as_str));
                for (name, value) in fields {
                    let Some(member) = members.get(name) else { continue };
                    self.within(Spot::Member(name.clone()), |list| {
                        list.value(values, model.shape(member.shape), value);
                    });
                }
            }
            (ShapeKind::List { item, .. }, Value::List(items)) => {
                self.fewer(shape, (0..items.len()).map(Spot::Item).collect());
                for (index, value) in items.iter().enumerate() {
                    self.within(Spot::Item(index), |list| list.value(values, model.shape(*item), value));
                }
            }
            (ShapeKind::Map { value: inner, .. }, Value::Map(entries)) => {
                self.fewer(shape, entries.keys().cloned().map(Spot::Key).collect());
                for (key, value) in entries {
                    let spot = Spot::Key(key.clone());
                    self.within(spot, |list| list.value(values, model.shape(*inner), value));
                }
            }
            _ => {
                for leaf in plainer(values, shape, value) {
                    self.out.push(Edit { way: self.way.clone(), change: EditAction::Put(leaf) });
                }
            }
        }
    }

    fn json(&mut self, shape: &Shape, json: &Json) {
        let model = self.model;
        match (&shape.kind, json) {
            (ShapeKind::Structure { members, .. }, Json::Object(fields)) => {
                let known = |field: &Text| members.values().find(|member| *field == member.wire_name());
                let present: Vec<_> =
                    fields.iter().filter_map(|(name, json)| Some((known(name)?, json))).collect();
                self.optional(shape, present.iter().map(|(member, _)| member.name.as_str()));
                // Of a member that is written twice it is not said which one counts.
                let once = |name: &str| present.iter().filter(|(other, _)| other.name == name).count() == 1;
                for (member, json) in present.iter().filter(|(member, _)| once(&member.name)) {
                    let spot = Spot::Member(member.name.clone());
                    self.within(spot, |list| list.json(model.shape(member.shape), json));
                }
            }
            (ShapeKind::List { item, .. }, Json::Array(items)) => {
                self.fewer(shape, (0..items.len()).map(Spot::Item).collect());
                for (index, json) in items.iter().enumerate() {
                    self.within(Spot::Item(index), |list| list.json(model.shape(*item), json));
                }
            }
            (ShapeKind::Map { value, .. }, Json::Object(entries)) => {
                self.fewer(shape, entries.iter().map(|(key, _)| Spot::Key(key.clone())).collect());
                for (key, json) in entries {
                    self.within(Spot::Key(key.clone()), |list| list.json(model.shape(*value), json));
                }
            }
            _ => {}
        }
    }

    fn within(&mut self, spot: Spot, list: impl FnOnce(&mut Self)) {
        self.way.push(spot);
        list(self);
        self.way.pop();
    }

    /// Fewer of the members that are optional.
    fn optional<'n>(&mut self, shape: &Shape, names: impl Iterator<Item = &'n str>) {
        let optional =
            |name: &&str| !shape.is_union() && shape.member(name).is_some_and(|member| !member.required);
        let spots: Vec<Spot> = names.filter(optional).map(|name| Spot::Member(name.to_owned())).collect();
        self.without(&spots, 0);
    }

    /// Fewer items, down to the least that the shape allows.
    fn fewer(&mut self, shape: &Shape, spots: Vec<Spot>) {
        self.without(&spots, length_bounds(shape).0 as usize);
    }

    /// All that may go at once, then halves, quarters, and so on down to single ones.
    fn without(&mut self, spots: &[Spot], least: usize) {
        let mut size = spots.len().saturating_sub(least);
        while size > 0 {
            let parts = spots.chunks(size).map(<[Spot]>::to_vec);
            let edits = parts.map(|part| Edit { way: self.way.clone(), change: EditAction::Without(part) });
            self.out.extend(edits);
            size /= 2;
        }
    }
}

/// Plainer leaves of the shape: the plainest, and half of what is long.
fn plainer(values: &Values, shape: &Shape, value: &Value) -> Vec<Value> {
    let least = length_bounds(shape).0 as usize;
    let open = shape.pattern.is_none() && shape.values.is_empty();
    let mut out = match value {
        Value::Timestamp(Timestamp { seconds, nanos }) if *nanos != 0 => {
            vec![Value::Timestamp(Timestamp::from_seconds(*seconds))]
        }
        Value::Document(_) => vec![Value::Document(Json::Object(Vec::new()))],
        Value::Boolean(_) => vec![Value::Boolean(false)],
        Value::Integer(_) | Value::Float(_) | Value::BigNumber(_) | Value::String(_) | Value::Blob(_) => {
            vec![values.minimal(shape.id)]
        }
        _ => Vec::new(),
    };
    match value {
        Value::String(text) if open && text.length() / 2 >= least.max(1) => {
            let mut half = Text::default();
            text.code_points().take(text.length() / 2).for_each(|point| half.push(point));
            out.push(Value::String(half));
        }
        Value::Blob(bytes) if bytes.len() / 2 >= least.max(1) => {
            out.push(Value::Blob(bytes[..bytes.len() / 2].to_vec()));
        }
        _ => {}
    }
    out.retain(|plainer| plainer != value && !grows(plainer, value));
    out
}

/// A minimal text or blob may be longer than the one at hand: then it is no step down.
fn grows(plainer: &Value, value: &Value) -> bool {
    match (plainer, value) {
        (Value::String(plainer), Value::String(value)) => plainer.length() > value.length(),
        (Value::Blob(plainer), Value::Blob(value)) => plainer.len() > value.len(),
        _ => false,
    }
}
