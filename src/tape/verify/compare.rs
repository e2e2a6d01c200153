//! Two cassettes of one scenario: the same calls, and the same answers but for times and opaque tokens.
//!
//! Calls are lined up by what they ask, with each cassette's own made-up names taken for the scenario's variables;
//! a run of equal calls is a poll, and counts by its last answer.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Problem, steps_of};
use crate::api::model::{Fields, Model, Operation, Shape, ShapeKind, Timestamp, Value};
use crate::ground::exchange::{Headers, Response};
use crate::protocol::{self, Reply};
use crate::tape::cassette::{Cassette, Interaction};
use crate::tape::matcher::{Leaf, Models, Question, leaves_of, leaves_of_document};

/// Everything in which `left` differs from `right`, in the order of `left`.
pub fn compare(left: &Cassette, right: &Cassette, models: &Models) -> Vec<Problem> {
    let (left, right) = (Side::new(left, models), Side::new(right, models));
    let keys = |side: &Side<'_>| side.calls.iter().map(|call| call.key.clone()).collect::<Vec<_>>();
    let mut problems = Vec::new();
    for step in capture_diff_slices(Algorithm::Myers, &keys(&left), &keys(&right)) {
        let (old, new) = (step.old_range(), step.new_range());
        match step {
            DiffOp::Equal { .. } => {
                for (one, other) in left.calls[old].iter().zip(&right.calls[new]) {
                    answers(models, one, other, &mut problems);
                }
            }
            _ => unequal(models, &left.calls[old], &right.calls[new], &mut problems),
        }
    }
    problems
}

/// A cassette as it is compared.
struct Side<'a> {
    calls: Vec<Call<'a>>,
}

/// A call, the last one of a run of equal ones.
struct Call<'a> {
    index: usize,
    interaction: &'a Interaction,
    variables: &'a indexmap::IndexMap<String, String>,
    key: String,
    asked: Vec<Leaf>,
}

impl<'a> Side<'a> {
    fn new(cassette: &'a Cassette, models: &Models) -> Side<'a> {
        let variables = &cassette.header.variables;
        let mut calls: Vec<Call<'a>> = Vec::new();
        for (index, interaction) in cassette.interactions.iter().enumerate() {
            let question = Question::of(models, &interaction.service, &interaction.request().to_request());
            let call = Call {
                index,
                interaction,
                variables,
                key: named(&question.key, variables),
                asked: question.leaves,
            };
            match calls.last_mut() {
                Some(last) if last.key == call.key => *last = call,
                _ => calls.push(call),
            }
        }
        Side { calls }
    }
}

/// A text in which the values that a scenario made up are called by their names.
fn named(text: &str, variables: &indexmap::IndexMap<String, String>) -> String {
    // The longest first: one name may begin another.
    let mut known: Vec<_> = variables.iter().filter(|(_, value)| !value.is_empty()).collect();
    known.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(*value, &format!("${{{name}}}")))
}

/// Calls of which none asks the same: those of the same operation are paired, the others stand alone.
fn unequal(models: &Models, left: &[Call<'_>], right: &[Call<'_>], problems: &mut Vec<Problem>) {
    let mut rest = right.iter().peekable();
    for one in left {
        let title = one.interaction.title();
        let mut ahead = rest.clone();
        if let Some(other) = ahead.find(|other| other.interaction.title() == title) {
            for skipped in rest.by_ref().take_while(|call| call.index != other.index) {
                problems.push(lonely(one, skipped));
            }
            let differences = differ(&leaves(one, &one.asked), &leaves(other, &other.asked));
            for (path, what) in differences {
                problems.push(problem(one, "request", &path, format!("input{path}: {what}")));
            }
            answers(models, one, other, problems);
        } else {
            problems.push(problem(one, "request", "", format!("{title} is not called there")));
        }
    }
    for skipped in rest {
        let at = left.last().unwrap_or(skipped);
        problems.push(lonely(at, skipped));
    }
}

/// A call that only the other cassette has, told at the nearest place of this one.
fn lonely(at: &Call<'_>, other: &Call<'_>) -> Problem {
    let what = format!(
        "{} (interaction {} there) is not called here",
        other.interaction.title(),
        other.interaction.id
    );
    problem(at, "request", "", what)
}

fn problem(call: &Call<'_>, part: &str, path: &str, what: String) -> Problem {
    let mut steps = vec!["interactions".to_owned(), call.index.to_string(), part.to_owned()];
    if !path.is_empty() {
        steps.push("json".to_owned());
        steps.extend(steps_of(path));
    }
    Problem { interaction: call.interaction.id, steps, what, since: None }
}

/// Leaves by path, with the scenario's names.
fn leaves(call: &Call<'_>, leaves: &[Leaf]) -> BTreeMap<String, String> {
    leaves.iter().map(|leaf| (named(&leaf.path, call.variables), named(&leaf.text, call.variables))).collect()
}

/// A leaf's text as a line has room for it.
fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Where two sets of leaves differ, and how.
fn differ(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = left
        .iter()
        .filter_map(|(path, here)| match right.get(path) {
            Some(there) if here == there => None,
            Some(there) => Some((path.clone(), format!("{} here, {} there", short(here), short(there)))),
            None => Some((path.clone(), format!("{} here, absent there", short(here)))),
        })
        .collect();
    let absent = right.iter().filter(|(path, _)| !left.contains_key(*path));
    found.extend(absent.map(|(path, there)| (path.clone(), format!("absent here, {} there", short(there)))));
    found
}

fn answers(models: &Models, one: &Call<'_>, other: &Call<'_>, problems: &mut Vec<Problem>) {
    let (here, there) = (Answered::of(models, one), Answered::of(models, other));
    if here.title != there.title {
        let what = format!("{} here, {} there", here.title, there.title);
        problems.push(problem(one, "response", "", what));
        return;
    }
    for (path, what) in differ(&leaves(one, &here.leaves), &leaves(other, &there.leaves)) {
        problems.push(problem(one, "response", &path, format!("output{path}: {what}")));
    }
}

/// An answer as it is compared: how it went, and the leaves that are the same whenever it is given.
struct Answered {
    title: String,
    leaves: Vec<Leaf>,
}

impl Answered {
    fn of(models: &Models, call: &Call<'_>) -> Answered {
        let interaction = call.interaction;
        let response = interaction.response().to_response(&Headers::new());
        let model = models.get(&interaction.service);
        let operation = interaction.operation.as_ref().and_then(|name| model?.operation(name));
        match model.zip(operation) {
            Some((model, operation)) => Answered::modelled(model, operation, &response),
            None => Answered::plain(&response),
        }
    }

    fn modelled(model: &Model, operation: &Operation, response: &Response) -> Answered {
        match protocol::decode_response(model, operation, response) {
            Ok(Reply::Output(output)) => {
                let shape = operation.output.map(|shape| model.shape(shape));
                let leaves = shape.map(|shape| {
                    let tokens = operation.paginator.iter().flat_map(|paginator| &paginator.output_tokens);
                    leaves_of(model, shape, &settled(model, shape, output, &tokens.collect::<Vec<_>>()))
                });
                Answered { title: "a success".to_owned(), leaves: leaves.unwrap_or_default() }
            }
            // How an error is put into words is the service's own affair.
            Ok(Reply::Error(error)) => {
                Answered { title: format!("{} with status {}", error.code, error.status), leaves: Vec::new() }
            }
            Err(_) => Answered::plain(response),
        }
    }

    fn plain(response: &Response) -> Answered {
        let leaves = leaves_of_document(&response.body);
        Answered { title: format!("status {}", response.status), leaves }
    }
}

/// An output in which every moment and every opaque token is the same.
fn settled(model: &Model, shape: &Shape, value: Value, tokens: &[&String]) -> Value {
    match (&shape.kind, value) {
        (_, Value::Timestamp(_)) => Value::Timestamp(Timestamp::from_seconds(0)),
        (ShapeKind::Structure { members, .. }, Value::Structure(fields)) => {
            let settle = |(name, value): (String, Value)| {
                let value = match members.get(&name) {
                    Some(_) if tokens.contains(&&name) => Value::String("a token".into()),
                    Some(member) => settled(model, model.shape(member.shape), value, &[]),
                    None => value,
                };
                (name, value)
            };
            Value::Structure(fields.into_iter().map(settle).collect::<Fields>())
        }
        (ShapeKind::List { item, .. }, Value::List(items)) => Value::List(
            items.into_iter().map(|inner| settled(model, model.shape(*item), inner, &[])).collect(),
        ),
        (ShapeKind::Map { value: inner, .. }, Value::Map(entries)) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key, settled(model, model.shape(*inner), value, &[])))
                .collect(),
        ),
        (_, value) => value,
    }
}
