//! Down the tree of an XML document along the steps of a value: lists and maps have elements of their own, or none.

use super::{element_name, item_name, value_name};
use crate::api::model::{Member, Model, Shape, ShapeKind};
use crate::protocol::view::{Node, Step};

/// The root element of a tree.
pub(crate) fn root(root: &mut Node) -> Option<&mut Node> {
    match root {
        Node::Object(members) => members.first_mut().map(|(_, node)| node),
        _ => None,
    }
}

/// What stands at the end of the steps below a node of that shape.
pub(crate) fn node_of<'n>(
    model: &Model,
    shape: &Shape,
    node: &'n mut Node,
    path: &[Step],
) -> Option<&'n mut Node> {
    let Some((step, rest)) = path.split_first() else { return Some(node) };
    match (step, &shape.kind) {
        (Step::Member(name), ShapeKind::Structure { members, .. }) => {
            let member = members.get(name)?;
            let inner = child(node, &written(model, member))?;
            let target = model.shape(member.shape);
            if member.flattened || target.xml().flattened {
                return flattened(model, target, inner, rest);
            }
            node_of(model, target, inner, rest)
        }
        (Step::Item, ShapeKind::List { item, .. }) => {
            node_of(model, model.shape(*item), child(node, item_name(shape))?, rest)
        }
        (Step::Entry, ShapeKind::Map { value, .. }) => {
            let entry = child(node, "entry")?;
            node_of(model, model.shape(*value), child(entry, value_name(shape))?, rest)
        }
        _ => None,
    }
}

/// An element of a flattened member is an item or an entry itself.
fn flattened<'n>(model: &Model, shape: &Shape, node: &'n mut Node, path: &[Step]) -> Option<&'n mut Node> {
    match (path.split_first(), &shape.kind) {
        (Some((Step::Item, rest)), ShapeKind::List { item, .. }) => {
            node_of(model, model.shape(*item), node, rest)
        }
        (Some((Step::Entry, rest)), ShapeKind::Map { value, .. }) => {
            node_of(model, model.shape(*value), child(node, value_name(shape))?, rest)
        }
        (None, _) => Some(node),
        _ => None,
    }
}

fn written(model: &Model, member: &Member) -> String {
    let name = element_name(model, member);
    if member.xml_attribute { format!("@{name}") } else { name.to_owned() }
}

/// The first element of that name.
pub(crate) fn child<'n>(node: &'n mut Node, name: &str) -> Option<&'n mut Node> {
    let Node::Object(members) = node else { return None };
    members.iter_mut().find(|(written, _)| *written == *name).map(|(_, inner)| inner)
}
