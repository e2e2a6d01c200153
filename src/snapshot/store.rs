//! Snapshots of one client in one file, written whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::Snapshots;
use crate::json::{Json, parse, pretty};

/// The version of the file's form.
const VERSION: i64 = 1;

/// Why a snapshot file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It cannot be read or written.
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    /// It is no snapshot file.
    #[error("{0}: {1}\nhint: take it away and run again with --accept")]
    Form(String, String),
}

/// The snapshots of a file; none where there is no file yet.
pub fn load(path: &Path) -> Result<Snapshots, SnapshotError> {
    let place = path.display().to_string();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Snapshots::default()),
        Err(error) => return Err(SnapshotError::Io(place, error)),
    };
    let form = |what: &str| SnapshotError::Form(place.clone(), what.to_owned());
    let json = parse(&bytes).map_err(|error| form(&error.to_string()))?;
    if json.get("version").and_then(Json::as_i64) != Some(VERSION) {
        return Err(form("this program reads version 1 of snapshots"));
    }
    let client = json.get("client").and_then(Json::as_str).ok_or_else(|| form("`client` is missing"))?;
    let cases = json.get("cases").and_then(Json::as_object).ok_or_else(|| form("`cases` is missing"))?;
    let cases: BTreeMap<String, Json> =
        cases.iter().map(|(id, evidence)| (id.to_lossy(), evidence.clone())).collect();
    Ok(Snapshots { client: client.to_owned(), cases })
}

/// Keeps the snapshots.
pub fn save(path: &Path, snapshots: &Snapshots) -> Result<(), SnapshotError> {
    let error = |error| SnapshotError::Io(path.display().to_string(), error);
    let json = Json::object([
        ("version", Json::number(VERSION)),
        ("client", Json::string(&snapshots.client)),
        ("cases", Json::object(snapshots.cases.iter().map(|(id, evidence)| (id, evidence.clone())))),
    ]);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(error)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(error)?;
    file.write_all(pretty(&json).as_bytes()).map_err(error)?;
    file.persist(path).map_err(|failed| error(failed.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_loaded_again_and_rubbish_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/boto3.json");
        assert_eq!(load(&path).unwrap(), Snapshots::default());
        let hostile = parse(br#"{"a":"\ud800","b":1e400}"#).unwrap();
        let snapshots =
            Snapshots { client: "boto3".to_owned(), cases: BTreeMap::from([("case 1".to_owned(), hostile)]) };
        save(&path, &snapshots).unwrap();
        assert_eq!(load(&path).unwrap(), snapshots);
        for (text, told) in
            [("{", "not JSON"), ("{}", "version 1"), (r#"{"version":1}"#, "`client` is missing")]
        {
            fs::write(&path, text).unwrap();
            assert!(load(&path).unwrap_err().to_string().contains(told), "{text}");
        }
    }
}
