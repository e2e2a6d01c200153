//! Reports of a run: one file per format, one trait, one list. They write to what they are given, one stream or a
//! folder of named files, and know neither file systems nor terminals.

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
    /// What writes a run; the policy says what of it is a failure.
    fn writer(&self) -> Writer;
}

/// What writes a run, by what it needs to write to.
#[derive(Debug, Clone, Copy)]
pub enum Writer {
    /// One stream: `NAME=PATH` is a file.
    File(fn(&Run, &Policy, &mut dyn Write) -> io::Result<()>),
    /// A folder: `NAME=DIR` is one.
    Folder(fn(&Run, &Policy, &mut dyn Files) -> io::Result<()>),
}

/// A folder that the files of a report go into.
pub trait Files {
    /// Writes one file; its name is relative, with `/` between folders.
    fn file(&mut self, name: &str, content: &[u8]) -> io::Result<()>;
}

/// All formats.
pub const FORMATS: [&dyn Format; 3] = [&json::JsonReport, &junit::Junit, &markdown::Markdown];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.into_iter().find(|format| format.name() == name)
}
