//! One difference at one place: what a judgement says beside its oracle, class and rule.

use std::sync::LazyLock;

use fancy_regex::Regex;

use crate::json::{Json, Style, Text, write};
use crate::outcome::typed::tag;
use crate::outcome::{ClientFault, Outcome, ServiceFault};
use crate::verdict::Kind;

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

/// What differs from run to run in a client's own words: ports, addresses, random ids, times of signing.
static UNSTEADY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?<=127\.0\.0\.1:|localhost:|\[::1\]:)\d+",
        r"|\b0x[0-9a-fA-F]{4,}\b",
        r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b",
        r"|\b\d{8}T\d{6}Z\b",
    ))
    .ok()
});

/// A client's own words without what differs from run to run.
pub(super) fn steady(text: &str) -> String {
    match &*UNSTEADY {
        Some(unsteady) => unsteady.replace_all(text, "…").into_owned(),
        None => text.to_owned(),
    }
}

/// `1 page`, `2 pages`.
pub(super) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// An outcome in the words of the driver protocol, for the `actual` of a difference.
pub(super) fn told(outcome: &Outcome) -> Json {
    match outcome {
        Outcome::Output { output, .. } => Json::object([("output", output.clone())]),
        Outcome::ServiceError(fault) => Json::object([("serviceError", service_fault(fault))]),
        Outcome::ClientError(fault) => Json::object([("clientError", client_fault(fault))]),
        Outcome::Pages { pages, error, stopped, .. } => {
            let mut members = vec![("pages", Json::number(pages.len()))];
            members.extend(error.as_ref().map(|error| ("error", told(error))));
            members.extend(stopped.then(|| ("stopped", Json::string("maxPages"))));
            Json::object(members)
        }
        Outcome::Waited { result, .. } => Json::object([("waited", Json::string(result.word()))]),
        Outcome::Unsupported { reason, .. } => Json::object([("unsupported", Json::string(reason))]),
    }
}

fn service_fault(fault: &ServiceFault) -> Json {
    let text = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::string);
    Json::object([
        ("code", text(&fault.code)),
        ("message", fault.message.as_ref().map_or(Json::Null, steady_text)),
        ("status", fault.status.map_or(Json::Null, Json::number)),
        ("modeled", text(&fault.modeled)),
    ])
}

/// Text that is no Unicode is nobody's own words.
fn steady_text(text: &Text) -> Json {
    text.as_str().map_or_else(|| Json::String(text.clone()), |text| Json::string(steady(text)))
}

fn client_fault(fault: &ClientFault) -> Json {
    Json::object([
        ("stage", Json::string(fault.stage.word())),
        ("class", Json::string(&fault.class)),
        ("message", Json::string(steady(&fault.message))),
        ("typed", Json::Bool(fault.typed)),
    ])
}

#[cfg(test)]
mod tests {
    use super::steady;

    #[test]
    fn what_differs_from_run_to_run_is_left_out() {
        for (text, left) in [
            ("connect ECONNREFUSED 127.0.0.1:45123", "connect ECONNREFUSED 127.0.0.1:…"),
            ("http://localhost:1/ failed", "http://localhost:…/ failed"),
            ("<Thing object at 0x7f3a12bc>", "<Thing object at …>"),
            ("request 6f1b3d0c-93a5-4f3f-8e57-0c5b5a0f9b11 at 20261121T091519Z", "request … at …"),
            ("line 1 column 5 (char 4)", "line 1 column 5 (char 4)"),
        ] {
            assert_eq!(steady(text), left);
        }
    }
}
