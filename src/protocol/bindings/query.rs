//! Members in the query: one part per scalar, one per item of a list, and maps of further parts.
//!
//! Source: <https://smithy.io/2.0/spec/http-bindings.html#httpquery-trait>.

use indexmap::IndexMap;

use super::percent;
use crate::api::model::{Location, Member, Model, Shape, ShapeKind, TimestampFormat, Value};
use crate::ground::json::Text;
use crate::protocol::body::fit::{Fallible, refuse};
use crate::protocol::body::scalar;

const DEFAULT: TimestampFormat = TimestampFormat::DateTime;

/// A member that is a map takes the parts that no other member names (`httpQueryParams`).
pub(super) fn is_map(model: &Model, member: &Member) -> bool {
    matches!(model.shape(member.shape).kind, ShapeKind::Map { .. })
}

/// The query of a request, as it goes behind the `?`.
#[derive(Default)]
pub(super) struct Query {
    text: String,
    names: Vec<String>,
}

impl Query {
    /// A query that begins with what the template says.
    pub(super) fn new(literal: &str) -> Query {
        Query { text: literal.to_owned(), names: Vec::new() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn push(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(&percent::encode(name));
        self.text.push('=');
        self.text.push_str(&percent::encode(value));
    }

    /// Writes a member that has a name of its own; a list without items is absent.
    pub(super) fn write(&mut self, model: &Model, member: &Member, value: &Value) -> Fallible<()> {
        let shape = model.shape(member.shape);
        for text in texts(model, shape, member.timestamp_format, value)? {
            self.push(member.wire_name(), &text);
        }
        self.names.push(member.wire_name().to_owned());
        Ok(())
    }

    /// Writes the entries of a map, but for those that a member of their name has written.
    pub(super) fn write_map(&mut self, model: &Model, member: &Member, value: &Value) -> Fallible<()> {
        let (ShapeKind::Map { value: shape, .. }, Value::Map(entries)) =
            (&model.shape(member.shape).kind, value)
        else {
            return Err(refuse("a map", value.kind()));
        };
        for (key, value) in entries {
            let key = key.to_lossy();
            if self.names.contains(&key) {
                continue;
            }
            for text in texts(model, model.shape(*shape), None, value)? {
                self.push(&key, &text);
            }
        }
        Ok(())
    }
}

fn texts(
    model: &Model,
    shape: &Shape,
    format: Option<TimestampFormat>,
    value: &Value,
) -> Fallible<Vec<String>> {
    match (&shape.kind, value) {
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            let item = model.shape(*item);
            items.iter().map(|value| scalar::write(model, item, format, DEFAULT, value)).collect()
        }
        _ => Ok(vec![scalar::write(model, shape, format, DEFAULT, value)?]),
    }
}

/// Reads a member that has a name of its own.
pub(super) fn read(model: &Model, member: &Member, query: &[(String, String)]) -> Fallible<Option<Value>> {
    let named = query.iter().filter(|(name, _)| name == member.wire_name());
    let given: Vec<&str> = named.map(|(_, text)| text.as_str()).collect();
    if given.is_empty() {
        return Ok(None);
    }
    value_of(model, model.shape(member.shape), member.timestamp_format, &given).map(Some)
}

fn value_of(
    model: &Model,
    shape: &Shape,
    format: Option<TimestampFormat>,
    given: &[&str],
) -> Fallible<Value> {
    match &shape.kind {
        ShapeKind::List { item, .. } => {
            let item = model.shape(*item);
            let items = given.iter().map(|text| scalar::read(model, item, format, DEFAULT, text));
            items.collect::<Fallible<Vec<_>>>().map(Value::List)
        }
        _ => scalar::read(model, shape, format, DEFAULT, given.first().copied().unwrap_or_default()),
    }
}

/// Reads the map of a query: every part, those of named members too, as Smithy has it; but for the template's own.
/// `None` where that leaves nothing.
pub(super) fn read_map(
    model: &Model,
    member: &Member,
    literal: &[&str],
    query: &[(String, String)],
) -> Fallible<Option<Value>> {
    let ShapeKind::Map { value: shape, .. } = model.shape(member.shape).kind else { return Ok(None) };
    let mut parts: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (name, text) in query.iter().filter(|(name, _)| !literal.contains(&name.as_str())) {
        parts.entry(name).or_default().push(text);
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let mut entries = IndexMap::new();
    for (name, given) in parts {
        let value = value_of(model, model.shape(shape), None, &given)?;
        entries.insert(Text::from(name), value);
    }
    Ok(Some(Value::Map(entries)))
}

/// The members of a shape in the query.
pub(super) fn members(shape: &Shape) -> impl Iterator<Item = &Member> {
    let members = shape.members().into_iter().flat_map(|members| members.values());
    members.filter(|member| member.location == Some(Location::QueryString))
}
