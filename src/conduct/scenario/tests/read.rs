//! Reading scenario files.

use std::collections::BTreeSet;

use super::{HEADER, STEP, expectation::EXPECT, parse};
use crate::api::model::latest;
use crate::conduct::scenario::check_names;
use crate::ground::json::Json;

/// Each file, and the lines its mistakes are told in.
const MISTAKES: &str = include_str!("mistakes.txt");

#[test]
fn every_mistake_is_told_with_its_place_and_a_hint() {
    for part in MISTAKES.split("=====\n").filter(|part| !part.trim().is_empty()) {
        let (text, wanted) = part.split_once("-----\n").unwrap();
        let told = match parse("x.yaml", text) {
            Err(errors) => errors,
            Ok(scenario) => check_names("x.yaml", &scenario, &latest().unwrap()),
        };
        let told: String = told.iter().map(|error| format!("{error}\n")).collect();
        assert_eq!(told, wanted, "told for\n{text}\nwas\n{told}");
    }
}

/// The names that a schema gives to properties, wherever they stand.
fn properties(schema: &Json, out: &mut BTreeSet<String>) {
    match schema {
        Json::Object(members) => {
            if let Some(Json::Object(own)) = schema.get("properties") {
                out.extend(own.iter().map(|(name, _)| name.to_lossy()));
            }
            members.iter().for_each(|(_, inner)| properties(inner, out));
        }
        Json::Array(items) => items.iter().for_each(|inner| properties(inner, out)),
        _ => {}
    }
}

#[test]
fn the_schema_has_every_key_and_no_other() {
    let schema = include_str!("../../../../scenarios/schema.json");
    let mut named = BTreeSet::new();
    properties(&crate::ground::json::parse(schema.as_bytes()).unwrap(), &mut named);
    let within = ["from", "to", "min", "max", "code", "message", "status"];
    let known = HEADER.iter().chain(&STEP).chain(&EXPECT).chain(&within).map(|key| (*key).to_owned());
    assert_eq!(named, known.collect());
}
