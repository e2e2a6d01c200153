//! Where things lie: the root of the project, and the folder of everything downloaded.

use std::path::{Path, PathBuf};

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The folder of downloads: `target/setup`, or what `SHAPETAPE_SETUP` says.
#[expect(clippy::disallowed_methods, reason = "the tasks' one setting from the environment")]
pub(crate) fn setup_folder() -> PathBuf {
    std::env::var_os("SHAPETAPE_SETUP").map_or_else(|| root().join("target/setup"), PathBuf::from)
}
