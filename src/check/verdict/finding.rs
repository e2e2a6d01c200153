//! A finding: one distinct defect of one client, with all places where it showed.

use super::{DifferenceId, FindingId, Kind, Minimal, OracleName};
use crate::check::case::Class;
use crate::ground::json::Json;

/// One place where a defect showed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The operation.
    pub operation: String,
    /// Where in its message or outcome.
    pub path: String,
    /// The lowest case that showed it there.
    pub case: String,
}

/// Why a finding is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excuse {
    /// The deviation's reason.
    pub reason: String,
    /// Its public link or source line.
    pub link: Option<String>,
}

/// One distinct defect of one client.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which client.
    pub client: String,
    /// The representative's operation.
    pub operation: String,
    /// The variant.
    pub variant: String,
    /// How firmly it is held.
    pub class: Class,
    /// Which oracle found it.
    pub oracle: OracleName,
    /// What kind of difference.
    pub kind: Kind,
    /// What kind of place, and in what manner it differs there.
    pub sort: String,
    /// It stands for all members: the defect is not one of a single shape's member.
    pub everywhere: bool,
    /// The representative's path.
    pub path: String,
    /// The representative's shape and member.
    pub shape: String,
    /// All operations that showed it.
    pub operations: Vec<String>,
    /// All places that showed it.
    pub places: Vec<Occurrence>,
    /// What was due in the representative.
    pub expected: Option<Json>,
    /// What was found in the representative.
    pub actual: Option<Json>,
    /// The difference in one sentence.
    pub message: String,
    /// Where the rule is written down.
    pub rule: String,
    /// The representative: the lowest case id.
    pub case: String,
    /// The representative's seed.
    pub seed: u64,
    /// `n of 20` where it did not repeat each time when run alone.
    pub unstable: Option<String>,
    /// The smallest exchange that shows it.
    pub minimal: Option<Minimal>,
    /// The command that shows it again.
    pub reproduce: String,
    /// Set where it is a known deviation.
    pub deviation: Option<Excuse>,
}

impl Finding {
    /// Its id.
    pub fn id(&self) -> FindingId {
        FindingId { client: self.client.clone(), difference: self.difference(), known: self.is_known() }
    }

    /// What differs, whichever client shows it and whether it is known.
    pub fn difference(&self) -> DifferenceId {
        DifferenceId {
            oracle: self.oracle,
            variant: self.variant.clone(),
            kind: self.kind,
            sort: self.sort.clone(),
            shape: (!self.everywhere).then(|| self.shape.clone()),
        }
    }

    /// Whether it is a known deviation.
    pub fn is_known(&self) -> bool {
        self.deviation.is_some()
    }
}
