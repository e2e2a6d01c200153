//! What must come of a step, and how an outcome is held against it.

use std::collections::BTreeMap;

use crate::api::outcome::{Outcome, ServiceFault, WaitResult};
use crate::ground::json::{Json, Style, Text, write};
use crate::ground::yaml::Node;

use super::bind;

/// What must come of a step. Nothing said about an error means that there must be none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// Members that the output must have; others may be there too. `null` means that it must not have it.
    pub output: Option<Node>,
    /// Paths that must give something.
    pub present: Vec<String>,
    /// Paths that must give nothing.
    pub absent: Vec<String>,
    /// How many items a path gives.
    pub count: Vec<(String, Count)>,
    /// Lists with an item like this.
    pub contains: Vec<(String, Node)>,
    /// Regular expressions that the text at a path must match from end to end.
    pub matches: Vec<(String, String)>,
    /// The error that must come.
    pub error: Option<ErrorExpect>,
    /// How many pages.
    pub pages: Option<Count>,
    /// The values seen at a path, poll by poll, repeats counted once.
    pub sequence: Vec<Sequence>,
    /// How a waiter must end.
    pub waited: Option<WaitResult>,
}

/// A number of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// At least.
    pub min: usize,
    /// At most.
    pub max: usize,
}

/// The values that a path must give one after another over the polls.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// The path.
    pub path: String,
    /// The values; equal ones in a row count once.
    pub values: Node,
}

/// The error that must come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorExpect {
    /// Its code.
    pub code: Option<String>,
    /// A part of its message.
    pub message: Option<String>,
    /// Its status code.
    pub status: Option<u16>,
}

impl Expect {
    /// The values in it, which may hold references.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        let sequences = self.sequence.iter().map(|sequence| &sequence.values);
        self.output.iter().chain(self.contains.iter().map(|(_, node)| node)).chain(sequences)
    }

    /// The texts in it, which may hold references: paths, patterns, a part of a message.
    pub(super) fn texts(&self) -> impl Iterator<Item = &String> {
        let paths = self.present.iter().chain(&self.absent).chain(self.count.iter().map(|(path, _)| path));
        let lists = self.contains.iter().map(|(path, _)| path);
        let message = self.error.iter().filter_map(|error| error.message.as_ref());
        paths.chain(lists).chain(self.matches.iter().flat_map(|(path, text)| [path, text])).chain(message)
    }
}

/// One place where an outcome is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmetExpectation {
    /// Where: a path into the output, `error`, `pages`.
    pub path: String,
    /// What was expected there.
    pub expected: String,
    /// What was there.
    pub actual: String,
}

impl std::fmt::Display for UnmetExpectation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: expected {}, got {}", self.path, self.expected, self.actual)
    }
}

/// Holds the outcomes of a step (one, or one a poll) against what was expected; the last one counts, and all
/// of them make the sequence.
pub fn check(
    expect: &Expect,
    outcomes: &[Outcome],
    variables: &BTreeMap<String, Json>,
) -> Vec<UnmetExpectation> {
    let mut check = Check { variables, found: Vec::new() };
    match (outcomes.last(), &expect.error) {
        (None, _) => check.note("outcome", "one", "none".to_owned()),
        (Some(last), Some(error)) => check.error(error, last),
        (Some(last), None) => check.success(expect, last),
    }
    for sequence in &expect.sequence {
        check.sequence(sequence, outcomes);
    }
    check.found
}

/// What an outcome holds for paths to look at: the output, or the list of pages.
pub(super) fn document(outcome: &Outcome) -> Option<Json> {
    match outcome {
        Outcome::Output { output, .. } => Some(output.clone()),
        Outcome::Pages { pages, .. } => Some(Json::Array(pages.clone())),
        _ => None,
    }
}

/// The value at a JMESPath; nothing there is `None`.
pub(super) fn search(path: &str, document: &Json) -> Result<Option<Json>, String> {
    let expression = jmespath::compile(path).map_err(|error| error.to_string())?;
    let found = expression.search(plain(document)).map_err(|error| error.to_string())?;
    let found = serde_json::to_value(&*found).map_err(|error| error.to_string())?;
    Ok(Some(Json::from(found)).filter(|found| *found != Json::Null))
}

/// The document as serde's type, for the JMESPath library.
fn plain(json: &Json) -> serde_json::Value {
    match json {
        Json::Null => serde_json::Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(text) => serde_json::from_str(text).unwrap_or(serde_json::Value::Null),
        Json::String(text) => text.to_lossy().into(),
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(members) => members.iter().map(|(name, item)| (name.to_lossy(), plain(item))).collect(),
    }
}

/// A value as messages show it.
fn shown(json: &Json) -> String {
    String::from_utf8_lossy(&write(json, Style::Compact)).into_owned()
}

/// An outcome that is no output, as messages show it.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::ServiceError(ServiceFault { code, message, status, .. }) => {
            let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
            let message = message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
            format!("error {}{status}{message}", code.as_deref().unwrap_or("without a code"))
        }
        Outcome::ClientError(fault) => format!("client error {}: {}", fault.class, fault.message),
        Outcome::Unsupported { reason, .. } => format!("unsupported: {reason}"),
        Outcome::Waited { result, .. } => format!("wait: {}", result.word()),
        Outcome::Output { .. } | Outcome::Pages { .. } => outcome.kind().to_owned(),
    }
}

struct Check<'a> {
    variables: &'a BTreeMap<String, Json>,
    found: Vec<UnmetExpectation>,
}

impl Check<'_> {
    fn note(&mut self, path: &str, expected: impl Into<String>, actual: String) {
        self.found.push(UnmetExpectation { path: path.to_owned(), expected: expected.into(), actual });
    }

    fn error(&mut self, expected: &ErrorExpect, outcome: &Outcome) {
        let Outcome::ServiceError(fault) = outcome else {
            let wanted = expected.code.as_deref().unwrap_or("an error");
            return self.note("error", wanted, told(outcome));
        };
        if let Some(code) = &expected.code
            && fault.code.as_ref() != Some(code)
        {
            self.note("error.code", code, told(outcome));
        }
        if let Some(status) = expected.status
            && fault.status.is_some_and(|actual| actual != status)
        {
            self.note("error.status", status.to_string(), told(outcome));
        }
        if let Some(part) = &expected.message {
            let part = self.bound_text("error.message", part);
            let message = fault.message.as_ref().map(Text::to_lossy).unwrap_or_default();
            if !message.contains(&part) {
                self.note("error.message", format!("text with {part:?}"), format!("{message:?}"));
            }
        }
    }

    fn success(&mut self, expect: &Expect, outcome: &Outcome) {
        match outcome {
            Outcome::Output { .. } => {}
            Outcome::Pages { pages, error, .. } => {
                if let Some(error) = error {
                    self.note("pages", "no error", told(error));
                }
                self.amount("pages", expect.pages, pages.len());
            }
            Outcome::Waited { result, reason } => {
                let wanted = expect.waited.unwrap_or(WaitResult::Success);
                if *result != wanted {
                    let why =
                        reason.as_ref().map(|reason| format!(": {}", shown(reason))).unwrap_or_default();
                    self.note("wait", wanted.word(), format!("{}{why}", result.word()));
                }
                return;
            }
            other => return self.note("outcome", "an output", told(other)),
        }
        if let Some(document) = document(outcome) {
            self.document(expect, &document);
        }
    }

    fn document(&mut self, expect: &Expect, document: &Json) {
        if let Some(wanted) = &expect.output
            && let Some(wanted) = self.bound("output", &wanted.to_json())
        {
            self.compare("output", &wanted, Some(document));
        }
        for path in &expect.present {
            if self.find(path, document).is_none() {
                self.note(path, "something", "nothing".to_owned());
            }
        }
        for path in &expect.absent {
            if let Some(found) = self.find(path, document) {
                self.note(path, "nothing", shown(&found));
            }
        }
        for (path, count) in &expect.count {
            let found = match self.find(path, document) {
                Some(Json::Array(items)) => items.len(),
                Some(Json::Object(members)) => members.len(),
                Some(_) => 1,
                None => 0,
            };
            self.amount(path, Some(*count), found);
        }
        for (path, wanted) in &expect.contains {
            self.contains(path, wanted, document);
        }
        for (path, pattern) in &expect.matches {
            self.matches(path, pattern, document);
        }
    }

    fn amount(&mut self, path: &str, wanted: Option<Count>, found: usize) {
        if let Some(Count { min, max }) = wanted
            && !(min..=max).contains(&found)
        {
            let wanted = match (min, max) {
                (min, usize::MAX) => format!("at least {min} of them"),
                (min, max) if min == max || min == 0 => {
                    format!("{max} of them{}", if min == max { "" } else { " at most" })
                }
                (min, max) => format!("{min} to {max} of them"),
            };
            self.note(path, wanted, found.to_string());
        }
    }

    fn contains(&mut self, path: &str, wanted: &Node, document: &Json) {
        let Some(wanted) = self.bound(path, &wanted.to_json()) else { return };
        let found = self.find(path, document);
        let items = found.as_ref().and_then(Json::as_array).unwrap_or_default();
        let like = |item: &Json| {
            let mut probe = Check { variables: self.variables, found: Vec::new() };
            probe.compare("", &wanted, Some(item));
            probe.found.is_empty()
        };
        if !items.iter().any(like) {
            let actual = found.as_ref().map_or_else(|| "nothing".to_owned(), shown);
            self.note(path, format!("an item like {}", shown(&wanted)), actual);
        }
    }

    fn matches(&mut self, path: &str, pattern: &str, document: &Json) {
        let pattern = self.bound_text(path, pattern);
        let found = self.find(path, document);
        let text = found.as_ref().and_then(Json::as_str);
        let regex = fancy_regex::Regex::new(&format!("^(?:{pattern})$"));
        let fits = match (&regex, text) {
            (Ok(regex), Some(text)) => regex.is_match(text).unwrap_or(false),
            _ => false,
        };
        if !fits {
            let actual = found.as_ref().map_or_else(|| "nothing".to_owned(), shown);
            self.note(path, format!("text like /{pattern}/"), actual);
        }
    }

    fn sequence(&mut self, sequence: &Sequence, outcomes: &[Outcome]) {
        let Some(Json::Array(wanted)) = self.bound(&sequence.path, &sequence.values.to_json()) else {
            return;
        };
        let mut seen: Vec<Json> = outcomes
            .iter()
            .filter_map(document)
            .map(|document| self.find(&sequence.path, &document).unwrap_or(Json::Null))
            .collect();
        seen.dedup();
        if seen != wanted {
            let shown = |values: &[Json]| values.iter().map(shown).collect::<Vec<_>>().join(" → ");
            self.note(&sequence.path, shown(&wanted), shown(&seen));
        }
    }

    /// Each part of `wanted` must be in `actual`; lists must be as long.
    fn compare(&mut self, path: &str, wanted: &Json, actual: Option<&Json>) {
        match (wanted, actual) {
            (Json::Null, None | Some(Json::Null)) => {}
            (Json::Object(members), Some(Json::Object(_))) => {
                for (name, wanted) in members {
                    let inner = name.as_str().and_then(|name| actual.and_then(|actual| actual.get(name)));
                    self.compare(&format!("{path}.{name}"), wanted, inner);
                }
            }
            (Json::Array(wanted), Some(Json::Array(items))) if wanted.len() == items.len() => {
                for (index, (wanted, item)) in wanted.iter().zip(items).enumerate() {
                    self.compare(&format!("{path}[{index}]"), wanted, Some(item));
                }
            }
            (Json::Number(wanted), Some(Json::Number(actual))) if same_number(wanted, actual) => {}
            (wanted, Some(actual)) if wanted == actual => {}
            (wanted, actual) => {
                let actual = actual.map_or_else(|| "nothing".to_owned(), shown);
                let wanted = if *wanted == Json::Null { "nothing".to_owned() } else { shown(wanted) };
                self.note(path, wanted, actual);
            }
        }
    }

    /// What stands at a path with references in it; a mistake in it is a mismatch too.
    fn find(&mut self, path: &str, document: &Json) -> Option<Json> {
        let bound = self.bound_text(path, path);
        match search(&bound, document) {
            Ok(found) => found,
            Err(error) => {
                self.note(path, "a JMESPath", error);
                None
            }
        }
    }

    fn bound(&mut self, path: &str, value: &Json) -> Option<Json> {
        match bind(value, self.variables) {
            Ok(bound) => Some(bound),
            Err(error) => {
                self.note(path, "a value for every reference", error.to_string());
                None
            }
        }
    }

    fn bound_text(&mut self, path: &str, text: &str) -> String {
        match self.bound(path, &Json::string(text)) {
            Some(Json::String(text)) => text.to_lossy(),
            Some(other) => shown(&other),
            None => text.to_owned(),
        }
    }
}

/// `25` and `25.0` are the same number.
fn same_number(left: &str, right: &str) -> bool {
    left == right
        || matches!((left.parse::<f64>(), right.parse::<f64>()), (Ok(left), Ok(right)) if left == right)
}

#[cfg(test)]
#[path = "tests/expect.rs"]
mod tests;
