//! Typed JSON into the SDK's types: the SDK reads its inputs from any
//! `ShapeDeserializer`, and this one reads typed JSON. What a type cannot hold
//! exactly is an error, which becomes the answer `unsupported`.

use crate::hooks::Place;
use crate::operation::Operation;
use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document, Number, base64};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::str::FromStr;

type Read<T> = Result<T, SerdeError>;
type Members<'m> = dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Read<()> + 'm;
type Items<'m> = dyn FnMut(&mut dyn ShapeDeserializer) -> Read<()> + 'm;
type Entries<'m> = dyn FnMut(String, &mut dyn ShapeDeserializer) -> Read<()> + 'm;

/// One value, and where it is.
pub struct Filler<'j> {
    given: &'j Value,
    path: String,
}

impl<'j> Filler<'j> {
    /// Reads an operation's input. None where nothing is given: the SDK's own
    /// empty input then goes out as it is.
    pub fn input(operation: &Operation, given: &'j Value) -> Result<Option<Place>, String> {
        let mut filler = Filler { given, path: "input".to_owned() };
        let members = filler.entries().map_err(|error| error.to_string())?;
        if members.is_empty() {
            return Ok(None);
        }
        let filled = (operation.fill)(&mut filler, members).map_err(|error| error.to_string())?;
        match added(given, &filled.written) {
            Some(path) => Err(format!("reading the input, the SDK fills in the required member input{path}")),
            None => Ok(Some(filled.place)),
        }
    }

    fn within<'i>(&self, step: impl Display, given: &'i Value) -> Filler<'i> {
        Filler { given, path: format!("{}{step}", self.path) }
    }

    fn wrong<T>(&self, what: impl Display) -> Read<T> {
        Err(SerdeError::custom(format!("{}: {what}", self.path)))
    }

    fn entries(&self) -> Read<&'j Map<String, Value>> {
        match (mark(self.given), self.given) {
            (Some(("$map", Value::Object(entries))), _) => Ok(entries),
            (Some(("$unknown", arm)), _) => {
                self.wrong(format!("a union of this client cannot be made with the arm {arm}"))
            }
            (None, Value::Object(entries)) => Ok(entries),
            _ => self.wrong("not an object"),
        }
    }

    /// The text of a marked value, as `{"$blob": "…"}`.
    fn marked(&self, wanted: &str) -> Read<&'j str> {
        match mark(self.given) {
            Some((kind, Value::String(text))) if kind == wanted => Ok(text),
            _ => self.wrong(format!("not a {wanted}")),
        }
    }

    fn number<T: FromStr>(&self, wanted: &str) -> Read<T> {
        let text = match self.given {
            Value::Number(number) => number.to_string(),
            _ => self.marked(wanted)?.to_owned(),
        };
        text.parse()
            .or_else(|_| self.wrong(format!("a Rust {} cannot hold {text}", std::any::type_name::<T>())))
    }
}

/// The one key with a dollar that tells how a value is written.
fn mark(given: &Value) -> Option<(&str, &Value)> {
    let entries = given.as_object().filter(|entries| entries.len() == 1)?;
    let (kind, inner) = entries.iter().next()?;
    kind.starts_with('$').then_some((kind, inner))
}

fn unwrapped(value: &Value) -> &Value {
    match mark(value) {
        Some(("$map", entries)) => entries,
        _ => value,
    }
}

/// The path of a member that was written though it was not given.
fn added(given: &Value, written: &Value) -> Option<String> {
    let (given, written) = (unwrapped(given), unwrapped(written));
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => written.iter().find_map(|(name, written)| {
            let deeper = match given.get(name) {
                Some(given) => added(given, written)?,
                None => String::new(),
            };
            Some(format!(".{name}{deeper}"))
        }),
        (Value::Array(given), Value::Array(written)) => {
            given.iter().zip(written).enumerate().find_map(|(at, (given, written))| {
                added(given, written).map(|deeper| format!("[{at}]{deeper}"))
            })
        }
        _ => None,
    }
}

impl ShapeDeserializer for Filler<'_> {
    fn read_struct(&mut self, schema: &Schema<'_>, take: &mut Members<'_>) -> Read<()> {
        for (name, value) in self.entries()? {
            let Some(member) = schema.member_schema(name) else {
                return self.wrong(format!("the client has no member {name}"));
            };
            take(member, &mut self.within(format_args!(".{name}"), value))?;
        }
        Ok(())
    }

    fn read_list(&mut self, _: &Schema<'_>, take: &mut Items<'_>) -> Read<()> {
        let Value::Array(items) = self.given else {
            return self.wrong("not a list");
        };
        for (at, item) in items.iter().enumerate() {
            take(&mut self.within(format_args!("[{at}]"), item))?;
        }
        Ok(())
    }

    fn read_map(&mut self, _: &Schema<'_>, take: &mut Entries<'_>) -> Read<()> {
        for (name, value) in self.entries()? {
            take(name.clone(), &mut self.within(format_args!("{{{name}}}"), value))?;
        }
        Ok(())
    }

    fn read_boolean(&mut self, _: &Schema<'_>) -> Read<bool> {
        self.given.as_bool().map_or_else(|| self.wrong("not a boolean"), Ok)
    }

    fn read_byte(&mut self, _: &Schema<'_>) -> Read<i8> {
        self.number("$int")
    }

    fn read_short(&mut self, _: &Schema<'_>) -> Read<i16> {
        self.number("$int")
    }

    fn read_integer(&mut self, _: &Schema<'_>) -> Read<i32> {
        self.number("$int")
    }

    fn read_long(&mut self, _: &Schema<'_>) -> Read<i64> {
        self.number("$int")
    }

    fn read_float(&mut self, _: &Schema<'_>) -> Read<f32> {
        self.number("$float")
    }

    fn read_double(&mut self, _: &Schema<'_>) -> Read<f64> {
        self.number("$float")
    }

    fn read_big_integer(&mut self, _: &Schema<'_>) -> Read<BigInteger> {
        self.number("$int")
    }

    fn read_big_decimal(&mut self, _: &Schema<'_>) -> Read<BigDecimal> {
        self.number("$float")
    }

    fn read_string(&mut self, _: &Schema<'_>) -> Read<String> {
        match (self.given, mark(self.given)) {
            (Value::String(text), _) => Ok(text.clone()),
            (_, Some(("$utf16", _))) => self.wrong("a Rust string is UTF-8 and has no lone surrogates"),
            _ => self.wrong("not a string"),
        }
    }

    fn read_blob(&mut self, _: &Schema<'_>) -> Read<Blob> {
        let text = self.marked("$blob")?;
        base64::decode(text).map(Blob::new).or_else(|error| self.wrong(error))
    }

    fn read_timestamp(&mut self, _: &Schema<'_>) -> Read<DateTime> {
        let text = self.marked("$timestamp")?;
        moment(text).map_or_else(|| self.wrong(format!("DateTime cannot hold {text}")), Ok)
    }

    fn read_document(&mut self, _: &Schema<'_>) -> Read<Document> {
        match mark(self.given) {
            Some(("$document", plain)) => Ok(document(plain)),
            _ => self.wrong("not a document"),
        }
    }

    fn is_null(&self) -> bool {
        self.given.is_null()
    }

    fn skip_value(&mut self) -> Read<()> {
        Ok(())
    }

    fn container_size(&self) -> Option<usize> {
        None
    }
}

/// Decimal seconds, exactly: the type counts nanoseconds forward from a second.
fn moment(text: &str) -> Option<DateTime> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let nanoseconds: u32 = (fraction.len() <= 9).then(|| format!("{fraction:0<9}").parse().ok())??;
    let seconds: i64 = whole.parse().ok()?;
    Some(match (negative, nanoseconds) {
        (false, _) => DateTime::from_secs_and_nanos(seconds, nanoseconds),
        (true, 0) => DateTime::from_secs(-seconds),
        (true, _) => DateTime::from_secs_and_nanos(-seconds - 1, 1_000_000_000 - nanoseconds),
    })
}

fn document(plain: &Value) -> Document {
    match plain {
        Value::Null => Document::Null,
        Value::Bool(truth) => Document::Bool(*truth),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(document).collect()),
        Value::Object(entries) => {
            Document::Object(entries.iter().map(|(name, value)| (name.clone(), document(value))).collect())
        }
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(whole), _) => Number::PosInt(whole),
            (None, Some(whole)) => Number::NegInt(whole),
            (None, None) => Number::Float(number.as_f64().unwrap_or(f64::NAN)),
        }),
    }
}
