//! `setup`: everything that tests need from outside, fetched once into `target/setup` (or the folder that
//! `SHAPETAPE_SETUP` names), so that tests themselves touch loopback only.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{drivers, pip, project, suites};

/// One thing to fetch. Each is quick when it is there already.
struct Step {
    what: &'static str,
    run: fn() -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { what: "Python environment with boto3 and moto", run: python },
    Step { what: "botocore's protocol and signing suites", run: || suites::fetch().map(drop) },
    Step { what: "the driver of boto3", run: || drivers::install("boto3") },
    Step { what: "the driver of the JavaScript SDK", run: javascript },
];

/// Programs that tests start when they are there, and what stays out without them.
const OPTIONAL: &[(&str, &str)] = &[("node", "the JavaScript client is not checked")];

/// Fetches what is missing; every step is tried, so that one run tells all that is wrong.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let mut failed = 0;
    for step in STEPS {
        match (step.run)() {
            Ok(()) => println!("setup: {} is ready", step.what),
            Err(error) => {
                failed += 1;
                eprintln!("setup: {} is missing: {error:#}", step.what);
            }
        }
    }
    for (program, without) in OPTIONAL.iter().filter(|(program, _)| !starts(program)) {
        println!("setup: {program} is not installed: {without}");
    }
    if failed > 0 {
        bail!("{failed} of {} steps failed; tests that need them will say so", STEPS.len());
    }
    Ok(())
}

fn javascript() -> Result<()> {
    if starts("node") { drivers::install("js-v3") } else { Ok(()) }
}

fn starts(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn python() -> Result<()> {
    let requirements = project::root().join("xtask/requirements.txt");
    let pins = std::fs::read_to_string(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    // A virtual environment holds its own path, so it is made in place, not renamed into place.
    project::once_in_place(&project::setup_folder().join("venv"), &pins, |folder| {
        pip::environment(folder, &requirements)
    })
}
