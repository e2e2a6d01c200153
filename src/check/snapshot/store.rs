//! Snapshots on disk: one folder per client and one file per operation, each replaced in one step.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Snapshots;
use crate::ground::json::{Json, parse, pretty};

/// The version of a file's form.
const VERSION: i64 = 1;

/// Why snapshots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    /// It is no snapshot file.
    #[error("{0}: {1}\nhint: take it away and run again with --accept")]
    Form(String, String),
}

/// The snapshots of a client below a folder; none where there are none yet.
pub fn load(folder: &Path, client: &str) -> Result<Snapshots, SnapshotError> {
    let mut all = Snapshots::of(client);
    for path in files(&folder.join(folder_name(client)))? {
        let bytes = fs::read(&path).map_err(|error| io_error(&path, error))?;
        let cases = read(&bytes).map_err(|what| SnapshotError::Form(path.display().to_string(), what))?;
        all.cases.extend(cases);
    }
    Ok(all)
}

fn read(bytes: &[u8]) -> Result<BTreeMap<String, Json>, String> {
    let json = parse(bytes).map_err(|error| error.to_string())?;
    if json.get("version").and_then(Json::as_i64) != Some(VERSION) {
        return Err("this program reads version 1 of snapshots".to_owned());
    }
    let cases = json.get("cases").and_then(Json::as_object).ok_or("`cases` is missing")?;
    Ok(cases.iter().map(|(id, evidence)| (id.to_lossy(), evidence.clone())).collect())
}

/// Keeps the snapshots of a client below a folder; what was kept of other operations goes.
pub fn save(folder: &Path, snapshots: &Snapshots) -> Result<(), SnapshotError> {
    let folder = folder.join(folder_name(&snapshots.client));
    fs::create_dir_all(&folder).map_err(|error| io_error(&folder, error))?;
    let mut operations: BTreeMap<&str, Vec<(&String, &Json)>> = BTreeMap::new();
    for (id, evidence) in &snapshots.cases {
        operations.entry(id.split('/').next().unwrap_or(id)).or_default().push((id, evidence));
    }
    let names: Vec<PathBuf> =
        operations.keys().map(|operation| folder.join(format!("{operation}.json"))).collect();
    for (path, cases) in names.iter().zip(operations.values()) {
        write(&folder, path, &snapshots.client, cases).map_err(|error| io_error(path, error))?;
    }
    for path in files(&folder)?.into_iter().filter(|path| !names.contains(path)) {
        fs::remove_file(&path).map_err(|error| io_error(&path, error))?;
    }
    Ok(())
}

fn write(folder: &Path, path: &Path, client: &str, cases: &[(&String, &Json)]) -> io::Result<()> {
    let json = Json::object([
        ("version", Json::number(VERSION)),
        ("client", Json::string(client)),
        ("cases", Json::object(cases.iter().map(|(id, evidence)| (id.as_str(), (*evidence).clone())))),
    ]);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(pretty(&json).as_bytes())?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

/// The snapshot files of a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, SnapshotError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_error(folder, error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| io_error(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// A client's name, which may be a whole command, as the name of a folder.
fn folder_name(client: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
    let name: String = client.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    if name.trim_matches('.').is_empty() { "client".to_owned() } else { name }
}

fn io_error(path: &Path, error: io::Error) -> SnapshotError {
    SnapshotError::Io(path.display().to_string(), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_loaded_again_and_rubbish_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let client = "python3 ../my driver.py";
        assert_eq!(load(folder.path(), client).unwrap(), Snapshots::of(client));
        let hostile = parse(br#"{"a":"\ud800","b":1e400}"#).unwrap();
        let mut snapshots = Snapshots::of(client);
        for id in ["AddTags/OK1", "AddTags/OK3/1", "ListTags/PG1"] {
            snapshots.cases.insert(id.to_owned(), hostile.clone());
        }
        save(folder.path(), &snapshots).unwrap();
        let own = folder.path().join("python3_.._my_driver.py");
        assert_eq!(files(&own).unwrap(), [own.join("AddTags.json"), own.join("ListTags.json")]);
        assert_eq!(load(folder.path(), client).unwrap(), snapshots);
        snapshots.cases.remove("ListTags/PG1");
        save(folder.path(), &snapshots).unwrap();
        assert_eq!(load(folder.path(), client).unwrap(), snapshots);
        for (text, told) in
            [("{", "not JSON"), ("{}", "version 1"), (r#"{"version":1}"#, "`cases` is missing")]
        {
            fs::write(own.join("AddTags.json"), text).unwrap();
            let error = load(folder.path(), client).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("AddTags.json"), "{error}");
        }
    }
}
