//! Instances of shapes.

use indexmap::IndexMap;

use super::Timestamp;
use crate::ground::json::{Json, Text};

/// The members of a structure that are set, by model name.
pub type Fields = IndexMap<String, Value>;

/// An instance of a shape. Structures and maps compare without regard to order; NaN equals NaN.
#[derive(Debug, Clone)]
pub enum Value {
    /// A null item of a sparse list or map.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A byte, short, integer or long.
    Integer(i64),
    /// A big integer or big decimal, as decimal text.
    BigNumber(String),
    /// A float (widened) or double.
    Float(f64),
    /// A string.
    String(Text),
    /// A blob.
    Blob(Vec<u8>),
    /// A timestamp.
    Timestamp(Timestamp),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(IndexMap<Text, Value>),
    /// A structure, or a union (then with exactly one member).
    Structure(Fields),
    /// A union whose arm the model does not know, by its wire name.
    UnknownArm(String),
    /// A document.
    Document(Json),
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::BigNumber(a), Value::BigNumber(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Blob(a), Value::Blob(b)) => a == b,
            (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Map(a), Value::Map(b)) => a == b,
            (Value::Structure(a), Value::Structure(b)) => a == b,
            (Value::UnknownArm(a), Value::UnknownArm(b)) => a == b,
            (Value::Document(a), Value::Document(b)) => a == b,
            _ => false,
        }
    }
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<Text>) -> Value {
        Value::String(text.into())
    }

    /// A structure from pairs.
    pub fn structure<K: Into<String>>(members: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Structure(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// What kind of value this is, as messages call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::BigNumber(_) => "a big number",
            Value::Float(_) => "a float",
            Value::String(_) => "a string",
            Value::Blob(_) => "a blob",
            Value::Timestamp(_) => "a timestamp",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Structure(_) => "a structure",
            Value::UnknownArm(_) => "an unknown arm of a union",
            Value::Document(_) => "a document",
        }
    }

    /// The member of a structure.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Structure(fields) => fields.get(name),
            _ => None,
        }
    }

    /// The members of a structure.
    pub fn fields(&self) -> Option<&Fields> {
        match self {
            Value::Structure(fields) => Some(fields),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a string that is valid Unicode.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => text.as_str(),
            _ => None,
        }
    }
}

impl Default for Value {
    /// An empty structure: the input of a call without arguments.
    fn default() -> Value {
        Value::Structure(Fields::new())
    }
}
