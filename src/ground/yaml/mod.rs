//! YAML 1.2 as JSON with the place of every node, so that a mistake in a file can be pointed at.
//!
//! Scalars: quoted text is text; plain text is `null`, `true`, `false` or a number where JSON writes it so,
//! and text otherwise (`000000000001` stays text, as account ids need it). Tags are refused; aliases are
//! copies of what they name. Syntax: <https://yaml.org/spec/1.2.2/>.

mod tree;

use crate::ground::json::{Json, Text};

pub use tree::parse;

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}", self.line, self.column)
    }
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct YamlError {
    /// Where.
    pub place: Position,
    /// What.
    pub what: String,
}

/// A node and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it starts.
    pub place: Position,
    /// What it holds.
    pub content: NodeContent,
}

/// A member name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where it starts.
    pub place: Position,
    /// The name.
    pub name: String,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeContent {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    String(String),
    /// A sequence.
    Array(Vec<Node>),
    /// A mapping whose keys are text.
    Object(Vec<(Key, Node)>),
}

impl Node {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.content {
            NodeContent::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members of a mapping.
    pub fn as_object(&self) -> Option<&[(Key, Node)]> {
        match &self.content {
            NodeContent::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items of a sequence.
    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.content {
            NodeContent::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The member of a mapping.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.as_object()?.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// What kind of node this is, as messages call it.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            NodeContent::Null => "nothing",
            NodeContent::Bool(_) => "true or false",
            NodeContent::Number(_) => "a number",
            NodeContent::String(_) => "text",
            NodeContent::Array(_) => "a list",
            NodeContent::Object(_) => "a mapping",
        }
    }

    /// The same as JSON, without its places.
    pub fn to_json(&self) -> Json {
        match &self.content {
            NodeContent::Null => Json::Null,
            NodeContent::Bool(value) => Json::Bool(*value),
            NodeContent::Number(text) => Json::Number(text.clone()),
            NodeContent::String(text) => Json::string(text),
            NodeContent::Array(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            NodeContent::Object(members) => Json::Object(
                members.iter().map(|(key, node)| (Text::from(&key.name), node.to_json())).collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::{Style, write};

    #[test]
    fn a_document_becomes_json_as_it_was_written() {
        for (yaml, json) in [
            ("a: 1\nb: [1.50, 1e3, -0]\n", r#"{"a":1,"b":[1.50,1e3,-0]}"#),
            ("account: 000000000001\nversion: 1.2.3\nday: 2020-07-24\n", {
                r#"{"account":"000000000001","version":"1.2.3","day":"2020-07-24"}"#
            }),
            ("- ~\n-\n- null\n- 'null'\n- True\n- true\n", r#"[null,null,null,"null","True",true]"#),
            ("x: &x {y: 1}\nz: *x\n", r#"{"x":{"y":1},"z":{"y":1}}"#),
            ("text: |\n  two\n  lines\n", r#"{"text":"two\nlines\n"}"#),
            ("", "null"),
        ] {
            let node = parse(yaml).unwrap();
            assert_eq!(String::from_utf8(write(&node.to_json(), Style::Compact)).unwrap(), json, "{yaml}");
        }
    }

    #[test]
    fn mistakes_have_their_places_several_at_once() {
        for (yaml, places) in [
            ("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n", &["4:3", "5:1"][..]),
            ("a: !secret x\n", &["1:4"]),
            ("a: [1, 2\nb: 3\n", &["2:2"]),
            ("? [1]\n: 2\n", &["1:3"]),
            ("a: 1\n---\nb: 2\n", &["2:1"]),
            ("a: *nobody\n", &["1:4"]),
        ] {
            let errors = parse(yaml).unwrap_err();
            let found: Vec<_> = errors.iter().map(|error| error.place.to_string()).collect();
            assert_eq!(found, places, "{yaml}: {errors:?}");
        }
    }

    #[test]
    fn aliases_cannot_grow_without_end() {
        let mut text = "a0: &a0 [x]\n".to_owned();
        for level in 1..40 {
            let below = level - 1;
            text.push_str(&format!("a{level}: &a{level} [*a{below}, *a{below}]\n"));
        }
        let errors = parse(&text).unwrap_err();
        assert!(errors[0].what.contains("aliases"), "{errors:?}");
    }
}
