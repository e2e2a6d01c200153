//! Why a value cannot be put on the wire, or the wire not be read as a value.

use crate::ground::json::{Json, Style, write};

/// What does not fit, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}expected {expected}, found {found}{}", lead(message), lead(path), tail(hint))]
pub struct ProtocolError {
    /// The message it belongs to, `response of ListTags`; empty where a body was read by itself.
    pub message: String,
    /// The place in it: a shape path such as `output.Tags[0].Key`, `header X-Amz-Target`, or `body`.
    pub path: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl ProtocolError {
    /// An error at the place where the reader or writer stands; its callers add the path on the way out.
    #[cold]
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> ProtocolError {
        ProtocolError {
            message: String::new(),
            path: String::new(),
            expected: expected.into(),
            found: found.into(),
            hint: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> ProtocolError {
        self.hint = Some(hint.into());
        self
    }

    /// The same, one step further out.
    #[must_use]
    pub(crate) fn within(mut self, step: &str) -> ProtocolError {
        self.path.insert_str(0, step);
        self
    }

    /// The same, as part of a message.
    #[must_use]
    pub(crate) fn of(mut self, message: impl Into<String>) -> ProtocolError {
        self.message = message.into();
        self
    }
}

/// A part of the message's head, with its colon.
fn lead(part: &str) -> String {
    if part.is_empty() { String::new() } else { format!("{part}: ") }
}

/// The tail of the message.
fn tail(hint: &Option<String>) -> String {
    hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default()
}

/// What stands in a document at one place, short enough for a message.
pub(crate) fn shown(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Array(items) => format!("an array of {}", items.len()),
        Json::Object(members) => format!("an object of {}", members.len()),
        leaf => {
            let text = String::from_utf8_lossy(&write(leaf, Style::Compact)).into_owned();
            format!("{} {}", leaf.kind(), clipped(&text))
        }
    }
}

/// At most forty characters of a text.
pub(crate) fn clipped(text: &str) -> String {
    const LIMIT: usize = 40;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
