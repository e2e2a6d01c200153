//! Models by what a user calls them: a date, a path, or the name under which one was imported.
//!
//! Imported models lie in `models/SERVICE/DATE` of the cache folder, in botocore's layout. This is the reading
//! of files that the library's `model` room does not do itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shapetape::api::model::{self, Metadata, Model, ModelFile};
use shapetape::check::oracles;
use shapetape::check::verdict::NotJudged;
use shapetape::protocol::protocol_of;
use shapetape::tape::matcher::Models;

use super::{Failure, environment};

/// A model that the user imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Imported {
    /// The service: botocore's short name.
    pub(crate) service: String,
    /// The date it was imported under.
    pub(crate) date: String,
    /// Where it lies.
    pub(crate) folder: PathBuf,
}

/// The model of a flag `--api`: an embedded date, `latest`, or `SERVICE/DATE` of an imported one.
pub(crate) fn dated(text: &str) -> Result<Arc<Model>, Failure> {
    match text.split_once('/') {
        None => model::embedded(text).map_err(Failure::usage),
        Some((service, date)) => {
            let known = imported();
            let found = known.iter().find(|known| known.service == service && known.date == date);
            let found = found.ok_or_else(|| {
                Failure::usage(format!(
                    "no model `{text}` was imported\nhint: `shapetape model list` tells which there are"
                ))
            })?;
            load(&found.folder)
        }
    }
}

/// The model that a user names in any way: what is a file or folder, `synthetic`, or see [`dated`].
pub(crate) fn named(text: &str) -> Result<Arc<Model>, Failure> {
    let path = Path::new(text);
    match text {
        "synthetic" => model::synthetic().map_err(Failure::run),
        _ if path.exists() => load(path),
        _ => dated(text),
    }
}

/// The imported models, by service, the oldest first.
pub(crate) fn imported() -> Vec<Imported> {
    let Some(folder) = imported_folder() else { return Vec::new() };
    let mut found = Vec::new();
    for service in names_in(&folder) {
        for date in names_in(&folder.join(&service)) {
            let folder = folder.join(&service).join(&date);
            found.push(Imported { service: service.clone(), date, folder });
        }
    }
    found
}

/// Where imported models lie.
pub(crate) fn imported_folder() -> Option<PathBuf> {
    environment::cache_folder().map(|cache| cache.join("models"))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// The models that requests are read by: the newest embedded one, and of other services the newest imported one
/// whose protocol is spoken here.
pub(crate) fn at_hand() -> Result<Models, Failure> {
    let latest = model::latest().map_err(Failure::run)?;
    let mut models = vec![latest.clone()];
    let mut newest: std::collections::BTreeMap<String, Imported> = std::collections::BTreeMap::new();
    newest.extend(imported().into_iter().map(|imported| (imported.service.clone(), imported)));
    newest.remove(&latest.metadata.service);
    for imported in newest.into_values() {
        let model = load(&imported.folder)?;
        if protocol_of(&model).is_ok() {
            models.push(model);
        }
    }
    Ok(Models::new(models))
}

/// Why nothing can be checked of a service: no oracle would see what its client sends.
pub(crate) fn refusal(model: &Model, not_judged: &NotJudged) -> String {
    let Metadata { service, protocol, .. } = &model.metadata;
    format!(
        "{service} speaks the protocol `{protocol}`, which `check` and `replay --vary` cannot judge yet ({not_judged}): \
         nothing was played\n\
         hint: check a service that speaks awsJson (`json` in botocore's models); `record` and `replay` take \
         {service} as plain HTTP"
    )
}

/// The refusal of the first of these services that has an imported model which cannot be judged.
pub(crate) fn refusal_of_imported<'a>(
    mut services: impl Iterator<Item = &'a str>,
) -> Result<Option<String>, Failure> {
    let imported = imported();
    let found = services.find_map(|service| imported.iter().rfind(|imported| imported.service == *service));
    let Some(imported) = found else { return Ok(None) };
    let model = load(&imported.folder)?;
    Ok(oracles::not_judged(&model).map(|not_judged| refusal(&model, &not_judged)))
}

/// The files that a model consists of: those beside a botocore `service-2.json`, or one file.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = if path.is_dir() { version_folder(path) } else { beside.to_owned() };
    if path.is_file() && !is_service_file(path) {
        return Ok(vec![path.to_owned()]);
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, error))?.flatten() {
        if ModelFile::is_wanted(&entry.file_name().to_string_lossy()) {
            names.push(entry.path());
        }
    }
    names.sort();
    Ok(names)
}

fn unreadable(path: &Path, error: std::io::Error) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}

/// Loads a botocore service folder or version folder, its `service-2.json` (plain or gzip) with the files beside
/// it, or a Smithy JSON AST.
pub(crate) fn load(path: &Path) -> Result<Arc<Model>, Failure> {
    let mut read = Vec::new();
    for file in files(path)? {
        let bytes = std::fs::read(&file).map_err(|error| unreadable(&file, error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        read.push(ModelFile { name, bytes });
    }
    model::load(&path.display().to_string(), read).map(Arc::new).map_err(Failure::usage)
}

fn is_service_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("service-2.json"))
}

/// A service folder holds one folder a version: the newest is meant.
fn version_folder(path: &Path) -> PathBuf {
    let folders = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let versions = folders.filter(|path| path.is_dir());
    versions.max().unwrap_or_else(|| path.to_owned())
}
