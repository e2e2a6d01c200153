//! What of an API the account does, operation by operation.
//!
//! The service's `coverage.tsv` holds what was seen: changes made through boto3 that another operation showed
//! afterwards. `cargo xtask coverage` writes it, a test makes all of them again.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::catalogue::{Catalogue, OperationRole};
use super::{OWN, table};
use crate::api::model::{Model, shipped};

/// How far an operation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It was seen to change what another operation shows, or to show what another one changed.
    Stateful,
    /// It reads and writes the account by the rules that all resources share; no other operation was seen to
    /// show what it does.
    Generic,
    /// It answers a valid call with a valid output that says nothing.
    Generated,
}

impl Level {
    /// The word of the command.
    pub fn word(self) -> &'static str {
        match self {
            Level::Stateful => "stateful",
            Level::Generic => "generic",
            Level::Generated => "generated",
        }
    }
}

/// An operation and how far it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCoverage {
    /// Its name.
    pub operation: String,
    /// How far it goes.
    pub level: Level,
    /// The operation that made a change and the one that showed it; one of them is this one.
    pub witness: Option<(&'static str, &'static str)>,
}

/// All operations of a model, in its order. Only the embedded models have witnesses.
pub fn coverage(model: &Model) -> Vec<OperationCoverage> {
    let catalogue = Catalogue::new(model, table::shipped(), &OWN);
    let ours = model.metadata.service == shipped().service;
    let seen = seen().get(model.metadata.date.as_str()).filter(|_| ours);
    let covered = |(operation, role): (&String, &OperationRole)| {
        let witness = seen.and_then(|seen| seen.get(operation.as_str())).copied();
        let level = match (role, witness) {
            (OperationRole::Generated, _) => Level::Generated,
            (_, None) => Level::Generic,
            (_, Some(_)) => Level::Stateful,
        };
        OperationCoverage { operation: operation.clone(), level, witness }
    };
    catalogue.roles.iter().map(covered).collect()
}

/// Witnesses by date and operation.
type Seen = BTreeMap<&'static str, BTreeMap<&'static str, (&'static str, &'static str)>>;

fn seen() -> &'static Seen {
    static SEEN: OnceLock<Seen> = OnceLock::new();
    SEEN.get_or_init(|| read(shipped().coverage))
}

/// Lines of operation, changing operation, showing operation, and the dates at which that was seen.
fn read(text: &'static str) -> Seen {
    let mut seen = Seen::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let [operation, change, look, dates] = line.split('\t').collect::<Vec<_>>()[..] {
            for date in dates.split(' ') {
                seen.entry(date).or_default().insert(operation, (change, look));
            }
        }
    }
    seen
}
