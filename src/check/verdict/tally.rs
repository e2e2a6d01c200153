//! How the cases of one client ended.

use std::collections::BTreeMap;

use super::OracleName;
use crate::check::case::{Case, NoOutcome};

/// Why an oracle that is needed cannot judge a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotJudged {
    /// Which oracle.
    pub oracle: OracleName,
    /// What it would need, in one clause.
    pub reason: String,
}

impl std::fmt::Display for NotJudged {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.oracle, self.reason)
    }
}

/// How one case ended for one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All as expected.
    Pass,
    /// Differences, all of them known deviations.
    Known,
    /// Differences that are not known.
    Findings,
    /// The client or its driver cannot do this call.
    Unsupported(String),
    /// There is no outcome to judge.
    CouldNotRun(NoOutcome),
    /// There is an outcome, and an oracle that is needed cannot judge it; no other oracle found anything new.
    NotJudged(NotJudged),
}

impl Verdict {
    /// The word of the report.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Known => "known",
            Verdict::Findings => "findings",
            Verdict::Unsupported(_) => "unsupported",
            Verdict::CouldNotRun(_) => "couldNotRun",
            Verdict::NotJudged(_) => "notJudged",
        }
    }
}

/// How the cases of one client ended; each case counts once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The client's name.
    pub client: String,
    /// Its version.
    pub version: String,
    /// How many cases it was to be told of; less than `cases`, where a report of an earlier day does not say.
    pub planned: u64,
    /// All cases that it was told of.
    pub cases: u64,
    /// All as expected.
    pub pass: u64,
    /// Known deviations only.
    pub known: u64,
    /// With findings.
    pub findings: u64,
    /// Beyond the client or its driver.
    pub unsupported: u64,
    /// Without an outcome.
    pub could_not_run: u64,
    /// With an outcome that could not be judged.
    pub not_judged: u64,
    /// The cases that were judged, by variant.
    pub variants: BTreeMap<String, u64>,
    /// The cases without an outcome, by the kind of reason.
    pub reasons: BTreeMap<String, u64>,
    /// The cases that could not be judged, by variant.
    pub not_judged_variants: BTreeMap<String, u64>,
    /// The cases that could not be judged, by reason.
    pub not_judged_reasons: BTreeMap<String, u64>,
    /// It takes a sample of the cases only, which says nothing about what is not seen.
    pub sampled: bool,
}

/// The name of a client without the version that the command line asked for: `boto3` of `boto3@1.40.0`.
pub fn plain_name(client: &str) -> &str {
    client.split_once('@').map_or(client, |(name, _)| name)
}

impl Tally {
    /// The client's name without the version that was asked for.
    pub fn plain_name(&self) -> &str {
        plain_name(&self.client)
    }

    /// An empty tally of a client.
    pub fn new(client: impl Into<String>, version: impl Into<String>) -> Tally {
        Tally { client: client.into(), version: version.into(), ..Tally::default() }
    }

    /// Counts one case.
    pub fn count(&mut self, case: &Case, verdict: &Verdict) {
        self.cases += 1;
        let variant = case.variant.0.clone();
        match verdict {
            Verdict::Pass => note(&mut self.pass, &mut self.variants, variant),
            Verdict::Known => note(&mut self.known, &mut self.variants, variant),
            Verdict::Findings => note(&mut self.findings, &mut self.variants, variant),
            Verdict::Unsupported(reason) => {
                note(&mut self.unsupported, &mut self.reasons, kind_of(reason, &case.operation));
            }
            Verdict::CouldNotRun(reason) => {
                let reason = kind_of(&reason.to_string(), &case.operation);
                note(&mut self.could_not_run, &mut self.reasons, reason);
            }
            Verdict::NotJudged(reason) => {
                note(&mut self.not_judged, &mut self.not_judged_variants, variant);
                *self.not_judged_reasons.entry(reason.to_string()).or_default() += 1;
            }
        }
    }

    /// Adds the cases of another shard.
    pub fn add(&mut self, other: &Tally) {
        self.planned = self.planned.max(self.cases) + other.planned.max(other.cases);
        self.cases += other.cases;
        self.pass += other.pass;
        self.known += other.known;
        self.findings += other.findings;
        self.unsupported += other.unsupported;
        self.could_not_run += other.could_not_run;
        self.not_judged += other.not_judged;
        add(&mut self.variants, &other.variants);
        add(&mut self.reasons, &other.reasons);
        add(&mut self.not_judged_variants, &other.not_judged_variants);
        add(&mut self.not_judged_reasons, &other.not_judged_reasons);
    }

    /// Whether more than one case in a hundred had no outcome or could not be judged.
    pub fn barely_ran(&self) -> bool {
        (self.unsupported + self.could_not_run + self.not_judged) * 100 > self.cases
    }

    /// Whether no case gave anything to judge, or could be judged.
    pub fn is_dead(&self) -> bool {
        self.cases > 0 && self.could_not_run + self.not_judged == self.cases
    }
}

/// Counts one case, in all and by name.
fn note(count: &mut u64, book: &mut BTreeMap<String, u64>, name: String) {
    *count += 1;
    *book.entry(name).or_default() += 1;
}

fn add(mine: &mut BTreeMap<String, u64>, others: &BTreeMap<String, u64>) {
    for (name, count) in others {
        *mine.entry(name.clone()).or_default() += count;
    }
}

/// The kind of a reason: its first line, without the operation's name and without the path that it begins with.
fn kind_of(reason: &str, operation: &str) -> String {
    /// Enough to tell reasons apart.
    const LENGTH: usize = 120;
    let line = reason.lines().next().unwrap_or_default().replace(operation, "OPERATION");
    let kind = match line.split_once(": ") {
        Some((path, rest)) if path.contains(['.', '[']) && !path.contains(' ') => rest,
        _ => line.as_str(),
    };
    kind.chars().take(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    #[test]
    fn a_reason_tells_its_kind_without_the_case() {
        for (reason, kind) in [
            ("boto3 1.44.5 has no operation ListJobs", "boto3 1.44.5 has no operation OPERATION"),
            ("input.Tags[0].Key: no lone surrogates", "no lone surrogates"),
            ("died: exit status: 3\nTraceback", "died: exit status: 3"),
        ] {
            assert_eq!(kind_of(reason, "ListJobs"), kind);
        }
    }
}
