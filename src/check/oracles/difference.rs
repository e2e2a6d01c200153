//! One difference at one place: what a judgement says beside its oracle, class and rule.

use crate::api::outcome::typed::tag;
use crate::check::verdict::Kind;
use crate::ground::json::{Json, Style, write};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    pub(super) path: String,
    pub(super) shape: String,
    pub(super) sort: String,
    pub(super) expected: Option<Json>,
    pub(super) actual: Option<Json>,
    pub(super) message: String,
}

impl Difference {
    /// A difference that is about the whole call and no member.
    pub(super) fn of_call(kind: Kind, path: &str, operation: &str, message: impl Into<String>) -> Difference {
        Difference {
            kind,
            path: path.to_owned(),
            shape: operation.to_owned(),
            sort: path.to_owned(),
            expected: None,
            actual: None,
            message: message.into(),
        }
    }

    /// The same with what was due and what was found.
    pub(super) fn with(self, expected: Option<Json>, actual: Option<Json>) -> Difference {
        Difference { expected, actual, ..self }
    }

    /// The same with the manner in which it differs, for folding.
    pub(super) fn in_manner(self, manner: &str) -> Difference {
        let sort = if manner.is_empty() { self.path.clone() } else { format!("{}, {manner}", self.path) };
        Difference { sort, ..self }
    }
}

/// A value for a sentence: a tagged leaf as its text, and cut where it is long.
pub(super) fn shown(json: &Json) -> String {
    const LONGEST: usize = 80;
    let text = match tag(json) {
        Some(("$int" | "$float" | "$timestamp", leaf)) => leaf.as_str().unwrap_or_default().to_owned(),
        _ => String::from_utf8_lossy(&write(json, Style::Compact)).into_owned(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// `1 page`, `2 pages`.
pub(super) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
