//! `shapetape record`: perform scenarios, or run a command, through the recording proxy, into cassettes.

mod command;
mod scenarios;
mod setup;
mod upstream;

use std::path::PathBuf;

use shapetape::tape::record::RecordReport;

use super::listen::ServerArguments;
use super::term::say;
use super::{CommandResult, Exit, Failure};
use upstream::UpstreamArguments;

/// Record the AWS calls of a command, or of scenario files, into cassettes.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "shapetape record [OPTIONS] SCENARIO...\n       shapetape record [OPTIONS] --cassette PATH -- COMMAND...",
    after_help = "Examples:\n  shapetape record scenarios/sagemaker/hosting.yaml --client boto3\n  \
                  shapetape record scenarios/sagemaker --dry-run\n  \
                  shapetape record hosting.yaml --upstream aws --account 111122223333 --variable role=arn:aws:iam::111122223333:role/mine\n  \
                  shapetape record --upstream http://127.0.0.1:5000 --cassette c.json -- python my_test.py\n  \
                  shapetape record --upstream s3=http://127.0.0.1:5000 --upstream sandbox --cassette c.json -- make test"
)]
pub(crate) struct Arguments {
    /// Scenario files, or folders of scenario files
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Cassette to write [default for a scenario: cassettes/SERVICE/SCENARIO.json]
    #[arg(long, value_name = "PATH")]
    cassette: Option<PathBuf>,
    /// Client that performs the scenarios: `builtin`, or an installed driver
    #[arg(long, value_name = "NAME", default_value = "builtin")]
    client: String,
    /// Value for a variable of the scenarios, such as an IAM role of yours; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    variable: Vec<String>,
    /// Print the scenarios' calls with their inputs, without calling anything
    #[arg(long)]
    dry_run: bool,
    /// What to record
    #[arg(long, value_enum, default_value = "all")]
    mode: Mode,
    #[command(flatten)]
    upstream: UpstreamArguments,
    #[command(flatten)]
    server: ServerArguments,
    /// Open and close sessions by JSON lines on standard input, for plugins of test runners
    #[arg(long)]
    control: bool,
    /// Command to run and record
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    /// Everything, afresh
    All,
    /// Only what the cassette does not hold yet; the rest is replayed
    New,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> CommandResult {
    arguments.upstream.check()?;
    if arguments.scenarios.is_empty() {
        if arguments.dry_run {
            return Err(Failure::usage("--dry-run prints the steps of scenarios: name their files"));
        }
        return command::run(arguments).await;
    }
    if arguments.control || !arguments.command.is_empty() {
        let hint = "hint: record them one after the other";
        return Err(Failure::usage(format!("scenarios go with neither a command nor --control\n{hint}")));
    }
    scenarios::run(&arguments).await
}

/// Tells how a recording went; an exit that is not 0 already comes first.
fn conclude(report: &RecordReport, exit: Exit) -> Exit {
    for failure in &report.failures {
        say(format_args!("error: {failure}"));
    }
    for suspect in &report.suspects {
        let hint = "it looks like a secret; nothing of it was stored";
        say(format_args!("suspect: {} is now {} ({hint})", suspect.place, suspect.placeholder));
    }
    if let Some(path) = &report.cassette {
        say(format_args!(
            "recorded: {} interactions, {} replayed, into {}",
            report.interactions,
            report.replayed,
            path.display()
        ));
    }
    match exit {
        Exit::Fine if !report.failures.is_empty() => Exit::CouldNotRun,
        Exit::Fine if !report.suspects.is_empty() => Exit::Findings,
        other => other,
    }
}
