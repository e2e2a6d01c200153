//! A value to the JSON of its shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;

use super::number;
use crate::api::model::{Fields, Model, Shape, ShapeId, ShapeKind, Timestamp, TimestampFormat, Value};
use crate::ground::json::{self, Json, Text};
use crate::protocol::body::fit::{Fallible, no_such_member, one_arm, refuse, under};
use crate::protocol::contract::clipped;

/// Writes one value; `format` is what the member says about timestamps.
pub(super) fn encode(
    model: &Model,
    shape: ShapeId,
    format: Option<TimestampFormat>,
    value: &Value,
) -> Fallible<Json> {
    let shape = model.shape(shape);
    match (&shape.kind, value) {
        (ShapeKind::Structure { union: true, .. }, Value::Structure(fields)) => union(model, shape, fields),
        (ShapeKind::Structure { .. }, Value::Structure(fields)) => structure(model, shape, fields),
        (ShapeKind::List { item, sparse }, Value::List(items)) => list(model, *item, *sparse, items),
        (ShapeKind::Map { value, sparse, .. }, Value::Map(entries)) => map(model, *value, *sparse, entries),
        (ShapeKind::Document, Value::Document(document)) => Ok(document.clone()),
        _ => scalar(shape, format, value),
    }
}

fn scalar(shape: &Shape, format: Option<TimestampFormat>, value: &Value) -> Fallible<Json> {
    match (&shape.kind, value) {
        (ShapeKind::String, Value::String(text)) => Ok(Json::String(text.clone())),
        (ShapeKind::Boolean, Value::Boolean(flag)) => Ok(Json::Bool(*flag)),
        (ShapeKind::Blob, Value::Blob(bytes)) => Ok(Json::string(STANDARD.encode(bytes))),
        (
            ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long,
            Value::Integer(number),
        ) => integer(shape, *number),
        (ShapeKind::BigInteger | ShapeKind::BigDecimal, Value::BigNumber(text)) => big(shape, text),
        (ShapeKind::Float, Value::Float(number)) => float(*number),
        (ShapeKind::Double, Value::Float(number)) => Ok(special(*number).unwrap_or_else(|| digits(number))),
        (ShapeKind::Timestamp, Value::Timestamp(time)) => timestamp(format.or(shape.timestamp_format), *time),
        _ => Err(refuse(expectation(shape), value.kind())),
    }
}

/// What a shape wants, in words.
pub(super) fn expectation(shape: &Shape) -> String {
    let kind = match &shape.kind {
        ShapeKind::Structure { union: true, .. } => "a union",
        ShapeKind::Structure { .. } => "a structure",
        ShapeKind::List { .. } => "a list",
        ShapeKind::Map { .. } => "a map",
        ShapeKind::String => "a string",
        ShapeKind::Blob => "a blob in base64",
        ShapeKind::Boolean => "a boolean",
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => number::width(shape).2,
        ShapeKind::BigInteger => "a whole number",
        ShapeKind::BigDecimal => "a number",
        ShapeKind::Float => "a 32-bit float",
        ShapeKind::Double => "a 64-bit float",
        ShapeKind::Timestamp => "a timestamp",
        ShapeKind::Document => "a document",
    };
    format!("{kind} ({})", shape.name)
}

fn structure(model: &Model, shape: &Shape, fields: &Fields) -> Fallible<Json> {
    let mut members = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        if !matches!(value, Value::Null) {
            members.push(member(model, shape, name, value)?);
        }
    }
    Ok(Json::Object(members))
}

/// Smithy 2.0, union: exactly one member is set, and it is not null.
fn union(model: &Model, shape: &Shape, fields: &Fields) -> Fallible<Json> {
    let null = |value: &Value| matches!(value, Value::Null | Value::Document(Json::Null));
    let mut set = fields.iter().filter(|(_, value)| !null(value));
    match (set.next(), set.next()) {
        (Some((name, value)), None) => Ok(Json::Object(vec![member(model, shape, name, value)?])),
        (None, _) => Err(refuse(one_arm(shape), "none")),
        (Some((first, _)), Some((second, _))) => {
            Err(refuse(one_arm(shape), format!("`{first}` and `{second}`")))
        }
    }
}

fn member(model: &Model, shape: &Shape, name: &str, value: &Value) -> Fallible<(Text, Json)> {
    let member = shape.member(name).ok_or_else(|| no_such_member(shape, name))?;
    let written = encode(model, member.shape, member.timestamp_format, value)
        .map_err(|error| under(error, format_args!(".{name}")))?;
    Ok((member.wire_name().into(), written))
}

fn list(model: &Model, shape: ShapeId, sparse: bool, values: &[Value]) -> Fallible<Json> {
    let mut items = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        items.push(
            item(model, shape, sparse, value).map_err(|error| under(error, format_args!("[{index}]")))?,
        );
    }
    Ok(Json::Array(items))
}

fn map(model: &Model, shape: ShapeId, sparse: bool, entries: &IndexMap<Text, Value>) -> Fallible<Json> {
    let mut members = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let written =
            item(model, shape, sparse, value).map_err(|error| under(error, format_args!("[{key:?}]")))?;
        members.push((key.clone(), written));
    }
    Ok(Json::Object(members))
}

/// Smithy 2.0, sparse trait: only sparse lists and maps may hold null.
fn item(model: &Model, shape: ShapeId, sparse: bool, value: &Value) -> Fallible<Json> {
    match value {
        Value::Null if sparse => Ok(Json::Null),
        value => encode(model, shape, None, value),
    }
}

fn integer(shape: &Shape, number: i64) -> Fallible<Json> {
    let (least, greatest, _) = number::width(shape);
    if (least..=greatest).contains(&number) {
        Ok(Json::number(number))
    } else {
        Err(refuse(expectation(shape), number.to_string()))
    }
}

fn big(shape: &Shape, text: &str) -> Fallible<Json> {
    match json::parse(text.as_bytes()) {
        Ok(number @ Json::Number(_)) if number::is_big(&shape.kind, text) => Ok(number),
        _ => Err(refuse(expectation(shape), format!("`{}`", clipped(text)))),
    }
}

fn float(number: f64) -> Fallible<Json> {
    let narrow = number as f32;
    match special(number) {
        Some(word) => Ok(word),
        None if narrow.is_finite() => Ok(digits(&narrow)),
        None => Err(refuse("a 32-bit float", format!("{number:?}"))),
    }
}

/// awsJson writes what JSON has no number for as text; see "Non-numeric float and double serialization" in
/// the protocol's page, <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>.
fn special(number: f64) -> Option<Json> {
    let word = match number {
        number if number.is_nan() => "NaN",
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => return None,
    };
    Some(Json::string(word))
}

/// The shortest decimal text that reads back as the same float; a whole one keeps its `.0`.
fn digits(number: &impl std::fmt::Debug) -> Json {
    Json::Number(format!("{number:?}"))
}

/// The first second of year 0 and the first of year 10000: what four digits of a year can say.
const FOUR_DIGIT_YEARS: std::ops::Range<i64> = -62_167_219_200..253_402_300_800;

fn timestamp(format: Option<TimestampFormat>, time: Timestamp) -> Fallible<Json> {
    match format.unwrap_or(TimestampFormat::EpochSeconds) {
        TimestampFormat::EpochSeconds => Ok(Json::Number(time.to_epoch_text())),
        _ if !FOUR_DIGIT_YEARS.contains(&time.seconds) => {
            Err(refuse("a moment in the years 0000 to 9999", time.to_epoch_text()))
        }
        TimestampFormat::DateTime => Ok(Json::string(time.to_date_time())),
        TimestampFormat::HttpDate => Ok(Json::string(time.to_http_date())),
    }
}
