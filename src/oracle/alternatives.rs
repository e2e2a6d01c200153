//! Where one of several results will do: the one that the outcome comes nearest to.

use super::{Oracle as _, Trial, error, pagination, response, waiter};
use crate::case::Expected;

/// The trial held against the alternative with the fewest differences, the first among equals.
pub(super) fn resolve(trial: Trial<'_>) -> Trial<'_> {
    let Expected::OneOf(alternatives) = trial.expected else { return trial };
    let trials = alternatives.iter().map(|expected| resolve(Trial { expected, ..trial }));
    trials.min_by_key(differences).unwrap_or(trial)
}

fn differences(trial: &Trial<'_>) -> usize {
    response::Response.judge(trial).len()
        + error::Error.judge(trial).len()
        + pagination::Pagination.judge(trial).len()
        + waiter::Waiter.judge(trial).len()
}
