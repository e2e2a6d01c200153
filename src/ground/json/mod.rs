//! JSON as it was written: number text, lone surrogates, doubled keys and the order of members survive.
//!
//! `serde_json::Value` answers "what does this document mean"; a recorder and a judge of clients must also
//! know "what did it say". Everything that crosses the wire or lies in a cassette goes through this room.
//! Grammar and number form: RFC 8259.

mod abridge;
mod pretty;
mod read;
mod text;
mod write;

pub use abridge::abridge;
pub use pretty::pretty;
pub use read::{MAX_DEPTH, ReadError, line_of, parse, parse_prefix};
pub use text::Text;
pub use write::{Style, string_literal, write};

/// One JSON value, exact to the written text of its numbers and strings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, kept as the text that was read or is to be written.
    Number(String),
    /// A string, which may hold lone surrogates.
    String(Text),
    /// An array.
    Array(Vec<Json>),
    /// An object: members in the order of writing, doubled keys kept.
    Object(Vec<(Text, Json)>),
}

impl Json {
    /// A string value.
    pub fn string(text: impl Into<Text>) -> Json {
        Json::String(text.into())
    }

    /// A number value from anything whose `Display` is a JSON number.
    pub fn number(number: impl std::fmt::Display) -> Json {
        Json::Number(number.to_string())
    }

    /// An object from pairs, in their order.
    pub fn object<K: Into<Text>>(members: impl IntoIterator<Item = (K, Json)>) -> Json {
        Json::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The last member of that name, as most readers of doubled keys take it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => {
                members.iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The value at a chain of object keys.
    pub fn at(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The text of a string that is valid Unicode.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => text.as_str(),
            _ => None,
        }
    }

    /// The value of a number that is a whole number written without fraction or exponent.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The value of `true` and `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&[(Text, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// What kind of value this is, as messages call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Json {
        match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(value) => Json::Bool(value),
            serde_json::Value::Number(number) => Json::Number(number.to_string()),
            serde_json::Value::String(text) => Json::String(text.into()),
            serde_json::Value::Array(items) => Json::Array(items.into_iter().map(Json::from).collect()),
            serde_json::Value::Object(members) => {
                Json::Object(members.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
            }
        }
    }
}
