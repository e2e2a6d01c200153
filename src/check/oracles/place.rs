//! Where in a message or outcome a comparison stands; made text only when a difference is found there.

use std::fmt::Write as _;

use crate::ground::json::{Style, Text, string_literal};

/// A place, as a chain from the leaf up to the root; each link lives on the stack of its comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    up: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root { path: &'a str, shape: &'a str },
    Member { shape: &'a str, name: &'a str },
    Index(usize),
    Key(&'a Text),
}

impl<'a> At<'a> {
    /// The root of a message or outcome.
    pub(super) fn root(path: &'a str, shape: &'a str) -> At<'a> {
        At { up: None, step: Step::Root { path, shape } }
    }

    /// A member of the structure here.
    pub(super) fn member(&'a self, shape: &'a str, name: &'a str) -> At<'a> {
        At { up: Some(self), step: Step::Member { shape, name } }
    }

    /// An item of the list here.
    pub(super) fn item(&'a self, index: usize) -> At<'a> {
        At { up: Some(self), step: Step::Index(index) }
    }

    /// A value of the map here.
    pub(super) fn key(&'a self, key: &'a Text) -> At<'a> {
        At { up: Some(self), step: Step::Key(key) }
    }

    /// The path: `output.Tags[0].Key`, `output.Environment["a b"]`.
    pub(super) fn path(&self) -> String {
        let mut out = self.up.map(At::path).unwrap_or_default();
        match self.step {
            Step::Root { path, .. } => out.push_str(path),
            Step::Member { name, .. } => {
                let _ = write!(out, ".{name}");
            }
            Step::Index(index) => {
                let _ = write!(out, "[{index}]");
            }
            Step::Key(key) => {
                let mut literal = Vec::new();
                string_literal(key, Style::Compact, &mut literal);
                let _ = write!(out, "[{}]", String::from_utf8_lossy(&literal));
            }
        }
        out
    }

    /// The nearest member with its shape (`Tag.Key`), or the root's shape.
    pub(super) fn shape(&self) -> String {
        match (self.step, self.up) {
            (Step::Member { shape, name }, _) => format!("{shape}.{name}"),
            (Step::Root { shape, .. }, _) => shape.to_owned(),
            (_, Some(up)) => up.shape(),
            (_, None) => String::new(),
        }
    }
}
