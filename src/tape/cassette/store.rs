//! Cassettes on disk: loading, the journal of a recording, atomic replacement.
//!
//! While a recording runs, each exchange is a line of `NAME.json.journal` before its answer reaches the client.
//! At the end the cassette is written beside its place and moved there in one step, so that a reader sees the
//! old file or the new one. After a `kill -9` the journal is still there, and [`recover`] makes a cassette of it.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::read::{parse, parse_header, parse_interaction};
use super::write::{header_members, interaction};
use super::{Cassette, CassetteError, Header, Interaction, render};
use crate::ground::json::{self, Json, Style, write};

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> CassetteError + '_ {
    move |source| CassetteError::Io { path: path.to_owned(), source }
}

/// Loads a cassette.
pub fn load(path: &Path) -> Result<Cassette, CassetteError> {
    let text = std::fs::read(path).map_err(io(path))?;
    parse(&path.display().to_string(), &text)
}

/// Writes a cassette beside its place and moves it there.
pub fn save(path: &Path, cassette: &Cassette) -> Result<(), CassetteError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(io(folder))?;
    let mut file = tempfile::Builder::new()
        .prefix(".cassette-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(io(folder))?;
    file.write_all(render(cassette).as_bytes()).map_err(io(path))?;
    file.persist(path).map_err(|error| io(path)(error.error))?;
    Ok(())
}

/// The journal of one recording.
#[derive(Debug)]
pub struct Journal {
    cassette: PathBuf,
    path: PathBuf,
    file: File,
}

/// The journal beside a cassette's place.
fn journal_of(cassette: &Path) -> PathBuf {
    let mut name = cassette.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

/// Where an unfinished recording is kept: `NAME.partial.json`.
fn partial_of(cassette: &Path) -> PathBuf {
    let stem = cassette.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    cassette.with_file_name(format!("{stem}.partial.json"))
}

impl Journal {
    /// Opens the journal of a cassette that is to be written at `cassette`.
    pub fn create(cassette: &Path) -> Result<Journal, CassetteError> {
        let path = journal_of(cassette);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io(folder))?;
        }
        let file =
            OpenOptions::new().create(true).write(true).truncate(true).open(&path).map_err(io(&path))?;
        Ok(Journal { cassette: cassette.to_owned(), path, file })
    }

    /// Notes the head as it is now and one interaction; a later note of the same id replaces the earlier.
    pub fn append(&mut self, header: &Header, noted: &Interaction) -> Result<(), CassetteError> {
        let line = Json::object([
            ("header", Json::Object(header_members(header))),
            ("interaction", interaction(noted)),
        ]);
        let mut bytes = write(&line, Style::Compact);
        bytes.push(b'\n');
        self.file.write_all(&bytes).map_err(io(&self.path))
    }

    /// Ends the recording: the cassette takes its place, the journal goes.
    pub fn finish(self, cassette: &Cassette) -> Result<PathBuf, CassetteError> {
        save(&self.cassette, cassette)?;
        std::fs::remove_file(&self.path).map_err(io(&self.path))?;
        Ok(self.cassette)
    }

    /// Ends a recording that failed: what there is becomes `NAME.partial.json`, and the old cassette stays.
    pub fn finish_partial(self, cassette: &Cassette) -> Result<PathBuf, CassetteError> {
        let partial = partial_of(&self.cassette);
        save(&partial, cassette)?;
        std::fs::remove_file(&self.path).map_err(io(&self.path))?;
        Ok(partial)
    }
}

/// What was made of a journal that a killed recording left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The file that was written.
    pub partial: PathBuf,
    /// How many interactions it holds.
    pub interactions: usize,
}

/// Turns a left-over journal into `NAME.partial.json`. A last line that was cut is left out: its answer never
/// reached the client whole.
pub fn recover(cassette: &Path) -> Result<Option<Recovered>, CassetteError> {
    let path = journal_of(cassette);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(&path)(error)),
    };
    let mut found = Cassette::default();
    for line in text.split(|byte| *byte == b'\n') {
        let Ok(line) = json::parse(line) else { continue };
        let (Some(header), Some(noted)) =
            (line.get("header").and_then(parse_header), line.get("interaction").and_then(parse_interaction))
        else {
            continue;
        };
        found.header = header;
        match found.interactions.iter_mut().find(|known| known.id == noted.id) {
            Some(known) => *known = noted,
            None => found.interactions.push(noted),
        }
    }
    let partial = partial_of(cassette);
    let interactions = found.interactions.len();
    if interactions > 0 {
        save(&partial, &found)?;
    }
    std::fs::remove_file(&path).map_err(io(&path))?;
    Ok((interactions > 0).then_some(Recovered { partial, interactions }))
}
