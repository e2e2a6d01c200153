//! Every kind of change between two models, made one at a time in the synthetic service.

use serde_json::Value;
use shapetape::api::model::{Change, Model, ModelFile, diff, load, synthetic, synthetic_files};

/// The synthetic service with one place of one of its files changed; null takes the place away.
fn changed(part: &str, pointer: &str, value: &Value) -> Model {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let change = |file: ModelFile| {
        if !file.name.ends_with(&format!("/{part}.json")) {
            return file;
        }
        let mut source: Value = serde_json::from_slice(&file.bytes).unwrap();
        let place = source.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => drop(place.shift_remove(key).unwrap()),
            value => drop(place.insert(key.to_owned(), value.clone())),
        }
        ModelFile { bytes: source.to_string().into_bytes(), ..file }
    };
    load("synthetic", synthetic_files().into_iter().map(change).collect()).unwrap()
}

#[test]
fn every_kind_of_change_is_told_with_where_and_how_bad() {
    let mut cases = 0;
    for block in include_str!("../data/diff.txt").split("\n\n").filter(|block| !block.starts_with('#')) {
        let (change, expected) = block.split_once('\n').unwrap();
        let mut words = change.splitn(3, ' ');
        let (part, pointer) = (words.next().unwrap(), words.next().unwrap());
        let value = words.next().map_or(Value::Null, |value| serde_json::from_str(value).unwrap());
        let (old, new) = (synthetic().unwrap(), changed(part, pointer, &value));
        let found = [lines(&old, &new), vec!["and back".to_owned()], lines(&new, &old)].concat();
        assert_eq!(found.join("\n"), expected.trim_end(), "{change}");
        cases += 1;
    }
    assert_eq!(cases, 29);
}

fn lines(old: &Model, new: &Model) -> Vec<String> {
    let line = |change: &Change| {
        let breaks: Vec<_> = change.breaks().iter().map(|affected| affected.name()).collect();
        format!("{change} [{}]", breaks.join(", "))
    };
    diff(old, new).iter().map(line).collect()
}
