//! Snapshots: a client against what it did before.
//!
//! It takes what was kept, so it stands beside the list of oracles, not in it.

use super::Trial;
use super::difference::Difference;
use crate::api::model::Model;
use crate::check::case::{Case, Class, Evidence};
use crate::check::snapshot::{canonical, changes};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::json::Json;

const RULE: &str = "the client's own snapshot";

/// Holds a trial against the canonical evidence that was kept of the same case.
pub fn snapshot(model: &Model, case: &Case, evidence: &Evidence, kept: &Json) -> Vec<Judgement> {
    let Some(operation) = model.operation(&case.operation) else { return Vec::new() };
    let trial = Trial::new(model, operation, case, evidence);
    let seen = canonical(model, operation, evidence);
    let changes = changes(kept, &seen);
    let Some(first) = changes.first() else { return Vec::new() };
    let path = ["requests", "outcome"].into_iter().find(|part| kept.get(part) != seen.get(part));
    let path = path.unwrap_or("outcome");
    let message = format!(
        "`{path}` differs from the snapshot in {} lines, the first of which is `{first}`.",
        changes.len()
    );
    let difference = Difference::of_call(Kind::SnapshotDiffers, path, &case.operation, message)
        .with(kept.get(path).cloned(), seen.get(path).cloned());
    vec![trial.hold(OracleName::Snapshot, Class::Snap, RULE, difference)]
}
