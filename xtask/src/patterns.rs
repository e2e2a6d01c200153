//! `patterns`: how many of the models' regular expressions give texts that match them and keep their length.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde_json::Value;
use shapetape::api::values::Rng;
use shapetape::api::values::pattern::{Pattern, Size};
use zip::ZipArchive;

use crate::pip::{self, Form};

/// The release whose patterns are tried: the one of the newest embedded model.
const VERSION: &str = "1.44.5";
/// Texts of usual length tried of each use; one of the shortest and of the longest come on top.
const SAMPLES: u32 = 20;
/// Uses without an upper bound are tried up to this length.
const UNBOUNDED: u32 = 1_024;

/// One shape that has a pattern.
struct Use {
    shape: String,
    least: u32,
    most: u32,
}

/// No text longer than this is made.
const LONGEST: u32 = 1 << 16;

type Patterns = BTreeMap<String, Vec<Use>>;

/// Prints the table of the embedded model and of all botocore; fails when the embedded one has a gap.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let wheel = pip::download("botocore", VERSION, Form::Wheel)?;
    let all = read(&wheel).with_context(|| format!("in {}", wheel.display()))?;
    let embedded = all
        .iter()
        .filter_map(|(pattern, uses)| {
            let own = uses.iter().filter(|place| place.shape.starts_with("sagemaker."));
            let own: Vec<Use> = own.map(|place| Use { shape: place.shape.clone(), ..*place }).collect();
            (!own.is_empty()).then(|| (pattern.clone(), own))
        })
        .collect();
    let gaps = table("sagemaker", &embedded);
    table(&format!("all of botocore {VERSION}"), &all);
    ensure!(gaps == 0, "{gaps} patterns of the embedded model give no text");
    Ok(())
}

/// Prints one line a gap and the sums; gives the number of gaps.
fn table(title: &str, patterns: &Patterns) -> usize {
    let mut gaps = 0;
    for (pattern, uses) in patterns {
        if let Some((place, why)) = uses.iter().find_map(|place| Some((place, gap(pattern, place)?))) {
            gaps += 1;
            println!("  {}: {why}", place.shape);
        }
    }
    println!(
        "{title}: {} of {} patterns ({} shapes) give texts that match and keep their length, at the least and \
         the greatest length too",
        patterns.len() - gaps,
        patterns.len(),
        patterns.values().map(Vec::len).sum::<usize>()
    );
    gaps
}

/// Why a pattern gives no good text for a shape.
fn gap(source: &str, place: &Use) -> Option<String> {
    let pattern = match Pattern::new(source, place.most) {
        Ok(pattern) => pattern,
        Err(error) => return Some(error.to_string()),
    };
    let mut rng = Rng::labelled(0, source);
    let sizes = [(Size::Least, 1), (Size::Most, 1), (Size::Usual, SAMPLES)];
    sizes.iter().flat_map(|(size, count)| (0..*count).map(move |_| *size)).find_map(|size| {
        let text = match pattern.sample(place.least, place.most, size, &mut rng) {
            Ok(text) => text,
            Err(error) => return Some(format!("{size:?} text: {error}")),
        };
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let good = (place.least..=place.most).contains(&length) && pattern.matches(&text) == Some(true);
        (!good).then(|| format!("`{text}` does not match `{source}`"))
    })
}

/// The patterns of the newest version of every service, enums left out.
fn read(wheel: &Path) -> Result<Patterns> {
    let mut archive = ZipArchive::new(File::open(wheel)?)?;
    let names = archive.file_names().map(|name| Ok(name?.into_owned())).collect::<Result<Vec<_>>>()?;
    let mut newest: BTreeMap<String, String> = BTreeMap::new();
    for name in names {
        let parts: Vec<&str> = name.split('/').collect();
        if let ["botocore", "data", service, _, "service-2.json" | "service-2.json.gz"] = parts[..] {
            let held = newest.entry(service.to_owned()).or_default();
            *held = held.clone().max(name);
        }
    }
    let mut patterns = Patterns::new();
    for (service, name) in newest {
        let mut bytes = Vec::new();
        archive.by_name(&name)?.read_to_end(&mut bytes)?;
        let model: Value = match name.ends_with(".gz") {
            true => serde_json::from_reader(GzDecoder::new(&bytes[..]))?,
            false => serde_json::from_slice(&bytes)?,
        };
        for (shape, traits) in model["shapes"].as_object().into_iter().flatten() {
            if let Some(pattern) = traits["pattern"].as_str().filter(|_| traits["enum"].is_null()) {
                let bound = |key: &str| traits[key].as_u64().and_then(|bound| u32::try_from(bound).ok());
                patterns.entry(pattern.to_owned()).or_default().push(Use {
                    shape: format!("{service}.{shape}"),
                    least: bound("min").unwrap_or(0),
                    most: bound("max").unwrap_or(UNBOUNDED).min(LONGEST),
                });
            }
        }
    }
    Ok(patterns)
}
