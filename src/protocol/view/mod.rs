//! A body as a tree that can be edited, whatever its format: members, items, keys, scalars as they were written.
//!
//! The nodes are those of `ground::json`, which hold what the formats hold: a structure or a map is an object with
//! its members in the order of writing, a name that is written twice stands there twice; a list is an array; a
//! scalar keeps its text. A member that is absent is not in its object, null is [`Node::Null`]. XML and forms have
//! text only, and their attributes are members whose name begins with `@`; a byte string of CBOR is an object with
//! the one member `$blob` in base64, a tagged item one with `$tag` and `$item`.

mod walk;

pub use crate::ground::json::Json as Node;
pub(crate) use walk::node_of;

/// A body as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The body's one document.
    pub root: Node,
}

/// One step down in a value of a shape.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To a member of a structure, or an arm of a union, by its name in the model.
    Member(String),
    /// To the first item of a list.
    Item,
    /// To the value of the first entry of a map.
    Entry,
}

impl View {
    /// A tree with that root.
    pub fn new(root: Node) -> View {
        View { root }
    }

    /// A structure without members.
    pub fn empty() -> View {
        View::new(Node::Object(Vec::new()))
    }
}
