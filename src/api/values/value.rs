//! Values of shapes: minimal, maximal, random; always valid by the model.
//!
//! Valid means what Smithy's constraint traits say (`length`, `range`, `pattern`, `enum`, `required`):
//! <https://smithy.io/2.0/spec/constraint-traits.html>. A value of an input also passes the checks that SDKs
//! make before they send, since those are weaker.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Rng;
use super::leaf::Leaves;
use super::pattern::Pattern;
use crate::api::model::{Member, Model, Shape, ShapeId, ShapeKind, Value};
use crate::ground::json::Text;

/// Structures within each other beyond this are left out wherever the model allows.
const DEEPEST: usize = 20;
/// How often a shape may stand within itself in a maximal or random value.
const RECURSION: usize = 2;

/// Which optional members a value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// None: required members only.
    Minimal,
    /// Every one; collections have three items, two within another collection, one further down.
    Maximal,
    /// Some.
    Random,
}

/// Makes values of the shapes of one model.
#[derive(Debug)]
pub struct Values {
    model: Arc<Model>,
    leaves: Leaves,
    seed: u64,
}

impl Values {
    /// A maker whose values have at most `digits` decimals in timestamps.
    pub fn new(model: Arc<Model>, seed: u64, digits: u8) -> Values {
        let leaves = Leaves::new(&model, seed, digits);
        Values { model, leaves, seed }
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// The seed of everything this maker makes.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Required members only; the same value at every call.
    pub fn minimal(&self, shape: ShapeId) -> Value {
        let shape = self.model.shape(shape);
        let mut rng = Rng::labelled(self.seed, &shape.name);
        self.making(Fill::Minimal, None, &mut rng).value(shape)
    }

    /// Every member. Each enum and each union takes its choice number `turn`, so that as many turns as the
    /// longest enum has values show all of them.
    pub fn maximal(&self, shape: ShapeId, turn: usize) -> Value {
        let shape = self.model.shape(shape);
        let mut rng = Rng::labelled(self.seed, &format!("{} maximal", shape.name));
        self.making(Fill::Maximal, Some(turn), &mut rng).value(shape)
    }

    /// Any value.
    pub fn random(&self, shape: ShapeId, rng: &mut Rng) -> Value {
        self.making(Fill::Random, None, rng).value(self.model.shape(shape))
    }

    /// The pattern of a string shape, where it has one that can be read.
    pub(crate) fn pattern(&self, shape: &Shape) -> Option<&Pattern> {
        self.leaves.pattern(shape)
    }

    /// A value with required members only, another one at each call.
    pub fn another(&self, shape: ShapeId, rng: &mut Rng) -> Value {
        self.making(Fill::Minimal, None, rng).value(self.model.shape(shape))
    }

    /// As `minimal`, except that collections that may be empty get one item. Deterministic.
    pub fn with_items(&self, shape: ShapeId) -> Value {
        let mut rng = Rng::labelled(self.seed, &self.model.shape(shape).name);
        self.another_with_items(shape, &mut rng)
    }

    /// A minimal value whose collections have one item, another one at each call.
    pub fn another_with_items(&self, shape: ShapeId, rng: &mut Rng) -> Value {
        let mut making = self.making(Fill::Minimal, None, rng);
        making.least_items = 1;
        making.value(self.model.shape(shape))
    }

    fn making<'a>(&'a self, fill: Fill, turn: Option<usize>, rng: &'a mut Rng) -> Making<'a> {
        Making { values: self, fill, turn, rng, path: Vec::new(), collections: 0, least_items: 0 }
    }
}

/// A value in the making.
struct Making<'a> {
    values: &'a Values,
    fill: Fill,
    turn: Option<usize>,
    rng: &'a mut Rng,
    /// The shapes around the place.
    path: Vec<ShapeId>,
    /// How many of them are collections.
    collections: usize,
    least_items: usize,
}

impl<'a> Making<'a> {
    fn value(&mut self, shape: &'a Shape) -> Value {
        match &shape.kind {
            ShapeKind::Structure { members, union } => {
                self.inside(
                    shape,
                    |making| {
                        if *union { making.union(members) } else { making.structure(members) }
                    },
                )
            }
            ShapeKind::List { item, .. } => self.list(shape, *item),
            ShapeKind::Map { key, value, .. } => self.map(shape, *key, *value),
            _ => self.values.leaves.value(shape, self.turn, self.rng),
        }
    }

    fn inside<T>(&mut self, shape: &Shape, make: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(shape.id);
        let made = make(self);
        self.path.pop();
        made
    }

    fn structure(&mut self, members: &'a IndexMap<String, Member>) -> Value {
        let chosen = members.values().filter_map(|member| {
            let wanted = member.required || self.wants(member);
            wanted.then(|| (member.name.clone(), self.member(member)))
        });
        Value::Structure(chosen.collect())
    }

    /// Whether an optional member is set here.
    fn wants(&mut self, member: &Member) -> bool {
        let depth = self.path.len();
        match self.fill {
            Fill::Minimal => false,
            _ if depth > DEEPEST || self.recurs(member.shape) => false,
            Fill::Maximal => true,
            Fill::Random => self.rng.one_in(if depth < 3 { 2 } else { 3 }),
        }
    }

    /// Whether a shape stands around this place as often as it may.
    fn recurs(&self, shape: ShapeId) -> bool {
        self.path.iter().filter(|around| **around == shape).count() >= RECURSION
    }

    fn member(&mut self, member: &Member) -> Value {
        let shape = self.values.model.shape(member.shape);
        if member.json_text && shape.kind == ShapeKind::String {
            return self.values.leaves.json_text(shape, self.rng);
        }
        self.value(shape)
    }

    fn union(&mut self, arms: &'a IndexMap<String, Member>) -> Value {
        let able: Vec<&Member> = arms.values().filter(|arm| !self.recurs(arm.shape)).collect();
        let index = self.turn.map(|turn| turn % able.len().max(1));
        // A minimal value takes the first arm, so that it does not change with the number of arms.
        let index = index.unwrap_or_else(|| match self.fill {
            Fill::Random => self.rng.index(able.len()),
            _ => 0,
        });
        let arm = able.get(index).copied().or_else(|| arms.values().next());
        Value::Structure(arm.map(|arm| (arm.name.clone(), self.member(arm))).into_iter().collect())
    }

    fn list(&mut self, shape: &'a Shape, item: ShapeId) -> Value {
        let count = self.count(shape, item);
        let item = self.values.model.shape(item);
        self.collections += 1;
        let items = self.inside(shape, |making| (0..count).map(|_| making.value(item)).collect());
        self.collections -= 1;
        Value::List(items)
    }

    fn map(&mut self, shape: &'a Shape, key: ShapeId, value: ShapeId) -> Value {
        let count = self.count(shape, value);
        let (key, value) = (self.values.model.shape(key), self.values.model.shape(value));
        self.collections += 1;
        let entries = self.inside(shape, |making| {
            let mut entries: IndexMap<Text, Value> = IndexMap::new();
            // Keys may come twice: a few more turns than entries.
            for turn in 0..count * 4 {
                if entries.len() < count
                    && let Value::String(name) = making.values.leaves.value(key, Some(turn), making.rng)
                {
                    let value = making.value(value);
                    entries.insert(name, value);
                }
            }
            entries
        });
        self.collections -= 1;
        Value::Map(entries)
    }

    /// How many items a collection gets, within its bounds.
    fn count(&mut self, shape: &Shape, item: ShapeId) -> usize {
        let least = shape.min.as_ref().map_or(0, |bound| usize::try_from(bound.integer()).unwrap_or(0));
        let most =
            shape.max.as_ref().map_or(usize::MAX, |bound| usize::try_from(bound.integer()).unwrap_or(0));
        let wanted = match self.fill {
            _ if self.path.len() > DEEPEST || self.recurs(item) => 0,
            Fill::Minimal => self.least_items,
            Fill::Maximal => 3usize.saturating_sub(self.collections).max(1),
            Fill::Random => self.rng.index(4usize.saturating_sub(self.collections).max(2)),
        };
        wanted.max(least).min(most.max(least))
    }
}

/// Any valid value of a shape: the same for the same model, shape and seed.
pub fn arbitrary(model: &Arc<Model>, shape: ShapeId, seed: u64) -> Value {
    let label = format!("{} arbitrary", model.shape(shape).name);
    Values::new(Arc::clone(model), seed, 3).random(shape, &mut Rng::labelled(seed, &label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::{Validator, latest, synthetic};
    use crate::api::values::timestamp_digits;

    #[test]
    fn values_of_all_operations_are_valid_by_the_model() {
        for model in [latest().unwrap(), synthetic().unwrap()] {
            let validator = Validator::new(Arc::clone(&model));
            let values = Values::new(Arc::clone(&model), 7, 3);
            let mut rng = Rng::new(1);
            for operation in model.operations.values() {
                for id in [operation.input, operation.output].into_iter().flatten() {
                    let mut made = vec![values.minimal(id), values.with_items(id), values.maximal(id, 0)];
                    made.extend((0..3).map(|_| values.random(id, &mut rng)));
                    for value in made {
                        assert_eq!(validator.check(id, &value), [], "{}", operation.name);
                        assert!(timestamp_digits(&value) <= 3);
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_values() {
        let model = latest().unwrap();
        let shape = model.shape_named("CreateTrainingJobRequest").unwrap().id;
        let all = |seed| {
            let values = Values::new(Arc::clone(&model), seed, 6);
            (values.minimal(shape), values.maximal(shape, 3), arbitrary(&model, shape, seed))
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }

    #[test]
    fn as_many_turns_as_an_enum_has_values_show_them_all() {
        let model = latest().unwrap();
        let status = model.shape_named("TrainingJobStatus").unwrap();
        let output = model.shape_named("DescribeTrainingJobResponse").unwrap();
        let values = Values::new(Arc::clone(&model), 1, 3);
        let shown: Vec<_> = (0..status.values.len())
            .filter_map(|turn| values.maximal(output.id, turn).get("TrainingJobStatus").cloned())
            .collect();
        assert_eq!(shown, status.values.iter().map(Value::string).collect::<Vec<_>>());
    }
}
