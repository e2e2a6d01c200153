//! Cassettes: the ordered interactions of one scenario, and their form on disk.
//!
//! The form is JSON with a version, made to be read in a diff and edited by hand; `cassettes/README.md` is its
//! text. Nothing gets into a cassette but what came out of a `redact::Redactor`.

mod interaction;
mod read;
mod scrub;
mod store;
mod write;

pub use interaction::{Cassette, Header, Interaction};
pub use read::parse;
pub use scrub::{Leak, Scrubbed, scrub};
pub use store::{Journal, Recovered, load, recover, save};
pub use write::render;

use std::path::PathBuf;

/// The version of the form that this program writes, and the newest it reads.
pub const FORMAT_VERSION: i64 = 1;

/// Why a cassette cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CassetteError {
    /// The file's text is no cassette.
    #[error("{place}:{line}: {what}{}", hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default())]
    Form {
        /// The file.
        place: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The file system said no.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
}

impl CassetteError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            CassetteError::Form { hint, .. } => hint.as_deref(),
            CassetteError::Io { .. } => None,
        }
    }
}
