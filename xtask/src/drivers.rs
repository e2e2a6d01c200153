//! Installs the drivers whose tests run everywhere, as `shapetape driver install` does.

use anyhow::Result;
use shapetape::clients::{Cache, InstallProgress, Surroundings, WantedClient};

use crate::project;

/// Installs a driver at the version that is shipped, into the folder of downloads.
pub(crate) fn install(name: &str) -> Result<()> {
    let cache = Cache::new(project::setup_folder());
    let surroundings = Surroundings::pick(std::env::vars_os());
    let mut progress = |progress: InstallProgress<'_>| {
        if let InstallProgress::Step { command, .. } = progress {
            println!("setup: {name}: {command}");
        }
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(cache.install(&WantedClient::parse(name)?, &surroundings, &mut progress))?;
    Ok(())
}
