//! The leaf-by-leaf comparison of a value with JSON, by shape.
//!
//! The value is what was due. The JSON is what a client gave its caller (typed JSON, [`super::given`]) or what
//! it sent (the body of a request, [`super::sent`]); how the two write members and leaves is their [`Notation`].

use super::difference::{Difference, shown};
use super::place::At;
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, ShapeKind, TimestampFormat, Value};
use crate::api::outcome::typed;
use crate::check::verdict::Kind;
use crate::ground::json::{Json, Text};

/// How a leaf differs: its kind and, for folding, the manner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeafDifference {
    pub(super) kind: Kind,
    pub(super) sort: String,
}

impl LeafDifference {
    pub(super) fn new(kind: Kind, sort: impl Into<String>) -> Option<LeafDifference> {
        Some(LeafDifference { kind, sort: sort.into() })
    }
}

/// How one side of the pipe writes members and leaves.
pub(super) trait Notation {
    /// The name of a member there.
    fn name<'m>(&self, member: &'m Member) -> &'m str;
    /// The members of an object.
    fn members<'j>(&self, json: &'j Json) -> Option<&'j [(Text, Json)]>;
    /// How a leaf differs from the value that was due, if it does.
    fn leaf(&self, leaf: &LeafShape<'_>, expected: &Value, actual: &Json) -> Option<LeafDifference>;
    /// Whether a member may be there although none was due.
    fn tolerates(&self, model: &Model, member: &Member, actual: &Json) -> bool;
}

/// The shape of a leaf and how its timestamps are written.
pub(super) struct LeafShape<'a> {
    pub(super) model: &'a Model,
    pub(super) shape: &'a Shape,
    pub(super) format: Option<TimestampFormat>,
}

/// One comparison.
pub(super) struct Walk<'a, S> {
    model: &'a Model,
    side: S,
    differences: Vec<Difference>,
}

impl<'a, S: Notation> Walk<'a, S> {
    pub(super) fn new(model: &'a Model, side: S) -> Walk<'a, S> {
        Walk { model, side, differences: Vec::new() }
    }

    /// All differences of a value of a shape and JSON.
    pub(super) fn differences(
        mut self,
        at: &At<'_>,
        shape: ShapeId,
        due: &Value,
        is: &Json,
    ) -> Vec<Difference> {
        self.value(at, self.model.shape(shape), None, due, is);
        self.differences
    }

    /// All differences of members and JSON, where some members are judged elsewhere.
    pub(super) fn members_but(
        mut self,
        at: &At<'_>,
        shape: &Shape,
        due: &Fields,
        is: &Json,
        elsewhere: impl Fn(&str) -> bool,
    ) -> Vec<Difference> {
        self.structure(at, shape, due, is, &elsewhere);
        self.differences
    }

    fn value(&mut self, at: &At<'_>, shape: &Shape, format: Option<TimestampFormat>, due: &Value, is: &Json) {
        match (&shape.kind, due) {
            (ShapeKind::Structure { .. }, Value::Structure(fields)) => {
                self.structure(at, shape, fields, is, &|_| false);
            }
            (ShapeKind::List { item, .. }, Value::List(items)) => self.list(at, *item, due, items, is),
            (ShapeKind::Map { value, .. }, Value::Map(_)) => self.map(at, *value, due, is),
            _ => {
                let leaf = LeafShape { model: self.model, shape, format };
                if let Some(leaf) = self.side.leaf(&leaf, due, is) {
                    self.differ(at, leaf, Some(due), Some(is));
                }
            }
        }
    }

    fn structure(
        &mut self,
        at: &At<'_>,
        shape: &Shape,
        due: &Fields,
        is: &Json,
        elsewhere: &dyn Fn(&str) -> bool,
    ) {
        let Some(entries) = self.side.members(is) else {
            let due = Value::Structure(due.clone());
            return self.wrong_type(at, "structure", &due, is);
        };
        // A member that is null is one that is not set.
        let is_due = |name: &str| due.get(name).is_some_and(|due| *due != Value::Null);
        for (name, due) in due.iter().filter(|(name, _)| is_due(name)) {
            let Some(member) = shape.member(name).filter(|_| !elsewhere(name)) else { continue };
            let at = at.member(&shape.name, name);
            let wire = self.side.name(member);
            let found = entries.iter().rev().find(|(name, _)| *name == wire).map(|(_, json)| json);
            let target = self.model.shape(member.shape);
            match found {
                None | Some(Json::Null) => {
                    let sort = with_manner(target, manner_of_loss(due));
                    self.differ(&at, LeafDifference { kind: Kind::MemberMissing, sort }, Some(due), found);
                }
                Some(is) => self.value(&at, target, member.timestamp_format, due, is),
            }
        }
        for (name, is) in entries {
            let known = shape.members().into_iter().flatten();
            let member = known.map(|(_, member)| member).find(|member| *name == self.side.name(member));
            match member {
                Some(member) if is_due(&member.name) || elsewhere(&member.name) => {}
                Some(member) if self.side.tolerates(self.model, member, is) => {}
                Some(member) => {
                    let sort = with_manner(self.model.shape(member.shape), null_manner(is));
                    let at = at.member(&shape.name, &member.name);
                    self.differ(&at, LeafDifference { kind: Kind::MemberUnexpected, sort }, None, Some(is));
                }
                None => {
                    let sort = "no member".to_owned();
                    let place = match name.as_str() {
                        Some(name) => at.member(&shape.name, name),
                        None => at.key(name),
                    };
                    self.differ(
                        &place,
                        LeafDifference { kind: Kind::MemberUnexpected, sort },
                        None,
                        Some(is),
                    );
                }
            }
        }
    }

    fn list(&mut self, at: &At<'_>, item: ShapeId, due: &Value, items: &[Value], is: &Json) {
        let Some(found) = is.as_array() else { return self.wrong_type(at, "list", due, is) };
        if found.len() != items.len() {
            let leaf = LeafDifference { kind: Kind::ValueDiffers, sort: "list, length".to_owned() };
            return self.differ(at, leaf, Some(due), Some(is));
        }
        let item = self.model.shape(item);
        for (index, (due, is)) in items.iter().zip(found).enumerate() {
            self.item(&at.item(index), item, due, is);
        }
    }

    fn map(&mut self, at: &At<'_>, shape: ShapeId, due: &Value, is: &Json) {
        let (Value::Map(entries), Some(found)) = (due, self.side.members(is)) else {
            return self.wrong_type(at, "map", due, is);
        };
        let shape = self.model.shape(shape);
        for (key, due) in entries {
            let at = at.key(key);
            match found.iter().rev().find(|(name, _)| name == key) {
                Some((_, is)) => self.item(&at, shape, due, is),
                None => {
                    let leaf = LeafDifference { kind: Kind::MemberMissing, sort: "map, key".to_owned() };
                    self.differ(&at, leaf, Some(due), None);
                }
            }
        }
        for (key, is) in found.iter().filter(|(key, _)| !entries.contains_key(key)) {
            let leaf = LeafDifference { kind: Kind::MemberUnexpected, sort: "map, key".to_owned() };
            self.differ(&at.key(key), leaf, None, Some(is));
        }
    }

    /// An item of a collection, which may be null on either side.
    fn item(&mut self, at: &At<'_>, shape: &Shape, due: &Value, is: &Json) {
        match (due, is) {
            (Value::Null, Json::Null) => {}
            (Value::Null, _) | (_, Json::Null) => {
                let leaf = LeafDifference { kind: Kind::ValueDiffers, sort: with_manner(shape, "null") };
                self.differ(at, leaf, Some(due), Some(is));
            }
            _ => self.value(at, shape, None, due, is),
        }
    }

    fn wrong_type(&mut self, at: &At<'_>, sort: &str, due: &Value, is: &Json) {
        let leaf = LeafDifference { kind: Kind::TypeDiffers, sort: sort.to_owned() };
        self.differ(at, leaf, Some(due), Some(is));
    }

    fn differ(&mut self, at: &At<'_>, leaf: LeafDifference, due: Option<&Value>, is: Option<&Json>) {
        let (path, expected) = (at.path(), due.map(typed::encode));
        let message = sentence(leaf.kind, &path, expected.as_ref(), is);
        self.differences.push(Difference {
            kind: leaf.kind,
            path,
            shape: at.shape(),
            sort: leaf.sort,
            expected,
            actual: is.cloned(),
            message,
        });
    }
}

/// The difference in one sentence.
fn sentence(kind: Kind, path: &str, expected: Option<&Json>, actual: Option<&Json>) -> String {
    let (due, is) = (expected.map_or_else(String::new, shown), actual.map_or_else(String::new, shown));
    match kind {
        Kind::MemberMissing => format!("`{path}` is missing; it should be {due}."),
        Kind::MemberUnexpected => format!("`{path}` should be absent and is {is}."),
        Kind::TypeDiffers => format!("`{path}` has another type: it should be {due} and is {is}."),
        _ => format!("`{path}` should be {due} and is {is}."),
    }
}

/// The kind of a shape in one word, for folding.
pub(super) fn sort_of(shape: &Shape) -> &'static str {
    match &shape.kind {
        ShapeKind::Structure { union: true, .. } => "union",
        ShapeKind::Structure { .. } => "structure",
        ShapeKind::List { .. } => "list",
        ShapeKind::Map { .. } => "map",
        ShapeKind::String if !shape.values.is_empty() => "enum",
        ShapeKind::String => "string",
        ShapeKind::Blob => "blob",
        ShapeKind::Boolean => "boolean",
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer => "integer",
        ShapeKind::Long => "long",
        ShapeKind::BigInteger | ShapeKind::BigDecimal => "big number",
        ShapeKind::Float | ShapeKind::Double => "float",
        ShapeKind::Timestamp => "timestamp",
        ShapeKind::Document => "document",
    }
}

/// The kind of a shape and the manner of a difference.
pub(super) fn with_manner(shape: &Shape, manner: &str) -> String {
    let sort = sort_of(shape);
    if manner.is_empty() { sort.to_owned() } else { format!("{sort}, {manner}") }
}

/// A member lost because it is empty, zero or false is another defect than one lost whatever it is.
fn manner_of_loss(due: &Value) -> &'static str {
    let empty = match due {
        Value::Boolean(value) => !value,
        Value::Integer(value) => *value == 0,
        Value::Float(value) => *value == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Blob(bytes) => bytes.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        Value::Structure(fields) => fields.is_empty(),
        _ => false,
    };
    if empty { "empty" } else { "" }
}

fn null_manner(is: &Json) -> &'static str {
    if *is == Json::Null { "null" } else { "" }
}
