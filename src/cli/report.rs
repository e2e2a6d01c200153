//! `shapetape report`: reports of runs that were written before, and one run out of its shards.

use std::path::PathBuf;

use shapetape::check::ledger;

use super::ending::{Ending, conclude, read};
use super::{CommandResult, Failure};

/// Merge the shards of a check, or convert its JSON report to another format.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  shapetape report shard-*.json --report json=run.json --report junit=run.xml\n  \
                        shapetape report run.json --baseline last-week.json --report md=summary.md"
)]
pub(crate) struct Arguments {
    /// JSON reports of `check`: one run, or all shards of one run
    #[arg(value_name = "RUN.json", required = true)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    ending: Ending,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> CommandResult {
    let reports = arguments.ending.reports()?;
    let policy = arguments.ending.policy()?;
    let runs = arguments.runs.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let whole = ledger::merge(runs).map_err(Failure::usage)?;
    conclude(&whole, &policy, &reports)
}
