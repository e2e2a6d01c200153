//! State: nothing of the answer before shows in this outcome.

use std::collections::BTreeSet;

use super::difference::{Difference, shown};
use super::{Oracle, Trial};
use crate::api::outcome::{Outcome, ServiceFault, typed};
use crate::check::case::Class;
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::exchange::{Answer, Content};
use crate::ground::json::{Json, Style, Text, parse, write};

const RULE: &str = "variant taxonomy: nothing of one answer shows in the next outcome";

/// Shorter texts are met by chance.
const SHORTEST: usize = 6;

/// Judges leaks from one trial of a lane into the next.
#[derive(Debug)]
pub(super) struct StateOracle;

impl Oracle for StateOracle {
    fn name(&self) -> OracleName {
        OracleName::State
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
        texts(previous, &mut |text| {
            before.insert(text);
        });
        let mut suspects = Vec::new();
        told(outcome, &mut |text| suspects.extend(before.contains(text).then_some(text)));
        // What hardly ever remains is looked at more closely than what nearly always does.
        if !suspects.is_empty() {
            let now = Now::of(trial);
            suspects.retain(|text| !now.has_plainly(text));
            if !suspects.is_empty() {
                let other_forms = OtherForms::of(trial);
                suspects.retain(|text| !now.has_escaped(text) && !other_forms.0.contains(*text));
            }
        }
        let leak = suspects.first().map(|text| leak(trial, &path_of(outcome, text), text));
        leak.map(|difference| trial.hold(self.name(), Class::Should, RULE, difference)).into_iter().collect()
    }
}

fn leak(trial: &Trial<'_>, path: &str, leaf: &str) -> Difference {
    let value = Json::string(leaf);
    let message =
        format!("`{path}` is {}, which was in the previous answer and is not in this one.", shown(&value));
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

/// What this trial may show: its own answers and requests, as they are written.
struct Now(Vec<String>);

impl Now {
    fn of(trial: &Trial<'_>) -> Now {
        let mut texts = Vec::new();
        for entry in &trial.evidence.transcript.entries {
            texts.push(String::from_utf8_lossy(&entry.request.body).into_owned());
            if let Answer::Response(response) = &entry.answer {
                let body = body(&entry.answer).unwrap_or_default();
                texts.push(String::from_utf8_lossy(&body).into_owned());
                texts.extend(response.headers.iter().map(|(_, value)| value.to_owned()));
            }
        }
        Now(texts)
    }

    fn has_plainly(&self, text: &str) -> bool {
        self.0.iter().any(|said| said.contains(text))
    }

    /// Whether this trial says a text as JSON writes it: a body that is no JSON as a whole may still hold it.
    fn has_escaped(&self, text: &str) -> bool {
        [Style::Compact, Style::Python].iter().any(|style| {
            let literal = write(&Json::string(text), *style);
            self.has_plainly(&String::from_utf8_lossy(&literal[1..literal.len() - 1]))
        })
    }
}

/// The texts of this trial's input and bodies, however they are written.
struct OtherForms(BTreeSet<String>);

impl OtherForms {
    fn of(trial: &Trial<'_>) -> OtherForms {
        let entries = &trial.evidence.transcript.entries;
        let bodies =
            entries.iter().flat_map(|entry| [Some(entry.request.body.to_vec()), body(&entry.answer)]);
        let bodies = bodies.flatten().filter_map(|body| parse(&body).ok());
        let mut forms = BTreeSet::new();
        for json in bodies.chain([typed::encode(&trial.case.call.input)]) {
            texts(&json, &mut |text| {
                forms.insert(text.to_owned());
            });
        }
        OtherForms(forms)
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
fn told<'a>(outcome: &'a Outcome, see: &mut dyn FnMut(&'a str)) {
    for (_, part) in told_parts(outcome) {
        match part {
            Part::Value(json) => texts(json, see),
            Part::Text(text) => see_text(text, see),
        }
    }
}

/// Where the caller got a text.
fn path_of(outcome: &Outcome, text: &str) -> String {
    let found = told_parts(outcome).into_iter().find_map(|(path, part)| match part {
        Part::Value(json) => path_in(path, json, text),
        Part::Text(told) => (told.as_str() == Some(text)).then_some(path),
    });
    found.unwrap_or_default()
}

/// What a caller got, with the place of each part.
enum Part<'a> {
    Value(&'a Json),
    Text(&'a Text),
}

fn told_parts(outcome: &Outcome) -> Vec<(String, Part<'_>)> {
    match outcome {
        Outcome::Output { output, .. } => vec![("output".to_owned(), Part::Value(output))],
        Outcome::Pages { pages, error, .. } => {
            let pages = pages.iter().enumerate();
            let mut parts: Vec<_> =
                pages.map(|(index, page)| (format!("pages[{index}]"), Part::Value(page))).collect();
            parts.extend(error.iter().flat_map(|error| told_parts(error)));
            parts
        }
        Outcome::ServiceError(fault) => error_parts(fault),
        Outcome::ClientError(_) | Outcome::Waited { .. } | Outcome::Unsupported { .. } => Vec::new(),
    }
}

fn error_parts(fault: &ServiceFault) -> Vec<(String, Part<'_>)> {
    let message = fault.message.iter().map(|message| ("error.message".to_owned(), Part::Text(message)));
    let members = fault.members.iter();
    message
        .chain(members.map(|(name, value)| (format!("error.members.{name}"), Part::Value(value))))
        .collect()
}

fn texts<'a>(json: &'a Json, see: &mut dyn FnMut(&'a str)) {
    match json {
        _ if typed::tag(json).is_some() => {}
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => see_text(text, see),
        Json::Array(items) => items.iter().for_each(|item| texts(item, see)),
        Json::Object(members) => members.iter().for_each(|(_, value)| texts(value, see)),
    }
}

fn see_text<'a>(text: &'a Text, see: &mut dyn FnMut(&'a str)) {
    if let Some(text) = text.as_str().filter(|text| text.len() >= SHORTEST) {
        see(text);
    }
}

/// Where a text stands in a value.
fn path_in(path: String, json: &Json, sought: &str) -> Option<String> {
    match json {
        _ if typed::tag(json).is_some() => None,
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
        Json::String(text) => (text.as_str() == Some(sought)).then_some(path),
        Json::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| path_in(format!("{path}[{index}]"), item, sought))
        }
        Json::Object(members) => {
            let mut members = members.iter();
            members.find_map(|(name, value)| path_in(format!("{path}.{name}"), value, sought))
        }
    }
}
