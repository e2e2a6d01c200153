//! The JSON report: the one that other programs rely on, and that shards are merged from.
//!
//! Its members and their order are fixed; all durations stand in `timing`, so that the rest is the same for the
//! same plan, model and seed.

mod portable;
mod read;
mod write;

pub use read::{ReportError, read};

use std::io;

use super::{Format, Writer};
use crate::check::verdict::{Policy, Run};
use crate::ground::json::pretty;

/// The version of the report's form.
const VERSION: i64 = 1;

/// The JSON report.
#[derive(Debug)]
pub(super) struct JsonReport;

impl Format for JsonReport {
    fn name(&self) -> &'static str {
        "json"
    }

    fn writer(&self) -> Writer {
        Writer::File(write)
    }
}

fn write(run: &Run, _policy: &Policy, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(pretty(&portable::json(write::run(run))).as_bytes())
}
