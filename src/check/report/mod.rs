//! Reports of a run: one file per format, one trait, one list. They write to what they are given and know
//! neither files nor terminals.

mod json;
mod junit;
mod markdown;
mod matrix;
mod terminal;
mod upgrade;

pub use json::{ReportError, read};
pub use markdown::deviations as deviations_table;
pub use terminal::{finding as finding_text, summary};
pub use upgrade::upgrade;

use std::io::{self, Write};

use crate::check::verdict::{Policy, Run};

/// A way to write a run down.
pub trait Format: Sync {
    /// Its name on the command line: `--report NAME=PATH`.
    fn name(&self) -> &'static str;
    /// Writes the run; `policy` says what of it is a failure.
    fn write(&self, run: &Run, policy: &Policy, out: &mut dyn Write) -> io::Result<()>;
}

/// All formats.
pub const FORMATS: [&dyn Format; 3] = [&json::Json, &junit::Junit, &markdown::Markdown];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.into_iter().find(|format| format.name() == name)
}
