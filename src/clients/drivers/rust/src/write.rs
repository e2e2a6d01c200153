//! The SDK's values into typed JSON: the SDK writes its outputs to any
//! `ShapeSerializer`, and this one writes typed JSON.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document, Number, base64};
use serde_json::{Map, Value, json};

type Written = Result<(), SerdeError>;
type Inside<'w> = dyn Fn(&mut dyn ShapeSerializer) -> Written + 'w;

/// The members of a structure or union.
pub fn structure(given: &dyn SerializableStruct) -> Result<Value, SerdeError> {
    let mut writer = Writer::default();
    let written = given.serialize_members(&mut writer);
    // The SDK keeps no more of an arm that it does not know than that there was one.
    if written.is_err() && given.schema().is_union() {
        return Ok(json!({ "$unknown": "" }));
    }
    written?;
    Ok(guarded(writer.members))
}

/// Wraps an object that would read as a marked value.
fn guarded(members: Map<String, Value>) -> Value {
    let looks_marked = members.len() == 1 && members.keys().all(|name| name.starts_with('$'));
    if looks_marked { json!({ "$map": members }) } else { Value::Object(members) }
}

/// What is inside one structure, list or map.
#[derive(Default)]
struct Writer {
    inside: Inner,
    members: Map<String, Value>,
    items: Vec<Value>,
    key: Option<String>,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Inner {
    #[default]
    Structure,
    List,
    Map,
}

impl Writer {
    fn of(inside: Inner) -> Self {
        Self { inside, ..Self::default() }
    }

    fn put(&mut self, schema: &Schema<'_>, value: Value) -> Written {
        match self.inside {
            Inner::Structure => {
                self.members.insert(schema.member_name().unwrap_or_default().to_owned(), value);
            }
            Inner::List => self.items.push(value),
            Inner::Map => {
                let Some(key) = self.key.take() else {
                    return Err(SerdeError::write_failed("a map's value came before its key"));
                };
                self.members.insert(key, value);
            }
        }
        Ok(())
    }
}

impl ShapeSerializer for Writer {
    fn write_struct(&mut self, schema: &Schema<'_>, value: &dyn SerializableStruct) -> Written {
        let written = structure(value)?;
        self.put(schema, written)
    }

    fn write_list(&mut self, schema: &Schema<'_>, inside: &Inside<'_>) -> Written {
        let mut list = Self::of(Inner::List);
        inside(&mut list)?;
        self.put(schema, Value::Array(list.items))
    }

    fn write_map(&mut self, schema: &Schema<'_>, inside: &Inside<'_>) -> Written {
        let mut map = Self::of(Inner::Map);
        inside(&mut map)?;
        self.put(schema, guarded(map.members))
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Written {
        self.put(schema, value.into())
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Written {
        self.put(schema, value.into())
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Written {
        self.put(schema, value.into())
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Written {
        self.put(schema, value.into())
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Written {
        const EXACT: u64 = (1 << 53) - 1;
        let written =
            if value.unsigned_abs() > EXACT { json!({ "$int": value.to_string() }) } else { value.into() };
        self.put(schema, written)
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Written {
        self.put(schema, float(f64::from(value), &format!("{value:?}")))
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Written {
        self.put(schema, float(value, &format!("{value:?}")))
    }

    fn write_big_integer(&mut self, schema: &Schema<'_>, value: &BigInteger) -> Written {
        self.put(schema, json!({ "$int": value.as_ref() }))
    }

    fn write_big_decimal(&mut self, schema: &Schema<'_>, value: &BigDecimal) -> Written {
        self.put(schema, number(value.as_ref()))
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Written {
        // In a map, texts are keys and values by turns.
        if self.inside == Inner::Map && self.key.is_none() {
            self.key = Some(value.to_owned());
            return Ok(());
        }
        self.put(schema, value.into())
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Written {
        self.put(schema, json!({ "$blob": base64::encode(value.as_ref()) }))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Written {
        self.put(schema, json!({ "$timestamp": epoch(value) }))
    }

    fn write_document(&mut self, schema: &Schema<'_>, value: &Document) -> Written {
        self.put(schema, json!({ "$document": plain(value) }))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Written {
        self.put(schema, Value::Null)
    }
}

/// `shortest` is the shortest text that reads back the same, which Rust's `{:?}` is.
fn float(value: f64, shortest: &str) -> Value {
    if value.is_nan() {
        json!({ "$float": "NaN" })
    } else if value.is_infinite() {
        json!({ "$float": if value > 0.0 { "Infinity" } else { "-Infinity" } })
    } else {
        number(shortest)
    }
}

/// A number with its text as it is.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Decimal seconds, exactly, without trailing zeros.
fn epoch(moment: &DateTime) -> String {
    let total = i128::from(moment.secs()) * 1_000_000_000 + i128::from(moment.subsec_nanos());
    let sign = if total < 0 { "-" } else { "" };
    let (whole, fraction) = (total.unsigned_abs() / 1_000_000_000, total.unsigned_abs() % 1_000_000_000);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{fraction:09}").trim_end_matches('0').to_owned()
}

fn plain(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(truth) => (*truth).into(),
        Document::String(text) => text.as_str().into(),
        Document::Array(items) => items.iter().map(plain).collect(),
        Document::Object(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
        }
        Document::Number(Number::PosInt(whole)) => (*whole).into(),
        Document::Number(Number::NegInt(whole)) => (*whole).into(),
        Document::Number(Number::Float(value)) => number(&format!("{value:?}")),
    }
}
