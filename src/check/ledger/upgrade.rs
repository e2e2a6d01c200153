//! Can I upgrade? Two versions of one client in one run, and only what changed between them.

use crate::check::verdict::{Conclusion, Finding, Kind, Policy, Run, Tally};

/// What changed from one version of a client to another.
#[derive(Debug)]
pub struct Upgrade<'a> {
    /// The version that was named first.
    pub old: &'a Tally,
    /// The version that was named second.
    pub new: &'a Tally,
    /// Differences that only the new version shows, the worst first.
    pub worse: Vec<&'a Finding>,
    /// Differences that only the old version shows, the worst first.
    pub better: Vec<&'a Finding>,
    /// How many differences both show.
    pub same: usize,
}

impl<'a> Upgrade<'a> {
    /// Reads a run as an upgrade, if it is one: two clients of one name, in two versions.
    pub fn of(run: &'a Run) -> Option<Upgrade<'a>> {
        let [old, new] = run.clients.as_slice() else { return None };
        if old.plain_name() != new.plain_name() || old.version == new.version {
            return None;
        }
        let of = |tally: &Tally| -> Vec<&'a Finding> {
            let mut found: Vec<&Finding> =
                run.findings.iter().filter(|finding| finding.client == tally.client).collect();
            found.sort_by_key(|finding| badness(finding));
            found
        };
        let (before, after) = (of(old), of(new));
        let only = |these: &[&'a Finding], those: &[&Finding]| -> Vec<&'a Finding> {
            let is_same = |one: &Finding, other: &Finding| one.difference().is_same(&other.difference());
            these.iter().filter(|one| !those.iter().any(|other| is_same(one, other))).copied().collect()
        };
        let worse = only(&after, &before);
        let same = after.len() - worse.len();
        Some(Upgrade { old, new, better: only(&before, &after), worse, same })
    }

    /// How the upgrade is concluded: it fails for what became worse and would fail a run.
    pub fn conclusion(&self, run: &Run, policy: &Policy) -> Conclusion {
        if self.old.cases == 0 || (!run.filtered && self.new.barely_ran()) {
            return Conclusion::BarelyRan;
        }
        let fails = run.failing(policy).any(|finding| self.worse.iter().any(|one| one.id() == finding.id()));
        if fails { Conclusion::Failed } else { Conclusion::AsExpected }
    }
}

/// The firmest class first, in it what crashes, then what shows most widely.
fn badness(finding: &Finding) -> (crate::check::case::Class, bool, std::cmp::Reverse<usize>, String) {
    let crash = matches!(finding.kind, Kind::Crash | Kind::Hung);
    (finding.class, !crash, std::cmp::Reverse(finding.operations.len()), finding.id().to_string())
}
