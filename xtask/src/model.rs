//! `model`: makes `src/api/sagemaker/models/<date>.json.gz` from the wheels of botocore.
//!
//! One file a date holds all parts of the service, stripped of documentation, as one JSON object:
//! `date`, `source`, `service` and `files` by botocore's file names.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde_json::{Map, Value, json};
use zip::ZipArchive;

use crate::pip::{self, Form};
use crate::project;

/// Which botocore shows SageMaker as it was on which day: the day of that release.
const RELEASES: &[(&str, &str)] = &[
    ("2017-11-29", "1.8.5"),
    ("2018-01-17", "1.8.32"),
    ("2020-05-08", "1.16.6"),
    ("2020-07-24", "1.17.28"),
    ("2025-12-04", "1.42.3"),
    ("2026-07-31", "1.43.62"),
    ("2026-11-17", "1.44.5"),
];

const SERVICE: &str = "sagemaker";

/// Files of a service folder that say nothing about messages.
const LEFT_OUT: &[&str] = &["examples-1", "endpoint-rule-set-1"];

/// Keys that say nothing about messages, wherever botocore puts them.
const STRIPPED: &[&str] = &["documentation", "deprecatedMessage", "deprecatedSince"];

/// Makes all embedded models.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let folder = project::root().join("src/api/sagemaker/models");
    for (date, version) in RELEASES {
        let wheel = pip::download("botocore", version, Form::Wheel)?;
        let files = service_files(&wheel, SERVICE).with_context(|| format!("in {}", wheel.display()))?;
        let whole = json!({
            "date": date,
            "source": format!("botocore {version}"),
            "service": SERVICE,
            "files": files,
        });
        let file = folder.join(format!("{date}.json.gz"));
        let bytes = compress(whole.to_string().as_bytes())?;
        std::fs::write(&file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
        println!("{date}  botocore {version}  {} bytes", bytes.len());
    }
    Ok(())
}

/// The parsed and stripped files of one service by name without `.json` and `.gz`, sorted.
fn service_files(wheel: &Path, service: &str) -> Result<Map<String, Value>> {
    let mut archive = ZipArchive::new(File::open(wheel)?)?;
    let start = format!("botocore/data/{service}/");
    let mut names = archive
        .file_names()
        .map(|name| Ok(name?.into_owned()))
        .filter(|name: &Result<String>| name.as_ref().is_ok_and(|name| name.starts_with(&start)))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    let mut files = Map::new();
    for name in names {
        let part = part_name(&name);
        if LEFT_OUT.contains(&part) {
            continue;
        }
        let mut bytes = Vec::new();
        archive.by_name(&name)?.read_to_end(&mut bytes)?;
        let mut value = parse(&name, &bytes)?;
        strip(&mut value);
        files.insert(part.to_owned(), value);
    }
    ensure!(files.contains_key("service-2"), "no service-2 for {service}");
    Ok(files)
}

/// `botocore/data/sagemaker/2017-07-24/service-2.json.gz` → `service-2`.
fn part_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.trim_end_matches(".gz").trim_end_matches(".json")
}

fn parse(name: &str, bytes: &[u8]) -> Result<Value> {
    let parsed = if name.ends_with(".gz") {
        serde_json::from_reader(GzDecoder::new(bytes))
    } else {
        serde_json::from_slice(bytes)
    };
    parsed.with_context(|| format!("{name} is not JSON"))
}

/// Takes the text for readers out. Under `shapes`, `operations` and `members` the keys are names of the
/// API, which may well be called `documentation`; there they stay.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !STRIPPED.contains(&key.as_str()));
            for (key, inner) in object.iter_mut() {
                match inner {
                    Value::Object(named) if matches!(key.as_str(), "shapes" | "operations" | "members") => {
                        named.values_mut().for_each(strip);
                    }
                    _ => strip(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// gzip without a time stamp, so that the same model gives the same bytes.
fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
