//! Where one of several results will do: the one that the outcome comes nearest to.

use super::{Oracle as _, Trial, error, pagination, response, waiter};
use crate::api::outcome::Outcome;
use crate::check::case::Expected;

/// The trial held against the alternative of the outcome's own kind, or else any, that it differs from least; the
/// first among equals.
pub(super) fn resolve(trial: Trial<'_>) -> Trial<'_> {
    let Expected::OneOf(alternatives) = trial.expected else { return trial };
    against_each(trial, alternatives).min_by_key(distance).unwrap_or(trial)
}

/// The number of the alternative that the client took, to the last leaf; `None` where it took none.
pub(super) fn taken(trial: Trial<'_>) -> Option<usize> {
    let Expected::OneOf(alternatives) = trial.expected else { return None };
    against_each(trial, alternatives).position(|trial| distance(&trial) == Distance::default())
}

fn against_each<'a>(trial: Trial<'a>, alternatives: &'a [Expected]) -> impl Iterator<Item = Trial<'a>> {
    alternatives.iter().map(move |expected| resolve(Trial { expected, ..trial }))
}

/// How far an outcome is from an expectation: how it ended comes first, what the outputs hold second, for one member
/// that a client lacks shows on every page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    /// Whether the kind differs, and how many differences the error, page and wait oracles report.
    ending: (bool, usize),
    leaves: usize,
}

fn distance(trial: &Trial<'_>) -> Distance {
    let ending = error::ErrorOracle.judge(trial).len()
        + pagination::PaginationOracle.judge(trial).len()
        + waiter::WaiterOracle.judge(trial).len();
    Distance { ending: (!is_of_its_kind(trial), ending), leaves: response::ResponseOracle.judge(trial).len() }
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
