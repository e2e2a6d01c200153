//! NU: null where there should be a value, and collections of nothing.

use crate::api::model::{Shape, ShapeKind, Value};
use crate::check::taxonomy::draft::Sheet;
use crate::check::taxonomy::place::{Place, value_at};
use crate::check::taxonomy::subject::Due::{Absent, Is, Refused};
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::json::{Json, Text};

fn is_document(subject: &Subject<'_>, place: &Place) -> bool {
    subject.shape(place.shape).kind == ShapeKind::Document
}

/// NU1. Null is a value of documents.
pub(in crate::check::taxonomy) fn optional(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted = |place: &Place| {
        place.optional && !is_document(subject, place) && !subject.shape(place.shape).is_union()
    };
    sheet.at_places(Side::Output, wanted, &[("", ())], |subject, place, ()| {
        subject.holds(place, Json::Null, &[Absent])
    });
    if subject.optional(Side::Output).len() > 1 {
        sheet.add("all", move || {
            let output = subject.minimal(Side::Output);
            let mut body = subject.json(&output);
            let members = subject.output().and_then(Shape::members).into_iter().flat_map(|all| all.values());
            if let Json::Object(fields) = &mut body {
                for member in members.filter(|member| !member.required) {
                    if subject.shape(member.shape).kind != ShapeKind::Document {
                        fields.push((Text::from(member.wire_name()), Json::Null));
                    }
                }
            }
            subject.gives(&body, crate::check::case::Expected::Output(output))
        });
    }
}

/// NU2.
pub(in crate::check::taxonomy) fn required(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted =
        |place: &Place| place.is_member() && !place.optional && !place.arm && !is_document(subject, place);
    sheet.at_places(Side::Output, wanted, &[("", ())], |subject, place, ()| {
        subject.holds(place, Json::Null, &[Absent])
    });
}

/// NU3.
pub(in crate::check::taxonomy) fn in_dense(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted = |place: &Place| match subject.shape(place.shape).kind {
        ShapeKind::List { item, sparse: false } => subject.shape(item).kind != ShapeKind::Document,
        ShapeKind::Map { value, sparse: false, .. } => subject.shape(value).kind != ShapeKind::Document,
        _ => false,
    };
    let forms = [("first", 0), ("middle", 1), ("last", 2)];
    sheet.at_places(Side::Output, wanted, &forms, |subject, place, at| {
        let full = subject.three(place)?;
        let mut json = subject.json_of(place, &full)?;
        let (mut kept, mut dropped) = (full.clone(), full);
        match (&mut json, &mut kept, &mut dropped) {
            (Json::Array(items), Value::List(kept), Value::List(dropped)) => {
                *items.get_mut(at)? = Json::Null;
                *kept.get_mut(at)? = Value::Null;
                dropped.remove(at);
            }
            (Json::Object(items), Value::Map(kept), Value::Map(dropped)) => {
                items.get_mut(at)?.1 = Json::Null;
                *kept.get_index_mut(at)?.1 = Value::Null;
                dropped.shift_remove_index(at);
            }
            _ => return None,
        }
        subject.holds(place, json, &[Refused, Is(kept), Is(dropped)])
    });
}

/// NU4.
pub(in crate::check::taxonomy) fn union(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted = |place: &Place| place.is_member() && !place.arm && subject.shape(place.shape).is_union();
    sheet.at_places(Side::Output, wanted, &[("", ())], |subject, place, ()| {
        subject.holds(place, Json::Null, &[Absent])
    });
}

/// NU5.
pub(in crate::check::taxonomy) fn in_sparse(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted = |place: &Place| {
        matches!(
            subject.shape(place.shape).kind,
            ShapeKind::List { sparse: true, .. } | ShapeKind::Map { sparse: true, .. }
        )
    };
    sheet.at_places(Side::Output, wanted, &[("", ())], |subject, place, ()| {
        Some(subject.says(subject.with(Side::Output, place, subject.with_nulls(place.shape)?)))
    });
}

/// NU6.
pub(in crate::check::taxonomy) fn nothing_in_it(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted = |place: &Place| {
        let kind = &subject.shape(place.shape).kind;
        place.is_member()
            && matches!(kind, ShapeKind::List { .. } | ShapeKind::Map { .. } | ShapeKind::Structure { .. })
            && empty(subject.shape(place.shape)).is_some()
    };
    sheet.at_places(Side::Output, wanted, &[("", ())], |subject, place, ()| {
        Some(subject.says(subject.with(Side::Output, place, empty(subject.shape(place.shape))?)))
    });
}

/// A collection without items, whatever its least length: an answer need not keep it.
fn empty(shape: &Shape) -> Option<Value> {
    match &shape.kind {
        ShapeKind::List { .. } => Some(Value::List(Vec::new())),
        ShapeKind::Map { .. } => Some(Value::Map(indexmap::IndexMap::new())),
        ShapeKind::Structure { members, union: false } => {
            members.values().all(|member| !member.required).then(Value::default)
        }
        _ => None,
    }
}

impl Subject<'_> {
    /// A collection of three for a place, as far as the keys of a map go; a recorded one is as long as it is.
    pub(in crate::check::taxonomy) fn three(&self, place: &Place) -> Option<Value> {
        if self.is_recorded() {
            return value_at(&mut self.minimal(Side::Output), &place.steps).cloned();
        }
        let mut rng = self.rng("three");
        match self.shape(place.shape).kind {
            ShapeKind::List { item, .. } => {
                Some(Value::List((0..3).map(|_| self.values.another(item, &mut rng)).collect()))
            }
            ShapeKind::Map { key, value, .. } => {
                let named = &self.shape(key).values;
                let name = |index: usize| match named.get(index) {
                    Some(name) => Text::from(name),
                    None => Text::from(["one", "two", "three"][index]),
                };
                if !named.is_empty() && named.len() < 3 {
                    return None;
                }
                let entries = (0..3).map(|index| (name(index), self.values.another(value, &mut rng)));
                Some(Value::Map(entries.collect()))
            }
            _ => None,
        }
    }

    /// The JSON of a value at a place.
    pub(in crate::check::taxonomy) fn json_of(&self, place: &Place, value: &Value) -> Option<Json> {
        let mut body = self.json(&self.with(Side::Output, place, value.clone()));
        self.json_at(&mut body, place).cloned()
    }
}
