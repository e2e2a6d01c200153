//! `shapetape scrub`: is there a secret in these cassettes? And out with it.

use std::path::PathBuf;

use shapetape::ground::json::{Json, pretty};
use shapetape::tape::cassette;

use super::environment::own_secrets;
use super::models::at_hand;
use super::term::{OutputFormat, give, say};
use super::{CommandResult, Exit, Failure};

/// Find secrets in cassettes and replace them by placeholders.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prints one line per leak: CASSETTE:LINE: the rule that found it. The secret itself is never shown. \
                  The secret key and session token of this environment are searched for by value, too.\n\n\
                  Examples:\n  shapetape scrub --check cassettes/sagemaker/*.json   # in CI, and before a commit\n  \
                  shapetape scrub old.json"
)]
pub(crate) struct Arguments {
    /// Cassette files
    #[arg(value_name = "CASSETTE", required = true)]
    cassettes: Vec<PathBuf>,
    /// Report leaks and change nothing; the exit code is 1 if there is a leak
    #[arg(long)]
    check: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> CommandResult {
    let models = at_hand()?;
    let mut rows = Vec::new();
    for path in &arguments.cassettes {
        let place = path.display().to_string();
        let text = std::fs::read(path).map_err(|error| Failure::usage(format!("{place}: {error}")))?;
        let model_of = |service: &str| models.get(service).map(AsRef::as_ref);
        let scrubbed = cassette::scrub(&place, &text, &model_of, own_secrets()).map_err(Failure::usage)?;
        if !arguments.check && !scrubbed.leaks.is_empty() {
            cassette::save(path, &scrubbed.cassette).map_err(Failure::run)?;
        }
        rows.extend(scrubbed.leaks.into_iter().map(|leak| (place.clone(), leak.line, leak.rule)));
    }
    match arguments.format {
        OutputFormat::Text => {
            rows.iter().for_each(|(place, line, rule)| give(&format!("{place}:{line}: {rule}")));
        }
        OutputFormat::Json => {
            let leaks = rows.iter().map(|(place, line, rule)| {
                Json::object([
                    ("cassette", Json::string(place)),
                    ("line", Json::number(line)),
                    ("rule", Json::string(*rule)),
                ])
            });
            let document =
                Json::object([("version", Json::number(1)), ("leaks", Json::Array(leaks.collect()))]);
            give(pretty(&document).trim_end());
        }
    }
    let done = if arguments.check { "found" } else { "redacted" };
    say(format_args!("scrub: {} cassettes, {} leaks {done}", arguments.cassettes.len(), rows.len()));
    if !arguments.check && !rows.is_empty() {
        say(format_args!("hint: what was in a file may still be in your repository's history"));
    }
    Ok(if arguments.check && !rows.is_empty() { Exit::Findings } else { Exit::Fine })
}
