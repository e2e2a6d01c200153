//! A scenario file's text to a [`Scenario`], with every mistake told at once.

use indexmap::IndexMap;

use super::names::check_references;
use super::{Capture, Expect, Items, Scenario, ScenarioError, ScenarioStep, StepKind, Until, nearest};
use crate::ground::json::Json;
use crate::ground::yaml::{Key, Node, NodeContent, Position, parse as parse_yaml};

mod expectation;

const HEADER: [&str; 9] =
    ["name", "description", "service", "api", "region", "variables", "steps", "finally", "$schema"];
const STEP: [&str; 14] = [
    "name", "call", "paginate", "wait", "foreach", "input", "maxPages", "until", "limit", "delay", "in",
    "steps", "expect", "capture",
];

/// How often a poll asks where the file sets no limit.
const POLLS: u32 = 60;

/// Reads a scenario; `name` is the file, for messages, and its stem the scenario's name where it has none.
pub fn parse(name: &str, text: &str) -> Result<Scenario, Vec<ScenarioError>> {
    let root = parse_yaml(text).map_err(|errors| {
        let told = |error: crate::ground::yaml::YamlError| ScenarioError {
            file: name.to_owned(),
            place: error.place,
            what: error.what,
            hint: None,
        };
        errors.into_iter().map(told).collect::<Vec<_>>()
    })?;
    let mut reader = Reader { file: name, errors: Vec::new() };
    let scenario = reader.scenario(&root);
    check_references(&scenario, &mut |place, what, hint| reader.error(place, what, hint));
    reader.errors.sort_by_key(|error| error.place);
    if reader.errors.is_empty() { Ok(scenario) } else { Err(reader.errors) }
}

/// The file's name without folders and ending.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.split('.').next().unwrap_or(name).to_owned()
}

struct Reader<'a> {
    file: &'a str,
    errors: Vec<ScenarioError>,
}

impl Reader<'_> {
    fn error(&mut self, place: Position, what: impl Into<String>, hint: Option<String>) {
        self.errors.push(ScenarioError { file: self.file.to_owned(), place, what: what.into(), hint });
    }

    /// The members of a mapping, all of whose keys must be known.
    fn members<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> &'n [(Key, Node)] {
        let Some(members) = node.as_object() else {
            self.error(node.place, format!("{what} must be a mapping, not {}", node.kind()), None);
            return &[];
        };
        for (key, _) in members {
            if !known.contains(&key.name.as_str()) {
                let hint = nearest(&key.name, known.iter().copied())
                    .or_else(|| Some(format!("known here: {}", known.join(", "))));
                self.error(key.place, format!("unknown key `{}`", key.name), hint);
            }
        }
        members
    }

    fn text(&mut self, node: &Node, what: &str) -> String {
        match &node.content {
            NodeContent::String(text) | NodeContent::Number(text) => text.clone(),
            _ => {
                self.error(node.place, format!("{what} must be text, not {}", node.kind()), None);
                String::new()
            }
        }
    }

    fn whole<T: std::str::FromStr + Default>(&mut self, node: &Node, what: &str) -> T {
        let found = match &node.content {
            NodeContent::Number(text) => text.parse().ok(),
            _ => None,
        };
        found.unwrap_or_else(|| {
            self.error(node.place, format!("{what} must be a whole number, 0 or more"), None);
            T::default()
        })
    }

    fn scenario(&mut self, root: &Node) -> Scenario {
        self.members(root, "a scenario", &HEADER);
        for required in ["service", "steps"] {
            if root.get(required).is_none() {
                self.error(root.place, format!("`{required}` is missing"), None);
            }
        }
        let file = self.file;
        let mut text = |key: &str| root.get(key).map(|node| self.text(node, key));
        Scenario {
            name: text("name").unwrap_or_else(|| stem(file)),
            description: text("description").unwrap_or_default(),
            service: text("service").unwrap_or_default(),
            api: text("api").unwrap_or_else(|| "latest".to_owned()),
            region: text("region"),
            variables: root.get("variables").map(|node| self.variables(node)).unwrap_or_default(),
            steps: root.get("steps").map(|node| self.steps(node)).unwrap_or_default(),
            finally: root.get("finally").map(|node| self.steps(node)).unwrap_or_default(),
        }
    }

    fn variables(&mut self, node: &Node) -> IndexMap<String, Json> {
        let Some(members) = node.as_object() else {
            self.error(node.place, "`variables` must be a mapping", None);
            return IndexMap::new();
        };
        members.iter().map(|(key, node)| (self.variable(key.place, &key.name), node.to_json())).collect()
    }

    fn variable(&mut self, place: Position, name: &str) -> String {
        if !super::bind::is_name(name) {
            let hint = "a variable is letters, digits, `-` and `_`, beginning with a letter".to_owned();
            self.error(place, format!("`{name}` cannot be a variable"), Some(hint));
        }
        name.to_owned()
    }

    fn steps(&mut self, node: &Node) -> Vec<ScenarioStep> {
        match node.as_array() {
            Some(items) => items.iter().map(|item| self.step(item)).collect(),
            None => {
                self.error(node.place, format!("steps must be a list, not {}", node.kind()), None);
                Vec::new()
            }
        }
    }

    fn step(&mut self, node: &Node) -> ScenarioStep {
        self.members(node, "a step", &STEP);
        let kind = self.kind(node);
        let expect = node.get("expect").map(|expect| self.expect(expect, &kind)).unwrap_or_default();
        ScenarioStep {
            place: node.place,
            name: node.get("name").map(|node| self.text(node, "name")),
            expect: with_awaited_error(expect, &kind),
            captures: node.get("capture").map(|node| self.captures(node)).unwrap_or_default(),
            kind,
        }
    }

    fn kind(&mut self, node: &Node) -> StepKind {
        let kinds: Vec<&str> = ["call", "paginate", "wait", "foreach"]
            .into_iter()
            .filter(|kind| node.get(kind).is_some())
            .collect();
        if kinds.len() != 1 {
            let hint = "a step has one of `call`, `paginate`, `wait` and `foreach`".to_owned();
            self.error(node.place, format!("a step of {} kinds", kinds.len()), Some(hint));
        }
        let kind = kinds.first().copied().unwrap_or("call");
        self.only(node, kind);
        let target = node.get(kind).map(|target| self.text(target, kind)).unwrap_or_default();
        let input =
            node.get("input").cloned().unwrap_or(Node { place: node.place, content: NodeContent::Null });
        if !matches!(input.content, NodeContent::Null | NodeContent::Object(_)) {
            self.error(input.place, format!("`input` must be a mapping, not {}", input.kind()), None);
        }
        let limit = node.get("limit").map(|limit| self.whole(limit, "limit"));
        match (kind, node.get("until")) {
            ("paginate", _) => {
                let max_pages = node.get("maxPages").map(|pages| self.whole(pages, "maxPages"));
                StepKind::Paginate { operation: target, input, max_pages }
            }
            ("wait", None) => StepKind::Wait { waiter: target, input, limit },
            ("wait", Some(until)) => {
                let delay = node.get("delay").map_or(0, |delay| self.whole(delay, "delay"));
                let (until, limit) = (self.until(until), limit.unwrap_or(POLLS));
                StepKind::Poll { operation: target, input, until, limit, delay }
            }
            ("foreach", _) => self.foreach(node, target),
            _ => StepKind::Call { operation: target, input },
        }
    }

    /// Keys that have no meaning for a kind of step.
    fn only(&mut self, node: &Node, kind: &str) {
        let allowed: &[&str] = match kind {
            "paginate" => &["input", "maxPages", "expect", "capture"],
            "wait" if node.get("until").is_some() => {
                &["input", "until", "limit", "delay", "expect", "capture"]
            }
            "wait" => &["input", "limit", "expect"],
            "foreach" => &["in", "steps"],
            _ => &["input", "expect", "capture"],
        };
        for (key, _) in node.as_object().unwrap_or_default() {
            let name = key.name.as_str();
            if STEP.contains(&name) && name != "name" && name != kind && !allowed.contains(&name) {
                let what = format!("`{name}` has no meaning in a `{kind}` step");
                let hint = (kind == "wait").then(|| "only a wait with `until` takes it".to_owned());
                self.error(key.place, what, hint);
            }
        }
    }

    fn until(&mut self, node: &Node) -> Until {
        let members = node.as_object().unwrap_or_default();
        if members.is_empty() {
            self.error(node.place, "`until` must be a mapping of paths to values, or `error: CODE`", None);
        }
        if let [(key, code)] = members
            && key.name == "error"
        {
            return Until::Error(self.text(code, "the code"));
        }
        let values = members.iter().map(|(key, node)| (self.path(key.place, &key.name), node.clone()));
        Until::Values(values.collect())
    }

    fn foreach(&mut self, node: &Node, variable: String) -> StepKind {
        let place = node.get("foreach").map_or(node.place, |node| node.place);
        let variable = self.variable(place, &variable);
        let items = match node.get("in") {
            Some(items) if items.as_object().is_some() => {
                self.members(items, "a range", &["from", "to"]);
                let mut end = |key: &str| match items.get(key) {
                    Some(end) => self.whole::<u32>(end, key),
                    None => {
                        self.error(items.place, format!("`{key}` is missing"), None);
                        0
                    }
                };
                Items::Range(end("from").into(), end("to").into())
            }
            Some(items) if matches!(items.content, NodeContent::Array(_) | NodeContent::String(_)) => {
                Items::List(items.clone())
            }
            other => {
                let place = other.map_or(node.place, |node| node.place);
                let hint = "`in: [a, b]`, `in: ${captured}` or `in: {from: 1, to: 3}`".to_owned();
                self.error(place, "a `foreach` needs the values to walk", Some(hint));
                Items::Range(1, 0)
            }
        };
        let steps = node.get("steps").map(|steps| self.steps(steps)).unwrap_or_default();
        StepKind::Foreach { variable, items, steps }
    }

    fn captures(&mut self, node: &Node) -> Vec<Capture> {
        let Some(members) = node.as_object() else {
            self.error(node.place, "`capture` must be a mapping of variables to paths", None);
            return Vec::new();
        };
        members
            .iter()
            .map(|(key, path)| {
                let text = self.text(path, "a path");
                Capture { variable: self.variable(key.place, &key.name), path: self.path(path.place, &text) }
            })
            .collect()
    }

    /// A JMESPath that can be read; references in it stand for words.
    fn path(&mut self, place: Position, path: &str) -> String {
        let probe = super::bind::pieces(path).into_iter().map(|piece| match piece {
            super::bind::Piece::Text(text) => text,
            _ => "x".to_owned(),
        });
        if let Err(error) = jmespath::compile(&probe.collect::<String>()) {
            let what = error.to_string();
            let what = what.lines().next().unwrap_or_default();
            let hint = "paths are JMESPath: `Tags[0].Key`, `Items[?Name=='x'].Status`".to_owned();
            self.error(place, format!("`{path}` is no path: {what}"), Some(hint));
        }
        path.to_owned()
    }
}

/// A wait until an error expects that error.
fn with_awaited_error(mut expect: Expect, kind: &StepKind) -> Expect {
    if let StepKind::Poll { until: Until::Error(code), .. } = kind {
        expect.error.get_or_insert_default().code.get_or_insert_with(|| code.clone());
    }
    expect
}

#[cfg(test)]
#[path = "tests/read.rs"]
mod tests;
