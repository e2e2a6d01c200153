//! The embedded models against the pages of API changes that AWS published on their dates.
//!
//! `tests/data/seeds/<date>.txt` holds what each page shows: every member, kind and enum of 54 operations on
//! both sides, and which inputs are required. The models must say exactly the same; `undated.txt` is a later
//! page without a date, whose members must all be in the newest model.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use shapetape::api::model::{Model, Shape, ShapeId, ShapeKind, embedded, latest};

/// A line of a page, with the lines below it.
struct Node {
    name: String,
    required: bool,
    kind: String,
    values: BTreeSet<String>,
    inner: Vec<Node>,
}

impl Node {
    fn parse(line: &str) -> Node {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap();
        Node {
            name: name.trim_end_matches('!').to_owned(),
            required: name.ends_with('!'),
            kind: words.next().unwrap().to_owned(),
            values: words.flat_map(|values| values.split('|')).map(str::to_owned).collect(),
            inner: Vec::new(),
        }
    }

    fn count(&self) -> usize {
        self.inner.iter().map(|inner| 1 + inner.count()).sum()
    }
}

/// The trees of a page: one an operation and side.
fn page(date: &str) -> Vec<Node> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/seeds/{date}.txt"));
    let text = fs::read_to_string(path).unwrap();
    let mut open: Vec<Node> = vec![Node::parse("page structure")];
    let close = |open: &mut Vec<Node>, depth: usize| {
        while open.len() > depth + 1 {
            let done = open.pop().unwrap();
            open.last_mut().unwrap().inner.push(done);
        }
    };
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        close(&mut open, (line.len() - line.trim_start().len()) / 2);
        open.push(Node::parse(line));
    }
    close(&mut open, 0);
    open.pop().unwrap().inner
}

/// How much a page says.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    /// Everything: what the model has more is a difference.
    Whole,
    /// What was there then; since then members and values came in.
    Part,
}

struct Comparison<'a> {
    model: &'a Model,
    extent: Extent,
    /// Pages say of inputs only what is required.
    input: bool,
    differences: Vec<String>,
}

impl Comparison<'_> {
    fn differ(&mut self, path: &str, what: String) {
        self.differences.push(format!("{path}: {what}"));
    }

    fn shape(&mut self, path: &str, node: &Node, id: ShapeId, within: &[ShapeId]) {
        let shape = self.model.shape(id);
        let within = &[within, &[id]].concat();
        let inner = node.inner.first();
        match (node.kind.as_str(), &shape.kind) {
            ("recursive", ShapeKind::Structure { .. }) => {
                if !within[..within.len() - 1].contains(&id) {
                    self.differ(path, format!("{} does not hold itself", shape.name));
                }
            }
            ("structure", ShapeKind::Structure { .. }) => self.members(path, node, shape, within),
            ("list", ShapeKind::List { item, .. }) => {
                self.shape(&format!("{path}[]"), inner.unwrap(), *item, within);
            }
            ("map", ShapeKind::Map { value, .. }) => {
                self.shape(&format!("{path}{{}}"), inner.unwrap(), *value, within);
            }
            ("string", ShapeKind::String) => self.values(path, node, shape),
            ("integer", ShapeKind::Integer | ShapeKind::Long)
            | ("float", ShapeKind::Float)
            | ("double", ShapeKind::Double)
            | ("boolean", ShapeKind::Boolean)
            | ("timestamp", ShapeKind::Timestamp) => {}
            (kind, found) => self.differ(path, format!("{kind} on the page, {} in the model", found.name())),
        }
    }

    fn members(&mut self, path: &str, node: &Node, shape: &Shape, within: &[ShapeId]) {
        let members = shape.members().unwrap();
        for inner in &node.inner {
            let path = format!("{path}.{}", inner.name);
            let Some(member) = members.get(&inner.name) else {
                self.differ(&path, "only on the page".to_owned());
                continue;
            };
            if self.input && self.extent == Extent::Whole && member.required != inner.required {
                self.differ(&path, format!("required: {} on the page", inner.required));
            }
            self.shape(&path, inner, member.shape, within);
        }
        for name in members.keys().filter(|name| node.inner.iter().all(|inner| inner.name != **name)) {
            if self.extent == Extent::Whole {
                self.differ(&format!("{path}.{name}"), "only in the model".to_owned());
            }
        }
    }

    /// Enums are compared as sets: services insert values in the middle.
    fn values(&mut self, path: &str, node: &Node, shape: &Shape) {
        let values: BTreeSet<String> = shape.values.iter().cloned().collect();
        let agree = match self.extent {
            Extent::Whole => values == node.values,
            Extent::Part => values.is_superset(&node.values),
        };
        if !agree {
            let differing: Vec<_> = values.symmetric_difference(&node.values).collect();
            self.differ(path, format!("enum values differ: {differing:?}"));
        }
    }
}

/// The differences of one side of one operation.
fn compare(model: &Model, tree: &Node, extent: Extent) -> Vec<String> {
    let (name, side) = tree.name.split_once('.').unwrap();
    let Some(operation) = model.operation(name) else {
        return vec![format!("{name}: no such operation in the model")];
    };
    let id = if side == "input" { operation.input } else { operation.output };
    let mut comparison = Comparison { model, extent, input: side == "input", differences: Vec::new() };
    match (id, tree.kind.as_str()) {
        (None, "none") => {}
        (Some(id), "structure") => comparison.shape(side, tree, id, &[]),
        (id, kind) => comparison.differ(side, format!("{kind} on the page, {id:?} in the model")),
    }
    comparison.differences
}

/// What comparing a page with a model gave.
#[derive(Default)]
struct Table {
    /// A line an operation and side.
    lines: Vec<String>,
    nodes: usize,
    differences: Vec<String>,
}

impl Table {
    fn add(&mut self, date: &str, model: &Model, extent: Extent) {
        for tree in page(date) {
            let found = compare(model, &tree, extent);
            let (name, nodes) = (&tree.name, tree.count());
            self.lines.push(format!("{date}  {name:<48} {nodes:>4} nodes  {} differences", found.len()));
            self.nodes += nodes;
            self.differences.extend(found.into_iter().map(|what| format!("{date} {name}: {what}")));
        }
    }

    /// How many operations were compared, on both sides.
    fn rows(&self) -> usize {
        self.lines.len() / 2
    }
}

#[test]
fn the_dated_models_say_exactly_what_the_pages_of_their_dates_say() {
    let mut table = Table::default();
    for date in ["2017-11-29", "2018-01-17", "2020-05-08", "2020-07-24"] {
        table.add(date, &embedded(date).unwrap(), Extent::Whole);
    }
    println!("{}", table.lines.join("\n"));
    println!("{} rows, {} nodes, {} differences", table.rows(), table.nodes, table.differences.len());
    assert_eq!(table.differences, [] as [&str; 0]);
    assert_eq!((table.rows(), table.nodes), (54, 2008));
}

#[test]
fn every_member_of_the_undated_page_is_in_the_newest_model() {
    let mut table = Table::default();
    table.add("undated", &latest().unwrap(), Extent::Part);
    println!("{}", table.lines.join("\n"));
    assert_eq!(table.differences, [] as [&str; 0]);
    assert_eq!((table.rows(), table.nodes), (1, 157));
}

#[test]
fn a_page_of_another_date_differs() {
    let mut table = Table::default();
    table.add("2018-01-17", &embedded("2017-11-29").unwrap(), Extent::Whole);
    assert_eq!(
        table.differences,
        [
            "2018-01-17 CreateEndpointConfig.input: input.KmsKeyId: only on the page",
            "2018-01-17 CreateTrainingJob.input: input.ResourceConfig.VolumeKmsKeyId: only on the page",
            "2018-01-17 DescribeEndpointConfig.output: output.KmsKeyId: only on the page",
            "2018-01-17 DescribeTrainingJob.output: output.ResourceConfig.VolumeKmsKeyId: only on the page",
        ]
    );
}
