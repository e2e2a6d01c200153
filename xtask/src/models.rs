//! `models --all`: every service of a botocore release through the loader, counted by protocol.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, bail};
use shapetape::api::model::{Model, ModelFile, load};
use zip::ZipArchive;

use crate::pip::{self, Form};

const BOTOCORE: &str = "1.44.5";

/// What was loaded of one protocol.
#[derive(Default)]
struct Count {
    services: Vec<String>,
    models: usize,
    operations: usize,
    shapes: usize,
}

/// Loads them all; fails if any does not load.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if arguments != ["--all"] {
        bail!("say `cargo xtask models --all`");
    }
    let wheel = pip::download("botocore", BOTOCORE, Form::Wheel)?;
    let folders = version_folders(File::open(&wheel)?).with_context(|| format!("in {}", wheel.display()))?;
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut total = Count::default();
    let mut failed = 0;
    for (folder, files) in folders {
        match load(&folder, files) {
            Ok(model) => {
                total.add(&model);
                counts.entry(model.metadata.protocol.to_string()).or_default().add(&model);
            }
            Err(error) => {
                failed += 1;
                eprintln!("{error}");
            }
        }
    }
    for (protocol, count) in &counts {
        println!("{protocol:<20} {count}");
    }
    println!("{:<20} {total}", "all");
    if failed > 0 {
        bail!("{failed} models do not load");
    }
    Ok(())
}

impl Count {
    fn add(&mut self, model: &Model) {
        self.models += 1;
        self.operations += model.operations.len();
        self.shapes += model.shapes().len();
        // The versions of a service stand together.
        if self.services.last() != Some(&model.metadata.service) {
            self.services.push(model.metadata.service.clone());
        }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Count { services, models, operations, shapes } = self;
        write!(f, "{} services, {models} models, {operations} operations, {shapes} shapes", services.len())
    }
}

/// The files of each `botocore/data/<service>/<version>/` that holds a service.
fn version_folders(wheel: File) -> Result<BTreeMap<String, Vec<ModelFile>>> {
    let mut archive = ZipArchive::new(wheel)?;
    let mut folders: BTreeMap<String, Vec<ModelFile>> = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let path = entry.name()?.into_owned();
        let Some((folder, name)) = path.strip_prefix("botocore/data/").and_then(|path| path.rsplit_once('/'))
        else {
            continue;
        };
        if !folder.contains('/') || !ModelFile::is_wanted(name) {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        folders.entry(folder.to_owned()).or_default().push(ModelFile { name: name.to_owned(), bytes });
    }
    Ok(folders)
}
