//! What the scenarios show: operation by operation, the step of each kind of answer, error and state.
//!
//! `tests/data/scenarios/coverage.yaml` says what must be shown, and why a few things are not; the table is
//! `scenarios/sagemaker/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use shapetape::api::model::{Model, latest};
use shapetape::api::outcome::Outcome;
use shapetape::conduct::scenario::Action;
use shapetape::ground::json::Json;
use shapetape::ground::yaml;

use super::{Seen, members, must_be, play, shipped};

/// What must be shown.
pub(super) struct Wanted {
    /// The operations, and the paths in their outputs whose every enum value must come.
    pub(super) operations: BTreeMap<String, Vec<String>>,
    /// Cells (`ListTags paged`) that nothing shows, and why.
    cells: Vec<(String, String)>,
    /// Members, as `Structure.Member` with `*`, that nothing shows, and why.
    pub(super) members: Vec<(String, String)>,
}

fn reasons(file: &yaml::Node, key: &str) -> Vec<(String, String)> {
    let reasons = file.get(key).and_then(yaml::Node::as_object).unwrap();
    let mut out = Vec::new();
    for (reason, names) in reasons {
        let names = names.to_json();
        out.extend(
            names
                .as_array()
                .unwrap()
                .iter()
                .map(|name| (name.as_str().unwrap().to_owned(), reason.name.clone())),
        );
    }
    out
}

pub(super) fn wanted() -> Wanted {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios/coverage.yaml");
    let file = yaml::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let operations = file.get("operations").and_then(yaml::Node::as_object).unwrap();
    let paths = |node: &yaml::Node| {
        let paths = node.to_json();
        paths.as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect()
    };
    Wanted {
        operations: operations.iter().map(|(key, node)| (key.name.clone(), paths(node))).collect(),
        cells: reasons(&file, "cells"),
        members: reasons(&file, "members"),
    }
}

/// What was shown: by operation and cell, the first step of it.
type Shown = BTreeMap<(String, String), String>;

/// The outputs of an outcome, one by one.
pub(super) fn outputs(outcome: &Outcome) -> &[Json] {
    match outcome {
        Outcome::Output { output, .. } => std::slice::from_ref(output),
        Outcome::Pages { pages, .. } => pages,
        _ => &[],
    }
}

fn note(shown: &mut Shown, wanted: &Wanted, file: &str, seen: &Seen) {
    let (Action::Call { operation, .. } | Action::Paginate { operation, .. }) = &seen.action else { return };
    let step =
        format!("[{}:{}]({file}#L{})", file.trim_end_matches(".yaml"), seen.place.line, seen.place.line);
    let mut cell = |cell: String| {
        shown.entry((operation.clone(), cell)).or_insert_with(|| step.clone());
    };
    for outcome in &seen.outcomes {
        match outcome {
            Outcome::Pages { pages, .. } if pages.len() > 1 => cell("paged".to_owned()),
            Outcome::ServiceError(fault) => cell(fault.code.clone().unwrap()),
            _ => {}
        }
        for output in outputs(outcome) {
            cell("success".to_owned());
            for path in wanted.operations.get(operation).into_iter().flatten() {
                let value = path.split('.').try_fold(output, |value, name| value.get(name));
                if let Some(value) = value.and_then(Json::as_str) {
                    cell(format!("{path} {value}"));
                }
            }
        }
    }
}

/// The cells that an operation must have, in the order of the table.
fn cells(model: &Model, operation: &str, paths: &[String]) -> Vec<String> {
    let known = model.operation(operation).unwrap();
    let mut cells = vec!["success".to_owned()];
    cells.extend(known.paginator.iter().map(|_| "paged".to_owned()));
    let declared = known.errors.iter().map(|error| model.shape(*error).name.clone());
    cells.extend(declared);
    if known.errors.is_empty() {
        cells.push("ValidationException".to_owned());
    }
    for path in paths {
        let member = path.split('.').fold(known.output.unwrap(), |shape, name| {
            model.shape(shape).member(name).unwrap_or_else(|| panic!("{operation} has no {path}")).shape
        });
        cells.extend(model.shape(member).values.iter().map(|value| format!("{path} {value}")));
    }
    cells
}

#[test]
fn every_operation_error_and_state_is_shown_by_a_step_or_has_a_reason() {
    let (model, wanted) = (latest().unwrap(), wanted());
    let (mut shown, mut covered) = (Shown::new(), members::Covered::new(&model, &wanted));
    for (path, scenario) in shipped() {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        play(&scenario, |seen| {
            note(&mut shown, &wanted, &file, &seen);
            covered.note(&seen);
        });
    }
    let mut wrong = Vec::new();
    let mut table = String::new();
    for (operation, paths) in &wanted.operations {
        let mut row: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let required = cells(&model, operation, paths);
        let mut known: BTreeSet<&String> = required.iter().collect();
        let more = shown.keys().filter(|(own, _)| own == operation).map(|(_, cell)| cell);
        for cell in required.iter().chain(more) {
            if !known.remove(cell) && required.contains(cell) {
                continue;
            }
            let name = format!("{operation} {cell}");
            let reason = wanted.cells.iter().find(|(known, _)| *known == name).map(|(_, reason)| reason);
            let text = match (shown.get(&(operation.clone(), cell.clone())), reason) {
                (Some(step), None) => step.clone(),
                (None, Some(reason)) => format!("not shown: {reason}"),
                (Some(_), Some(_)) => {
                    wrong.push(format!("{name} is shown: its reason is stale"));
                    continue;
                }
                (None, None) => {
                    wrong.push(format!("no step shows {name}"));
                    continue;
                }
            };
            let (column, label) = match cell.split_once(' ') {
                Some((_, state)) => ("states", format!("{state} {text}")),
                None if cell == "success" || cell == "paged" => (cell.as_str(), text),
                None => ("errors", format!("{cell} {text}")),
            };
            row.entry(column).or_default().push(label);
        }
        let column = |name: &str| row.get(name).map(|texts| texts.join("<br>")).unwrap_or_default();
        let (success, paged) = (column("success"), column("paged"));
        let (errors, states) = (column("errors"), column("states"));
        writeln!(table, "| {operation} | {success} | {paged} | {errors} | {states} |").unwrap();
    }
    wrong.extend(covered.wrong(&wanted));
    assert!(wrong.is_empty(), "{} gaps\n{}", wrong.len(), wrong.join("\n"));
    must_be("scenarios/sagemaker/README.md", &page(&wanted, &table, &covered.summary(&wanted)));
}

fn page(wanted: &Wanted, table: &str, members: &str) -> String {
    let mut list = String::new();
    for (_, scenario) in shipped() {
        let name = &scenario.name;
        let at = if scenario.api == "latest" { String::new() } else { format!(" (API of {})", scenario.api) };
        writeln!(list, "- [`{name}`]({name}.yaml): {}{at}", scenario.description).unwrap();
    }
    format!(
        "<!-- Made by `cargo xtask scenarios`; a test holds it against the scenarios. -->\n\
         # The scenarios of Amazon SageMaker\n\n\
         {list}\n\
         They are written for an account that is empty at first, as the embedded one is. There a word in a name asks\n\
         for an ending (`train-fails`); elsewhere such jobs end as they please. The `-wide` ones, `search-models` and\n\
         those like it give every member that a resource can be given, some of which exclude each other in a real\n\
         account. For one of your own, `--variable role=ARN` names your role.\n\n\
         ## What shows what\n\n\
         The first step that shows each kind of answer of {} operations: a success, more pages than one, each error\n\
         that the model declares and each that came beside them, each state.\n\n\
         | operation | success | paged | errors | states |\n\
         |---|---|---|---|---|\n\
         {table}\n\
         ## Members of outputs\n\n\
         {members}",
        wanted.operations.len()
    )
}
