//! `shapetape model show`: an operation as a tree of members, as text or JSON.

use shapetape::api::model::{Member, Model, Operation, Shape, ShapeId, ShapeKind, all_embedded};
use shapetape::ground::json::{Json, pretty};

use super::super::models::{dated, load};
use super::super::term::{OutputFormat, give};
use super::super::{CommandResult, Exit, Failure};

/// Arguments of `model show`.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// Name of the operation
    #[arg(value_name = "OPERATION")]
    operation: String,
    /// Date of the API model, `latest`, or SERVICE/DATE of an imported model
    #[arg(long, value_name = "DATE", default_value = "latest", conflicts_with = "model")]
    api: String,
    /// API model to use instead: a botocore service folder or file, or a Smithy JSON AST file
    #[arg(long, value_name = "PATH")]
    model: Option<std::path::PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

impl Show {
    /// Runs the command.
    pub(super) fn run(&self) -> CommandResult {
        let model = match &self.model {
            Some(path) => load(path)?,
            None => dated(&self.api)?,
        };
        let operation = model.operation(&self.operation).ok_or_else(|| unknown(&model, &self.operation))?;
        match self.format {
            OutputFormat::Json => give(pretty(&document(&model, operation)).trim_end()),
            OutputFormat::Text => text(&model, operation).iter().for_each(|line| give(line)),
        }
        Ok(Exit::Fine)
    }
}

fn unknown(model: &Model, name: &str) -> Failure {
    let lower = name.to_ascii_lowercase();
    let mut near: Vec<&str> = model
        .operations
        .keys()
        .map(String::as_str)
        .filter(|known| {
            let known = known.to_ascii_lowercase();
            known.contains(&lower) || lower.contains(&known)
        })
        .collect();
    near.sort_by_key(|known| known.len().abs_diff(name.len()));
    near.truncate(5);
    let hint = if near.is_empty() { String::new() } else { format!("\nhint: there is {}", near.join(", ")) };
    let api = if model.metadata.date.is_empty() { &model.metadata.api_version } else { &model.metadata.date };
    Failure::usage(format!("{} of {api} has no operation `{name}`{hint}", model.metadata.service))
}

/// The first embedded date at which a service of this name had the operation.
fn since(model: &Model, operation: &Operation) -> Option<&'static str> {
    let mut dates =
        all_embedded().iter().filter_map(|embedded| Some((embedded.date, embedded.model().ok()?)));
    let (date, _) = dates.find(|(_, dated)| {
        dated.metadata.service == model.metadata.service && dated.operation(&operation.name).is_some()
    })?;
    Some(date)
}

fn text(model: &Model, operation: &Operation) -> Vec<String> {
    let since = since(model, operation).map(|date| format!(", there since {date}")).unwrap_or_default();
    let mut lines = vec![format!("{} of {}{since}", operation.name, model.metadata.service_id)];
    for (side, shape) in [("input", operation.input), ("output", operation.output)] {
        match shape {
            None => lines.push(format!("{side}  nothing")),
            Some(id) => {
                lines.push(format!("{side}  {}", model.shape(id).name));
                members(model, id, &mut vec![id], &mut lines);
            }
        }
    }
    let errors: Vec<&str> = operation.errors.iter().map(|id| model.shape(*id).name.as_str()).collect();
    lines.push(format!(
        "errors  {}",
        if errors.is_empty() { "none declared".to_owned() } else { errors.join(", ") }
    ));
    if let Some(paginator) = &operation.paginator {
        lines.push(format!(
            "pages  {} from {}, items in {}",
            paginator.input_tokens.join(" and "),
            paginator.output_tokens.join(" and "),
            paginator.result_keys.join(", ")
        ));
    }
    let waiters: Vec<&str> = model.waiters_of(&operation.name).map(|waiter| waiter.name.as_str()).collect();
    if !waiters.is_empty() {
        lines.push(format!("waiters  {}", waiters.join(", ")));
    }
    lines
}

/// The members below a shape, a line each; a shape within itself is named and not opened again.
fn members(model: &Model, id: ShapeId, above: &mut Vec<ShapeId>, lines: &mut Vec<String>) {
    let indent = "  ".repeat(above.len());
    for (name, target, mark) in parts(model.shape(id)) {
        let shape = model.shape(target);
        let again = above.contains(&target);
        lines.push(format!(
            "{indent}{name}{mark}  {}{}",
            describe(shape),
            if again { " (see above)" } else { "" }
        ));
        if !again && !is_leaf(shape) {
            above.push(target);
            members(model, target, above, lines);
            above.pop();
        }
    }
}

/// What a shape consists of: the name of the part, its shape, and what is said of it.
fn parts(shape: &Shape) -> Vec<(String, ShapeId, &'static str)> {
    match &shape.kind {
        ShapeKind::Structure { members, .. } => {
            members.values().map(|member| (member.name.clone(), member.shape, mark(member))).collect()
        }
        ShapeKind::List { item, .. } => vec![("[]".to_owned(), *item, "")],
        ShapeKind::Map { key, value, .. } => {
            vec![("key".to_owned(), *key, ""), ("value".to_owned(), *value, "")]
        }
        _ => Vec::new(),
    }
}

fn mark(member: &Member) -> &'static str {
    match (member.required, member.idempotency_token) {
        (true, _) => " *",
        (_, true) => " (filled in)",
        _ => "",
    }
}

fn is_leaf(shape: &Shape) -> bool {
    !matches!(shape.kind, ShapeKind::Structure { .. } | ShapeKind::List { .. } | ShapeKind::Map { .. })
}

/// Characters of a pattern that a line has room for; `--format json` has it whole.
const LONGEST: usize = 80;

/// The word for a kind of shape: `string`, `union`.
fn kind(shape: &Shape) -> &'static str {
    let name = shape.kind.name();
    if shape.is_union() { "union" } else { name.split_once(' ').map_or(name, |(_, name)| name) }
}

fn describe(shape: &Shape) -> String {
    let mut words = vec![kind(shape).to_owned()];
    if shape.min.is_some() || shape.max.is_some() {
        let end = |bound: &Option<shapetape::api::model::Bound>| {
            bound.as_ref().map(ToString::to_string).unwrap_or_default()
        };
        words.push(format!("{}..{}", end(&shape.min), end(&shape.max)));
    }
    match shape.values.len() {
        0 => {}
        1..=12 => words.push(shape.values.join(" | ")),
        many => words.push(format!("{} | … ({many} values)", shape.values[..6].join(" | "))),
    }
    words.extend(shape.pattern.as_ref().map(|pattern| match pattern.char_indices().nth(LONGEST) {
        None => format!("/{pattern}/"),
        Some((end, _)) => format!("/{}…/", &pattern[..end]),
    }));
    words.extend(shape.sensitive.then(|| "sensitive".to_owned()));
    words.extend(shape.deprecated.then(|| "deprecated".to_owned()));
    words.join(" ")
}

fn document(model: &Model, operation: &Operation) -> Json {
    let side = |shape: Option<ShapeId>| shape.map_or(Json::Null, |id| tree(model, id, &mut vec![id]));
    let names = |names: Vec<&str>| Json::Array(names.into_iter().map(Json::string).collect());
    let errors = operation.errors.iter().map(|id| model.shape(*id).name.as_str()).collect();
    let waiters = model.waiters_of(&operation.name).map(|waiter| waiter.name.as_str()).collect();
    let paginator = operation.paginator.as_ref().map_or(Json::Null, |paginator| {
        let list = |texts: &[String]| Json::Array(texts.iter().map(Json::string).collect());
        Json::object([
            ("inputTokens", list(&paginator.input_tokens)),
            ("outputTokens", list(&paginator.output_tokens)),
            ("resultKeys", list(&paginator.result_keys)),
        ])
    });
    Json::object([
        ("version", Json::number(1)),
        ("operation", Json::string(&operation.name)),
        ("since", since(model, operation).map_or(Json::Null, Json::string)),
        ("input", side(operation.input)),
        ("output", side(operation.output)),
        ("errors", names(errors)),
        ("paginator", paginator),
        ("waiters", names(waiters)),
    ])
}

/// A shape and what is below it.
fn tree(model: &Model, id: ShapeId, above: &mut Vec<ShapeId>) -> Json {
    let shape = model.shape(id);
    let mut members = vec![("shape", Json::string(&shape.name)), ("type", Json::string(kind(shape)))];
    let bound = |bound: &shapetape::api::model::Bound| Json::number(bound);
    members.extend(shape.min.as_ref().map(|least| ("min", bound(least))));
    members.extend(shape.max.as_ref().map(|most| ("max", bound(most))));
    members.extend(shape.pattern.as_ref().map(|pattern| ("pattern", Json::string(pattern))));
    if !shape.values.is_empty() {
        members.push(("enum", Json::Array(shape.values.iter().map(Json::string).collect())));
    }
    let mut below = Vec::new();
    for (name, target, mark) in parts(shape) {
        let inner = if above.contains(&target) {
            Json::object([
                ("shape", Json::string(&model.shape(target).name)),
                ("recursive", Json::Bool(true)),
            ])
        } else {
            above.push(target);
            let inner = tree(model, target, above);
            above.pop();
            inner
        };
        let inner = match inner {
            Json::Object(mut members) if mark == " *" => {
                members.push(("required".into(), Json::Bool(true)));
                Json::Object(members)
            }
            inner => inner,
        };
        below.push((name, inner));
    }
    if !below.is_empty() {
        members.push(("members", Json::object(below)));
    }
    Json::object(members)
}
