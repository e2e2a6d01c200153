//! boto3 with one bug: the shipped driver with a patch of botocore around it, one Python function a bug.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;
use shapetape::api::model::Model;
use shapetape::clients::{Cache, Client, Command, Limits, ProcessClient, Start, Surroundings, WantedClient};

use super::hunt::Opener;
use super::table::Row;
use crate::project;

/// The bugs, as data: what is wrong, and how it must be told.
const BUGS: &str = include_str!("bugs.json");

/// All bugs, as rows without what a hunt finds out.
pub(super) fn all() -> Result<Vec<Row>> {
    let bugs: Vec<Value> = serde_json::from_str(BUGS)?;
    let row = |bug: &Value| {
        let text = |name: &str| bug[name].as_str().map(str::to_owned);
        Some(Row {
            name: text("name")?,
            wrong: text("wrong")?,
            seam: text("seam")?,
            narrow: bug["narrow"].as_bool()?,
            oracle: text("oracle")?,
            kind: text("kind")?,
            rule: String::new(),
            class: String::new(),
            variant: String::new(),
            cases: Vec::new(),
        })
    };
    bugs.iter().map(|bug| row(bug).ok_or_else(|| anyhow!("bugs.json: incomplete: {bug}"))).collect()
}

/// How boto3 is started, with that bug or without one.
pub(super) fn opener(bug: Option<&str>) -> Result<Box<Opener>> {
    let cache = Cache::new(project::setup_folder());
    let installed = cache.find(&WantedClient::parse("boto3")?).context("cargo xtask setup installs it")?;
    let shipped = installed.command.to_string();
    let text = match bug {
        None => shipped,
        Some(bug) => {
            let (python, driver) = shipped.rsplit_once(' ').context("the driver's command is one word")?;
            let plant = project::root().join("xtask/src/mutants/boto3/plant.py");
            format!("{python} {} {bug} {driver}", plant.display())
        }
    };
    let command = Command::parse(&text)?;
    Ok(Box::new(move |model: &Arc<Model>| {
        let (command, start) = (command.clone(), Start::new(model.metadata.service.clone()));
        let surroundings = Surroundings::pick(std::env::vars_os());
        Box::pin(async move {
            let client = ProcessClient::start(command, surroundings, start, Limits::default()).await?;
            Ok(Box::new(client) as Box<dyn Client>)
        })
    }))
}
