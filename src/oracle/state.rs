//! State: nothing of the answer before shows in this outcome.

use std::collections::BTreeSet;

use super::difference::{Difference, shown};
use super::{Oracle, Trial};
use crate::case::Class;
use crate::exchange::{Answer, Content};
use crate::json::{Json, Style, Text, parse, write};
use crate::outcome::{Outcome, ServiceFault, typed};
use crate::verdict::{Judgement, Kind};

const RULE: &str = "variant taxonomy: nothing of one answer shows in the next outcome";

/// Shorter texts are met by chance.
const SHORTEST: usize = 6;

/// Judges leaks from one trial of a lane into the next.
#[derive(Debug)]
pub(super) struct State;

impl Oracle for State {
    fn name(&self) -> &'static str {
        "state"
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let (Some(previous), Ok(outcome)) = (&trial.evidence.previous, &trial.evidence.outcome) else {
            return Vec::new();
        };
        // What raw bytes say cannot be told from what they are: cut, folded, in chunks of a byte.
        if trial.evidence.transcript.entries.iter().any(|entry| matches!(entry.answer, Answer::Raw(_))) {
            return Vec::new();
        }
        let mut before = BTreeSet::new();
        leaves("", previous, &mut |_, leaf| {
            before.insert(leaf.to_owned());
        });
        let mut suspects = Vec::new();
        told_leaves(outcome, &mut |path, leaf| {
            if before.contains(leaf) {
                suspects.push((path.to_owned(), leaf.to_owned()));
            }
        });
        if suspects.is_empty() {
            return Vec::new();
        }
        let now = Now::of(trial);
        suspects.retain(|(_, leaf)| !now.has(leaf));
        let leak = suspects.into_iter().next().map(|(path, leaf)| leak(trial, &path, &leaf));
        let class = trial.case.class.min(Class::Should);
        leak.map(|difference| trial.hold(self.name(), class, RULE, difference)).into_iter().collect()
    }
}

fn leak(trial: &Trial<'_>, path: &str, leaf: &str) -> Difference {
    let value = Json::string(leaf);
    let message =
        format!("`{path}` is {}, which the answer before this one said and this one did not.", shown(&value));
    Difference {
        kind: Kind::StateLeak,
        path: path.to_owned(),
        shape: trial.operation.name.clone(),
        sort: "leak".to_owned(),
        expected: None,
        actual: Some(value),
        message,
    }
}

/// What this trial may show: its own answers and its own input.
struct Now {
    leaves: BTreeSet<String>,
    texts: Vec<String>,
}

impl Now {
    fn of(trial: &Trial<'_>) -> Now {
        let mut now = Now { leaves: BTreeSet::new(), texts: Vec::new() };
        let mut add = |json: &Json| {
            leaves("", json, &mut |_, leaf| {
                now.leaves.insert(leaf.to_owned());
            });
        };
        add(&typed::encode(&trial.case.call.input));
        for entry in &trial.evidence.transcript.entries {
            for body in [Some(entry.request.body.clone()), body(&entry.answer)].into_iter().flatten() {
                if let Ok(json) = parse(&body) {
                    add(&json);
                }
            }
        }
        for entry in &trial.evidence.transcript.entries {
            now.texts.push(String::from_utf8_lossy(&entry.request.body).into_owned());
            match &entry.answer {
                Answer::Response(response) => {
                    let body = body(&entry.answer).unwrap_or_default();
                    now.texts.push(String::from_utf8_lossy(&body).into_owned());
                    now.texts.extend(response.headers.iter().map(|(_, value)| value.to_owned()));
                }
                Answer::Raw(steps) => now.texts.push(format!("{steps:?}")),
            }
        }
        now
    }

    /// Whether this trial says a text, be it as it is or as JSON writes it: a body that is no JSON as a whole may
    /// still hold it.
    fn has(&self, leaf: &str) -> bool {
        let written = [Style::Compact, Style::Python].map(|style| {
            let literal = write(&Json::string(leaf), style);
            String::from_utf8_lossy(&literal[1..literal.len() - 1]).into_owned()
        });
        let said = |text: &String| text.contains(leaf) || written.iter().any(|form| text.contains(form));
        self.leaves.contains(leaf) || self.texts.iter().any(said)
    }
}

/// The body of an answer, out of its content coding.
fn body(answer: &Answer) -> Option<Vec<u8>> {
    match answer {
        Answer::Response(response) => Some(Content::read(&response.headers, &response.body).body.to_bytes()),
        Answer::Raw(_) => None,
    }
}

/// The texts that the caller got. Numbers, moments and blobs are not looked at: two answers may write one value
/// in two ways.
fn told_leaves(outcome: &Outcome, see: &mut dyn FnMut(&str, &str)) {
    match outcome {
        Outcome::Output { output, .. } => leaves("output", output, see),
        Outcome::Pages { pages, error, .. } => {
            for (index, page) in pages.iter().enumerate() {
                leaves(&format!("pages[{index}]"), page, see);
            }
            if let Some(error) = error {
                told_leaves(error, see);
            }
        }
        Outcome::ServiceError(fault) => error_leaves(fault, see),
        Outcome::ClientError(_) | Outcome::Waited { .. } | Outcome::Unsupported { .. } => {}
    }
}

fn error_leaves(fault: &ServiceFault, see: &mut dyn FnMut(&str, &str)) {
    if let Some(message) = &fault.message {
        leaf("error.message", message, see);
    }
    for (name, value) in &fault.members {
        leaves(&format!("error.members.{name}"), value, see);
    }
}

fn leaves(path: &str, json: &Json, see: &mut dyn FnMut(&str, &str)) {
    match json {
        _ if typed::tag(json).is_some() => {}
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => leaf(path, text, see),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(&format!("{path}[{index}]"), item, see);
            }
        }
        Json::Object(members) => {
            for (name, value) in members {
                leaves(&format!("{path}.{name}"), value, see);
            }
        }
    }
}

fn leaf(path: &str, text: &Text, see: &mut dyn FnMut(&str, &str)) {
    if let Some(text) = text.as_str().filter(|text| text.len() >= SHORTEST) {
        see(path, text);
    }
}
