//! Packages of PyPI through `python3 -m pip`, downloaded once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::project;

/// The wheel of `package` at exactly `version`, downloaded if it is not there yet.
pub(crate) fn download(package: &str, version: &str) -> Result<PathBuf> {
    let folder = project::setup_folder().join("packages");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if let Some(file) = find(&folder, package, version)? {
        return Ok(file);
    }
    let status = Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary=:all:",
            "--dest",
        ])
        .arg(&folder)
        .arg(format!("{package}=={version}"))
        .status()
        .context("cannot start python3; install Python 3 with pip")?;
    ensure!(status.success(), "pip could not download {package} {version}: is the package index in reach?");
    match find(&folder, package, version)? {
        Some(file) => Ok(file),
        None => {
            bail!("pip said it downloaded {package} {version}, but no such file is in {}", folder.display())
        }
    }
}

fn find(folder: &Path, package: &str, version: &str) -> Result<Option<PathBuf>> {
    let start = format!("{package}-{version}-");
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&start) && name.ends_with(".whl") {
            return Ok(Some(folder.join(&*name)));
        }
    }
    Ok(None)
}
