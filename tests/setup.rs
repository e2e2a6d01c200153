//! What `cargo xtask setup` fetched for the tests.

use std::path::{Path, PathBuf};

/// A folder of it; without it the test fails with the command to run.
#[expect(clippy::disallowed_methods, reason = "set-up and tests must look in the same place")]
pub(crate) fn folder(name: &str) -> PathBuf {
    let elsewhere = std::env::var("SHAPETAPE_SETUP").ok().filter(|folder| !folder.is_empty());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/setup");
    let folder = elsewhere.map_or(root, PathBuf::from).join(name);
    assert!(folder.exists(), "{} is missing\nrun: cargo xtask setup", folder.display());
    folder
}
