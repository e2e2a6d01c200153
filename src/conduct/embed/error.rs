//! The error of the crate's front door: its kind, what happened, and what to do about it.

use std::fmt;

use crate::api::model::ModelError;
use crate::tape::cassette::CassetteError;
use crate::tape::record::{RecordError, UpstreamError};
use crate::wire::serve::ServeError;

/// What an [`Error`] is about, for programs that go on differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A cassette cannot be read or written.
    Cassette,
    /// A service model cannot be loaded.
    Model,
    /// The server cannot listen on its address.
    Listen,
    /// The upstream cannot be used.
    Upstream,
    /// Requests and recording do not match: a request has no recorded answer, or an interaction was not played.
    Mismatch,
    /// The recording is incomplete, or the scan found what may be a secret.
    Recording,
}

/// Why a replay or a recording inside a program failed.
///
/// `Display` gives the message and, on a line of its own, the hint.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error that no other error caused.
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>, hint: Option<&str>) -> Error {
        Error { kind, message: message.into(), hint: hint.map(str::to_owned), source: None }
    }

    fn from_source(
        kind: ErrorKind,
        hint: Option<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        Error { kind, message: source.to_string(), hint, source: Some(Box::new(source)) }
    }

    /// What the error is about.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)?;
        match (&self.source, &self.hint) {
            // The message of a source ends with its hint.
            (None, Some(hint)) => write!(out, "\nhint: {hint}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl From<CassetteError> for Error {
    fn from(error: CassetteError) -> Error {
        Error::from_source(ErrorKind::Cassette, error.hint().map(str::to_owned), error)
    }
}

impl From<RecordError> for Error {
    fn from(error: RecordError) -> Error {
        let RecordError::Cassette(cassette) = &error;
        Error::from_source(ErrorKind::Cassette, cassette.hint().map(str::to_owned), error)
    }
}

impl From<ServeError> for Error {
    fn from(error: ServeError) -> Error {
        Error::from_source(ErrorKind::Listen, error.hint().map(str::to_owned), error)
    }
}

impl From<UpstreamError> for Error {
    fn from(error: UpstreamError) -> Error {
        Error::from_source(ErrorKind::Upstream, Some(error.hint()), error)
    }
}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Error {
        Error::from_source(ErrorKind::Model, error.hint.clone(), error)
    }
}
