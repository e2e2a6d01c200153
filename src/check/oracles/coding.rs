//! Content codings: a client that asks for one must be able to read it.

use super::Trial;
use crate::check::case::{Class, Expected};
use crate::ground::exchange::{Answer, Content};

const RULE: &str = "RFC 9110, section 12.5.3: `Accept-Encoding` names the codings that are acceptable";

/// The trial, without the alternative of a refusal where the request asked for the coding that the answer has.
pub(super) fn as_asked_for(trial: Trial<'_>) -> Trial<'_> {
    let Expected::OneOf(results) = trial.expected else { return trial };
    let read = results.iter().find(|result| **result != Expected::Refusal);
    match read {
        Some(expected) if is_asked_for(&trial) => Trial { expected, class: Class::Must, rule: RULE, ..trial },
        _ => trial,
    }
}

fn is_asked_for(trial: &Trial<'_>) -> bool {
    trial.evidence.transcript.entries.last().is_some_and(|entry| {
        let Answer::Response(response) = &entry.answer else { return false };
        // Bodies are read only where there may be something to undo.
        if !response.headers.contains("content-encoding") {
            return false;
        }
        let coding = Content::read(&response.headers, &response.body).coding;
        coding.is_some_and(|coding| coding.accepted_by(&entry.request.headers))
    })
}
