//! `shapetape diff`: what changed between two API models, and whom it breaks.

use indexmap::IndexMap;
use shapetape::api::model::{self, Change, Severity};
use shapetape::ground::json::{Json, pretty};

use super::models;
use super::term::{OutputFormat, give, say};
use super::{CommandResult, Exit};

/// Compare two API models: each change, and whether it breaks clients or cassettes, the worst first.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "OLD and NEW are dates (`shapetape model list`), `latest`, SERVICE/DATE of an imported model, model \
                  files or folders.\n\nExamples:\n  shapetape diff 2020-07-24 latest\n  \
                  shapetape diff latest ./sagemaker/2017-07-24/service-2.json --format json"
)]
pub(crate) struct Arguments {
    /// Model to compare from
    #[arg(value_name = "OLD")]
    old: String,
    /// Model to compare to
    #[arg(value_name = "NEW")]
    new: String,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> CommandResult {
    let (old, new) = (models::named(&arguments.old)?, models::named(&arguments.new)?);
    let changes = model::diff(&old, &new);
    match arguments.format {
        OutputFormat::Json => give(pretty(&document(&changes)).trim_end()),
        OutputFormat::Text => {
            changes.iter().for_each(|change| give(&line(change)));
            say(format_args!("diff: {}", summary(&changes)));
        }
    }
    Ok(Exit::Fine)
}

/// One change as a line: what it is, and whom it breaks.
fn line(change: &Change) -> String {
    let breaks: Vec<&str> = change.breaks().iter().map(|affected| affected.name()).collect();
    if breaks.is_empty() { change.to_string() } else { format!("{change}; breaks {}", breaks.join(", ")) }
}

/// How many changes there are of each severity.
fn summary(changes: &[Change]) -> String {
    let mut counts: IndexMap<Severity, usize> = IndexMap::new();
    changes.iter().for_each(|change| *counts.entry(change.severity()).or_default() += 1);
    let told: Vec<String> =
        counts.iter().map(|(severity, count)| format!("{count} {}", severity.name())).collect();
    format!("{} changes{}{}", changes.len(), if told.is_empty() { "" } else { ": " }, told.join(", "))
}

fn document(changes: &[Change]) -> Json {
    let changes = changes.iter().map(|change| {
        let optional = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::string);
        Json::object([
            ("operations", Json::Array(change.operations.iter().map(Json::string).collect())),
            ("path", Json::string(&change.path)),
            ("kind", Json::string(change.kind.name())),
            ("severity", Json::string(change.severity().name())),
            (
                "breaks",
                Json::Array(change.breaks().iter().map(|affected| Json::string(affected.name())).collect()),
            ),
            ("shape", optional(&change.shape)),
            ("value", optional(&change.value)),
        ])
    });
    Json::object([("version", Json::number(1)), ("changes", Json::Array(changes.collect()))])
}
