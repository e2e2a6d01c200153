//! Reading scenario files.

use super::parse;
use crate::model::latest;
use crate::scenario::check_names;

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
