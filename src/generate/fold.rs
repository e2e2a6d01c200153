//! What operations have in common, so that it is tried once.
//!
//! The same member of the same structure stands in many operations. The first operation of the model in which
//! it stands owns it and gets every form of every variant there; the others get one form a variant. Ownership
//! is a matter of the whole model, so that a filtered plan has the same cases as the full one.

use std::collections::BTreeMap;

use super::place::{Owner, places};
use super::subject::Side;
use crate::model::Model;

/// Operations of many kinds: created, described, listed, stopped, searched, with waiter, with tags.
const NAMED: [&str; 8] = [
    "AddTags",
    "CreateTrainingJob",
    "DescribeEndpoint",
    "DescribeTrainingJob",
    "ListTags",
    "ListTrainingJobs",
    "Search",
    "StopTrainingJob",
];

/// Who owns what in a model.
#[derive(Debug)]
pub(super) struct Fold {
    inputs: BTreeMap<Owner, usize>,
    outputs: BTreeMap<Owner, usize>,
    named: Vec<usize>,
}

impl Fold {
    pub(super) fn new(model: &Model) -> Fold {
        let (mut inputs, mut outputs) = (BTreeMap::new(), BTreeMap::new());
        for (index, operation) in model.operations.values().enumerate() {
            for (root, owners) in [(operation.input, &mut inputs), (operation.output, &mut outputs)] {
                for place in root.into_iter().flat_map(|root| places(model, root)) {
                    owners.entry(place.owner).or_insert(index);
                }
            }
        }
        Fold { inputs, outputs, named: named(model) }
    }

    /// The number of the operation that owns a member on one side.
    pub(super) fn owner(&self, side: Side, owner: Owner) -> Option<usize> {
        let owners = if side == Side::Input { &self.inputs } else { &self.outputs };
        owners.get(&owner).copied()
    }

    pub(super) fn is_named(&self, index: usize) -> bool {
        self.named.contains(&index)
    }
}

/// The named operations of SageMaker; of another service the first ones.
fn named(model: &Model) -> Vec<usize> {
    let found: Vec<usize> = NAMED.iter().filter_map(|name| model.operations.get_index_of(*name)).collect();
    if found.len() == NAMED.len() { found } else { (0..model.operations.len().min(NAMED.len())).collect() }
}
