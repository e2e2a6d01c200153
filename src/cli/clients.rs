//! Clients by the names that the command line gives them.

use std::sync::Arc;

use shapetape::clock::SystemClock;
use shapetape::driver::{
    Cache, Client, Command, DriverError, Limits, ProcessClient, Start, Surroundings, Wanted, builtin,
    shipped, shipped_named,
};
use shapetape::model::Model;
use shapetape::run::Entrant;

use super::Failure;
use super::environment;

/// How many cases a client takes that starts a whole program for each call.
const SLOW_SAMPLE: usize = 500;

/// The built-in client.
pub(crate) fn builtin_client(model: &Arc<Model>, seed: Option<u64>) -> Entrant {
    let model = model.clone();
    Entrant {
        name: "builtin".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        open: Arc::new(move || {
            let start = Start::new(model.metadata.service.clone());
            let mut parts = builtin::Parts::new(model.clone(), start, Arc::new(SystemClock));
            parts.seed = seed;
            Box::pin(async move {
                let client: Box<dyn Client> = Box::new(builtin::BuiltinClient::new(parts)?);
                Ok(client)
            })
        }),
        sample: None,
        reference: false,
    }
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
                        entrants.push(process(driver.recipe.name.clone(), installed.command, model).await?);
                    }
                }
            }
            other => {
                let wanted = Wanted::parse(other).map_err(Failure::usage)?;
                shipped_named(&wanted.name).map_err(Failure::usage)?;
                let cache = cache
                    .as_ref()
                    .ok_or_else(|| Failure::run("no cache folder: set SHAPETAPE_HOME or HOME"))?;
                let installed = cache.find(&wanted).map_err(Failure::run)?;
                entrants.push(process(other.to_owned(), installed.command, model).await?);
            }
        }
    }
    for text in commands {
        let command = Command::parse(text).map_err(Failure::usage)?;
        entrants.push(process(text.clone(), command, model).await?);
    }
    Ok(entrants)
}

/// A client behind the driver protocol; it is started once here to learn its version.
async fn process(name: String, command: Command, model: &Arc<Model>) -> Result<Entrant, Failure> {
    let service = model.metadata.service.clone();
    let open = move || {
        let (command, service) = (command.clone(), service.clone());
        let surroundings = Surroundings::pick(environment::all());
        async move {
            let start = Start::new(service);
            let client = ProcessClient::start(command, surroundings, start, Limits::default()).await?;
            Ok::<Box<dyn Client>, DriverError>(Box::new(client))
        }
    };
    let first = open().await.map_err(Failure::run)?;
    let hello = first.hello().clone();
    first.stop().await;
    let slow = hello.client.starts_with("aws-cli") || name.starts_with("aws-cli");
    Ok(Entrant {
        name,
        version: hello.version,
        open: Arc::new(move || Box::pin(open())),
        sample: slow.then_some(SLOW_SAMPLE),
        reference: false,
    })
}
