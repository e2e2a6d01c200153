//! One difference in one trial, as an oracle states it.

use super::{Kind, OracleName};
use crate::check::case::Class;
use crate::ground::json::Json;

/// A difference that an oracle found in one trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Which oracle.
    pub oracle: OracleName,
    /// How firmly it is held.
    pub class: Class,
    /// What kind of difference.
    pub kind: Kind,
    /// Where in the message or outcome: `output.Tags[0].Key`, `header X-Amz-Target`.
    pub path: String,
    /// The shape's member there (`Tag.Key`), or the operation where no member is meant.
    pub shape: String,
    /// What kind of place and in what manner it differs: `timestamp, fraction`. Differences that agree in it
    /// may be one defect that shows everywhere.
    pub sort: String,
    /// What was due; `None` where nothing was.
    pub expected: Option<Json>,
    /// What was found; `None` where nothing was.
    pub actual: Option<Json>,
    /// The difference in one sentence.
    pub message: String,
    /// Where the rule is written down.
    pub rule: String,
}
