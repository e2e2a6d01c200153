//! Scenarios recorded by one client and replayed by others, and the cassettes that ship.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use shapetape::api::model;
use shapetape::clients::{
    self, Cache, Client, DriverError, Limits, ProcessClient, Start, Surroundings, WantedClient, builtin,
};
use shapetape::conduct::perform;
use shapetape::conduct::perform::{Cast, ClientOpener, Interrupt, lending};
use shapetape::ground::clock::SystemClock;
use shapetape::tape::cassette;
use shapetape::tape::matcher::Models;

use super::{shipped, to_be_written};
use crate::{commands, setup};

pub(super) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Where drivers may lie that tests use: what set-up fetched, and what the user has installed.
fn driver(name: &str) -> Option<clients::Command> {
    let wanted = WantedClient::parse(name).unwrap();
    let own = setup::folder("drivers");
    let caches = [Some(own.parent().unwrap().to_owned()), commands::home()];
    caches
        .into_iter()
        .flatten()
        .find_map(|folder| Cache::new(folder).find(&wanted).ok())
        .map(|found| found.command)
}

/// How a client is started, with the model of a date; `None` for one that is not installed.
fn opener(name: &str, api: &str) -> Option<ClientOpener> {
    let start = Start::new("sagemaker");
    if name == "builtin" {
        let model = model::embedded(api).unwrap();
        return Some(Arc::new(move || {
            let parts = builtin::BuiltinParts::new(model.clone(), start.clone(), Arc::new(SystemClock));
            Box::pin(async move { Ok(Box::new(builtin::BuiltinClient::new(parts)?) as Box<dyn Client>) })
        }));
    }
    let command = driver(name)?;
    Some(Arc::new(move || {
        let (command, start) = (command.clone(), start.clone());
        Box::pin(async move {
            let surroundings = Surroundings::pick(std::env::vars_os());
            let client = ProcessClient::start(command, surroundings, start, Limits::default()).await?;
            Ok::<_, DriverError>(Box::new(client) as Box<dyn Client>)
        })
    }))
}

/// Records scenarios by the program, as a user does, with cassettes in the folder's own `cassettes/sagemaker`.
pub(super) fn record(folder: &Path, scenarios: &[PathBuf], more: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shapetape"));
    command.current_dir(folder).arg("record").args(scenarios).args(more);
    command.env("SHAPETAPE_HOME", setup::folder("drivers").parent().unwrap());
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let told: String =
        told.lines().filter(|line| !line.ends_with(": ok")).map(|line| format!("{line}\n")).collect();
    assert!(output.status.success(), "{more:?}\n{told}");
}

/// Replays every scenario from the cassettes of a folder; what was not as recorded.
async fn replay(client: &str, folder: &Path) -> Option<Vec<String>> {
    let mut wrong = Vec::new();
    // A driver is started once; the built-in client has a model of each date.
    let driver = if client == "builtin" { None } else { Some(lending(opener(client, "latest")?)) };
    for (_, scenario) in shipped() {
        let path = folder.join(format!("{}.json", scenario.name));
        if !path.exists() {
            continue;
        }
        let model = model::embedded(&scenario.api).unwrap();
        let open = match &driver {
            Some(open) => open.clone(),
            None => opener(client, &scenario.api)?,
        };
        let cast = Cast { open, model: model.clone(), real_time: false, interrupt: Interrupt::never() };
        let cassette = cassette::load(&path).unwrap();
        let replayed =
            perform::replay(&scenario, cassette, Models::new([model]), &cast, &mut |_, _| ()).await.unwrap();
        let failed = replayed.steps.iter().filter(|step| !step.mismatches.is_empty());
        wrong.extend(
            failed.map(|step| format!("{client} {}:{} {:?}", scenario.name, step.place, step.mismatches)),
        );
        if !replayed.report.is_clean(false) {
            wrong.push(format!("{client} {}: {}", scenario.name, replayed.report.lines().join("\n")));
        }
    }
    Some(wrong)
}

#[test]
fn recording_afresh_gives_the_cassettes_that_ship() {
    let folder = tempfile::tempdir().unwrap();
    if to_be_written() {
        return record(&root(""), &[root("scenarios/sagemaker")], &[]);
    }
    record(folder.path(), &[root("scenarios/sagemaker")], &[]);
    let mut differing = Vec::new();
    for (_, scenario) in shipped() {
        let name = format!("cassettes/sagemaker/{}.json", scenario.name);
        let afresh = std::fs::read_to_string(folder.path().join(&name)).unwrap();
        if std::fs::read_to_string(root(&name)).unwrap_or_default() != afresh {
            differing.push(name);
        }
    }
    assert!(differing.is_empty(), "not up to date: {differing:?}\nrun: cargo xtask scenarios");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cassettes_that_ship_answer_the_builtin_client_and_boto3() {
    for folder in ["cassettes/sagemaker", "cassettes/sagemaker/moto"] {
        let folder = root(folder);
        let (builtin, boto3) = tokio::join!(replay("builtin", &folder), replay("boto3", &folder));
        assert_eq!(builtin.unwrap(), [""; 0]);
        assert_eq!(boto3.expect("boto3's driver is missing: cargo xtask setup"), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_boto3_recorded_answers_clients_in_other_languages() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), &[root("scenarios/sagemaker")], &["--client", "boto3"]);
    let cassettes = folder.path().join("cassettes/sagemaker");
    let (builtin, js, go) =
        tokio::join!(replay("builtin", &cassettes), replay("js-v3", &cassettes), replay("go-v2", &cassettes));
    let mut all = Vec::new();
    for (client, wrong) in [("builtin", builtin), ("js-v3", js), ("go-v2", go)] {
        match wrong {
            Some(wrong) => all.extend(wrong),
            None => println!("skipped: {client} is not installed (shapetape driver install {client})"),
        }
    }
    assert_eq!(all, [""; 0]);
}
