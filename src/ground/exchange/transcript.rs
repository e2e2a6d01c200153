//! What a listener saw, and how two things differ.

use super::{Answer, Request};

/// One request seen and the answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The request.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
}

/// What arrived at a listener during one trial, in order of arrival.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// The exchanges.
    pub entries: Vec<Entry>,
}

/// One place where two things differ, by shape path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where: `.Filters[0].Name`, `header X-Amz-Target`, `operation`.
    pub path: String,
    /// What was sent there, as text; `None` where nothing was.
    pub sent: Option<String>,
    /// What the nearest recording has there; `None` where it has nothing.
    pub recorded: Option<String>,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(out, "{}: sent {}, recorded {}", self.path, shown(&self.sent), shown(&self.recorded))
    }
}
