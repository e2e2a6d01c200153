//! moto's server as an upstream: it answers some scenarios, and where it differs from the embedded account there is
//! a reason.

use std::path::Path;

use shapetape::api::model::latest;
use shapetape::check::case::Glob;
use shapetape::ground::yaml;
use shapetape::tape::cassette::{self, Cassette};
use shapetape::tape::matcher::Models;
use shapetape::tape::verify::compare;

use super::recorded::{record, root};
use super::to_be_written;
use crate::commands;

/// Scenarios that moto's server answers as they expect.
const PLAYED: [&str; 3] = ["common-calls", "kms-key-after", "target-platform-after"];

fn shipped(name: &str) -> Cassette {
    cassette::load(&root(&format!("cassettes/sagemaker/{name}.json"))).unwrap()
}

/// The known differences: `OPERATION path`, with `*`.
fn known() -> Vec<Glob> {
    let file = std::fs::read_to_string(root("cassettes/sagemaker/moto/differences.yaml")).unwrap();
    let file = yaml::parse(&file).unwrap();
    let places = file.as_object().unwrap().iter().flat_map(|(_, places)| places.as_array().unwrap());
    places.map(|place| Glob::new(place.as_str().unwrap())).collect()
}

/// The differences of a recording from the embedded account's, as `OPERATION path: here, there`.
fn differences(name: &str, recorded: &Cassette) -> Vec<String> {
    let problems = compare(recorded, &shipped(name), &Models::new([latest().unwrap()]));
    let told = problems.into_iter().map(|problem| {
        let own = recorded.interactions.iter().find(|one| one.id == problem.interaction).unwrap();
        format!("{} {}", own.title(), problem.what)
    });
    told.collect()
}

/// A server of its own for each recording: they make the same things, and moto refuses what is there.
fn record_from_moto(name: &str, folder: &Path) -> Cassette {
    let (server, url) = commands::moto();
    let path = match to_be_written() {
        true => root(&format!("cassettes/sagemaker/moto/{name}.json")),
        false => folder.join(format!("{name}.json")),
    };
    let scenario = root(&format!("scenarios/sagemaker/{name}.yaml"));
    record(folder, &[scenario], &["--upstream", &url, "--cassette", path.to_str().unwrap()]);
    drop(server);
    cassette::load(&path).unwrap()
}

#[test]
fn moto_plays_the_scenarios_that_it_can_and_each_difference_has_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let known = known();
    let mut used = vec![false; known.len()];
    let mut unknown = Vec::new();
    for name in PLAYED {
        let afresh = record_from_moto(name, folder.path());
        for recorded in [afresh, shipped(&format!("moto/{name}"))] {
            for difference in differences(name, &recorded) {
                let place = difference.split(": ").next().unwrap();
                match known.iter().position(|known| known.matches(place)) {
                    Some(index) => used[index] = true,
                    None => unknown.push(format!("{name}: {difference}")),
                }
            }
        }
    }
    assert!(unknown.is_empty(), "differences without a reason\n{}", unknown.join("\n"));
    let stale: Vec<&str> =
        known.iter().zip(used).filter(|(_, used)| !used).map(|(known, _)| known.as_str()).collect();
    assert!(stale.is_empty(), "reasons without a difference: {stale:?}");
}
