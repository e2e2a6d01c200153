//! Smithy ASTs: each means what its botocore twin means, and what botocore cannot say is read too.

use serde_json::Value;
use shapetape::api::model::{Model, ModelFile, all_embedded, load, synthetic_files};

use super::{describe, twin};

fn parsed(files: &[ModelFile], part: &str) -> Value {
    let file = files.iter().find(|file| file.name.ends_with(&format!("/{part}.json")));
    file.map_or(Value::Null, |file| serde_json::from_slice(&file.bytes).unwrap())
}

fn load_ast(ast: &Value) -> Model {
    let file = ModelFile { name: "model.json".to_owned(), bytes: ast.to_string().into_bytes() };
    load("model.json", vec![file]).unwrap()
}

#[test]
fn a_smithy_model_means_what_its_botocore_twin_means() {
    let sagemaker = all_embedded().last().unwrap().files().unwrap();
    for files in [synthetic_files(), sagemaker] {
        let ast = twin::of(&parsed(&files, "service-2"), &parsed(&files, "paginators-1"));
        let (ours, theirs) = (load_ast(&ast), load("model", files).unwrap());
        // What an AST cannot say: several tokens, a flag that more follows, values beside the items.
        let mut expected = describe::operations(&theirs);
        for (name, what) in &mut expected {
            let paginator = theirs.operation(name).unwrap().paginator.as_ref();
            if paginator.is_some_and(|paginator| paginator.input_tokens.len() > 1) {
                *what = what.lines().next().unwrap().to_owned();
            }
            if let Some(more) = paginator.and_then(|paginator| paginator.more_results.as_ref()) {
                *what = what.replace(&format!("more_results: Some({more:?})"), "more_results: None");
            }
            if let Some(paginator) = paginator {
                let keys = format!("non_aggregate_keys: {:?}", paginator.non_aggregate_keys);
                *what = what.replace(&keys, "non_aggregate_keys: []");
            }
        }
        assert_eq!(describe::operations(&ours), expected);
        let expected = describe::shapes(&theirs);
        let found = describe::shapes(&ours);
        for (name, shape) in &found {
            assert_eq!(Some(shape), expected.get(name), "{name}");
        }
        let unreached = expected.keys().filter(|name| !found.contains_key(*name)).count();
        println!("{}: {} shapes alike, {unreached} reached by none", ours.metadata.service, found.len());
        assert!(unreached < 30, "{unreached}");
    }
}

#[test]
fn mixins_resources_and_service_defaults_are_folded_in() {
    let ast: Value = serde_json::from_str(include_str!("../data/smithy/cabinet.json")).unwrap();
    let found = describe::model(&load_ast(&ast));
    let expected = include_str!("../data/smithy/cabinet.txt");
    assert!(found == expected, "{}", similar::TextDiff::from_lines(expected, &found).unified_diff());
}
