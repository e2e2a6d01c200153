//! Values of a shape as a proptest strategy: random ones, shrunk along the model.

use std::collections::VecDeque;
use std::sync::Arc;

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::smaller::smaller;
use super::{Rng, Values};
use crate::api::model::{Model, ShapeId, Value};

/// All valid values of a shape; what fails is shrunk to a smaller value that is valid, too.
pub fn values_of(model: &Arc<Model>, shape: ShapeId) -> ShapeValues {
    ShapeValues { values: Arc::new(Values::new(Arc::clone(model), 0, 3)), shape }
}

/// A runner whose sequence is that of a generator: the same one, the same values.
pub(crate) fn runner(mut rng: Rng) -> TestRunner {
    let seed: Vec<u8> = (0..4).flat_map(|_| rng.next_u64().to_le_bytes()).collect();
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// The strategy of [`values_of`].
#[derive(Debug, Clone)]
pub struct ShapeValues {
    values: Arc<Values>,
    shape: ShapeId,
}

impl ShapeValues {
    /// All valid values of a shape.
    pub(crate) fn new(values: &Arc<Values>, shape: ShapeId) -> ShapeValues {
        ShapeValues { values: Arc::clone(values), shape }
    }
}

impl Strategy for ShapeValues {
    type Tree = ShapeValue;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut rng = Rng::new(runner.rng().next_u64());
        let value = self.values.random(self.shape, &mut rng);
        Ok(ShapeValue { of: self.clone(), failed: value.clone(), current: value, next: None })
    }
}

/// One value and its way down.
#[derive(Debug)]
pub struct ShapeValue {
    of: ShapeValues,
    /// The smallest value known to fail.
    failed: Value,
    /// The value on trial.
    current: Value,
    /// Values to be tried, one step below `failed`; `None` before the first step.
    next: Option<VecDeque<Value>>,
}

impl ShapeValue {
    fn advance(&mut self) -> bool {
        match self.next.as_mut().and_then(VecDeque::pop_front) {
            Some(value) => {
                self.current = value;
                true
            }
            None => {
                self.current = self.failed.clone();
                false
            }
        }
    }
}

impl ValueTree for ShapeValue {
    type Value = Value;

    fn current(&self) -> Value {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.failed = self.current.clone();
        let shape = self.of.values.model().shape(self.of.shape);
        self.next = Some(smaller(&self.of.values, shape, &self.failed).into());
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.advance()
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::api::model::{ShapeKind, latest};
    use crate::api::values::smaller::weight;

    /// Always the first of the smaller values that still fails, as proptest goes.
    fn shrink(mut tree: ShapeValue, fails: impl Fn(&Value) -> bool) -> Value {
        let mut more = tree.simplify();
        while more {
            more = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        tree.current()
    }

    #[test]
    fn what_fails_is_shrunk_to_the_one_member_that_matters() {
        let model = latest().unwrap();
        let shape = model.shape_named("CreateTrainingJobRequest").unwrap();
        let strategy = values_of(&model, shape.id);
        let mut runner = TestRunner::deterministic();
        let fails = |value: &Value| value.get("Environment").is_some();
        let tree = std::iter::repeat_with(|| strategy.new_tree(&mut runner).unwrap())
            .find(|tree| fails(&tree.current()))
            .unwrap();
        let before = weight(&tree.current());
        let smallest = shrink(tree, fails);
        let ShapeKind::Structure { members, .. } = &shape.kind else { panic!("a structure") };
        let expected: Vec<_> = members
            .values()
            .filter(|member| member.required || member.name == "Environment")
            .map(|member| &member.name)
            .collect();
        let mut kept: Vec<_> = smallest.fields().unwrap().keys().collect();
        kept.sort_by_key(|name| members.get_index_of(*name));
        assert_eq!(kept, expected);
        assert!(weight(&smallest) < before);
        assert_eq!(smallest.get("Environment"), Some(&Value::Map(indexmap::IndexMap::new())));
    }
}
