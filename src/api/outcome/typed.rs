//! Typed JSON: values of shapes on the pipe, exact where plain JSON is not.
//!
//! `{"$int":…}` beyond ±(2^53 − 1), `{"$float":"NaN"}`, `{"$timestamp":"1700000000.123"}`, `{"$blob":…}`,
//! `{"$utf16":…}` for text that is not Unicode, `{"$unknown":…}` for an unknown union arm, `{"$document":…}`,
//! and `{"$map":…}` around an object whose only key starts with `$`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::api::model::{Fields, Model, Shape, ShapeId, ShapeKind, Timestamp, Value};
use crate::ground::json::{Json, Text};

/// Integers up to here are plain JSON numbers: 2^53 − 1.
const SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Why typed JSON is no value of a shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct TypedError {
    /// The shape path.
    pub path: String,
    /// What is wrong there.
    pub what: String,
}

/// A value as typed JSON.
pub fn encode(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Integer(number) if number.unsigned_abs() <= SAFE_INTEGER as u64 => Json::number(number),
        Value::Integer(number) => tagged("$int", Json::string(number.to_string())),
        Value::BigNumber(text) => big_number(text),
        Value::Float(number) => float(*number),
        Value::String(text) => string(text),
        Value::Blob(bytes) => tagged("$blob", Json::string(BASE64.encode(bytes))),
        Value::Timestamp(time) => tagged("$timestamp", Json::string(time.to_epoch_text())),
        Value::List(items) => Json::Array(items.iter().map(encode).collect()),
        Value::Map(entries) => {
            guarded(entries.iter().map(|(key, value)| (key.clone(), encode(value))).collect())
        }
        Value::Structure(fields) => {
            guarded(fields.iter().map(|(name, value)| (Text::from(name), encode(value))).collect())
        }
        Value::UnknownArm(name) => tagged("$unknown", Json::string(name)),
        Value::Document(document) => tagged("$document", document.clone()),
    }
}

fn tagged(tag: &str, value: Json) -> Json {
    Json::object([(tag, value)])
}

/// A number as wide as it likes: a whole one that not every reader of JSON can hold is tagged.
fn big_number(text: &str) -> Json {
    let whole = text.bytes().all(|letter| letter.is_ascii_digit() || letter == b'-');
    let safe = text.parse::<i64>().is_ok_and(|number| number.unsigned_abs() <= SAFE_INTEGER as u64);
    if whole && !safe { tagged("$int", Json::string(text)) } else { Json::Number(text.to_owned()) }
}

/// A float as JSON, in the shortest form that reads back the same.
fn float(number: f64) -> Json {
    if number.is_nan() {
        tagged("$float", Json::string("NaN"))
    } else if number.is_infinite() {
        tagged("$float", Json::string(if number > 0.0 { "Infinity" } else { "-Infinity" }))
    } else {
        Json::Number(format!("{number:?}"))
    }
}

fn string(text: &Text) -> Json {
    match text.as_str() {
        Some(_) => Json::String(text.clone()),
        None => {
            let bytes: Vec<u8> = text.to_utf16().into_iter().flat_map(u16::to_be_bytes).collect();
            tagged("$utf16", Json::string(BASE64.encode(bytes)))
        }
    }
}

/// Wraps an object that could be taken for a tag.
fn guarded(members: Vec<(Text, Json)>) -> Json {
    match members.as_slice() {
        [(key, _)] if key.code_points().next() == Some(u32::from('$')) => {
            tagged("$map", Json::Object(members))
        }
        _ => Json::Object(members),
    }
}

/// The only member of an object whose key starts with `$`.
pub fn tag(json: &Json) -> Option<(&str, &Json)> {
    match json.as_object()? {
        [(key, value)] => key.as_str().filter(|key| key.starts_with('$')).map(|key| (key, value)),
        _ => None,
    }
}

/// Typed JSON as a value of a shape. Text in place of a number, and every other kind that the shape does not
/// have, is an error with its path.
pub fn decode(model: &Model, shape: ShapeId, json: &Json) -> Result<Value, TypedError> {
    Decoder { model }.value(model.shape(shape), json, "")
}

struct Decoder<'a> {
    model: &'a Model,
}

impl Decoder<'_> {
    fn value(&self, shape: &Shape, json: &Json, path: &str) -> Result<Value, TypedError> {
        match &shape.kind {
            ShapeKind::Structure { .. } => self.structure(shape, json, path),
            ShapeKind::List { item, .. } => {
                let items = json.as_array().ok_or_else(|| wrong(path, "an array", json))?;
                let item = self.model.shape(*item);
                let decoded = items.iter().enumerate().map(|(index, json)| {
                    if *json == Json::Null {
                        Ok(Value::Null)
                    } else {
                        self.value(item, json, &format!("{path}[{index}]"))
                    }
                });
                Ok(Value::List(decoded.collect::<Result<_, _>>()?))
            }
            ShapeKind::Map { value, .. } => self.map(self.model.shape(*value), json, path),
            _ => scalar(&shape.kind, json).ok_or_else(|| wrong(path, kind_name(&shape.kind), json)),
        }
    }

    fn structure(&self, shape: &Shape, json: &Json, path: &str) -> Result<Value, TypedError> {
        if let Some(("$unknown", name)) = tag(json)
            && shape.is_union()
        {
            return Ok(Value::UnknownArm(name.as_str().unwrap_or_default().to_owned()));
        }
        let mut fields = Fields::new();
        for (name, json) in unguarded(json).ok_or_else(|| wrong(path, "an object", json))? {
            let path = format!("{path}.{name}");
            let member = name.as_str().and_then(|name| shape.member(name));
            let member = member.ok_or_else(|| TypedError {
                path: path.clone(),
                what: format!("{} has no such member", shape.name),
            })?;
            fields.insert(member.name.clone(), self.value(self.model.shape(member.shape), json, &path)?);
        }
        Ok(Value::Structure(fields))
    }

    fn map(&self, shape: &Shape, json: &Json, path: &str) -> Result<Value, TypedError> {
        let entries = unguarded(json).ok_or_else(|| wrong(path, "an object", json))?;
        let decoded = entries.iter().map(|(key, json)| {
            let value = match json {
                Json::Null => Value::Null,
                json => self.value(shape, json, &format!("{path}[{key:?}]"))?,
            };
            Ok((key.clone(), value))
        });
        Ok(Value::Map(decoded.collect::<Result<_, _>>()?))
    }
}

/// The members of an object, out of its `$map` wrapping if it has one.
pub fn unguarded(json: &Json) -> Option<&[(Text, Json)]> {
    match tag(json) {
        Some(("$map", inner)) => inner.as_object(),
        _ => json.as_object(),
    }
}

fn scalar(kind: &ShapeKind, json: &Json) -> Option<Value> {
    let text_of =
        |wanted: &str| tag(json).filter(|(tag, _)| *tag == wanted).and_then(|(_, value)| value.as_str());
    match kind {
        ShapeKind::String => text(json).map(Value::String),
        ShapeKind::Blob => BASE64.decode(text_of("$blob")?).ok().map(Value::Blob),
        ShapeKind::Boolean => json.as_bool().map(Value::Boolean),
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => {
            text_of("$int").and_then(|text| text.parse().ok()).or_else(|| json.as_i64()).map(Value::Integer)
        }
        ShapeKind::BigInteger | ShapeKind::BigDecimal => match json {
            Json::Number(text) => Some(Value::BigNumber(text.clone())),
            _ => text_of("$int").map(|text| Value::BigNumber(text.to_owned())),
        },
        ShapeKind::Float | ShapeKind::Double => match text_of("$float") {
            Some("NaN") => Some(Value::Float(f64::NAN)),
            Some("Infinity") => Some(Value::Float(f64::INFINITY)),
            Some("-Infinity") => Some(Value::Float(f64::NEG_INFINITY)),
            _ => match json {
                Json::Number(text) => text.parse().ok().map(Value::Float),
                _ => None,
            },
        },
        ShapeKind::Timestamp => Timestamp::from_epoch_text(text_of("$timestamp")?).map(Value::Timestamp),
        ShapeKind::Document => {
            tag(json).filter(|(tag, _)| *tag == "$document").map(|(_, inner)| Value::Document(inner.clone()))
        }
        ShapeKind::Structure { .. } | ShapeKind::List { .. } | ShapeKind::Map { .. } => None,
    }
}

/// The text of a string, or of `$utf16` where it is not Unicode.
pub fn text(json: &Json) -> Option<Text> {
    match (json, tag(json)) {
        (Json::String(text), _) => Some(text.clone()),
        (_, Some(("$utf16", encoded))) => utf16(encoded.as_str()?),
        _ => None,
    }
}

fn utf16(encoded: &str) -> Option<Text> {
    let bytes = BASE64.decode(encoded).ok()?;
    if bytes.len() % 2 != 0 {
        return None;
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    Some(Text::from_utf16(&units))
}

fn wrong(path: &str, wanted: &str, found: &Json) -> TypedError {
    let found = match tag(found) {
        Some((tag, _)) => format!("`{tag}`"),
        None => found.kind().to_owned(),
    };
    TypedError { path: path.to_owned(), what: format!("expected {wanted}, found {found}") }
}

fn kind_name(kind: &ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Structure { .. } | ShapeKind::Map { .. } => "an object",
        ShapeKind::List { .. } => "an array",
        ShapeKind::String => "a string",
        ShapeKind::Blob => "a blob",
        ShapeKind::Boolean => "a boolean",
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => "an integer",
        ShapeKind::BigInteger | ShapeKind::BigDecimal | ShapeKind::Float | ShapeKind::Double => "a number",
        ShapeKind::Timestamp => "a timestamp",
        ShapeKind::Document => "a document",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::{Style, parse, write};

    #[test]
    fn values_are_written_so_that_nothing_is_lost() {
        for (value, text) in [
            (Value::Integer(SAFE_INTEGER), "9007199254740991"),
            (Value::Integer(i64::MIN), r#"{"$int":"-9223372036854775808"}"#),
            (Value::BigNumber("-9007199254740991".to_owned()), "-9007199254740991"),
            (Value::BigNumber("90250040581090443".to_owned()), r#"{"$int":"90250040581090443"}"#),
            (Value::BigNumber("1e400".to_owned()), "1e400"),
            (Value::Float(f64::NEG_INFINITY), r#"{"$float":"-Infinity"}"#),
            (Value::Float(25.0), "25.0"),
            (Value::Float(1e300), "1e300"),
            (Value::Timestamp(Timestamp { seconds: -1, nanos: 500_000_000 }), r#"{"$timestamp":"-0.5"}"#),
            (Value::String(Text::from_utf16(&[0xD800])), r#"{"$utf16":"2AA="}"#),
            (Value::structure([("$x", Value::Null)]), r#"{"$map":{"$x":null}}"#),
            (Value::Document(parse(b"{\"$a\":1}").unwrap()), r#"{"$document":{"$a":1}}"#),
        ] {
            let encoded = encode(&value);
            assert_eq!(String::from_utf8(write(&encoded, Style::Compact)).unwrap(), text);
            assert_eq!(parse(text.as_bytes()).unwrap(), encoded);
        }
    }
}
