//! Packages of PyPI through `python3 -m pip`: release files to unpack, and the environment of the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::project;

/// Which file of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The built package, a zip file.
    Wheel,
    /// The source package, a `.tar.gz`, which may hold the tests too.
    Source,
}

impl Form {
    fn option(self) -> &'static str {
        match self {
            Form::Wheel => "--only-binary=:all:",
            Form::Source => "--no-binary=:all:",
        }
    }

    fn is_name_of(self, name: &str, package: &str, version: &str) -> bool {
        match self {
            Form::Wheel => name.starts_with(&format!("{package}-{version}-")) && name.ends_with(".whl"),
            Form::Source => name == format!("{package}-{version}.tar.gz"),
        }
    }
}

/// The file of `package` at exactly `version`, downloaded if it is not there yet.
pub(crate) fn download(package: &str, version: &str, form: Form) -> Result<PathBuf> {
    let folder = project::setup_folder().join("packages");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if let Some(file) = find(&folder, package, version, form)? {
        return Ok(file);
    }
    let mut pip = python3("pip");
    pip.args(["download", "--quiet", "--disable-pip-version-check", "--no-deps", form.option(), "--dest"])
        .arg(&folder)
        .arg(format!("{package}=={version}"));
    run(&mut pip, &format!("download {package} {version}"))?;
    match find(&folder, package, version, form)? {
        Some(file) => Ok(file),
        None => bail!("pip left no file of {package} {version} in {}", folder.display()),
    }
}

fn find(folder: &Path, package: &str, version: &str, form: Form) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name();
        if form.is_name_of(&name.to_string_lossy(), package, version) {
            return Ok(Some(folder.join(name)));
        }
    }
    Ok(None)
}

/// A Python environment in `folder` that holds exactly the packages of a requirements file.
pub(crate) fn environment(folder: &Path, requirements: &Path) -> Result<()> {
    run(python3("venv").arg("--clear").arg(folder), "make a virtual environment (Debian: python3-venv)")?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--requirement",
    ])
    .arg(requirements);
    run(&mut pip, "install the packages of xtask/requirements.txt")
}

fn python3(module: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", module]);
    command
}

fn run(command: &mut Command, purpose: &str) -> Result<()> {
    let status = command.status().context("cannot start python3; install Python 3.10 or newer with pip")?;
    ensure!(
        status.success(),
        "could not {purpose}; pip's own words are above. Is the package index in reach?"
    );
    Ok(())
}
