//! Where one of several results will do: the one that the outcome comes nearest to.

use super::{Oracle as _, Trial, error, pagination, response, waiter};
use crate::case::Expected;
use crate::outcome::Outcome;

/// The trial held against the alternative of the outcome's own kind, or else any, that it differs from least; the
/// first among equals.
pub(super) fn resolve(trial: Trial<'_>) -> Trial<'_> {
    let Expected::OneOf(alternatives) = trial.expected else { return trial };
    let trials = alternatives.iter().map(|expected| resolve(Trial { expected, ..trial }));
    trials.min_by_key(|trial| (!is_of_its_kind(trial), differences(trial))).unwrap_or(trial)
}

fn is_of_its_kind(trial: &Trial<'_>) -> bool {
    let Ok(outcome) = &trial.evidence.outcome else { return true };
    match trial.expected {
        Expected::Output(_) => matches!(outcome, Outcome::Output { .. }),
        Expected::Error(_) => matches!(outcome, Outcome::ServiceError(_)),
        Expected::Refusal => matches!(outcome, Outcome::ClientError(_)),
        Expected::Pages { .. } => matches!(outcome, Outcome::Pages { .. }),
        Expected::Waited(_) => matches!(outcome, Outcome::Waited { .. }),
        Expected::OneOf(_) | Expected::Open => true,
    }
}

/// How it ended comes first, what the outputs hold second: one member that a client lacks shows on every page.
fn differences(trial: &Trial<'_>) -> (usize, usize) {
    let ending = error::Error.judge(trial).len()
        + pagination::Pagination.judge(trial).len()
        + waiter::Waiter.judge(trial).len();
    (ending, response::Response.judge(trial).len())
}
