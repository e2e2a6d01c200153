//! `shapetape sandbox`: the embedded account, as a server.

use std::sync::Arc;

use shapetape::clock::SystemClock;
use shapetape::gate::Gate;
use shapetape::model::Model;
use shapetape::sandbox::{SandboxOptions, SandboxServer};

use super::listen::{ServerArguments, sessions};
use super::models::dated;
use super::{Exit, Outcome, child};

/// Serve a small, deterministic, stateful account.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  shapetape sandbox --listen 127.0.0.1:8080   # serves until Ctrl-C")]
pub(crate) struct Arguments {
    /// The API's date, or latest
    #[arg(long, value_name = "DATE", default_value = "latest")]
    api: String,
    #[command(flatten)]
    server: ServerArguments,
}

/// An account of a model, for a recorder's upstream or a server of its own.
pub(crate) fn account(model: Arc<Model>, region: &str, gate: Gate) -> SandboxServer {
    let options = SandboxOptions { region: region.to_owned(), ..SandboxOptions::default() };
    SandboxServer::new(model, options, gate, Some(Arc::new(SystemClock)))
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let model = dated(&arguments.api)?;
    let sessions = sessions();
    let server = arguments.server.clone();
    sessions.set_default(Arc::new(account(model, &server.region, server.gate()?)));
    let handle = server.serve(sessions).await?;
    server.ready(&handle.endpoint(), 0, 0);
    child::told_to_end().await?;
    handle.stop().await;
    Ok(Exit::Fine)
}
