//! A model as text, names in place of numbers, so that two models can be compared and one can be read.

use std::collections::BTreeMap;
use std::fmt::Write;

use shapetape::api::model::{Member, Model, Operation, Shape, ShapeKind, Waiter};

/// The description of every shape by name.
pub(super) fn shapes(model: &Model) -> BTreeMap<String, String> {
    model.shapes().iter().map(|shape| (shape.name.clone(), self::shape(model, shape))).collect()
}

/// The description of every operation by name.
pub(super) fn operations(model: &Model) -> BTreeMap<String, String> {
    model
        .operations
        .values()
        .map(|operation| (operation.name.clone(), self::operation(model, operation)))
        .collect()
}

/// The whole model.
pub(super) fn model(model: &Model) -> String {
    let mut text = format!("{:#?}\n\n", model.metadata);
    operations(model).into_iter().for_each(|(name, what)| writeln!(text, "operation {name}{what}").unwrap());
    model.waiters.values().for_each(|waiter| writeln!(text, "waiter {}", self::waiter(waiter)).unwrap());
    shapes(model).into_iter().for_each(|(name, what)| writeln!(text, "shape {name}: {what}").unwrap());
    text
}

fn shape(model: &Model, shape: &Shape) -> String {
    let mut text = shape.kind.name().to_owned();
    let name = |id| &model.shape(id).name;
    match &shape.kind {
        ShapeKind::List { item, sparse } => write!(text, " of {} sparse={sparse}", name(*item)).unwrap(),
        ShapeKind::Map { key, value, sparse } => {
            write!(text, " of {} by {} sparse={sparse}", name(*value), name(*key)).unwrap();
        }
        _ => {}
    }
    optional(&mut text, "min", shape.min.as_ref());
    optional(&mut text, "max", shape.max.as_ref());
    optional(&mut text, "pattern", shape.pattern.as_ref());
    optional(&mut text, "format", shape.timestamp_format.map(|format| format!("{format:?}")).as_ref());
    optional(&mut text, "error", shape.error.as_ref().map(|error| format!("{error:?}")).as_ref());
    for (flag, set) in
        [("sensitive", shape.sensitive), ("deprecated", shape.deprecated), ("streaming", shape.streaming)]
    {
        text.push_str(&if set { format!(" {flag}") } else { String::new() });
    }
    if !shape.values.is_empty() {
        write!(text, " {}", shape.values.join("|")).unwrap();
    }
    for member in shape.members().into_iter().flatten().map(|(_, member)| member) {
        write!(text, "\n  {}", self::member(model, member)).unwrap();
    }
    text
}

fn member(model: &Model, member: &Member) -> String {
    let mut text = format!("{} {}", member.name, model.shape(member.shape).name);
    optional(&mut text, "wire", member.wire_name.as_ref());
    optional(&mut text, "location", member.location.map(|location| format!("{location:?}")).as_ref());
    optional(&mut text, "format", member.timestamp_format.map(|format| format!("{format:?}")).as_ref());
    for (flag, set) in [
        ("required", member.required),
        ("idempotency_token", member.idempotency_token),
        ("json_text", member.json_text),
        ("host_label", member.host_label),
        ("sensitive", member.sensitive),
        ("deprecated", member.deprecated),
    ] {
        text.push_str(&if set { format!(" {flag}") } else { String::new() });
    }
    text
}

fn operation(model: &Model, operation: &Operation) -> String {
    let name = |id| model.shape(id).name.clone();
    let mut text = format!(": {} {}", operation.method, operation.uri);
    optional(&mut text, "input", operation.input.map(name).as_ref());
    optional(&mut text, "output", operation.output.map(name).as_ref());
    optional(&mut text, "host", operation.host_prefix.as_ref());
    let mut errors: Vec<String> = operation.errors.iter().map(|id| name(*id)).collect();
    errors.sort();
    write!(text, " errors={errors:?} codings={:?}", operation.request_codings).unwrap();
    if operation.deprecated {
        text.push_str(" deprecated");
    }
    if let Some(paginator) = &operation.paginator {
        write!(text, "\n  {paginator:?}").unwrap();
    }
    text
}

fn waiter(waiter: &Waiter) -> String {
    let mut text = format!("{}: {} every {}s", waiter.name, waiter.operation, waiter.delay);
    waiter.acceptors.iter().for_each(|acceptor| write!(text, "\n  {acceptor:?}").unwrap());
    text
}

fn optional(text: &mut String, name: &str, value: Option<&impl std::fmt::Display>) {
    if let Some(value) = value {
        write!(text, " {name}={value}").unwrap();
    }
}
