//! What is wrong with an answer that a client should have refused, in words: the start of a message's sentence.
//!
//! It judges nothing: that the answer is to be refused is the case's own word. What this cannot name, it does not
//! guess at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::api::model::{Model, Shape, ShapeKind};
use crate::check::oracles::Trial;
use crate::check::oracles::difference::{counted, shown};
use crate::check::oracles::number::Decimal;
use crate::check::oracles::place::At;
use crate::ground::exchange::{Answer, Content, Response};
use crate::ground::json::{Json, Text, parse};

/// What is wrong with the first answer of a trial that has something wrong with it.
pub(super) fn what(trial: &Trial<'_>) -> String {
    let mut answers = trial.evidence.transcript.entries.iter().map(|entry| &entry.answer);
    answers
        .find_map(|answer| wrong(trial, answer))
        .unwrap_or_else(|| "The answer must be rejected".to_owned())
}

fn wrong(trial: &Trial<'_>, answer: &Answer) -> Option<String> {
    let Answer::Response(response) = answer else {
        return Some("The answer breaks the rules of HTTP".to_owned());
    };
    if response.is_cut() {
        return Some("The answer is cut off".to_owned());
    }
    if response.status != 200 {
        return Some(format!("The answer has status {}", response.status));
    }
    of_success(trial, response)
}

fn of_success(trial: &Trial<'_>, response: &Response) -> Option<String> {
    let content = Content::read(&response.headers, &response.body);
    let named = response.headers.get("content-encoding");
    if let Some(coding) = named.filter(|_| content.coding.is_none()) {
        return Some(format!("The answer cannot be decoded from its content coding `{coding}`"));
    }
    let body = if content.coding.is_some() { content.body.to_bytes() } else { response.body.clone() };
    let json = match parse(&body) {
        Ok(json) => json,
        Err(error) => return Some(format!("The answer is {error}")),
    };
    let shape = trial.model.shape(trial.operation.output?);
    let misfit = misfit(trial.model, &At::root("output", &shape.name), shape, &json)?;
    Some(format!("The answer has {misfit}"))
}

/// The first place at which JSON is of another kind than its shape, what is there, and what is due.
fn misfit(model: &Model, at: &At<'_>, shape: &Shape, json: &Json) -> Option<String> {
    let inside = |at: &At<'_>, shape, json: &Json| misfit(model, at, model.shape(shape), json);
    let here = |found: String| Some(format!("{found} at `{}` where {} is due", at.path(), shape.kind.name()));
    match (&shape.kind, json) {
        (ShapeKind::Structure { union: true, .. }, Json::Object(given)) if arms(given) != 1 => {
            here(counted(arms(given), "arm"))
        }
        (ShapeKind::Structure { members, .. }, Json::Object(_)) => members.values().find_map(|member| {
            let json = json.get(member.wire_name()).filter(|json| **json != Json::Null)?;
            inside(&at.member(&shape.name, &member.name), member.shape, json)
        }),
        (ShapeKind::List { item, sparse }, Json::Array(items)) => {
            let mut due = items.iter().enumerate().filter(|(_, json)| !*sparse || **json != Json::Null);
            due.find_map(|(index, json)| inside(&at.item(index), *item, json))
        }
        (ShapeKind::Map { value, sparse, .. }, Json::Object(values)) => {
            let mut due = values.iter().filter(|(_, json)| !*sparse || *json != Json::Null);
            due.find_map(|(key, json)| inside(&at.key(key), *value, json))
        }
        (kind, json) if fits(kind, json) => None,
        (_, Json::Object(_) | Json::Array(_) | Json::Null) => here(json.kind().to_owned()),
        (_, leaf) => here(format!("{} ({})", leaf.kind(), shown(leaf))),
    }
}

/// The members of a union that are set.
fn arms(members: &[(Text, Json)]) -> usize {
    members.iter().filter(|(name, json)| *json != Json::Null && name.as_str() != Some("__type")).count()
}

/// Whether a leaf may stand for a value of this kind, as far as its JSON shows.
fn fits(kind: &ShapeKind, json: &Json) -> bool {
    match (kind, json) {
        (ShapeKind::Document, _)
        | (ShapeKind::String, Json::String(_))
        | (ShapeKind::Boolean, Json::Bool(_))
        | (ShapeKind::BigDecimal | ShapeKind::Float | ShapeKind::Double, Json::Number(_))
        | (ShapeKind::Timestamp, Json::Number(_)) => true,
        (ShapeKind::Blob, Json::String(text)) => is_base64(&text.to_lossy()),
        (ShapeKind::Float | ShapeKind::Double, Json::String(text)) => {
            text.as_str().is_some_and(|text| ["NaN", "Infinity", "-Infinity"].contains(&text))
        }
        // A word is no moment in any format.
        (ShapeKind::Timestamp, Json::String(text)) => {
            text.to_lossy().contains(|letter: char| letter.is_ascii_digit())
        }
        (kind, Json::Number(text)) => is_whole(kind, text),
        _ => false,
    }
}

fn is_base64(text: &str) -> bool {
    STANDARD.decode(text).is_ok()
}

fn is_whole(kind: &ShapeKind, text: &str) -> bool {
    let number = Decimal::parse(text).and_then(|number| number.integer());
    match (kind.integer_bits(), number) {
        (Some(bits), Some(number)) => number >> (bits - 1) == number >> 127,
        (None, number) => *kind == ShapeKind::BigInteger && number.is_some(),
        (Some(_), None) => false,
    }
}
