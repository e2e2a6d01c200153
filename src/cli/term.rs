//! Printing: data to stdout, talk to stderr. A closed pipe is the reader's choice and no error.

use std::fmt::Arguments;
use std::io::Write as _;

/// How a command gives its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OutputFormat {
    Text,
    Json,
}

/// Talks to the user: one line on stderr.
pub(crate) fn say(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Gives data: one line on stdout, at once.
pub(crate) fn give(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
