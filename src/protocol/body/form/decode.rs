//! The tree of a form to the value of a shape.

use indexmap::IndexMap;

use super::encode::entry_names;
use super::tree::FormNode;
use super::{Dialect, between, member_name};
use crate::api::model::{Fields, Model, Shape, ShapeId, ShapeKind, TimestampFormat, Value};
use crate::protocol::body::fit::{Fallible, expectation, one_arm, refuse, under};
use crate::protocol::body::scalar;

/// What is known at every place.
pub(super) struct FormReader<'a> {
    pub(super) model: &'a Model,
    pub(super) dialect: Dialect,
}

impl FormReader<'_> {
    /// Reads the members of a structure; keys that it does not know are ignored.
    pub(super) fn structure(&self, shape: &Shape, node: &FormNode<'_>) -> Fallible<Fields> {
        let mut fields = Fields::new();
        for member in shape.members().into_iter().flat_map(|members| members.values()) {
            if let Some(inner) = node.step(&member_name(self.model, self.dialect, member)) {
                let value = self
                    .value(member.shape, member.flattened, member.timestamp_format, inner)
                    .map_err(|error| under(error, format_args!(".{}", member.name)))?;
                fields.insert(member.name.clone(), value);
            }
        }
        Ok(fields)
    }

    fn value(
        &self,
        id: ShapeId,
        flattened: bool,
        format: Option<TimestampFormat>,
        node: &FormNode<'_>,
    ) -> Fallible<Value> {
        let shape = self.model.shape(id);
        match &shape.kind {
            ShapeKind::Structure { union, .. } => {
                let fields = self.structure(shape, node)?;
                if *union && fields.len() != 1 {
                    return Err(refuse(one_arm(shape), fields.len().to_string()));
                }
                Ok(Value::Structure(fields))
            }
            ShapeKind::List { item, .. } => self.list(id, flattened, *item, node),
            ShapeKind::Map { .. } => self.map(id, flattened, node),
            _ => match node.text {
                Some(text) => scalar::read(self.model, shape, format, TimestampFormat::DateTime, text),
                None => Err(refuse(expectation(shape), "keys below it")),
            },
        }
    }

    fn list(&self, id: ShapeId, flattened: bool, item: ShapeId, node: &FormNode<'_>) -> Fallible<Value> {
        let mut values = Vec::new();
        for (index, node) in self.parts(id, flattened, node)?.into_iter().enumerate() {
            let value = self.value(item, false, None, node);
            values.push(value.map_err(|error| under(error, format_args!("[{index}]")))?);
        }
        Ok(Value::List(values))
    }

    fn map(&self, id: ShapeId, flattened: bool, node: &FormNode<'_>) -> Fallible<Value> {
        let shape = self.model.shape(id);
        let ShapeKind::Map { value: value_shape, .. } = shape.kind else { return Ok(Value::default()) };
        let (key_name, value_name) = entry_names(shape);
        let mut entries = IndexMap::new();
        // A value without scalars in it leaves nothing in a form but its key.
        for node in self.parts(id, flattened, node)? {
            let missing = |name: &str| refuse(format!("an entry with `{name}`"), "none");
            let key = node.step(key_name).and_then(|key| key.text).ok_or_else(|| missing(key_name))?;
            let value = match (node.step(value_name), &self.model.shape(value_shape).kind) {
                (Some(inner), _) => self.value(value_shape, false, None, inner),
                (None, ShapeKind::Structure { union: false, .. }) => Ok(Value::default()),
                (None, ShapeKind::Map { .. }) => Ok(Value::Map(IndexMap::new())),
                (None, ShapeKind::List { .. }) => Ok(Value::List(Vec::new())),
                (None, _) => Err(missing(value_name)),
            };
            entries.insert(key.into(), value.map_err(|error| under(error, format_args!("[{key:?}]")))?);
        }
        Ok(Value::Map(entries))
    }

    /// The items or entries of a collection in the order of their numbers.
    fn parts<'n, 'p>(
        &self,
        id: ShapeId,
        flattened: bool,
        node: &'n FormNode<'p>,
    ) -> Fallible<Vec<&'n FormNode<'p>>> {
        if node.is_empty() {
            return Ok(Vec::new());
        }
        let holder = match between(self.model, self.dialect, id, flattened) {
            Some(step) => node.step(step).ok_or_else(|| refuse(format!("keys with `.{step}.`"), "others")),
            None => Ok(node),
        }?;
        holder.numbered().map_err(|step| refuse("the number of an item", format!("`{step}`")))
    }
}
