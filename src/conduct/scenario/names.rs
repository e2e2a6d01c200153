//! Names that must lead somewhere: references within the file, operations and members within the model.

use super::bind::{Piece, Reference, pieces, unique_names};
use super::{Items, Scenario, ScenarioError, ScenarioStep, StepKind, Until, nearest};
use crate::api::model::{Model, ShapeId, ShapeKind};
use crate::api::outcome::typed;
use crate::ground::yaml::{Node, NodeContent, Position};

/// Tells a place, a mistake and a hint.
type Tell<'a> = dyn FnMut(Position, String, Option<String>) + 'a;

/// Tells each reference to a variable that nothing before it sets.
pub(super) fn check_references(scenario: &Scenario, tell: &mut Tell<'_>) {
    let mut known: Vec<String> = scenario.variables.keys().cloned().collect();
    walk(&scenario.steps, &mut known, tell);
    walk(&scenario.finally, &mut known, tell);
}

fn walk(steps: &[ScenarioStep], known: &mut Vec<String>, tell: &mut Tell<'_>) {
    for step in steps {
        if let Some(input) = step.kind.input() {
            check_node(input, known, tell);
        }
        match &step.kind {
            StepKind::Poll { until: Until::Values(values), .. } => {
                values.iter().for_each(|(_, node)| check_node(node, known, tell));
            }
            StepKind::Foreach { variable, items, steps } => {
                if let Items::List(list) = items {
                    check_node(list, known, tell);
                }
                known.push(variable.clone());
                walk(steps, known, tell);
            }
            _ => {}
        }
        check_expect(step, known, tell);
        known.extend(step.captures.iter().map(|capture| capture.variable.clone()));
    }
}

fn check_expect(step: &ScenarioStep, known: &[String], tell: &mut Tell<'_>) {
    step.expect.nodes().for_each(|node| check_node(node, known, tell));
    let captured = step.captures.iter().map(|capture| &capture.path);
    step.expect.texts().chain(captured).for_each(|text| check_text(text, step.place, known, tell));
}

fn check_node(node: &Node, known: &[String], tell: &mut Tell<'_>) {
    match &node.content {
        NodeContent::String(text) => check_text(text, node.place, known, tell),
        NodeContent::Array(items) => items.iter().for_each(|item| check_node(item, known, tell)),
        NodeContent::Object(members) => members.iter().for_each(|(key, item)| {
            check_text(&key.name, key.place, known, tell);
            check_node(item, known, tell);
        }),
        _ => {}
    }
}

fn check_text(text: &str, place: Position, known: &[String], tell: &mut Tell<'_>) {
    for piece in pieces(text) {
        match piece {
            Piece::Reference(Reference::Variable(name)) if !known.iter().any(|known| known == name) => {
                let hint = nearest(name, known.iter().map(String::as_str)).or_else(|| {
                    Some("a step before it must capture it, or `variables` must set it".to_owned())
                });
                tell(place, format!("nothing sets `{name}`"), hint);
            }
            Piece::Broken(text) => {
                let hint = "`${name}`, `${unique:name}`; write `$${` for the characters `${`".to_owned();
                tell(place, format!("`{text}` is no reference"), Some(hint));
            }
            _ => {}
        }
    }
}

/// Tells operations, waiters, input members and error codes that the model does not know. `file` is the name
/// for messages.
pub fn check_names(file: &str, scenario: &Scenario, model: &Model) -> Vec<ScenarioError> {
    let mut errors = Vec::new();
    let mut tell = |place, what, hint| {
        errors.push(ScenarioError { file: file.to_owned(), place, what, hint });
    };
    for step in scenario.steps.iter().chain(&scenario.finally) {
        check_step(step, model, &mut tell);
    }
    errors
}

fn check_step(step: &ScenarioStep, model: &Model, tell: &mut Tell<'_>) {
    let operation = match &step.kind {
        StepKind::Foreach { steps, .. } => {
            return steps.iter().for_each(|step| check_step(step, model, tell));
        }
        StepKind::Wait { waiter, .. } => match model.waiters.get(waiter) {
            Some(waiter) => waiter.operation.as_str(),
            None => {
                let hint = nearest(waiter, model.waiters.keys().map(String::as_str));
                let hint = hint.or_else(|| Some("add `until` to poll an operation".to_owned()));
                return tell(step.place, format!("the model has no waiter `{waiter}`"), hint);
            }
        },
        kind => kind.target(),
    };
    let Some(known) = model.operation(operation) else {
        let hint = nearest(operation, model.operations.keys().map(String::as_str));
        return tell(step.place, format!("the model has no operation `{operation}`"), hint);
    };
    if matches!(step.kind, StepKind::Paginate { .. }) && known.paginator.is_none() {
        tell(step.place, format!("`{operation}` has no pages"), Some("use `call`".to_owned()));
    }
    if let (Some(input), Some(shape)) = (step.kind.input(), known.input) {
        check_members(input, shape, model, tell);
    }
}

fn check_members(node: &Node, shape: ShapeId, model: &Model, tell: &mut Tell<'_>) {
    let shape = model.shape(shape);
    match (&node.content, &shape.kind) {
        (NodeContent::Object(members), ShapeKind::Structure { members: known, .. }) => {
            for (key, item) in members {
                match known.get(&key.name) {
                    Some(member) => check_members(item, member.shape, model, tell),
                    None => {
                        let hint = nearest(&key.name, known.keys().map(String::as_str));
                        tell(key.place, format!("{} has no member `{}`", shape.name, key.name), hint);
                    }
                }
            }
        }
        (NodeContent::Object(members), ShapeKind::Map { value, .. }) => {
            members.iter().for_each(|(_, item)| check_members(item, *value, model, tell));
        }
        (NodeContent::Array(items), ShapeKind::List { item: shape, .. }) => {
            items.iter().for_each(|item| check_members(item, *shape, model, tell));
        }
        _ => check_value(node, shape.id, model, tell),
    }
}

/// What holds no reference must be a value of its shape's kind.
fn check_value(node: &Node, shape: ShapeId, model: &Model, tell: &mut Tell<'_>) {
    let mut referred = false;
    check_node(node, &[], &mut |_, _, _| referred = true);
    if referred || node.content == NodeContent::Null || holds_unique(node) {
        return;
    }
    if let Err(error) = typed::decode(model, shape, &node.to_json()) {
        tell(node.place, error.what, None);
    }
}

fn holds_unique(node: &Node) -> bool {
    let mut names = Vec::new();
    unique_names(&node.to_json(), &mut names);
    !names.is_empty()
}
