//! A finding: one distinct defect of one client, with all places where it showed.

use super::{Kind, Minimal};
use crate::check::case::Class;
use crate::ground::json::Json;

/// What stands before the id of a finding that is a known deviation.
pub(crate) const KNOWN: &str = "known:";

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
    /// Stable from run to run and from seed to seed: client, oracle, variant, kind and place.
    pub id: String,
    /// Which client.
    pub client: String,
    /// The representative's operation.
    pub operation: String,
    /// The variant.
    pub variant: String,
    /// How firmly it is held.
    pub class: Class,
    /// Which oracle found it.
    pub oracle: String,
    /// What kind of difference.
    pub kind: Kind,
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
    /// What differs, whichever client shows it and whether it is known: the id without both.
    pub fn difference(&self) -> &str {
        let id = self.id.strip_prefix(KNOWN).unwrap_or(&self.id);
        id.strip_prefix(self.client.as_str()).map_or(id, |rest| rest.trim_start_matches('/'))
    }

    /// Whether it is a known deviation.
    pub fn is_known(&self) -> bool {
        self.deviation.is_some()
    }
}
