//! `shapetape model`: which API models there are, what an operation looks like, and models of the user's own.

mod show;

use std::path::PathBuf;

use clap::Subcommand;
use shapetape::api::model;
use shapetape::ground::json::{Json, pretty};
use shapetape::protocol::protocol_of;

use super::models::{self, dated, imported, imported_folder};
use super::term::{OutputFormat, give, say};
use super::{CommandResult, Exit, Failure};

/// Arguments of `model`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the models with their dates, numbers of operations and sources
    List(List),
    /// Show the input, output and errors of an operation
    #[command(after_help = "Example: shapetape model show CreateEndpointConfig --api 2018-01-17")]
    Show(show::Show),
    /// Keep a model file, so that `record` and `replay` understand its service and `--api SERVICE/DATE` names
    /// it
    #[command(
        after_help = "Example: shapetape model import botocore/data/dynamodb/2012-08-10 --date 2026-11-25"
    )]
    Import(Import),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

#[derive(Debug, clap::Args)]
struct Import {
    /// A botocore service folder or its `service-2.json` (plain or .gz), or a Smithy JSON AST file
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Date to keep the model under [default: the model's API version]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> CommandResult {
    match &arguments.command {
        Command::List(list) => self::list(list),
        Command::Show(show) => show.run(),
        Command::Import(import) => self::import(import),
    }
}

/// A model as the list shows it.
struct Row {
    date: String,
    operations: usize,
    source: String,
}

fn list(arguments: &List) -> CommandResult {
    let rows = rows()?;
    match arguments.format {
        OutputFormat::Text => {
            rows.iter().for_each(|row| give(&format!("{}\t{}\t{}", row.date, row.operations, row.source)));
        }
        OutputFormat::Json => {
            let rows = rows.into_iter().map(|row| {
                Json::object([
                    ("date", Json::string(row.date)),
                    ("operations", Json::number(row.operations)),
                    ("source", Json::string(row.source)),
                ])
            });
            let document =
                Json::object([("version", Json::number(1)), ("models", Json::Array(rows.collect()))]);
            give(pretty(&document).trim_end());
        }
    }
    Ok(Exit::Fine)
}

fn rows() -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for embedded in model::all_embedded() {
        let operations = embedded.model().map_err(Failure::run)?.operations.len();
        rows.push(Row { date: embedded.date.to_owned(), operations, source: embedded.source.to_owned() });
    }
    for imported in imported() {
        let name = format!("{}/{}", imported.service, imported.date);
        let operations = dated(&name)?.operations.len();
        rows.push(Row { date: name, operations, source: "imported".to_owned() });
    }
    Ok(rows)
}

fn import(arguments: &Import) -> CommandResult {
    // Read first: what cannot be used is not kept.
    let model = models::load(&arguments.path)?;
    let metadata = &model.metadata;
    let date = arguments.date.as_ref().unwrap_or(&metadata.api_version);
    let plain = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._".contains(letter))
    };
    let service =
        if metadata.service.is_empty() { metadata.signing_name.as_str() } else { metadata.service.as_str() };
    if !plain(date) || !plain(service) {
        return Err(Failure::usage(format!(
            "`{service}/{date}` is no name for a model\nhint: use --date 2026-11-25"
        )));
    }
    let folder = imported_folder()
        .ok_or_else(|| Failure::usage("no cache folder: set SHAPETAPE_HOME or HOME"))?
        .join(service)
        .join(date);
    let wrong = |error: std::io::Error| Failure::run(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(wrong)?;
    for file in models::files(&arguments.path)? {
        std::fs::copy(&file, folder.join(file.file_name().unwrap_or_default())).map_err(wrong)?;
    }
    give(&format!("{service}/{date}\t{}\t{}", model.operations.len(), folder.display()));
    if protocol_of(&model).is_err() {
        say(format_args!(
            "note: {service} speaks `{}`, which is not read yet: it is recorded and replayed as plain HTTP",
            metadata.protocol
        ));
    }
    Ok(Exit::Fine)
}
