//! Clients by the names that the command line gives them.

use std::sync::Arc;

use shapetape::api::model::{self, Model};
use shapetape::clients::{
    self, Cache, Client, Command, DriverError, Habits, Installed, Limits, ProcessClient, Start, Surroundings,
    WantedClient, builtin, shipped, shipped_named,
};
use shapetape::conduct::campaign::Entrant;
use shapetape::conduct::perform::ClientOpener;
use shapetape::ground::clock::SystemClock;

use super::Failure;
use super::environment;

/// The built-in client.
pub(crate) fn builtin_client(model: &Arc<Model>, seed: Option<u64>) -> Entrant {
    Entrant {
        name: "builtin".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        asked: "--client builtin".to_owned(),
        open: builtin_opener(model, Start::new(model.metadata.service.clone()), seed),
        digits: 9,
        pace: builtin::PACE,
        sample: None,
        reference: false,
    }
}

/// Where a client works, and what its made-up ids depend on.
pub(crate) struct Role {
    /// The region it signs for.
    pub(crate) region: String,
    /// The seed of the built-in client's ids; without one they are random.
    pub(crate) seed: Option<u64>,
}

/// How a client of that name is started.
pub(crate) fn opener(name: &str, model: &Arc<Model>, role: &Role) -> Result<ClientOpener, Failure> {
    let mut start = Start::new(model.metadata.service.clone());
    start.region.clone_from(&role.region);
    if name == "builtin" {
        return Ok(builtin_opener(model, start, role.seed));
    }
    Ok(process_opener(installed(name)?.command, start))
}

/// The driver of that name and version, or of that name.
fn installed(name: &str) -> Result<Installed, Failure> {
    let wanted = WantedClient::parse(name).map_err(Failure::usage)?;
    shipped_named(&wanted.name).map_err(Failure::usage)?;
    let cache = environment::cache_folder().map(Cache::new);
    let cache = cache.ok_or_else(|| Failure::run("no cache folder: set SHAPETAPE_HOME or HOME"))?;
    cache.find(&wanted).map_err(Failure::run)
}

fn builtin_opener(model: &Arc<Model>, start: Start, seed: Option<u64>) -> ClientOpener {
    let model = model.clone();
    Arc::new(move || {
        let mut parts = builtin::BuiltinParts::new(model.clone(), start.clone(), Arc::new(SystemClock));
        parts.seed = seed;
        Box::pin(async move {
            let client: Box<dyn Client> = Box::new(builtin::BuiltinClient::new(parts)?);
            Ok(client)
        })
    })
}

fn process_opener(command: Command, start: Start) -> ClientOpener {
    Arc::new(move || {
        let (command, start) = (command.clone(), start.clone());
        let surroundings = Surroundings::pick(environment::all());
        Box::pin(async move {
            let client = ProcessClient::start(command, surroundings, start, Limits::default()).await?;
            Ok::<Box<dyn Client>, DriverError>(Box::new(client))
        })
    })
}

/// Every shipped client that is installed: of its versions the one that is shipped, else the highest.
fn all_installed() -> Result<Vec<Installed>, Failure> {
    let Some(cache) = environment::cache_folder().map(Cache::new) else { return Ok(Vec::new()) };
    let wanted = shipped().map_err(Failure::run)?.into_iter();
    let wanted = wanted.map(|driver| WantedClient { name: driver.recipe.name, version: None });
    Ok(wanted.filter_map(|wanted| cache.find(&wanted).ok()).collect())
}

/// The newest embedded API that all of these clients know, and the client that knows no newer one; `None` where
/// nothing is known against the newest of all.
pub(crate) fn newest_api(names: &[String]) -> Result<Option<(String, String)>, Failure> {
    let mut oldest: Option<(String, String)> = None;
    for name in names {
        let clients = match name.as_str() {
            "builtin" => Vec::new(),
            "all" => all_installed()?,
            other => vec![installed(other)?],
        };
        for client in clients {
            if let Some(date) = clients::newest_api(&client.name, &client.version)
                && oldest.as_ref().is_none_or(|(known, _)| date < *known)
            {
                oldest = Some((date, format!("{} {}", client.name, client.version)));
            }
        }
    }
    Ok(oldest.filter(|(date, _)| model::dates().last() != Some(date.as_str())))
}

/// The clients that were asked for; `all` is every one installed, and the built-in one.
pub(crate) async fn entrants(
    names: &[String],
    commands: &[String],
    model: &Arc<Model>,
    start: &Start,
    seed: u64,
) -> Result<Vec<Entrant>, Failure> {
    let mut entrants = Vec::new();
    for name in names {
        match name.as_str() {
            "builtin" => entrants.push(builtin_client(model, Some(seed))),
            "all" => {
                entrants.push(builtin_client(model, Some(seed)));
                for installed in all_installed()? {
                    let asked = format!("--client {}", installed.name);
                    entrants.push(process(installed.name, asked, installed.command, start).await?);
                }
            }
            other => {
                let asked = format!("--client {other}");
                entrants.push(process(other.to_owned(), asked, installed(other)?.command, start).await?);
            }
        }
    }
    for text in commands {
        let command = Command::parse(text).map_err(Failure::usage)?;
        let asked = format!("--driver {}", quoted(text));
        entrants.push(process(text.clone(), asked, command, start).await?);
    }
    Ok(entrants)
}

/// A text as one word of a shell.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What drivers are started with: the service, and its model where the user named one by its path. The folder
/// of the synthetic service lasts as long as the run.
pub(crate) fn start(
    model: &Model,
    path: Option<&str>,
) -> Result<(Start, Option<tempfile::TempDir>), Failure> {
    let mut start = Start::new(model.metadata.service.clone());
    let Some(path) = path else { return Ok((start, None)) };
    if path != "synthetic" {
        start.model_path = std::path::absolute(path).ok().map(|path| path.to_string_lossy().into_owned());
        return Ok((start, None));
    }
    let folder = tempfile::tempdir().map_err(Failure::run)?;
    for file in model::synthetic_for_clients() {
        let place = folder.path().join(&file.name);
        let made = place.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&place, &file.bytes)).map_err(Failure::run)?;
    }
    start.model_path = Some(folder.path().join("synthetic").to_string_lossy().into_owned());
    Ok((start, Some(folder)))
}

/// A client behind the driver protocol; it is started once here to learn its version, and whether it can load
/// a model: one that is compiled from its own takes part with that.
async fn process(name: String, asked: String, command: Command, start: &Start) -> Result<Entrant, Failure> {
    let mut open = process_opener(command.clone(), start.clone());
    let mut first = open().await;
    if first.is_err() && start.model_path.is_some() {
        open = process_opener(command, Start { model_path: None, ..start.clone() });
        first = open().await;
    }
    let first = first.map_err(Failure::run)?;
    let hello = first.hello().clone();
    first.stop().await;
    let Habits { pace, sample } = Habits::of(&name, &hello).map_err(Failure::run)?;
    let (version, digits) = (hello.version, hello.timestamp_digits);
    Ok(Entrant { name, version, asked, open, digits, pace, sample, reference: false })
}
