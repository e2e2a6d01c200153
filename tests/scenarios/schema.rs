//! The schema that editors check scenarios with.

use std::path::Path;

use shapetape::json::{Style, write};
use shapetape::yaml;

use super::shipped;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// A YAML text as the validator takes it.
fn value(text: &str) -> serde_json::Value {
    let node = yaml::parse(text).unwrap_or_else(|errors| panic!("{errors:?}"));
    serde_json::from_slice(&write(&node.to_json(), Style::Compact)).unwrap()
}

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(&file("scenarios/schema.json")).unwrap()).unwrap()
}

#[test]
fn every_scenario_that_ships_is_valid_by_the_schema() {
    let schema = validator();
    let guide = file("scenarios/README.md");
    let example = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    for text in
        shipped().iter().map(|(path, _)| std::fs::read_to_string(path).unwrap()).chain([example.to_owned()])
    {
        let errors: Vec<String> = schema
            .iter_errors(&value(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{text}\n{}", errors.join("\n"));
    }
}

#[test]
fn what_the_reader_refuses_the_schema_refuses_too() {
    let schema = validator();
    for text in [
        "service: sagemaker",
        "{service: sagemaker, steps: [], stepz: []}",
        "{service: sagemaker, steps: [{call: ListTags, paginate: ListTags}]}",
        "{service: sagemaker, steps: [{call: ListTags, until: {a: 1}}]}",
        "{service: sagemaker, steps: [{call: ListTags, expect: {pages: 2}}]}",
        "{service: sagemaker, steps: [{wait: EndpointDeleted, expect: {sequence: {a: [b]}}}]}",
        "{service: sagemaker, steps: [{input: 3}]}",
        "{service: sagemaker, steps: [{call: ListTags, capture: {2x: a}}]}",
        "{service: sagemaker, steps: [{foreach: i, in: 3, steps: []}]}",
        "{service: sagemaker, steps: [{call: ListTags, expect: {count: {Models: {most: 2}}}}]}",
    ] {
        assert!(!schema.is_valid(&value(text)), "{text}");
    }
}
