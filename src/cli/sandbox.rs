//! `shapetape sandbox`: the embedded account, as a server.

use std::sync::Arc;

use serde_json::json;
use shapetape::account::sandbox::{OperationCoverage, SandboxOptions, SandboxServer, coverage};
use shapetape::api::model::Model;
use shapetape::ground::clock::SystemClock;
use shapetape::wire::gate::Gate;

use super::listen::{ServerArguments, sessions};
use super::models::dated;
use super::term::{OutputFormat, give};
use super::{CommandResult, Exit, child};

/// Serve an embedded test account that keeps state and always answers the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  shapetape sandbox --listen 127.0.0.1:8080   # serves until Ctrl-C
  shapetape sandbox --coverage                # one line per operation")]
pub(crate) struct Arguments {
    /// Date of the API model, or `latest`
    #[arg(long, value_name = "DATE", default_value = "latest")]
    api: String,
    /// Serve nothing; list for each operation whether its answers come from the account's state, from a general
    /// rule for its kind, or only from the shape of its output
    #[arg(long)]
    coverage: bool,
    /// Output format of the list
    #[arg(long, value_enum, default_value = "text", requires = "coverage")]
    format: OutputFormat,
    #[command(flatten)]
    server: ServerArguments,
}

/// An account of a model, for a recorder's upstream or a server of its own.
pub(crate) fn account(model: Arc<Model>, region: &str, gate: Gate) -> SandboxServer {
    let options = SandboxOptions { region: region.to_owned(), ..SandboxOptions::default() };
    SandboxServer::new(model, options, gate, Some(Arc::new(SystemClock)))
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> CommandResult {
    let model = dated(&arguments.api)?;
    if arguments.coverage {
        tell(&model, arguments.format);
        return Ok(Exit::Fine);
    }
    let sessions = sessions();
    let server = arguments.server.clone();
    sessions.set_default(Arc::new(account(model, &server.region, server.gate()?)));
    let handle = server.serve(sessions).await?;
    server.ready(&handle.endpoint(), 0, 0);
    child::told_to_end().await?;
    handle.stop().await;
    Ok(Exit::Fine)
}

fn tell(model: &Model, format: OutputFormat) {
    let covered = coverage(model);
    match format {
        OutputFormat::Text => {
            covered.iter().for_each(|one| give(&format!("{}\t{}", one.operation, one.level.word())))
        }
        OutputFormat::Json => {
            let api = json!({ "service": model.metadata.service, "date": model.metadata.date });
            let operations: Vec<_> = covered.iter().map(as_json).collect();
            give(&json!({ "version": 1, "api": api, "operations": operations }).to_string());
        }
    }
}

fn as_json(covered: &OperationCoverage) -> serde_json::Value {
    let witness = covered.witness.map(|(change, look)| json!({ "change": change, "shownBy": look }));
    json!({ "name": covered.operation, "level": covered.level.word(), "witness": witness })
}
