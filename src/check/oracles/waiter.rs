//! The waiter: how a wait ended, and after how many polls.

use super::difference::Difference;
use super::{Oracle, Trial};
use crate::api::outcome::Outcome;
use crate::check::case::{Expected, Mode};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::json::Json;

/// Judges waits.
#[derive(Debug)]
pub(super) struct WaiterOracle;

impl Oracle for WaiterOracle {
    fn name(&self) -> OracleName {
        OracleName::Waiter
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let Mode::Wait { waiter, .. } = &trial.case.call.mode else { return Vec::new() };
        let Ok(outcome) = &trial.evidence.outcome else { return Vec::new() };
        let differences = [ending(trial, waiter, outcome), polls(trial, waiter)];
        differences.into_iter().flatten().map(|difference| trial.state(self.name(), difference)).collect()
    }
}

fn of_waiter(path: &str, waiter: &str, message: String) -> Difference {
    Difference::of_call(Kind::WaiterDiffers, path, waiter, message)
}

fn ending(trial: &Trial<'_>, waiter: &str, outcome: &Outcome) -> Option<Difference> {
    let Expected::Waited(due) = trial.expected else { return None };
    if matches!(outcome, Outcome::Waited { result, .. } if result == due) {
        return None;
    }
    let due = due.word();
    let found = match outcome {
        Outcome::Waited { result, .. } => result.word(),
        other => other.kind(),
    };
    let message = format!("`{waiter}` should end in {due} and ended in {found}.");
    let difference = of_waiter("waited", waiter, message).in_manner(found);
    Some(difference.with(Some(Json::string(due)), Some(outcome.told())))
}

fn polls(trial: &Trial<'_>, waiter: &str) -> Option<Difference> {
    let (due, is) = (trial.case.expectation.requests, trial.evidence.transcript.entries.len());
    if due.holds(is) {
        return None;
    }
    let message = format!("`{waiter}` should send {due} and sent {is}.");
    Some(of_waiter("requests", waiter, message).with(Some(due.to_json()), Some(Json::number(is))))
}
