//! `suites`: botocore's own tests of protocols, signing and recorded answers, out of its source package.

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;

use crate::pip::{self, Form};
use crate::project;

/// The release that the tests are written for.
const BOTOCORE: &str = "1.44.5";

/// What is taken: a folder of the source package, and its name under `suites`.
const FOLDERS: &[(&str, &str)] = &[
    ("tests/unit/protocols", "protocols"),
    ("tests/unit/auth", "auth"),
    ("tests/unit/response_parsing", "response_parsing"),
];

/// What the folder of the suites is made for: another text, and it is fetched again.
const MADE_FOR: &str = "1.44.5 protocols auth response_parsing";

/// Fetches the suites and says where they are.
pub(crate) fn run(_: &[String]) -> Result<()> {
    println!("{}", fetch()?.display());
    Ok(())
}

/// The folder of the suites, fetched if they are not there yet.
pub(crate) fn fetch() -> Result<PathBuf> {
    let folder = project::setup_folder().join("suites");
    project::once(&folder, MADE_FOR, |partial| {
        let package = pip::download("botocore", BOTOCORE, Form::Source)?;
        unpack(&package, partial).with_context(|| format!("cannot unpack {}", package.display()))
    })?;
    Ok(folder)
}

fn unpack(package: &Path, folder: &Path) -> Result<()> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(package)?));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let Some(place) = place(&entry.path()?) else { continue };
        let place = folder.join(place);
        fs::create_dir_all(place.parent().unwrap_or(folder))?;
        entry.unpack(place)?;
    }
    Ok(())
}

/// `botocore-1.44.5/tests/unit/auth/x` → `auth/x`; `None` for what is not taken.
fn place(path: &Path) -> Option<PathBuf> {
    let inner: PathBuf = path.components().skip(1).collect();
    let plain = inner.components().all(|part| matches!(part, Component::Normal(_)));
    let (from, to) = FOLDERS.iter().find(|(from, _)| inner.starts_with(from))?;
    plain.then(|| Path::new(to).join(inner.strip_prefix(from).unwrap_or(&inner)))
}
