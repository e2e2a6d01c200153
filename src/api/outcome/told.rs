//! An outcome as JSON, in the words of the driver protocol and the same from run to run: for reports and
//! snapshots.

use std::sync::LazyLock;

use fancy_regex::Regex;

use super::{ClientFault, Outcome, ServiceFault};
use crate::ground::json::{Json, Text};

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
pub fn steady(text: &str) -> String {
    match &*UNSTEADY {
        Some(unsteady) => unsteady.replace_all(text, "…").into_owned(),
        None => text.to_owned(),
    }
}

impl Outcome {
    /// The outcome in the words of the driver protocol, without request ids and whatever else differs from run
    /// to run.
    pub fn told(&self) -> Json {
        match self {
            Outcome::Output { output, .. } => Json::object([("output", output.clone())]),
            Outcome::ServiceError(fault) => Json::object([("serviceError", service_fault(fault))]),
            Outcome::ClientError(fault) => Json::object([("clientError", client_fault(fault))]),
            Outcome::Pages { pages, error, stopped, merged, .. } => {
                let mut members = vec![("pages", Json::Array(pages.clone()))];
                members.extend(error.as_ref().map(|error| ("error", error.told())));
                members.extend(stopped.then(|| ("stopped", Json::string("maxPages"))));
                members.extend(merged.then_some(("merged", Json::Bool(true))));
                Json::object(members)
            }
            Outcome::Waited { result, .. } => Json::object([("waited", Json::string(result.word()))]),
            Outcome::Unsupported { reason, .. } => Json::object([("unsupported", Json::string(reason))]),
        }
    }
}

fn service_fault(fault: &ServiceFault) -> Json {
    let text = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::string);
    let mut members = vec![
        ("code", text(&fault.code)),
        ("message", fault.message.as_ref().map_or(Json::Null, message)),
        ("status", fault.status.map_or(Json::Null, Json::number)),
        ("modeled", text(&fault.modeled)),
    ];
    if !fault.members.is_empty() {
        members.push(("members", Json::Object(fault.members.clone())));
    }
    Json::object(members)
}

/// Text that is no Unicode is nobody's own words.
fn message(text: &Text) -> Json {
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
