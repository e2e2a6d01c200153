//! The findings of an earlier run, which a later one may repeat without failing.

use std::collections::BTreeSet;

use super::{Finding, Run};

/// What an earlier run found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    ids: BTreeSet<String>,
}

impl Baseline {
    /// The findings of an earlier run.
    pub fn of(run: &Run) -> Baseline {
        Baseline { ids: run.findings.iter().map(|finding| finding.id.clone()).collect() }
    }

    /// Whether a finding was there before, by itself or as part of one that showed everywhere.
    pub fn covers(&self, finding: &Finding) -> bool {
        let everywhere = finding.id.strip_suffix(&format!("/{}", finding.shape));
        self.ids.contains(&finding.id) || everywhere.is_some_and(|id| self.ids.contains(id))
    }
}
