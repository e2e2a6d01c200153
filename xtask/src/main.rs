//! The project's tasks, one file each: `cargo xtask help`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod bench;
mod ci;
mod conformance;
mod coverage;
mod deviations;
mod drivers;
mod model;
mod models;
mod mutants;
mod patterns;
mod pip;
mod project;
mod scenarios;
mod setup;
mod suites;
mod third_party;
mod tidy;

use std::process::ExitCode;

/// A task: what it is called, what it does in one line, and the function that does it.
struct Task {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

#[rustfmt::skip]
const TASKS: &[Task] = &[
    Task { name: "ci", about: "run every check, the tests last", run: ci::run },
    Task { name: "tidy", about: "check the rules of the house that the compiler does not know", run: tidy::run },
    Task { name: "setup", about: "fetch what the tests need into target/setup", run: setup::run },
    Task { name: "suites", about: "fetch botocore's protocol and signing suites (part of setup)", run: suites::run },
    Task { name: "model", about: "make the embedded models from botocore's wheels on PyPI", run: model::run },
    Task { name: "models", about: "--all: load every service of botocore, a line a protocol", run: models::run },
    Task { name: "coverage", about: "walk the embedded account through boto3 and write what it does", run: coverage::run },
    Task { name: "deviations", about: "list the known differences of clients in the verdicts' README", run: deviations::run },
    Task { name: "bench", about: "what the harness costs, as ratios: [check | CLIENT] [replay] [record]", run: bench::run },
    Task { name: "scenarios", about: "make the shipped cassettes and the table of scenarios afresh", run: scenarios::run },
    Task { name: "third-party", about: "record and replay a program of the SageMaker Python SDK", run: third_party::run },
    Task { name: "conformance", about: "check all six clients and write src/clients/conformance.md (an hour)", run: conformance::run },
    Task { name: "mutants", about: "clients with planted bugs against the judges; writes their table", run: mutants::run },
    Task { name: "patterns", about: "how many of the models' regular expressions give texts", run: patterns::run },
];

// As the program itself has it: what is measured and judged here is what its users get.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else { return help() };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        return help();
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprintln!("xtask: no task `{name}`; `cargo xtask help` lists them");
        return ExitCode::from(2);
    };
    match (task.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> ExitCode {
    println!("cargo xtask TASK\n");
    for task in TASKS {
        println!("  {:<11} {}", task.name, task.about);
    }
    ExitCode::SUCCESS
}
