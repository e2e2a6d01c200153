//! The command line: parses, opens files, prints; one file per command. Everything else is the library's.
//!
//! `stdout` is data, `stderr` is talk. The exit codes are [`Exit`]'s.

mod causes;
mod check;
mod child;
mod clients;
mod control;
mod diff;
mod driver;
mod ending;
mod environment;
mod export;
mod listen;
mod model;
mod models;
mod progress;
mod record;
mod replay;
mod report;
mod sandbox;
mod scrub;
mod shard;
mod snapshots;
mod term;
mod tour;
mod vary;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use shapetape::conduct::perform::RunError;

use term::say;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All as expected.
    Fine,
    /// Findings, a mismatch, a leak, a drift.
    Findings,
    /// The command line is wrong.
    Usage,
    /// Could not run: no client, no upstream, port taken.
    CouldNotRun,
    /// A bug of ours.
    Bug,
    /// The wrapped command's own code.
    Child(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::CouldNotRun => 3,
            Exit::Bug => 4,
            Exit::Child(code) => code,
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// Could not run.
    pub(crate) fn run(message: impl ToString) -> Failure {
        Failure { exit: Exit::CouldNotRun, message: message.to_string() }
    }

    /// A stage failed through a bug of ours.
    pub(crate) fn bug(message: impl ToString) -> Failure {
        Failure { exit: Exit::Bug, message: message.to_string() }
    }

    /// Why a run did not take place, or did not end.
    pub(crate) fn of_run(error: RunError) -> Failure {
        if error.is_bug() { Failure::bug(error) } else { Failure::run(error) }
    }

    /// The command line, or a file it names, is wrong.
    pub(crate) fn usage(message: impl ToString) -> Failure {
        Failure { exit: Exit::Usage, message: message.to_string() }
    }
}

/// What every command gives back.
pub(crate) type CommandResult = Result<Exit, Failure>;

/// Record and replay contract tests for clients of AWS APIs.
#[derive(Debug, Parser)]
#[command(name = "shapetape", version, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Record, replay and check an example on this machine, with nothing to install
    Tour(tour::Arguments),
    /// Serve an embedded test account that keeps state and always answers the same
    Sandbox(sandbox::Arguments),
    /// Check real clients with generated calls and responses
    Check(check::Arguments),
    /// Record the AWS calls of a command, or of scenario files, into cassettes
    Record(record::Arguments),
    /// Serve recorded answers from cassettes, to a command or until Ctrl-C
    Replay(replay::Arguments),
    /// Verify that recordings still fit the API, or another recording of the same scenario
    Verify(verify::Arguments),
    /// Find secrets in cassettes and replace them by placeholders
    Scrub(scrub::Arguments),
    /// Compare two API models and tell which changes break clients or cassettes
    Diff(diff::Arguments),
    /// List API models, show an operation, or import a model
    Model(model::Arguments),
    /// Merge the shards of a check, or convert its report to another format
    Report(report::Arguments),
    /// List, install and examine the drivers of real clients
    Driver(driver::Arguments),
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() };
        }
    };
    // One thread answers while the main one waits for children and signals; hostile documents nest deep, so the
    // workers have the stack for it.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            say(format_args!("error: cannot start: {error}"));
            return Exit::CouldNotRun.into();
        }
    };
    let worker = runtime.spawn(run(arguments.command));
    let ended = runtime.block_on(worker);
    runtime.shutdown_background();
    match ended {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(failure)) => {
            say(format_args!("error: {}", failure.message));
            failure.exit.into()
        }
        Err(_) => {
            say(format_args!("error: this is a bug of shapetape; please report it with the lines above"));
            Exit::Bug.into()
        }
    }
}

async fn run(command: Command) -> CommandResult {
    match command {
        Command::Tour(arguments) => tour::run(arguments).await,
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
        Command::Check(arguments) => check::run(arguments).await,
        Command::Record(arguments) => record::run(arguments).await,
        Command::Replay(arguments) => replay::run(arguments).await,
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Scrub(arguments) => scrub::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Model(arguments) => model::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Driver(arguments) => driver::run(arguments).await,
    }
}
