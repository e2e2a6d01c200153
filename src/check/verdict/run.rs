//! A whole run as data: what the JSON report holds and every other report is made of.

use super::{Baseline, Coverage, Finding, Tally};
use crate::check::case::Class;
use crate::ground::json::Json;

/// Which API was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Api {
    /// The service's short name.
    pub service: String,
    /// The model's date, empty where it has none.
    pub date: String,
    /// How many operations the model has.
    pub operations: u64,
}

/// How often a deviation was met in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviationUse {
    /// The client's name, as it stands in the file.
    pub client: String,
    /// Client, variant, operation, kind and place in one sentence.
    pub deviation: String,
    /// Cases that its globs name, with a client version in its range.
    pub named: u64,
    /// Those of them that gave an outcome.
    pub ran: u64,
    /// Those of them that showed it.
    pub seen: u64,
}

impl DeviationUse {
    /// Whether all its cases ran and none showed it; says something about full runs only.
    pub fn is_stale(&self) -> bool {
        self.named > 0 && self.ran == self.named && self.seen == 0
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// `shapetape X.Y.Z`.
    pub tool: String,
    /// Every planned case ran.
    pub complete: bool,
    /// Which API.
    pub api: Api,
    /// The run's seed.
    pub seed: u64,
    /// Only some operations, variants or cases were asked for.
    pub filtered: bool,
    /// Which part of the plan this is: its number, from 1, and of how many.
    pub shard: Option<(u32, u32)>,
    /// How the cases ended, client by client.
    pub clients: Vec<Tally>,
    /// What of the model was touched.
    pub coverage: Coverage,
    /// How often each deviation was met.
    pub deviations: Vec<DeviationUse>,
    /// The findings, known ones too.
    pub findings: Vec<Finding>,
    /// All durations.
    pub timing: Json,
}

/// What makes a run fail.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Findings of this class and the firmer ones; `None` for no findings at all.
    pub fail_on: Option<Class>,
    /// Findings that were there before do not count.
    pub baseline: Option<Baseline>,
}

/// How a run is concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// All as expected: exit code 0.
    AsExpected,
    /// Findings, or stale deviations: exit code 1.
    Failed,
    /// Too much could not run, or could not be judged: exit code 3.
    BarelyRan,
}

impl Run {
    /// How many cases were told and how many were planned, all clients together.
    pub fn told_of_planned(&self) -> (u64, u64) {
        let count = |tally: &Tally| (tally.cases, tally.planned.max(tally.cases));
        let sum = |(told, planned): (u64, u64), (more, also): (u64, u64)| (told + more, planned + also);
        self.clients.iter().map(count).fold((0, 0), sum)
    }

    /// The deviations that no case showed any more; none unless the whole plan ran, all shards of it.
    pub fn stale(&self) -> Vec<&DeviationUse> {
        if self.filtered || !self.complete || self.shard.is_some() {
            return Vec::new();
        }
        let sampled = self.clients.iter().filter(|tally| tally.sampled).map(Tally::plain_name);
        let stale = self.deviations.iter().filter(|usage| usage.is_stale());
        stale.filter(|usage| !sampled.clone().any(|name| name == usage.client)).collect()
    }

    /// The findings that make the run fail.
    pub fn failing<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| {
            !finding.is_known()
                && policy.fail_on.is_some_and(|class| finding.class <= class)
                && !policy.baseline.as_ref().is_some_and(|baseline| baseline.covers(finding))
        })
    }

    /// How the run is concluded.
    pub fn conclusion(&self, policy: &Policy) -> Conclusion {
        // A shard of a small plan may have nothing to do.
        let ran = self.shard.is_some() || self.clients.iter().any(|tally| tally.cases > 0);
        if !ran
            || self.clients.iter().any(Tally::is_dead)
            || (!self.filtered && self.clients.iter().any(Tally::barely_ran))
        {
            Conclusion::BarelyRan
        } else if self.failing(policy).next().is_some() || !self.stale().is_empty() {
            Conclusion::Failed
        } else {
            Conclusion::AsExpected
        }
    }
}
