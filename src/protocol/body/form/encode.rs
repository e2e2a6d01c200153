//! A value to the pairs of its shape.

use indexmap::IndexMap;

use super::{Dialect, Pairs, between, member_name};
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, ShapeKind, TimestampFormat, Value};
use crate::ground::json::Text;
use crate::protocol::body::fit::{Fallible, expectation, no_such_member, one_arm, refuse, under};
use crate::protocol::body::scalar;

/// What is known at every place, and the pairs so far.
pub(super) struct FormWriter<'a> {
    pub(super) model: &'a Model,
    pub(super) dialect: Dialect,
    pub(super) pairs: &'a mut Pairs,
}

impl FormWriter<'_> {
    /// Writes the members of a structure under a key; `""` is the top of the form.
    pub(super) fn structure(&mut self, shape: &Shape, fields: &Fields, key: &str) -> Fallible<()> {
        for (name, value) in fields {
            let member = shape.member(name).ok_or_else(|| no_such_member(shape, name))?;
            if !matches!(value, Value::Null) {
                self.member(member, value, key).map_err(|error| under(error, format_args!(".{name}")))?;
            }
        }
        Ok(())
    }

    fn member(&mut self, member: &Member, value: &Value, key: &str) -> Fallible<()> {
        let name = member_name(self.model, self.dialect, member);
        let key = if key.is_empty() { name } else { format!("{key}.{name}") };
        self.value(member.shape, member.flattened, member.timestamp_format, value, key)
    }

    fn value(
        &mut self,
        id: ShapeId,
        flattened: bool,
        format: Option<TimestampFormat>,
        value: &Value,
        key: String,
    ) -> Fallible<()> {
        let model = self.model;
        let shape = model.shape(id);
        match (&shape.kind, value) {
            (ShapeKind::Structure { union, .. }, Value::Structure(fields)) => {
                if *union && fields.values().filter(|value| !matches!(value, Value::Null)).count() != 1 {
                    return Err(refuse(one_arm(shape), format!("{}", fields.len())));
                }
                self.structure(shape, fields, &key)
            }
            (ShapeKind::List { item, .. }, Value::List(items)) => {
                self.list(*item, items, &key, between(model, self.dialect, id, flattened))
            }
            (ShapeKind::Map { .. }, Value::Map(entries)) => {
                self.map(shape, entries, &key, between(model, self.dialect, id, flattened))
            }
            (
                ShapeKind::Structure { .. }
                | ShapeKind::List { .. }
                | ShapeKind::Map { .. }
                | ShapeKind::Document,
                _,
            ) => Err(refuse(expectation(shape), value.kind())),
            _ => {
                let text = scalar::write(model, shape, format, TimestampFormat::DateTime, value)?;
                self.pairs.push((key, text));
                Ok(())
            }
        }
    }

    fn list(&mut self, item: ShapeId, items: &[Value], key: &str, between: Option<&str>) -> Fallible<()> {
        if items.is_empty() && self.dialect == Dialect::Query {
            self.pairs.push((key.to_owned(), String::new()));
        }
        for (index, value) in items.iter().enumerate() {
            let key = numbered(key, between, index);
            self.value(item, false, None, value, key)
                .map_err(|error| under(error, format_args!("[{index}]")))?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        shape: &Shape,
        entries: &IndexMap<Text, Value>,
        key: &str,
        between: Option<&str>,
    ) -> Fallible<()> {
        let ShapeKind::Map { key: key_shape, value: value_shape, .. } = shape.kind else { return Ok(()) };
        for (index, (name, value)) in entries.iter().enumerate() {
            let at = |error| under(error, format_args!("[{name:?}]"));
            let entry = numbered(key, between, index);
            let (key_name, value_name) = entry_names(shape);
            let written = Value::String(name.clone());
            self.value(key_shape, false, None, &written, format!("{entry}.{key_name}")).map_err(at)?;
            self.value(value_shape, false, None, value, format!("{entry}.{value_name}")).map_err(at)?;
        }
        Ok(())
    }
}

/// The steps of a map's key and value.
pub(super) fn entry_names(shape: &Shape) -> (&str, &str) {
    let xml = shape.xml();
    (xml.key.name.as_deref().unwrap_or("key"), xml.value.name.as_deref().unwrap_or("value"))
}

fn numbered(key: &str, between: Option<&str>, index: usize) -> String {
    let number = index + 1;
    between.map_or_else(|| format!("{key}.{number}"), |between| format!("{key}.{between}.{number}"))
}
