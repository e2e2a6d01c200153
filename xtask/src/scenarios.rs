//! `scenarios`: what is made from the scenarios, afresh: the cassettes that ship, from the embedded account and
//! from moto, and the table of what they show.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::project;

/// Runs the tests that hold these files against the scenarios, and has them write instead.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let program = project::variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let mut command = Command::new(program);
    command.args(["test", "--test", "tests", "scenarios::"]).env("SHAPETAPE_WRITE", "1");
    ensure!(command.current_dir(project::root()).status()?.success(), "not all could be made: see above");
    Ok(())
}
