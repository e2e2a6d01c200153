//! Every value of every enum, many enums to a message.

use indexmap::IndexMap;

use super::place::{Place, put};
use super::subject::{Side, Subject};
use crate::api::model::{ShapeId, ShapeKind, Value};
use crate::ground::json::Text;

/// A message in which each of some enum members has its value of one number.
#[derive(Debug, Clone)]
pub(super) struct EnumValues<'a> {
    side: Side,
    places: Vec<&'a Place>,
    number: usize,
}

impl EnumValues<'_> {
    pub(super) fn make(&self, subject: &Subject<'_>) -> Value {
        let mut value = subject.minimal(self.side);
        let Some(root) = subject.root(self.side).map(|root| subject.shape(root)) else { return value };
        for place in &self.places {
            if let Some(text) = subject.shape(place.shape).values.get(self.number) {
                put(subject.values, root, &mut value, &place.steps, Value::string(text));
            }
        }
        value
    }
}

impl<'a> Subject<'a> {
    /// A map with every value of the enum of its keys; `None` where it has no such keys or may not hold so many.
    pub(super) fn every_key(&self, map: ShapeId) -> Option<Value> {
        let shape = self.shape(map);
        let ShapeKind::Map { key, value, .. } = shape.kind else { return None };
        let keys = &self.shape(key).values;
        let fits = shape.max.as_ref().is_none_or(|most| most.integer() >= keys.len() as i128);
        let entries = keys.iter().map(|key| (Text::from(key.as_str()), self.values.with_items(value)));
        (fits && !keys.is_empty()).then(|| Value::Map(entries.collect()))
    }

    /// As few messages as show every value of every enum of one side: the n-th values of all enums together.
    /// What stands in different arms of a union cannot be in one message.
    pub(super) fn enum_values(&'a self, side: Side) -> Vec<(String, EnumValues<'a>)> {
        let mut groups: IndexMap<String, Vec<&Place>> = IndexMap::new();
        for place in self.places(side) {
            if !self.shape(place.shape).values.is_empty() {
                groups.entry(place.arms.clone()).or_default().push(place);
            }
        }
        let mut messages = Vec::new();
        for (arms, places) in groups {
            let size = |place: &&Place| self.shape(place.shape).values.len();
            for number in 0..places.iter().map(size).max().unwrap_or(0) {
                let places = places.iter().copied().filter(|place| number < size(place)).collect();
                let name = format!("{arms}{}value-{number}", if arms.is_empty() { "" } else { "-" });
                messages.push((name, EnumValues { side, places, number }));
            }
        }
        messages
    }
}
