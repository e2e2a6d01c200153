//! What operations have in common, so that it is tried once.
//!
//! The same member of the same structure stands in many operations. The first operation of the model in which
//! it stands owns it and gets every form of every variant there; the others get one form a variant. Ownership
//! is a matter of the whole model, so that a filtered plan has the same cases as the full one.

use std::collections::BTreeMap;

use super::place::{Owner, Place, places};
use super::subject::Side;
use crate::api::model::{Model, shipped};

/// Who owns what in a model, and all places of every operation.
#[derive(Debug)]
pub(super) struct Ownership {
    places: Vec<[Vec<Place>; 2]>,
    inputs: BTreeMap<Owner, usize>,
    outputs: BTreeMap<Owner, usize>,
    named: Vec<usize>,
}

impl Ownership {
    pub(super) fn new(model: &Model) -> Ownership {
        let (mut inputs, mut outputs) = (BTreeMap::new(), BTreeMap::new());
        let mut all = Vec::with_capacity(model.operations.len());
        for (index, operation) in model.operations.values().enumerate() {
            let both = [(operation.input, &mut inputs), (operation.output, &mut outputs)];
            all.push(both.map(|(root, owners)| {
                let found = root.map_or_else(Vec::new, |root| places(model, root));
                for place in &found {
                    owners.entry(place.owner).or_insert(index);
                }
                found
            }));
        }
        Ownership { places: all, inputs, outputs, named: named(model) }
    }

    /// The places of one side of an operation.
    pub(super) fn places(&self, side: Side, index: usize) -> &[Place] {
        let [inputs, outputs] = &self.places[index];
        if side == Side::Input { inputs } else { outputs }
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

/// The operations that the facts name; the first ones of a model that has not all of them.
fn named(model: &Model) -> Vec<usize> {
    let names = &shipped().named;
    let found: Vec<usize> = names.iter().filter_map(|name| model.operations.get_index_of(*name)).collect();
    if found.len() == names.len() { found } else { (0..model.operations.len().min(names.len())).collect() }
}
