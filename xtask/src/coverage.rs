//! `coverage`: writes `src/api/sagemaker/coverage.tsv`, what the embedded account was seen to do through boto3.
//!
//! The walk is a test's (`tests/coverage/`), so that what is written and what is held are the same.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::project;

/// Runs the walk and lets it write.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let program = project::variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let status = Command::new(program)
        .args(["test", "--test", "tests", "coverage::what_the_account"])
        .env("SHAPETAPE_COVERAGE", "write")
        .current_dir(project::root())
        .status()?;
    ensure!(status.success(), "the walk failed; is everything of `cargo xtask setup` there?");
    Ok(())
}
