//! `ci`: everything that must hold before a change goes in, in one program.
//!
//! Every check runs even after one failed, so that one run tells all. The tests come last: their own closing
//! lines close the output.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::{project, setup, tidy};

/// One check.
struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "format", run: || cargo(&["fmt", "--all", "--check"]) },
    Step {
        name: "clippy",
        run: || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Step { name: "tidy", run: || tidy::run(&[]) },
    Step { name: "setup", run: || setup::run(&[]) },
    Step { name: "test", run: || cargo(&["test", "--workspace", "--no-fail-fast"]) },
];

/// Runs all steps.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let mut failed = Vec::new();
    for step in STEPS {
        println!("ci: {}", step.name);
        if let Err(error) = (step.run)() {
            eprintln!("ci: {}: {error:#}", step.name);
            failed.push(step.name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let program = project::variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let status = Command::new(program).args(arguments).current_dir(project::root()).status()?;
    ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}
