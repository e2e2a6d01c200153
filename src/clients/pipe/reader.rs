//! Reading an answer's members, each complaint with its place.

use crate::api::outcome::typed;
use crate::ground::json::{Json, Text};

/// Why a line is no answer of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The line is not JSON.
    #[error("not JSON: {reason}: {line}")]
    NotJson {
        /// What the reader of JSON says.
        reason: String,
        /// The line, cut.
        line: String,
    },
    /// The line is JSON, but no answer.
    #[error("{place}: {what}")]
    Wrong {
        /// The member, as a path from the answer.
        place: String,
        /// What is wrong there.
        what: String,
    },
    /// The answer belongs to another question.
    #[error("seq: the answer is to {found}, the question was {asked}")]
    Seq {
        /// The number in the question.
        asked: u64,
        /// The number in the answer.
        found: String,
    },
}

/// How much of a line that is not JSON is shown.
const SHOWN: usize = 200;

/// The line as JSON.
pub(super) fn json(line: &[u8]) -> Result<Json, WireError> {
    crate::ground::json::parse(line).map_err(|error| {
        let text = String::from_utf8_lossy(line);
        let shown: String = text.trim_end().chars().take(SHOWN).collect();
        WireError::NotJson { reason: error.to_string(), line: format!("`{shown}`") }
    })
}

/// An object of an answer and where it stands.
pub(super) struct Reader<'a> {
    place: String,
    members: &'a [(Text, Json)],
}

impl<'a> Reader<'a> {
    /// Reads an object.
    pub(super) fn new(place: &str, json: &'a Json) -> Result<Reader<'a>, WireError> {
        match json.as_object() {
            Some(members) => Ok(Reader { place: place.to_owned(), members }),
            None => Err(wrong(place, "an object", json)),
        }
    }

    fn path(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    /// The member of that name; `null` is as good as absent.
    pub(super) fn find(&self, name: &str) -> Option<&'a Json> {
        self.given(name).filter(|json| **json != Json::Null)
    }

    /// The member of that name, `null` too.
    pub(super) fn given(&self, name: &str) -> Option<&'a Json> {
        self.members.iter().rev().find(|(member, _)| *member == name).map(|(_, json)| json)
    }

    /// An error at a member.
    pub(super) fn error(&self, name: &str, what: impl Into<String>) -> WireError {
        WireError::Wrong { place: self.path(name), what: what.into() }
    }

    fn read<T>(
        &self,
        name: &str,
        wanted: &str,
        take: impl FnOnce(&'a Json) -> Option<T>,
    ) -> Result<Option<T>, WireError> {
        match self.find(name) {
            None => Ok(None),
            Some(json) => take(json).map(Some).ok_or_else(|| wrong(&self.path(name), wanted, json)),
        }
    }

    fn needed<T>(&self, name: &str, wanted: &str, value: Option<T>) -> Result<T, WireError> {
        value.ok_or_else(|| self.error(name, format!("is missing: {wanted} is needed")))
    }

    /// A string that may be absent.
    pub(super) fn optional_string(&self, name: &str) -> Result<Option<String>, WireError> {
        self.read(name, "a string", |json| json.as_str().map(str::to_owned))
    }

    /// A string that must be there.
    pub(super) fn string(&self, name: &str) -> Result<String, WireError> {
        self.needed(name, "a string", self.optional_string(name)?)
    }

    /// Text that may be absent and need not be valid Unicode.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<Text>, WireError> {
        self.read(name, "a string", typed::text)
    }

    /// A number of that type that may be absent.
    pub(super) fn optional_number<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>, WireError> {
        self.read(name, "a whole number in range", |json| {
            json.as_i64().and_then(|number| T::try_from(number).ok())
        })
    }

    /// A number of that type that must be there.
    pub(super) fn number<T: TryFrom<i64>>(&self, name: &str) -> Result<T, WireError> {
        self.needed(name, "a whole number", self.optional_number(name)?)
    }

    /// A boolean that must be there.
    pub(super) fn boolean(&self, name: &str) -> Result<bool, WireError> {
        self.needed(name, "a boolean", self.read(name, "a boolean", Json::as_bool)?)
    }

    /// An array that must be there.
    pub(super) fn array(&self, name: &str) -> Result<&'a [Json], WireError> {
        self.needed(name, "an array", self.read(name, "an array", Json::as_array)?)
    }

    /// The object under a member that must be there.
    pub(super) fn object(&self, name: &str) -> Result<Reader<'a>, WireError> {
        let json = self.needed(name, "an object", self.find(name))?;
        Reader::new(&self.path(name), json)
    }

    /// The members of an object that may be absent, out of a `$map` wrapping if there is one.
    pub(super) fn optional_members(&self, name: &str) -> Result<Vec<(Text, Json)>, WireError> {
        let members = self.read(name, "an object", typed::unguarded)?;
        Ok(members.unwrap_or_default().to_vec())
    }
}

fn wrong(place: &str, wanted: &str, found: &Json) -> WireError {
    let place = if place.is_empty() { "the answer" } else { place };
    WireError::Wrong { place: place.to_owned(), what: format!("expected {wanted}, found {}", found.kind()) }
}
