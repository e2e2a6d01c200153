//! One difference at one place: what a judgement says beside its oracle, class and rule.

use crate::json::{Json, Style, write};
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

/// A value for a sentence, cut where it is long.
pub(super) fn shown(json: &Json) -> String {
    const LONGEST: usize = 80;
    let text = String::from_utf8_lossy(&write(json, Style::Compact)).into_owned();
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
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
        ("message", fault.message.clone().map_or(Json::Null, Json::String)),
        ("status", fault.status.map_or(Json::Null, Json::number)),
        ("modeled", text(&fault.modeled)),
    ])
}

fn client_fault(fault: &ClientFault) -> Json {
    Json::object([
        ("stage", Json::string(fault.stage.word())),
        ("class", Json::string(&fault.class)),
        ("message", Json::string(&fault.message)),
        ("typed", Json::Bool(fault.typed)),
    ])
}
