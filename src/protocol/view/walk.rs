//! Down a tree whose nodes stand as their shapes do: a member under its wire name, a list as items, a map as keys.

use super::{Node, Step};
use crate::api::model::{Model, Shape, ShapeKind};

/// What stands at the end of the steps below a node of that shape.
pub(crate) fn node_of<'n>(
    model: &Model,
    shape: &Shape,
    node: &'n mut Node,
    path: &[Step],
) -> Option<&'n mut Node> {
    let Some((step, rest)) = path.split_first() else { return Some(node) };
    match (step, &shape.kind, node) {
        (Step::Member(name), ShapeKind::Structure { members, .. }, Node::Object(fields)) => {
            let member = members.get(name)?;
            let (_, inner) = fields.iter_mut().find(|(field, _)| *field == member.wire_name())?;
            node_of(model, model.shape(member.shape), inner, rest)
        }
        (Step::Item, ShapeKind::List { item, .. }, Node::Array(items)) => {
            node_of(model, model.shape(*item), items.first_mut()?, rest)
        }
        (Step::Entry, ShapeKind::Map { value, .. }, Node::Object(entries)) => {
            node_of(model, model.shape(*value), &mut entries.first_mut()?.1, rest)
        }
        _ => None,
    }
}
