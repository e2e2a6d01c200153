//! The recording of one question cut into runs: what may be played on, and what must wait for a change.
//!
//! `Describe` of an endpoint that is created, updated and deleted gives Creating, Creating, InService — then,
//! after the update, Updating, InService — then, after the delete, an error. Each stretch is a run. A client that
//! polls more often than the recording did must stay in its run until it makes the change itself.

use std::collections::BTreeSet;

use super::poll::is_read;
use crate::tape::cassette::Interaction;
use crate::tape::matcher::Index;

/// Interactions of one question that were recorded with nothing changed between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PollRun {
    /// The places in the question's list, from here …
    pub(super) from: usize,
    /// … up to here, not included.
    pub(super) to: usize,
    /// The interaction that changed something before this run, if there is one.
    pub(super) barrier: Option<usize>,
    /// Two or more looks at the same thing.
    pub(super) polls: bool,
}

/// Cuts the list of a question's interactions into runs.
pub(super) fn runs_of(places: &[usize], index: &Index, interactions: &[Interaction]) -> Vec<PollRun> {
    let Some(first) = places.first() else { return Vec::new() };
    let read = reads(&interactions[*first]);
    let identity: BTreeSet<&str> = index.question(*first).texts().collect();
    let mut runs = vec![PollRun { from: 0, to: 1, barrier: None, polls: false }];
    for (at, pair) in places.windows(2).enumerate() {
        let barrier = (pair[0] + 1..pair[1]).find(|between| {
            let question = index.question(*between);
            !reads(&interactions[*between])
                && (identity.is_empty() || question.texts().any(|text| identity.contains(text)))
        });
        match (barrier, runs.last_mut()) {
            (None, Some(run)) if read => run.to = at + 2,
            _ => runs.push(PollRun { from: at + 1, to: at + 2, barrier, polls: false }),
        }
    }
    for run in &mut runs {
        run.polls = read && run.to - run.from > 1;
    }
    runs
}

fn reads(interaction: &Interaction) -> bool {
    is_read(interaction.operation.as_deref(), &interaction.request().method)
}
