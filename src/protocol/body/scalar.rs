//! Scalars as text: in paths, queries and headers, in XML and in forms.

use super::fit::{Fallible, refuse};
use super::json::{read_scalar, write_scalar};
use crate::api::model::{Model, Shape, ShapeKind, TimestampFormat, Value};
use crate::ground::json::Json;

/// Writes a scalar. `format` is the member's own timestamp format, `default` that of the place.
pub(crate) fn write(
    model: &Model,
    shape: &Shape,
    format: Option<TimestampFormat>,
    default: TimestampFormat,
    value: &Value,
) -> Fallible<String> {
    match write_scalar(model, shape, format_of(shape, format, default), value)? {
        Json::Bool(flag) => Ok(flag.to_string()),
        Json::Number(text) => Ok(text),
        Json::String(text) => match text.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(refuse("text in Unicode", "a lone surrogate")),
        },
        _ => Err(refuse(format!("a scalar ({})", shape.name), value.kind())),
    }
}

/// Reads a scalar. White space counts in strings only.
pub(crate) fn read(
    model: &Model,
    shape: &Shape,
    format: Option<TimestampFormat>,
    default: TimestampFormat,
    text: &str,
) -> Fallible<Value> {
    let format = format_of(shape, format, default);
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n']);
    let json = match shape.kind {
        ShapeKind::String => Json::string(text),
        ShapeKind::Boolean => match trimmed {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => Json::string(trimmed),
        },
        ShapeKind::Byte
        | ShapeKind::Short
        | ShapeKind::Integer
        | ShapeKind::Long
        | ShapeKind::BigInteger
        | ShapeKind::BigDecimal => Json::Number(trimmed.to_owned()),
        ShapeKind::Float | ShapeKind::Double => match trimmed {
            "NaN" | "Infinity" | "-Infinity" => Json::string(trimmed),
            number => Json::Number(number.to_owned()),
        },
        ShapeKind::Timestamp if format == TimestampFormat::EpochSeconds => Json::Number(trimmed.to_owned()),
        ShapeKind::Timestamp | ShapeKind::Blob => Json::string(trimmed),
        _ => return Err(refuse(format!("a scalar ({})", shape.name), "text")),
    };
    read_scalar(model, shape, format, &json)
}

/// The member's format before the shape's before the place's: Smithy 2.0, `timestampFormat` trait.
fn format_of(shape: &Shape, format: Option<TimestampFormat>, default: TimestampFormat) -> TimestampFormat {
    format.or(shape.timestamp_format).unwrap_or(default)
}
