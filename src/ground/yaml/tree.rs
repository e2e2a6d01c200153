//! saphyr's events to [`Node`]s.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::{Key, Node, NodeContent, Position, YamlError};

/// How many nodes a document may have, copies by alias included.
const MAX_NODES: usize = 200_000;

/// How deep nodes may nest.
const MAX_DEPTH: usize = 100;

/// Reads exactly one document. A syntax error ends the reading; all others are told together.
pub fn parse(text: &str) -> Result<Node, Vec<YamlError>> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                builder.error(place(error.marker()), error.info().to_owned());
                break;
            }
        }
        if builder.given_up {
            break;
        }
    }
    if builder.errors.is_empty() {
        Ok(builder
            .root
            .unwrap_or(Node { place: Position { line: 1, column: 1 }, content: NodeContent::Null }))
    } else {
        Err(builder.errors)
    }
}

fn place(marker: &Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

/// A sequence or mapping that is not closed yet.
struct Open {
    node: Node,
    anchor: usize,
    key: Option<Key>,
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    errors: Vec<YamlError>,
    nodes: usize,
    documents: usize,
    given_up: bool,
}

impl Builder {
    fn error(&mut self, place: Position, what: impl Into<String>) {
        self.errors.push(YamlError { place, what: what.into() });
    }

    fn give_up(&mut self, place: Position, what: String) {
        self.error(place, what);
        self.given_up = true;
    }

    fn take(&mut self, event: Event<'_>, span: Span) {
        let at = place(&span.start);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.give_up(at, "a second document; only one is allowed".to_owned());
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(at, tag.is_some());
                self.add(anchor, Node { place: at, content: scalar(&text, style) });
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(at, tag.is_some());
                self.open(at, anchor, NodeContent::Array(Vec::new()));
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(at, tag.is_some());
                self.open(at, anchor, NodeContent::Object(Vec::new()));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.copy(at, anchor),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }

    fn refuse_tag(&mut self, at: Position, tagged: bool) {
        if tagged {
            self.error(at, "tags (`!…`) have no meaning here");
        }
    }

    fn open(&mut self, at: Position, anchor: usize, content: NodeContent) {
        if self.open.len() >= MAX_DEPTH {
            self.give_up(at, format!("nested deeper than {MAX_DEPTH} levels"));
        }
        self.open.push(Open { node: Node { place: at, content }, anchor, key: None });
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.add(open.anchor, open.node);
        }
    }

    fn copy(&mut self, at: Position, anchor: usize) {
        match self.anchors.get(&anchor).cloned() {
            Some(node) => {
                self.nodes += size(&node);
                self.add(0, Node { place: at, content: node.content });
            }
            None => self.error(at, "an alias inside the node that it names"),
        }
    }

    fn add(&mut self, anchor: usize, node: Node) {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.give_up(node.place, format!("more than {MAX_NODES} nodes, aliases included"));
            return;
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open { node: Node { content: NodeContent::Array(items), .. }, .. }) => items.push(node),
            Some(Open { node: Node { content: NodeContent::Object(members), .. }, key, .. }) => {
                match key.take() {
                    Some(name) if members.iter().any(|(known, _)| known.name == name.name) => {
                        self.error(name.place, format!("`{}` is there twice", name.name));
                    }
                    Some(name) => members.push((name, node)),
                    None => match key_name(&node) {
                        Some(name) => *key = Some(Key { place: node.place, name }),
                        None => {
                            *key = Some(Key { place: node.place, name: String::new() });
                            self.error(node.place, "a key must be text");
                        }
                    },
                }
            }
            Some(_) => {}
        }
    }
}

/// The text of a key; numbers and the like count as the text they are written with.
fn key_name(node: &Node) -> Option<String> {
    match &node.content {
        NodeContent::String(text) | NodeContent::Number(text) => Some(text.clone()),
        NodeContent::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.content {
        NodeContent::Array(items) => items.iter().map(size).sum(),
        NodeContent::Object(members) => members.iter().map(|(_, node)| size(node)).sum(),
        _ => 0,
    }
}

fn scalar(text: &str, style: ScalarStyle) -> NodeContent {
    if style != ScalarStyle::Plain {
        return NodeContent::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" => NodeContent::Null,
        "true" => NodeContent::Bool(true),
        "false" => NodeContent::Bool(false),
        number if is_number(number) => NodeContent::Number(number.to_owned()),
        text => NodeContent::String(text.to_owned()),
    }
}

/// The number grammar of RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    matches!(crate::ground::json::parse(text.as_bytes()), Ok(crate::ground::json::Json::Number(number)) if number == text)
}
