//! How the cases of one client ended.

use std::collections::BTreeMap;

use crate::check::case::Case;

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
    /// There is no outcome to judge: `hung`, `died`, `babbled`.
    CouldNotRun(String),
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
    /// All cases.
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
    /// The cases that gave something to judge, by variant.
    pub variants: BTreeMap<String, u64>,
    /// The cases that gave nothing to judge, by the kind of reason.
    pub reasons: BTreeMap<String, u64>,
    /// It takes a sample of the cases only, which says nothing about what is not seen.
    pub sampled: bool,
}

impl Tally {
    /// An empty tally of a client.
    pub fn new(client: impl Into<String>, version: impl Into<String>) -> Tally {
        Tally { client: client.into(), version: version.into(), ..Tally::default() }
    }

    /// Counts one case.
    pub fn count(&mut self, case: &Case, verdict: &Verdict) {
        self.cases += 1;
        let (book, name) = match verdict {
            Verdict::Unsupported(reason) | Verdict::CouldNotRun(reason) => {
                (&mut self.reasons, kind_of(reason, &case.operation))
            }
            _ => (&mut self.variants, case.variant.0.clone()),
        };
        *book.entry(name).or_default() += 1;
        *match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Known => &mut self.known,
            Verdict::Findings => &mut self.findings,
            Verdict::Unsupported(_) => &mut self.unsupported,
            Verdict::CouldNotRun(_) => &mut self.could_not_run,
        } += 1;
    }

    /// Adds the cases of another shard.
    pub fn add(&mut self, other: &Tally) {
        self.cases += other.cases;
        self.pass += other.pass;
        self.known += other.known;
        self.findings += other.findings;
        self.unsupported += other.unsupported;
        self.could_not_run += other.could_not_run;
        add(&mut self.variants, &other.variants);
        add(&mut self.reasons, &other.reasons);
    }

    /// Whether more than one case in a hundred gave nothing to judge.
    pub fn barely_ran(&self) -> bool {
        (self.unsupported + self.could_not_run) * 100 > self.cases
    }
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
