//! What no client may ever do, whatever the case: crash, hang, wrap a number in silence, or take what it cannot
//! read for an empty success.

use super::difference::Difference;
use super::given::same_document;
use super::number::Decimal;
use super::place::At;
use super::{Oracle, Trial};
use crate::api::model::{Shape, ShapeKind};
use crate::api::outcome::typed::tag;
use crate::api::outcome::{Outcome, steady};
use crate::check::case::{Class, Expected, NoOutcome};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::exchange::Answer;
use crate::ground::json::{Json, parse};

const RULE: &str = "variant taxonomy: a client never crashes, hangs, loops without end, wraps a number, \
                    invents a success or reads one answer in two ways";

/// Judges every outcome.
#[derive(Debug)]
pub(super) struct NeverOracle;

impl Oracle for NeverOracle {
    fn name(&self) -> OracleName {
        OracleName::Never
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let mut differences = Vec::new();
        match &trial.evidence.outcome {
            Err(NoOutcome::Hung) => {
                let message = "The client did not return before its deadline.";
                differences.push(of_call(trial, Kind::Hung, "outcome", message));
            }
            Err(NoOutcome::Died(how)) => {
                let message = format!("The client's process ended: {}.", steady(how));
                differences.push(of_call(trial, Kind::Crash, "outcome", message).in_manner("process"));
            }
            Err(NoOutcome::Babbled(_)) => {}
            Ok(outcome) => {
                differences.extend(untyped(trial, outcome));
                differences.extend(invented(trial));
                differences.extend(wrapped(trial));
                differences.extend(unlike(trial, outcome));
            }
        }
        let held = differences.into_iter();
        held.map(|difference| trial.hold(self.name(), Class::Should, RULE, difference)).collect()
    }
}

fn of_call(trial: &Trial<'_>, kind: Kind, path: &str, message: impl Into<String>) -> Difference {
    Difference::of_call(kind, path, &trial.operation.name, message)
}

/// What came out is none of the client's own documented errors.
fn untyped(trial: &Trial<'_>, outcome: &Outcome) -> Option<Difference> {
    match outcome {
        Outcome::ClientError(fault) if !fault.typed => {
            let words = fault.message.lines().next().unwrap_or_default();
            let words = steady(words.trim_end_matches('.'));
            let message = format!(
                "The client raised `{}`, which is not one of its documented errors: {words}.",
                fault.class
            );
            let difference = of_call(trial, Kind::Crash, "outcome", message);
            Some(difference.in_manner(&fault.class).with(None, Some(outcome.told())))
        }
        Outcome::Pages { error: Some(error), .. } => untyped(trial, error),
        _ => None,
    }
}

/// A repeated call gave another outcome. The order of an object's members does not count as a difference.
fn unlike(trial: &Trial<'_>, outcome: &Outcome) -> Option<Difference> {
    let (one, other) = (outcome.told(), trial.evidence.unlike.as_ref()?.told());
    if same_document(&one, &other) {
        return None;
    }
    let message = "The same call got the same answer again, but another outcome.";
    let difference = of_call(trial, Kind::ValueDiffers, "outcome", message).in_manner("unlike");
    Some(difference.with(Some(one), Some(other)))
}

/// The body of the last answer, where it is a success that arrived whole.
fn last_success<'a>(trial: &Trial<'a>) -> Option<&'a [u8]> {
    match &trial.evidence.transcript.entries.last()?.answer {
        Answer::Response(response)
            if response.status == 200
                && !response.is_cut()
                && !response.headers.contains("content-encoding") =>
        {
            Some(&response.body)
        }
        _ => None,
    }
}

/// An empty output out of a body that is neither empty nor a JSON object. What else the outcome should have been
/// is then no matter, so the oracles of outputs and errors leave it to this one.
pub(super) fn invented(trial: &Trial<'_>) -> Option<Difference> {
    let Ok(outcome @ Outcome::Output { output, .. }) = &trial.evidence.outcome else { return None };
    let is_empty = |value: &Json| *value == Json::Null || value.as_array().is_some_and(<[_]>::is_empty);
    if !output.as_object()?.iter().all(|(_, value)| is_empty(value)) {
        return None;
    }
    let shape = trial.operation.output.map(|shape| trial.model.shape(shape))?;
    let body = last_success(trial)?;
    // Where there is nothing to read, any body will do.
    let nothing_to_read = shape.members().is_some_and(|members| members.is_empty());
    // RFC 8259, section 8.1: a reader may pass over a byte order mark.
    let marked = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let readable = matches!(parse(marked), Ok(Json::Object(_)));
    if nothing_to_read || readable || body.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let message = "The client took a body that is not a JSON object for an empty output.";
    let text = String::from_utf8_lossy(body).into_owned();
    Some(
        of_call(trial, Kind::OutputInsteadOfError, "output", message)
            .with(Some(Json::string(text)), Some(outcome.told())),
    )
}

/// Integers that came out as others, off by a power of two. What else such a place should hold is then no matter,
/// so the oracle of outputs leaves it to this one.
pub(super) fn wrapped(trial: &Trial<'_>) -> Vec<Difference> {
    let (Ok(Outcome::Output { output, .. }), Some(shape)) = (&trial.evidence.outcome, trial.operation.output)
    else {
        return Vec::new();
    };
    let Some(Ok(body)) = last_success(trial).map(parse) else { return Vec::new() };
    let shape = trial.model.shape(shape);
    let mut differences = Vec::new();
    compare(trial, &At::root("output", &shape.name), shape, &body, output, &mut differences);
    differences
}

fn compare(
    trial: &Trial<'_>,
    at: &At<'_>,
    shape: &Shape,
    wire: &Json,
    given: &Json,
    out: &mut Vec<Difference>,
) {
    match (&shape.kind, wire, given) {
        (ShapeKind::Structure { members, .. }, Json::Object(_), Json::Object(_)) => {
            for member in members.values() {
                if let (Some(wire), Some(given)) = (wire.get(member.wire_name()), given.get(&member.name)) {
                    let at = at.member(&shape.name, &member.name);
                    compare(trial, &at, trial.model.shape(member.shape), wire, given, out);
                }
            }
        }
        (ShapeKind::List { item, .. }, Json::Array(wire), Json::Array(given))
            if wire.len() == given.len() =>
        {
            for (index, (wire, given)) in wire.iter().zip(given).enumerate() {
                compare(trial, &at.item(index), trial.model.shape(*item), wire, given, out);
            }
        }
        (ShapeKind::Map { value: shape, .. }, Json::Object(wire), _) => {
            let given = tag(given).map_or(given, |(_, inner)| inner);
            for (key, wire) in wire {
                let found = given.as_object().into_iter().flatten().find(|(name, _)| name == key);
                if let Some((_, given)) = found {
                    compare(trial, &at.key(key), trial.model.shape(*shape), wire, given, out);
                }
            }
        }
        (kind, wire, given) => {
            let (Some(bits), Some(due), Some(is)) = (kind.integer_bits(), integer(wire), integer(given))
            else {
                return;
            };
            let fits = |number: i128| number >> (bits - 1) == number >> 127;
            // Within its type a number is a value like any other, where the case says what is due.
            let is_due = matches!(trial.expected, Expected::Output(_));
            let beyond = if fits(due) { !is_due } else { fits(is) };
            if beyond && due != is && (due - is) % 256 == 0 {
                out.push(wrap(at, wire, given, due, is));
            }
        }
    }
}

fn wrap(at: &At<'_>, wire: &Json, given: &Json, due: i128, is: i128) -> Difference {
    let path = at.path();
    Difference {
        kind: Kind::ValueDiffers,
        message: format!("`{path}` should be {due} and is {is}: the number overflowed without an error."),
        path,
        shape: at.shape(),
        sort: "integer, wrapped".to_owned(),
        expected: Some(wire.clone()),
        actual: Some(given.clone()),
    }
}

fn integer(json: &Json) -> Option<i128> {
    let text = match (tag(json), json) {
        (Some(("$int", text)), _) => text.as_str()?,
        (_, Json::Number(text)) => text,
        _ => return None,
    };
    Decimal::parse(text)?.integer()
}
