//! Saved evidence against the oracles: each vector in `data/oracles` says what was expected, what was seen, and
//! exactly which judgements that must give. `data/oracles/README.md` is the form of a vector.

mod vector;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use shapetape::api::model::{Model, ServiceFiles, load_botocore};
use shapetape::check::oracles::{self, Charge, charges};
use shapetape::check::verdict::{Judgement, Kind, OracleName};
use shapetape::ground::json::{self, Json, pretty};

use vector::Vector;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/oracles")
}

pub(crate) fn model() -> Model {
    let text = std::fs::read(folder().join("model.json")).unwrap();
    let mut files: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let files = ServiceFiles {
        place: "model.json".to_owned(),
        service: "things".to_owned(),
        service_2: files["service"].take(),
        paginators_1: Some(files["paginators"].take()),
        waiters_2: Some(files["waiters"].take()),
        ..ServiceFiles::default()
    };
    load_botocore(&files).unwrap()
}

/// The vectors of every file, with its name.
fn vectors() -> Vec<(String, Json)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json") && !path.ends_with("model.json"))
        .collect();
    files.sort();
    let named = files.iter().flat_map(|path| {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let document =
            json::parse(&std::fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{file}: {error}"));
        let vectors = document.get("vectors").and_then(Json::as_array).unwrap().to_vec();
        vectors.into_iter().map(move |vector| (file.clone(), vector))
    });
    named.collect()
}

/// A judgement as a vector writes it; what is due by default is left out.
fn written(judgement: &Judgement, vector: &Vector) -> Json {
    let mut members = vec![
        ("oracle", Json::string(judgement.oracle.word())),
        ("kind", Json::string(judgement.kind.word())),
        ("path", Json::string(&judgement.path)),
        ("shape", Json::string(&judgement.shape)),
        ("sort", Json::string(&judgement.sort)),
    ];
    members.extend(judgement.expected.clone().map(|expected| ("expected", expected)));
    members.extend(judgement.actual.clone().map(|actual| ("actual", actual)));
    members.push(("message", Json::string(&judgement.message)));
    if judgement.class != vector.case.class {
        members.push(("class", Json::string(judgement.class.word())));
    }
    Json::object(members)
}

#[test]
fn saved_evidence_gives_exactly_these_judgements() {
    let model = model();
    let (mut failures, mut passing, mut failing) = (Vec::new(), 0, 0);
    for (file, source) in vectors() {
        let vector = Vector::read(&model, &source);
        let judgements = vector.judge();
        let found: Vec<Json> = judgements.iter().map(|judgement| written(judgement, &vector)).collect();
        *if found.is_empty() { &mut passing } else { &mut failing } += 1;
        if found != vector.findings {
            let found = pretty(&Json::Array(found));
            failures.push(format!("{file}: {}: found {found}", vector.name));
        }
        assert!(judgements.iter().all(|judgement| !judgement.rule.is_empty()), "{file}: {}", vector.name);
    }
    assert!(failures.is_empty(), "{} vectors differ:\n{}", failures.len(), failures.join("\n"));
    assert!(passing >= 20 && failing >= 40, "{passing} passing and {failing} failing vectors");
}

#[test]
fn every_oracle_has_vectors_that_pass_and_that_fail() {
    let vectors = vectors();
    for oracle in oracles::ORACLES.iter().map(|oracle| oracle.name()) {
        let has = |found: bool| {
            vectors.iter().any(|(file, vector)| {
                let findings = vector.get("findings").and_then(Json::as_array).unwrap_or_default();
                let named =
                    |finding: &Json| finding.get("oracle").and_then(Json::as_str) == Some(oracle.word());
                file == oracle.word() && findings.iter().any(named) == found
            })
        };
        assert!(has(true) && has(false), "{oracle}: needs a file of its name with vectors of both kinds");
    }
}

/// The charge that a finding of a vector stands on.
fn charge(finding: &Json) -> Option<Charge> {
    let text = |name: &str| finding.get(name).and_then(Json::as_str);
    Charge::named(OracleName::from_word(text("oracle")?)?, Kind::from_word(text("kind")?)?, text("sort")?)
}

#[test]
fn everything_that_an_oracle_can_find_is_found_in_a_vector() {
    let vectors = vectors();
    let findings = vectors.iter().flat_map(|(_, vector)| vector.get("findings").and_then(Json::as_array));
    let shown: BTreeSet<Charge> = findings.flatten().filter_map(charge).collect();
    let missing: Vec<String> =
        charges().filter(|charge| !shown.contains(charge)).map(|charge| charge.to_string()).collect();
    assert!(missing.is_empty(), "no vector shows: {}", missing.join(", "));
}
