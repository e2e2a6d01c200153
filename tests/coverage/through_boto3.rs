//! Makes experiments again through boto3, against the account behind a socket.

use std::sync::Arc;

use shapetape::account::sandbox::{SandboxOptions, SandboxServer};
use shapetape::api::model::{all_embedded, embedded};
use shapetape::api::outcome::Outcome;
use shapetape::check::case::{Call, Mode};
use shapetape::clients::{Cache, Client, Limits, ProcessClient, Start, Surroundings, WantedClient};
use shapetape::ground::clock::SystemClock;
use shapetape::ground::json::Json;
use shapetape::wire::gate::Gate;

use super::session;
use super::walk::Experiment;
use crate::setup;
use crate::world::serve;

/// boto3 and the account it talks to.
struct Desk {
    server: Arc<SandboxServer>,
    client: ProcessClient,
    endpoint: String,
}

/// The changes that boto3 saw: the operation that made it, the one that showed it.
pub(crate) async fn make(date: &str, experiments: Vec<Experiment>) -> Vec<(String, String)> {
    let options = SandboxOptions::default();
    let clock = Some(Arc::new(SystemClock) as Arc<_>);
    let server = Arc::new(SandboxServer::new(embedded(date).unwrap(), options, Gate::default(), clock));
    let handle = serve(Arc::clone(&server) as Arc<_>).await;
    let models = tempfile::tempdir().unwrap();
    let client = client(date, models.path()).await;
    let mut desk = Desk { server, client, endpoint: handle.endpoint() };
    let mut seen = Vec::new();
    for experiment in experiments {
        let without = desk.look(&experiment, false).await;
        let with = desk.look(&experiment, true).await;
        if with != without {
            seen.push((experiment.change.0, experiment.look.0));
        }
    }
    Box::new(desk.client).stop().await;
    seen
}

/// boto3 with the API as it was at that date.
async fn client(date: &str, folder: &std::path::Path) -> ProcessClient {
    let embedded = all_embedded().iter().find(|embedded| embedded.date == date).unwrap();
    for file in embedded.files().unwrap() {
        let path = folder.join(&file.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    let mut start = Start::new("sagemaker");
    start.model_path = Some(folder.join("sagemaker").display().to_string());
    let drivers = setup::folder("drivers");
    let installed = Cache::new(drivers.parent().unwrap()).find(&WantedClient::parse("boto3").unwrap());
    let installed = installed.unwrap_or_else(|error| panic!("{}\nrun: cargo xtask setup", error.what));
    let surroundings = Surroundings::pick(std::env::vars_os());
    ProcessClient::start(installed.command, surroundings, start, Limits::default()).await.unwrap()
}

impl Desk {
    /// What a fresh account shows, with or without the change.
    async fn look(&mut self, experiment: &Experiment, changed: bool) -> Json {
        self.server.reset();
        for call in &experiment.before {
            self.call(call).await;
        }
        if changed {
            self.call(&experiment.change).await;
        }
        self.call(&experiment.look).await
    }

    async fn call(&mut self, (operation, input): &session::Call) -> Json {
        let call = Call { mode: Mode::Call, input: input.clone(), fresh: false };
        match self.client.run(operation, &call, &self.endpoint).await.unwrap() {
            Outcome::Output { output, .. } => timeless(output),
            Outcome::ServiceError(fault) => Json::string(fault.code.unwrap_or_default()),
            other => panic!("{operation}: {other:?}"),
        }
    }
}

/// The document with all its times alike, and all links: they hold the time of the call.
fn timeless(json: Json) -> Json {
    match json {
        Json::Object(members) => match members.iter().any(|(name, _)| *name == "$timestamp") {
            true => Json::string("a time"),
            false => Json::Object(members.into_iter().map(|(name, json)| (name, timeless(json))).collect()),
        },
        Json::Array(items) => Json::Array(items.into_iter().map(timeless).collect()),
        Json::String(text) if text.as_str().is_some_and(|text| text.contains("authToken=")) => {
            Json::string("a link")
        }
        json => json,
    }
}
