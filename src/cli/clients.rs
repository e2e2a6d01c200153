//! Clients by the names that the command line gives them.

use std::sync::Arc;

use shapetape::clock::SystemClock;
use shapetape::driver::{
    Cache, Client, Command, DriverError, Limits, ProcessClient, Start, Surroundings, Wanted, builtin,
    shipped, shipped_named,
};
use shapetape::model::Model;
use shapetape::run::{Entrant, Opener};

use super::Failure;
use super::environment;

/// How many cases a client takes that starts a whole program for each call.
const SLOW_SAMPLE: usize = 500;

/// The built-in client.
pub(crate) fn builtin_client(model: &Arc<Model>, seed: Option<u64>) -> Entrant {
    Entrant {
        name: "builtin".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        asked: "--client builtin".to_owned(),
        open: builtin_opener(model, Start::new(model.metadata.service.clone()), seed),
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
pub(crate) fn opener(name: &str, model: &Arc<Model>, role: &Role) -> Result<Opener, Failure> {
    let mut start = Start::new(model.metadata.service.clone());
    start.region.clone_from(&role.region);
    if name == "builtin" {
        return Ok(builtin_opener(model, start, role.seed));
    }
    Ok(process_opener(installed(name)?, start))
}

/// The command of an installed driver.
fn installed(name: &str) -> Result<Command, Failure> {
    let wanted = Wanted::parse(name).map_err(Failure::usage)?;
    shipped_named(&wanted.name).map_err(Failure::usage)?;
    let cache = environment::cache_folder().map(Cache::new);
    let cache = cache.ok_or_else(|| Failure::run("no cache folder: set SHAPETAPE_HOME or HOME"))?;
    Ok(cache.find(&wanted).map_err(Failure::run)?.command)
}

fn builtin_opener(model: &Arc<Model>, start: Start, seed: Option<u64>) -> Opener {
    let model = model.clone();
    Arc::new(move || {
        let mut parts = builtin::Parts::new(model.clone(), start.clone(), Arc::new(SystemClock));
        parts.seed = seed;
        Box::pin(async move {
            let client: Box<dyn Client> = Box::new(builtin::BuiltinClient::new(parts)?);
            Ok(client)
        })
    })
}

fn process_opener(command: Command, start: Start) -> Opener {
    Arc::new(move || {
        let (command, start) = (command.clone(), start.clone());
        let surroundings = Surroundings::pick(environment::all());
        Box::pin(async move {
            let client = ProcessClient::start(command, surroundings, start, Limits::default()).await?;
            Ok::<Box<dyn Client>, DriverError>(Box::new(client))
        })
    })
}

/// The clients that were asked for; `all` is every one installed, and the built-in one.
pub(crate) async fn entrants(
    names: &[String],
    commands: &[String],
    model: &Arc<Model>,
    seed: u64,
) -> Result<Vec<Entrant>, Failure> {
    let mut entrants = Vec::new();
    let cache = environment::cache_folder().map(Cache::new);
    for name in names {
        match name.as_str() {
            "builtin" => entrants.push(builtin_client(model, Some(seed))),
            "all" => {
                entrants.push(builtin_client(model, Some(seed)));
                for driver in shipped().map_err(Failure::run)? {
                    let current =
                        cache.iter().flat_map(|cache| cache.versions(&driver)).find(|one| one.current);
                    if let Some(installed) = current {
                        let name = driver.recipe.name.clone();
                        let asked = format!("--client {name}");
                        entrants.push(process(name, asked, installed.command, model).await?);
                    }
                }
            }
            other => {
                let asked = format!("--client {other}");
                entrants.push(process(other.to_owned(), asked, installed(other)?, model).await?);
            }
        }
    }
    for text in commands {
        let command = Command::parse(text).map_err(Failure::usage)?;
        let asked = format!("--driver {}", quoted(text));
        entrants.push(process(text.clone(), asked, command, model).await?);
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

/// A client behind the driver protocol; it is started once here to learn its version.
async fn process(
    name: String,
    asked: String,
    command: Command,
    model: &Arc<Model>,
) -> Result<Entrant, Failure> {
    let open = process_opener(command, Start::new(model.metadata.service.clone()));
    let first = open().await.map_err(Failure::run)?;
    let hello = first.hello().clone();
    first.stop().await;
    let slow = hello.client.starts_with("aws-cli") || name.starts_with("aws-cli");
    let sample = slow.then_some(SLOW_SAMPLE);
    Ok(Entrant { name, version: hello.version, asked, open, sample, reference: false })
}
