//! What a client gave its caller, as typed JSON, against the value that was due.

use super::difference::Difference;
use super::number::{self, Decimal};
use super::place::At;
use super::walk::{LeafDifference, LeafShape, Notation, Walk, with_manner};
use crate::api::model::{Member, Model, Shape, ShapeId, ShapeKind, Timestamp, Value};
use crate::api::outcome::typed::{self, tag};
use crate::check::verdict::Kind;
use crate::ground::json::{Json, Text};

/// The typed JSON of a client whose timestamps hold so many decimals of a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) digits: u8,
}

/// All differences of what was given and the value that was due.
pub(super) fn differences(
    model: &Model,
    digits: u8,
    at: &At<'_>,
    shape: ShapeId,
    due: &Value,
    is: &Json,
) -> Vec<Difference> {
    Walk::new(model, Given { digits }).differences(at, shape, due, is)
}

impl Notation for Given {
    fn name<'m>(&self, member: &'m Member) -> &'m str {
        &member.name
    }

    fn members<'j>(&self, json: &'j Json) -> Option<&'j [(Text, Json)]> {
        match tag(json) {
            Some(("$map", inner)) => inner.as_object(),
            Some(("$unknown" | "$int" | "$float" | "$timestamp" | "$blob" | "$utf16" | "$document", _)) => {
                None
            }
            _ => json.as_object(),
        }
    }

    fn leaf(&self, leaf: &LeafShape<'_>, expected: &Value, actual: &Json) -> Option<LeafDifference> {
        let shape = leaf.shape;
        if let Value::UnknownArm(name) = expected {
            return unknown_arm(name, actual);
        }
        if let (
            Value::BigNumber(due),
            ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long,
        ) = (expected, &shape.kind)
        {
            return beyond(shape, due, actual);
        }
        let Ok(given) = typed::decode(leaf.model, shape.id, actual) else {
            return undecoded(shape, expected, actual);
        };
        let manner = match (expected, &given) {
            (Value::Timestamp(due), Value::Timestamp(is)) => moments(*due, *is, self.digits)?,
            (Value::Float(due), Value::Float(is)) => floats(&shape.kind, *due, *is)?,
            (Value::BigNumber(due), Value::BigNumber(is)) if number::same(due, is) => return None,
            (Value::Document(due), Value::Document(is)) if same_document(due, is) => return None,
            (due, is) if due == is => return None,
            (Value::String(due), _) if due.is_empty() => "empty",
            (Value::String(due), _) if due.as_str().is_none() => "surrogate",
            (Value::Integer(due), Value::Integer(is)) => integers(*due, *is),
            _ => "",
        };
        LeafDifference::new(Kind::ValueDiffers, with_manner(shape, manner))
    }

    /// Clients may fill in required members that the service left out: Smithy's client error correction.
    fn tolerates(&self, model: &Model, member: &Member, actual: &Json) -> bool {
        member.required && is_filled_in(model, model.shape(member.shape), actual)
    }
}

/// A whole number beyond its type: exact, or another one.
fn beyond(shape: &Shape, due: &str, actual: &Json) -> Option<LeafDifference> {
    match (tag(actual), actual) {
        (Some(("$int", text)), _) if text.as_str().is_some_and(|is| number::same(due, is)) => None,
        (_, Json::Number(is)) if number::same(due, is) => None,
        (Some(("$int", _)), _) | (_, Json::Number(_)) => {
            LeafDifference::new(Kind::ValueDiffers, with_manner(shape, "inexact"))
        }
        _ => {
            let found = tag(actual).map_or(actual.kind(), |(tag, _)| tag);
            LeafDifference::new(Kind::TypeDiffers, with_manner(shape, &format!("given {found}")))
        }
    }
}

/// A leaf that is no value of its shape: a number of the wrong form differs in value, all else in type.
fn undecoded(shape: &Shape, expected: &Value, actual: &Json) -> Option<LeafDifference> {
    match (expected, actual) {
        (Value::Integer(due), Json::Number(text)) if !number::same(&due.to_string(), text) => {
            LeafDifference::new(Kind::ValueDiffers, with_manner(shape, "inexact"))
        }
        (Value::Integer(_), Json::Number(_)) => {
            LeafDifference::new(Kind::TypeDiffers, with_manner(shape, "as a float"))
        }
        _ => {
            let found = tag(actual).map_or(actual.kind(), |(tag, _)| tag);
            LeafDifference::new(Kind::TypeDiffers, with_manner(shape, &format!("given {found}")))
        }
    }
}

/// An unknown arm must be known as one; a client that does not tell its name is not blamed.
fn unknown_arm(name: &str, actual: &Json) -> Option<LeafDifference> {
    match tag(actual) {
        Some(("$unknown", Json::Null)) => None,
        Some(("$unknown", given)) if matches!(given.as_str(), Some(text) if text.is_empty() || text == name) => {
            None
        }
        _ => LeafDifference::new(Kind::ValueDiffers, "union, unknown arm"),
    }
}

/// The manner in which two moments differ for a type of so many decimals: a moment of at most so many must come
/// back exactly, a finer one within one unit of the last decimal (driver protocol, "Typed JSON").
fn moments(due: Timestamp, is: Timestamp, digits: u8) -> Option<&'static str> {
    let unit = 10i128.pow(u32::from(9 - digits.min(9)));
    let (due, is) = (nanos(due), nanos(is));
    let off = (due - is).abs();
    let allowed = if due % unit == 0 { 0 } else { unit };
    (off > allowed).then(|| manner(off, is))
}

/// The manner in which a moment is so many nanoseconds off, given or sent.
pub(super) fn manner(off: i128, is: i128) -> &'static str {
    const SECOND: i128 = 1_000_000_000;
    match off {
        _ if off % SECOND == 0 => "whole seconds",
        _ if is % SECOND == 0 && off < SECOND => "fraction lost",
        _ if off < 1_000 => "below a microsecond",
        _ if off <= 1_000_000 => "rounding",
        _ => "",
    }
}

pub(super) fn nanos(time: Timestamp) -> i128 {
    i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos)
}

fn floats(kind: &ShapeKind, due: f64, is: f64) -> Option<&'static str> {
    let narrow = |number: f64| if *kind == ShapeKind::Float { f64::from(number as f32) } else { number };
    let (due, is) = (narrow(due), narrow(is));
    match (due, is) {
        _ if due.is_nan() && is.is_nan() => None,
        _ if due == is && due.is_sign_negative() == is.is_sign_negative() => None,
        _ if due == is => Some("sign of zero"),
        _ if !due.is_finite() || !is.is_finite() => Some("not finite"),
        _ => Some(""),
    }
}

fn integers(due: i64, is: i64) -> &'static str {
    let wrapped = |bits: u32| (i128::from(due) - i128::from(is)) % (1i128 << bits) == 0;
    match (due, is) {
        _ if wrapped(32) => "wrapped",
        _ if (due as f64) == (is as f64) => "inexact",
        _ => "",
    }
}

/// Documents compare by meaning: members without order, numbers by value.
pub(super) fn same_document(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => number::same(left, right),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_document(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| {
                    right.iter().any(|(other, right)| name == other && same_document(left, right))
                })
        }
        _ => left == right,
    }
}

/// What Smithy's client error correction puts in place of a missing required member: the zero value of its
/// shape, an unknown arm or enum value, or nothing
/// (<https://smithy.io/2.0/spec/aggregate-types.html#client-error-correction>).
fn is_filled_in(model: &Model, shape: &Shape, actual: &Json) -> bool {
    match (tag(actual), actual) {
        (_, Json::Null | Json::Bool(false)) => true,
        (Some(("$timestamp" | "$int", text)), _) => text.as_str() == Some("0"),
        (Some(("$blob", text)), _) => text.as_str() == Some(""),
        (Some(("$document", document)), _) => *document == Json::Null,
        (Some(("$unknown", _)), _) => shape.is_union(),
        (_, Json::Number(text)) => Decimal::parse(text).and_then(|number| number.integer()) == Some(0),
        (_, Json::String(text)) if shape.values.is_empty() => text.is_empty(),
        (_, Json::String(text)) => !shape.values.iter().any(|value| *text == value.as_str()),
        (_, Json::Array(items)) => items.is_empty(),
        (_, Json::Object(members)) => members.iter().all(|(name, actual)| {
            let member = name.as_str().and_then(|name| shape.member(name));
            member.is_some_and(|member| is_filled_in(model, model.shape(member.shape), actual))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, moments};

    #[test]
    fn a_moment_within_the_clients_digits_is_exact_and_a_finer_one_near() {
        let time = |text: &str| Timestamp::from_epoch_text(text).unwrap();
        for (due, is, digits, manner) in [
            ("1700000000.999", "1700000000.999", 6, None),
            ("1700000000.999", "1700000000.998993", 6, Some("rounding")),
            ("1700000000.123456789", "1700000000.123457", 6, None),
            ("1700000000.123456789", "1700000000.123458", 6, Some("rounding")),
            ("1700000000.1", "1700000000.099999904", 9, Some("below a microsecond")),
            ("1700000000.001", "1700000000", 9, Some("fraction lost")),
            ("1700000000.002", "1700000000.001", 9, Some("rounding")),
            ("1700000000.5", "1700000000", 3, Some("fraction lost")),
            ("1700000000", "1700003600", 3, Some("whole seconds")),
            ("-0.5", "0.5", 9, Some("whole seconds")),
            ("1700000000.123456789", "1700000000.123456789", 9, None),
        ] {
            assert_eq!(moments(time(due), time(is), digits), manner, "{due} {is} {digits}");
        }
    }
}
