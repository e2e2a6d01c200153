//! A cassette held against API models: does the API still take these calls and give these answers?

use std::sync::Arc;

use super::{Problem, steps_of};
use crate::api::model::{Model, Operation, Shape, ShapeId, ShapeKind, Validator, Value};
use crate::ground::exchange::{Body, Content, Headers};
use crate::ground::json::{Json, parse};
use crate::protocol::{self, Reply};
use crate::tape::cassette::{Cassette, Interaction};

/// An API model and the date at which it was current; the date is empty where it is not known.
#[derive(Debug)]
pub struct Dated {
    date: String,
    model: Arc<Model>,
    validator: Validator,
}

impl Dated {
    /// A model as of a date.
    pub fn new(date: impl Into<String>, model: Arc<Model>) -> Dated {
        Dated { date: date.into(), validator: Validator::new(model.clone()), model }
    }
}

/// What a check against models came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// What is not true any more, in the order of the cassette.
    pub problems: Vec<Problem>,
    /// Interactions of other services, which these models say nothing about.
    pub unchecked: usize,
}

/// Holds a cassette against the last of these models; the earlier ones, oldest first, tell since when.
pub fn drift(cassette: &Cassette, dated: &[Dated]) -> Drift {
    let mut found = Drift::default();
    let Some(target) = dated.last() else { return found };
    for (index, interaction) in cassette.interactions.iter().enumerate() {
        if interaction.service != target.model.metadata.signing_name || interaction.operation.is_none() {
            found.unchecked += 1;
            continue;
        }
        let wrongs = |dated: &Dated| Check { cassette, interaction, dated, wrong: Vec::new() }.run();
        let now = wrongs(target);
        if now.is_empty() {
            continue;
        }
        let earlier: Vec<(&str, Vec<Wrong>)> =
            dated.iter().rev().map(|dated| (dated.date.as_str(), wrongs(dated))).collect();
        found.problems.extend(now.into_iter().map(|wrong| {
            let since =
                earlier.iter().take_while(|(_, wrongs)| wrongs.iter().any(|other| wrong.is_as(other))).last();
            let mut steps = vec!["interactions".to_owned(), index.to_string()];
            steps.extend(wrong.steps);
            Problem {
                interaction: interaction.id,
                steps,
                what: wrong.what,
                since: since.map(|(date, _)| (*date).to_owned()).filter(|date| !date.is_empty()),
            }
        }));
    }
    found
}

/// Something wrong within an interaction.
#[derive(Debug, Clone)]
struct Wrong {
    steps: Vec<String>,
    what: String,
}

impl Wrong {
    /// The same thing in the models of two dates: a set of values or a pattern may have been another.
    fn is_as(&self, other: &Wrong) -> bool {
        let kind = |wrong: &Wrong| wrong.what.splitn(3, ": ").take(2).map(str::to_owned).collect::<Vec<_>>();
        self.steps == other.steps && kind(self) == kind(other)
    }
}

/// Characters of a problem that a line has room for: the values of an enum may be hundreds.
const LONGEST: usize = 200;

/// One interaction held against one model.
struct Check<'a> {
    cassette: &'a Cassette,
    interaction: &'a Interaction,
    dated: &'a Dated,
    wrong: Vec<Wrong>,
}

impl Check<'_> {
    fn run(mut self) -> Vec<Wrong> {
        let name = self.interaction.operation.clone().unwrap_or_default();
        let model = self.dated.model.clone();
        let Some(operation) = model.operation(&name) else {
            self.push(vec!["operation".to_owned()], format!("the API has no operation {name}"));
            return self.wrong;
        };
        // A call that was refused was perhaps meant to be wrong, and errors are not declared completely.
        if self.interaction.response().status < 300 {
            self.request(&model, operation);
            self.response(&model, operation);
        }
        self.wrong
    }

    fn push(&mut self, steps: Vec<String>, what: String) {
        self.wrong.push(Wrong { steps, what });
    }

    fn request(&mut self, model: &Model, operation: &Operation) {
        let request = self.interaction.request();
        match protocol::decode_request(model, &request.to_request()) {
            Ok((_, input)) => self.side("request", "input", operation.input, &input, &request.content),
            Err(error) => self.push(vec!["request".to_owned()], error.to_string()),
        }
    }

    fn response(&mut self, model: &Model, operation: &Operation) {
        let response = self.interaction.response();
        match protocol::decode_response(model, operation, &response.to_response(&Headers::new())) {
            Ok(Reply::Output(output)) => {
                self.side("response", "output", operation.output, &output, &response.content);
            }
            Ok(Reply::Error(_)) => {}
            Err(error) => self.push(vec!["response".to_owned()], error.to_string()),
        }
    }

    fn side(&mut self, part: &str, side: &str, shape: Option<ShapeId>, value: &Value, content: &Content) {
        let Some(shape) = shape else { return };
        let document = match &content.body {
            Body::Json(json, _) => Some(json.clone()),
            other => parse(&other.to_bytes()).ok(),
        };
        let at = |path: &str| {
            let mut steps = vec![part.to_owned(), "json".to_owned()];
            steps.extend(steps_of(path));
            steps
        };
        for violation in self.dated.validator.check(shape, value) {
            let stored = document.as_ref().and_then(|document| walk(document, &steps_of(&violation.path)));
            if stored.is_some_and(|stored| self.is_placeholder(stored)) {
                continue;
            }
            let mut what = format!("{side}.{}: {}", violation.path, violation.constraint);
            if let Some((end, _)) = what.char_indices().nth(LONGEST) {
                what.truncate(end);
                what.push('…');
            }
            self.push(at(&violation.path), what);
        }
        if let Some(document) = &document {
            let mut unknown = Vec::new();
            unknown_members(&self.dated.model, self.dated.model.shape(shape), document, "", &mut unknown);
            for (path, shape) in unknown {
                self.push(at(&path), format!("{side}{path}: {shape} has no such member"));
            }
        }
    }

    /// Placeholders are valid values of their kind, but not of every pattern.
    fn is_placeholder(&self, stored: &Json) -> bool {
        stored.as_str().is_some_and(|text| {
            self.cassette.header.placeholders.iter().any(|placeholder| text.contains(&placeholder.value))
        })
    }
}

/// The value at the end of these steps.
fn walk<'a>(document: &'a Json, steps: &[String]) -> Option<&'a Json> {
    steps.iter().try_fold(document, |json, step| match json {
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}

/// The members of a document that its shape does not have, with the shape's name.
fn unknown_members(model: &Model, shape: &Shape, json: &Json, path: &str, found: &mut Vec<(String, String)>) {
    match (&shape.kind, json) {
        (ShapeKind::Structure { .. }, Json::Object(members)) => {
            for (name, inner) in members {
                let name = name.to_lossy();
                let path = format!("{path}.{name}");
                match shape.member(&name) {
                    Some(member) => unknown_members(model, model.shape(member.shape), inner, &path, found),
                    None if name == "__type" => {}
                    None => found.push((path, shape.name.clone())),
                }
            }
        }
        (ShapeKind::List { item, .. }, Json::Array(items)) => {
            for (index, inner) in items.iter().enumerate() {
                unknown_members(model, model.shape(*item), inner, &format!("{path}[{index}]"), found);
            }
        }
        (ShapeKind::Map { value, .. }, Json::Object(members)) => {
            for (key, inner) in members {
                let path = format!("{path}[{:?}]", key.to_lossy());
                unknown_members(model, model.shape(*value), inner, &path, found);
            }
        }
        _ => {}
    }
}
