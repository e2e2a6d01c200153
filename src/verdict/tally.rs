//! How the cases of one client ended.

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
}

impl Tally {
    /// An empty tally of a client.
    pub fn new(client: impl Into<String>, version: impl Into<String>) -> Tally {
        Tally { client: client.into(), version: version.into(), ..Tally::default() }
    }

    /// Counts one case.
    pub fn count(&mut self, verdict: &Verdict) {
        self.cases += 1;
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
    }

    /// Whether more than one case in a hundred gave nothing to judge.
    pub fn barely_ran(&self) -> bool {
        (self.unsupported + self.could_not_run) * 100 > self.cases
    }
}
