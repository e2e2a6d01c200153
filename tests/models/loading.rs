//! What users may name as a model, and what a broken one is answered with: place and hint, never a panic.

use serde_json::Value;
use shapetape::api::model::{Model, ModelError, ModelFile, load, synthetic_files};

fn file(name: &str, bytes: &[u8]) -> ModelFile {
    ModelFile { name: name.to_owned(), bytes: bytes.to_vec() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The parts of the synthetic service by their names alone.
fn parts() -> Vec<ModelFile> {
    let name = |file: &ModelFile| file.name.rsplit('/').next().unwrap().to_owned();
    synthetic_files().iter().map(|part| file(&name(part), &part.bytes)).collect()
}

fn below(folder: &str, files: Vec<ModelFile>) -> Vec<ModelFile> {
    files.into_iter().map(|file| ModelFile { name: format!("{folder}/{}", file.name), ..file }).collect()
}

#[test]
fn folders_files_and_gzip_are_all_taken() {
    let packed = parts().into_iter().map(|part| file(&format!("{}.gz", part.name), &gzip(&part.bytes)));
    let alone: Vec<_> = parts().into_iter().filter(|part| part.name == "service-2.json").collect();
    let mut versions = below("2026-01-01", parts());
    versions.push(file("2020-01-01/service-2.json", b"an older version is not looked at"));
    for (form, place, files, service, waiters) in [
        ("version folder", "models/synthetic/2026-01-01", parts(), "synthetic", 8),
        ("service folder", "models/synthetic", versions, "synthetic", 8),
        ("packed", "models/zoo/2026-01-01/", packed.collect(), "zoo", 8),
        ("one file", "service-2.json", alone.clone(), "synthetic", 0),
        ("one file by another name", "my.json", vec![file("my.json", &alone[0].bytes)], "synthetic", 0),
    ] {
        let model = load(place, files).unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!((model.metadata.service.as_str(), model.waiters.len()), (service, waiters), "{form}");
    }
}

#[test]
fn sdk_extras_are_merged_in() {
    let mut files = parts();
    let extras = br#"{"merge":{"metadata":{"serviceId":"Extra"},"shapes":{"Text":{"sensitive":true}}}}"#;
    files.push(file("service-2.sdk-extras.json", extras));
    let model = load("synthetic", files).unwrap();
    assert_eq!(model.metadata.service_id, "Extra");
    assert!(model.shape_named("Text").unwrap().sensitive);
}

#[test]
fn what_is_no_model_is_told_what_would_be_one() {
    for (files, expected) in [
        (vec![], "no model file is here"),
        (vec![file("notes.txt", b"hello")], "no model file is here"),
        (vec![file("a.json", b"{}"), file("b.json", b"{}")], "several files"),
        (vec![file("a.json", b"hello")], "not JSON"),
        (vec![file("a.json", b"{}")], "no `shapes` object"),
        (vec![file("a.json", b"[]")], "no `shapes` object"),
        (vec![file("a.json", br#"{"smithy":"2.0","shapes":{}}"#)], "no service"),
        (vec![file("a.json.gz", &[0x1f, 0x8b, 8, 0])], "cannot unpack gzip"),
    ] {
        let error = load("place", files).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.hint.is_some(), "{error}");
    }
}

/// A model in botocore's form and the same in Smithy's, as bytes of one file.
fn both_forms() -> [(&'static str, Vec<u8>); 2] {
    let service = parts().remove(0);
    assert_eq!(service.name, "service-2.json");
    [
        ("service-2.json", service.bytes),
        ("cabinet.json", include_bytes!("../data/smithy/cabinet.json").to_vec()),
    ]
}

#[test]
fn a_model_that_is_cut_is_an_error_with_its_place() {
    for (name, bytes) in both_forms() {
        for (name, bytes) in [(name.to_owned(), bytes.clone()), (format!("{name}.gz"), gzip(&bytes))] {
            for length in (0..bytes.trim_ascii_end().len()).step_by(41) {
                let error = load(&name, vec![file(&name, &bytes[..length])]).unwrap_err();
                assert!(error.place.starts_with(&name) && error.hint.is_some(), "{length}: {error}");
            }
        }
    }
}

/// Every place of a JSON text at which a key or a string stands, as a path to it.
fn texts(source: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match source {
        Value::Object(members) => {
            for (key, inner) in members {
                texts(inner, &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| texts(item, &format!("{path}/{index}"), found));
        }
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        _ => {}
    }
}

fn load_value(name: &str, source: &Value) -> Result<Model, ModelError> {
    load(name, vec![file(name, source.to_string().as_bytes())])
}

#[test]
fn every_reference_to_a_missing_shape_is_an_error_with_its_place() {
    for (name, bytes) in both_forms() {
        let whole: Value = serde_json::from_slice(&bytes).unwrap();
        let mut places = Vec::new();
        texts(&whole, "", &mut places);
        places.retain(|(path, _)| path.ends_with("/shape") || path.ends_with("/target"));
        let mut told = 0;
        for (path, text) in &places {
            let mut broken = whole.clone();
            *broken.pointer_mut(path).unwrap() = Value::from(format!("{text}X"));
            match load_value(name, &broken) {
                // What no operation reaches is not looked at in Smithy's form.
                Ok(_) => assert_eq!(name, "cabinet.json", "{path}"),
                Err(error) => {
                    told += 1;
                    assert!(error.what.contains(&format!("`{text}X`")), "{path}: {error}");
                    assert!(
                        error.hint.as_ref().is_some_and(|hint| hint.contains(text.as_str())),
                        "{path}: {error}"
                    );
                }
            }
        }
        println!("{name}: {told} of {} references", places.len());
        assert!(told + 8 >= places.len(), "{name}: {told} of {}", places.len());
    }
}

#[test]
fn a_shape_under_another_name_is_missed_where_it_is_used() {
    for (name, bytes) in both_forms() {
        let whole: Value = serde_json::from_slice(&bytes).unwrap();
        for shape in whole["shapes"].as_object().unwrap().keys() {
            let mut broken = whole.clone();
            let shapes = broken["shapes"].as_object_mut().unwrap();
            let moved = shapes.shift_remove(shape).unwrap();
            shapes.insert(format!("{shape}X"), moved);
            if let Err(error) = load_value(name, &broken) {
                assert!(error.place.starts_with(name) && error.hint.is_some(), "{shape}: {error}");
            }
        }
    }
}

#[test]
fn values_of_any_other_kind_never_panic() {
    for (name, bytes) in both_forms() {
        let whole: Value = serde_json::from_slice(&bytes).unwrap();
        let mut places = Vec::new();
        texts(&whole, "", &mut places);
        let parents = places.iter().map(|(path, _)| path.rsplit_once('/').unwrap().0.to_owned());
        let all: std::collections::BTreeSet<String> =
            parents.chain(places.iter().map(|(path, _)| path.clone())).collect();
        let others = [Value::Null, 7.into(), "x".into(), vec![0].into(), serde_json::json!({})];
        for (path, other) in all.iter().filter(|path| !path.is_empty()).zip(others.iter().cycle()) {
            let mut broken = whole.clone();
            *broken.pointer_mut(path).unwrap() = other.clone();
            if let Err(error) = load_value(name, &broken) {
                assert!(error.place.starts_with(name), "{path}: {error}");
            }
        }
    }
}
