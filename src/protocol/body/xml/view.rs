//! A document as the tree that editors of bodies know, and back.
//!
//! The root is an object with one member, the root element. An element with attributes or elements in it is an
//! object: attributes first, their names after `@`, then a member per element in the order of writing, then its
//! text, unless that is white space, as `$text`. Any other element is its text. Comments, processing instructions
//! and the white space between elements are not in the tree.

use super::tree::{Document, Element, XmlContent};
use crate::ground::json::Text;
use crate::protocol::view::{Node, View};

const TEXT: &str = "$text";

/// A document as a tree.
pub(crate) fn view_of(document: &Document) -> View {
    let root = &document.root;
    View::new(Node::Object(vec![(root.name.as_str().into(), node_of(root))]))
}

fn node_of(element: &Element) -> Node {
    let text = element.text();
    if element.attributes.is_empty() && element.elements().next().is_none() {
        return Node::string(text);
    }
    let mut members: Vec<(Text, Node)> = Vec::new();
    for (name, value) in &element.attributes {
        members.push((format!("@{name}").into(), Node::string(value.as_str())));
    }
    for inner in element.elements() {
        members.push((inner.name.as_str().into(), node_of(inner)));
    }
    if !text.trim().is_empty() {
        members.push((TEXT.into(), Node::string(text)));
    }
    Node::Object(members)
}

/// A tree as a document; `None` where the tree has no root element.
pub(crate) fn document_of(view: &View) -> Option<Document> {
    let members = view.root.as_object()?;
    let (name, node) = members.iter().find(|(name, _)| !is_special(name))?;
    Some(Document::new(element_of(&name.to_lossy(), node)))
}

fn is_special(name: &Text) -> bool {
    name.as_str().is_some_and(|name| name.starts_with('@') || name == TEXT)
}

fn element_of(name: &str, node: &Node) -> Element {
    let mut element = Element::new(name);
    match node {
        Node::Object(members) => {
            for (name, node) in members {
                put(&mut element, &name.to_lossy(), node);
            }
        }
        Node::Array(items) => items.iter().for_each(|item| element.push(element_of("member", item))),
        scalar => text_into(&mut element, scalar),
    }
    element
}

fn put(element: &mut Element, name: &str, node: &Node) {
    match (name.strip_prefix('@'), node) {
        (Some(attribute), node) => element.attributes.push((attribute.to_owned(), text_of(node))),
        (None, node) if name == TEXT => text_into(element, node),
        (None, Node::Array(items)) => items.iter().for_each(|item| element.push(element_of(name, item))),
        (None, node) => element.push(element_of(name, node)),
    }
}

fn text_into(element: &mut Element, node: &Node) {
    let text = text_of(node);
    if !text.is_empty() {
        element.content.push(XmlContent::Text(text));
    }
}

fn text_of(node: &Node) -> String {
    match node {
        Node::String(text) => text.to_lossy(),
        Node::Number(text) => text.clone(),
        Node::Bool(flag) => flag.to_string(),
        Node::Null | Node::Array(_) | Node::Object(_) => String::new(),
    }
}
