//! The findings of an earlier run, which a later one may repeat without failing.

use std::collections::BTreeSet;

use super::{Finding, FindingId, Run};

/// What an earlier run found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    ids: BTreeSet<FindingId>,
}

impl Baseline {
    /// The findings of an earlier run.
    pub fn of(run: &Run) -> Baseline {
        Baseline { ids: run.findings.iter().map(Finding::id).collect() }
    }

    /// Whether a finding was there before, by itself or as part of one that showed everywhere.
    pub fn covers(&self, finding: &Finding) -> bool {
        let id = finding.id();
        self.ids.contains(&id) || self.ids.contains(&id.everywhere())
    }
}
