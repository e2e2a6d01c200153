//! The keys of a form as a tree: a node per step.

use indexmap::IndexMap;

use super::Pairs;
use crate::protocol::contract::{ProtocolError, clipped};

/// How many steps a key may have.
const MAX_DEPTH: usize = 256;

/// What stands under one key, and under the keys that begin with it.
#[derive(Debug, Default)]
pub(super) struct FormNode<'p> {
    /// The value of the key itself.
    pub(super) text: Option<&'p str>,
    /// The next steps.
    steps: IndexMap<&'p str, FormNode<'p>>,
}

impl<'p> FormNode<'p> {
    /// The tree of a form.
    pub(super) fn of(pairs: &'p Pairs) -> Result<FormNode<'p>, ProtocolError> {
        let mut root = FormNode::default();
        for (key, value) in pairs {
            let mut node = &mut root;
            for (depth, step) in key.split('.').enumerate() {
                if depth == MAX_DEPTH {
                    let found = format!("`{}`", clipped(key));
                    return Err(ProtocolError::new(format!("keys of at most {MAX_DEPTH} steps"), found)
                        .within("body"));
                }
                node = node.steps.entry(step).or_default();
            }
            node.text = Some(value);
        }
        Ok(root)
    }

    /// The node under a step.
    pub(super) fn step(&self, name: &str) -> Option<&FormNode<'p>> {
        self.steps.get(name)
    }

    /// Nothing but an empty text: an empty list.
    pub(super) fn is_empty(&self) -> bool {
        self.text == Some("") && self.steps.is_empty()
    }

    /// The numbered steps in the order of their numbers; `Err` has a step that is no number.
    pub(super) fn numbered(&self) -> Result<Vec<&FormNode<'p>>, &'p str> {
        let mut nodes = Vec::with_capacity(self.steps.len());
        for (step, node) in &self.steps {
            nodes.push((step.parse::<u32>().map_err(|_| *step)?, node));
        }
        nodes.sort_by_key(|(number, _)| *number);
        Ok(nodes.into_iter().map(|(_, node)| node).collect())
    }
}
