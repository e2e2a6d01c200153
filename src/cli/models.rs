//! Models from files: the reading that the library's `model` room does not do itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shapetape::model::{self, Model, ModelFile};

use super::Failure;

/// Loads a botocore service folder or version folder, its `service-2.json` (plain or gzip) with the files beside
/// it, or a Smithy JSON AST.
pub(crate) fn load(path: &Path) -> Result<Arc<Model>, Failure> {
    let wrong = |path: &Path, error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let folder =
        if path.is_dir() { version_folder(path) } else { path.parent().unwrap_or(Path::new(".")).to_owned() };
    let mut names = Vec::new();
    if path.is_file() && !is_service_file(path) {
        names.push(path.to_owned());
    } else {
        for entry in std::fs::read_dir(&folder).map_err(|error| wrong(&folder, error))?.flatten() {
            if ModelFile::is_wanted(&entry.file_name().to_string_lossy()) {
                names.push(entry.path());
            }
        }
    }
    names.sort();
    let mut files = Vec::new();
    for file in names {
        let bytes = std::fs::read(&file).map_err(|error| wrong(&file, error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push(ModelFile { name, bytes });
    }
    model::load(&path.display().to_string(), files).map(Arc::new).map_err(Failure::usage)
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
