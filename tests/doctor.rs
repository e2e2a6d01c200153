//! The doctor: finds nothing wrong with the drivers that are shipped, and finds what is wrong with others.

use std::path::{Path, PathBuf};

use shapetape::clients::doctor::{CheckResult, examine};
use shapetape::clients::{Cache, Command, DriverError, Surroundings, WantedClient};

use crate::setup;

/// The checks that are broken, and how many there were.
async fn broken(command: Command) -> Result<(Vec<String>, usize), DriverError> {
    let (mut broken, mut count) = (Vec::new(), 0);
    let surroundings = Surroundings::pick(std::env::vars_os());
    examine(command, surroundings, &mut |check| {
        count += 1;
        if let CheckResult::Broken(what) = &check.result {
            broken.push(format!("{}: {what}", check.name));
        }
    })
    .await?;
    Ok((broken, count))
}

/// The driver that `cargo xtask setup` has installed.
pub(crate) fn installed(name: &str) -> shapetape::clients::Installed {
    let drivers = setup::folder("drivers");
    let found = Cache::new(drivers.parent().unwrap()).find(&WantedClient::parse(name).unwrap());
    found.unwrap_or_else(|error| panic!("{}: {}\nrun: cargo xtask setup", error.driver, error.what))
}

/// Whether a tool can be run; that one cannot is told, for what needs it is then left out.
#[expect(clippy::print_stdout, reason = "a test that is left out must not look like one that passed")]
pub(crate) fn is_there(tool: &str) -> bool {
    let output = std::process::Command::new(tool).arg("--version").output();
    let is_there = output.is_ok_and(|output| output.status.success());
    if !is_there {
        println!("skipped: {tool} is not here, and what needs it is not tested");
    }
    is_there
}

#[tokio::test]
async fn boto3_is_driven_by_the_protocol() {
    let (broken, count) = broken(installed("boto3").command).await.unwrap();
    assert_eq!(broken, [""; 0]);
    assert!(count > 70, "the synthetic service was not played: {count} checks");
}

#[tokio::test]
async fn the_javascript_sdk_is_driven_by_the_protocol() {
    if is_there("node") {
        assert_eq!(broken(installed("js-v3").command).await.unwrap().0, [""; 0]);
    }
}

#[tokio::test]
async fn the_example_of_the_guide_keeps_to_the_protocol() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clients/README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let example = text.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("my_driver.py");
    std::fs::write(&script, example).unwrap();
    let python = installed("boto3").folder.join("venv/bin/python");
    assert_eq!(broken(Command::from_words([python, script])).await.unwrap().0, [""; 0]);
}

#[tokio::test]
async fn what_a_driver_breaks_is_told() {
    let script =
        |name: &str| PathBuf::from(format!("{}/tests/data/drivers/{name}", env!("CARGO_MANIFEST_DIR")));
    let sick = Command::from_words([PathBuf::from("sh"), script("sloppy.sh")]);
    let broken = broken(sick).await.unwrap().0.join("\n");
    for complaint in [
        "a line that is no JSON is `unsupported`, and the driver lives on: its answer has a `seq`, but the line had none",
        "a command it does not know is `unsupported`, with its seq: it answered an output, not `unsupported`",
        "`stop` ends the process with status 0: it ended with exit status: 7, not with status 0",
        "a service it does not have is answered by `failed`, and the process ends: it said `started`",
        "a boolean: output.CreationTime.$timestamp must hold decimal epoch seconds without trailing zeros",
        "pages, or one that merges them, each asked for with the token and the filter: its answer.pages is missing",
        "an operation that the client does not have: its answer.unsupported is missing",
    ] {
        assert!(broken.contains(complaint), "{complaint} is not among:\n{broken}");
    }
    let error = broken_of("sh -c 'exit 4'").await.unwrap_err();
    assert!(error.to_string().contains("exit status: 4"), "{error}");
}

async fn broken_of(command: &str) -> Result<(Vec<String>, usize), DriverError> {
    broken(Command::parse(command).unwrap()).await
}
