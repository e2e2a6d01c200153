//! From files to a [`Model`]: which form they have, what belongs together, and what is wrong with them.
//!
//! The front end reads the files; see [`ModelFile::is_wanted`] for which.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value as Source;

use super::botocore::{self, ServiceFiles};
use super::{Model, ModelError, smithy};

/// One file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// Its path below what the user named, with `/` between folders: `2017-07-24/service-2.json.gz`.
    pub name: String,
    /// Its bytes, plain or gzip.
    pub bytes: Vec<u8>,
}

impl ModelFile {
    /// True for names that [`load`] can make use of.
    pub fn is_wanted(name: &str) -> bool {
        let part = part_of(name);
        is_json(name) && !matches!(part, "examples-1" | "endpoint-rule-set-1" | "endpoint-bdd-1")
    }
}

/// Loads a botocore service folder, its version folder or the files beside one `service-2.json`, or one file
/// with a Smithy JSON AST. `place` is what the user named; of several versions the newest is taken.
pub fn load(place: &str, mut files: Vec<ModelFile>) -> Result<Model, ModelError> {
    files.retain(|file| ModelFile::is_wanted(&file.name));
    let newest =
        files.iter().filter(|file| part_of(&file.name) == "service-2").map(|file| folder_of(&file.name));
    if let Some(folder) = newest.max().map(str::to_owned) {
        files.retain(|file| folder_of(&file.name) == folder);
        return service_folder(place, &folder, files);
    }
    match files.as_slice() {
        [file] => single(place, file),
        [] => Err(ModelError::new(place, "no model file is here").hint(FORMS)),
        _ => Err(ModelError::new(place, "several files and no service-2.json among them").hint(FORMS)),
    }
}

const FORMS: &str = "name a botocore service folder, its version folder, a service-2.json (plain or .gz), \
                     or one file with a Smithy JSON AST";

/// The files of one version of a service.
fn service_folder(place: &str, folder: &str, mut files: Vec<ModelFile>) -> Result<Model, ModelError> {
    files.sort_by(|a, b| part_of(&a.name).cmp(part_of(&b.name)));
    let mut parts = ServiceFiles {
        place: place.to_owned(),
        service: service_name(place, folder).unwrap_or_default(),
        ..ServiceFiles::default()
    };
    for file in files {
        parts.set(part_of(&file.name), parse(&place_of(place, &file.name), &file.bytes)?);
    }
    botocore::load(&parts)
}

fn single(place: &str, file: &ModelFile) -> Result<Model, ModelError> {
    let place = place_of(place, &file.name);
    let source = parse(&place, &file.bytes)?;
    if source.get("smithy").is_some() {
        return smithy::load(&place, &source);
    }
    botocore::load(&ServiceFiles { place, service_2: source, ..ServiceFiles::default() })
}

/// The place of a file: what the user named, and what is below it unless that was the file itself.
fn place_of(place: &str, name: &str) -> String {
    if place.ends_with(name) { place.to_owned() } else { format!("{place}/{name}") }
}

/// `2017-07-24/service-2.json.gz` → `service-2`.
fn part_of(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.trim_end_matches(".gz").trim_end_matches(".json")
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_json(name: &str) -> bool {
    name.ends_with(".json") || name.ends_with(".json.gz")
}

/// botocore's folders are `<service>/<date>/service-2.json`: the name before the date.
fn service_name(place: &str, folder: &str) -> Option<String> {
    let whole = format!("{place}/{folder}");
    let folders: Vec<&str> = whole.split('/').filter(|name| !name.is_empty() && !is_json(name)).collect();
    let (version, rest) = folders.split_last()?;
    is_date(version).then(|| rest.last().map(|name| (*name).to_owned())).flatten()
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, letter)| match at {
            4 | 7 => letter == '-',
            _ => letter.is_ascii_digit(),
        })
}

/// JSON out of plain or gzip bytes.
pub(super) fn parse(place: &str, bytes: &[u8]) -> Result<Source, ModelError> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let cut = "the file may be cut: compare its size with the original's";
    let mut unpacked = Vec::new();
    let text = if bytes.starts_with(&GZIP) {
        GzDecoder::new(bytes)
            .read_to_end(&mut unpacked)
            .map_err(|error| ModelError::new(place, format!("cannot unpack gzip: {error}")).hint(cut))?;
        &unpacked
    } else {
        bytes
    };
    serde_json::from_slice(text).map_err(|error| {
        let hint = if error.is_eof() { cut } else { FORMS };
        ModelError::new(format!("{place}:{}:{}", error.line(), error.column()), format!("not JSON: {error}"))
            .hint(hint)
    })
}
