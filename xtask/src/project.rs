//! Where things lie: the root of the project, and the folder of everything downloaded.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The folder of downloads: `target/setup`, or what `SHAPETAPE_SETUP` says.
pub(crate) fn setup_folder() -> PathBuf {
    variable("SHAPETAPE_SETUP").map_or_else(|| root().join("target/setup"), PathBuf::from)
}

/// A variable of the environment that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one door of the tasks to the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Makes a folder once for each `version`: what `make` leaves in the folder it is given becomes `folder` in
/// one rename, so that a half-made one is never taken for whole.
pub(crate) fn once(folder: &Path, version: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if is_made(folder, version) {
        return Ok(());
    }
    let partial = folder.with_extension("partial");
    remove(&partial)?;
    make_in(&partial, version, make)?;
    remove(folder)?;
    fs::rename(&partial, folder).with_context(|| format!("cannot move {} into place", folder.display()))
}

/// The same for a folder that cannot be moved; its stamp is written last.
pub(crate) fn once_in_place(
    folder: &Path,
    version: &str,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    if is_made(folder, version) {
        return Ok(());
    }
    remove(folder)?;
    make_in(folder, version, make)
}

const STAMP: &str = "made-for.txt";

fn is_made(folder: &Path, version: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|made| made == version)
}

fn make_in(folder: &Path, version: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    make(folder)?;
    fs::write(folder.join(STAMP), version).with_context(|| format!("cannot write in {}", folder.display()))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
