//! What a client sent in an awsJson body against the value that it was given.
//!
//! The body is read as JSON and nothing else of ours: no encoder and no decoder of `protocol` stands between.
//! Forms of leaves: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#shape-serialization>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::given::{manner, nanos, same_document};
use super::number::{self, Decimal};
use super::walk::{LeafDifference, LeafShape, Notation, with_manner};
use crate::api::model::{Member, Model, ShapeKind, Timestamp, TimestampFormat, Value};
use crate::check::verdict::Kind;
use crate::ground::json::{Json, Text};

/// The body of a client whose timestamps hold so many decimals of a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) digits: u8,
}

impl Notation for Sent {
    fn name<'m>(&self, member: &'m Member) -> &'m str {
        member.wire_name()
    }

    fn members<'j>(&self, json: &'j Json) -> Option<&'j [(Text, Json)]> {
        json.as_object()
    }

    fn leaf(&self, leaf: &LeafShape<'_>, expected: &Value, actual: &Json) -> Option<LeafDifference> {
        let reading = match expected {
            Value::Null => same(*actual == Json::Null),
            Value::Boolean(due) => actual.as_bool().map_or(Reading::Type(""), |is| same(is == *due)),
            Value::Integer(due) => integer(*due, actual),
            Value::BigNumber(due) => match actual {
                Json::Number(is) => same(number::same(due, is)),
                _ => Reading::Type(""),
            },
            Value::Float(due) => float(&leaf.shape.kind, *due, actual),
            Value::String(due) => match actual {
                Json::String(is) => same(is == due),
                _ => Reading::Type(""),
            },
            Value::Blob(due) => blob(due, actual),
            Value::Timestamp(due) => self.timestamp(leaf, *due, actual),
            Value::Document(due) => same(same_document(due, actual)),
            Value::UnknownArm(_) | Value::List(_) | Value::Map(_) | Value::Structure(_) => Reading::Type(""),
        };
        match reading {
            Reading::Same => None,
            Reading::Value(manner) => {
                LeafDifference::new(Kind::ValueDiffers, with_manner(leaf.shape, manner))
            }
            Reading::Type(manner) => LeafDifference::new(Kind::TypeDiffers, with_manner(leaf.shape, manner)),
        }
    }

    /// Clients fill in idempotency tokens that the caller left out; their form is another oracle's.
    fn tolerates(&self, _model: &Model, member: &Member, _actual: &Json) -> bool {
        member.idempotency_token
    }
}

/// What a leaf turned out to be.
enum Reading {
    Same,
    Value(&'static str),
    Type(&'static str),
}

fn same(same: bool) -> Reading {
    if same { Reading::Same } else { Reading::Value("") }
}

fn integer(due: i64, actual: &Json) -> Reading {
    let Json::Number(text) = actual else { return Reading::Type("") };
    match Decimal::parse(text).and_then(|number| number.integer()) {
        Some(is) if is != i128::from(due) => Reading::Value(if due == 0 { "empty" } else { "" }),
        Some(_) if number::is_plain_integer(text) => Reading::Same,
        Some(_) => Reading::Type("as a float"),
        None => Reading::Value("inexact"),
    }
}

fn float(kind: &ShapeKind, due: f64, actual: &Json) -> Reading {
    let word = if due.is_nan() {
        Some("NaN")
    } else if due.is_infinite() {
        Some(if due > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        None
    };
    match (word, actual) {
        (Some(word), Json::String(text)) if *text == word => Reading::Same,
        (Some(_), _) => Reading::Value("not finite"),
        (None, Json::Number(text)) => match text.parse::<f64>() {
            Ok(is) if is == due && is.is_sign_negative() == due.is_sign_negative() => Reading::Same,
            Ok(is) if is == due => Reading::Value("sign of zero"),
            Ok(is) if *kind == ShapeKind::Float && is as f32 == due as f32 => Reading::Same,
            _ => Reading::Value(""),
        },
        (None, _) => Reading::Type(""),
    }
}

/// Base64 with padding, of the standard alphabet (RFC 4648, section 4).
fn blob(due: &[u8], actual: &Json) -> Reading {
    match actual.as_str().map(|text| BASE64.decode(text)) {
        Some(Ok(is)) => same(is == due),
        Some(Err(_)) => Reading::Value("not base64"),
        None => Reading::Type(""),
    }
}

impl Sent {
    fn timestamp(&self, leaf: &LeafShape<'_>, due: Timestamp, actual: &Json) -> Reading {
        let format = leaf.format.or(leaf.shape.timestamp_format).unwrap_or(TimestampFormat::EpochSeconds);
        let is = match (format, actual) {
            (TimestampFormat::EpochSeconds, Json::Number(text)) => Timestamp::from_epoch_text(text),
            (TimestampFormat::DateTime, Json::String(text)) => {
                text.as_str().and_then(Timestamp::from_date_time)
            }
            (TimestampFormat::HttpDate, Json::String(text)) => {
                text.as_str().and_then(Timestamp::from_http_date)
            }
            _ => return Reading::Type(""),
        };
        let Some(is) = is else { return Reading::Value("unreadable") };
        let unit = 10i128.pow(u32::from(9 - self.digits.min(9)));
        match (nanos(due) - nanos(is)).abs() {
            // Beyond the digits that the client's type holds, its own rounding does not count.
            off if off * 2 < unit || off == 0 => Reading::Same,
            // An HTTP date has whole seconds (RFC 9110, section 5.6.7); Smithy allows decimals and asks for none.
            off if format == TimestampFormat::HttpDate && is.nanos == 0 && off < 1_000_000_000 => {
                Reading::Same
            }
            off => Reading::Value(manner(off, nanos(is))),
        }
    }
}
