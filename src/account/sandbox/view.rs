//! A resource as an output shows it: the record projected onto the output's shape.

use std::collections::VecDeque;

use super::account::{Account, Record};
use super::catalogue::{Catalogue, ResourceKind};
use super::path;
use crate::api::model::{Fields, Member, Model, Shape, ShapeId, ShapeKind, Value};
use crate::api::values::Values;

/// Names of members that hold the time of making.
const CREATED: [&str; 7] = [
    "CreationTime",
    "CreatedAt",
    "CreateDate",
    "CreatedTime",
    "CreationDate",
    "RegistrationTime",
    "EventTime",
];
/// Names of members that hold the time of the last change.
const MODIFIED: [&str; 6] = [
    "LastModifiedTime",
    "LastModifiedAt",
    "LastUpdatedDate",
    "LastUpdatedTime",
    "LastUpdateTime",
    "LastModifiedDate",
];

/// What is needed to show things.
#[derive(Clone, Copy)]
pub(super) struct AccountView<'a> {
    pub(super) model: &'a Model,
    pub(super) catalogue: &'a Catalogue,
    pub(super) values: &'a Values,
    pub(super) account: &'a Account,
}

impl AccountView<'_> {
    /// The record as a structure of that shape. Required members that it does not have get the least value
    /// that is valid.
    pub(super) fn record(&self, record: &Record, shape: ShapeId) -> Value {
        let shape = self.model.shape(shape);
        let Some(members) = shape.members() else { return self.values.minimal(shape.id) };
        let kind = self.catalogue.kinds.get(&record.kind);
        let mut fields = Fields::new();
        for member in members.values() {
            let target = self.model.shape(member.shape);
            let found = kind.and_then(|kind| self.member(record, kind, member, target));
            let found = found.or_else(|| member.required.then(|| self.required(record, member, target)));
            if let Some(value) = found {
                fields.insert(member.name.clone(), value);
            }
        }
        Value::Structure(fields)
    }

    fn member(&self, record: &Record, kind: &ResourceKind, member: &Member, target: &Shape) -> Option<Value> {
        let name = member.name.as_str();
        if let Some(value) = record.fields.get(name).and_then(|value| self.project(value, target)) {
            return Some(value);
        }
        if let Some(path) = kind.rules.derive.get(name) {
            return path::first(&record.fields, path).and_then(|value| self.project(value, target));
        }
        if name == "Tags" {
            let tags = self.account.tag_list(&record.arn);
            return (!tags.is_empty()).then(|| Value::List(tags));
        }
        if target.name == "UserContext" {
            return self.caller(target);
        }
        if target.members().is_some() && (name == kind.name || Some(target.id) == kind.shape) {
            return Some(self.record(record, target.id));
        }
        let own = |suffix: &str| name == suffix || name.strip_suffix(suffix) == Some(kind.name.as_str());
        match target.kind {
            ShapeKind::Timestamp if CREATED.contains(&name) => Some(Value::Timestamp(record.created)),
            ShapeKind::Timestamp if MODIFIED.contains(&name) => Some(Value::Timestamp(record.modified)),
            ShapeKind::String if own("Arn") || kind.arn.as_deref() == Some(name) => {
                Some(Value::string(&record.arn))
            }
            ShapeKind::String if own("Name") => Some(Value::string(&record.name)),
            ShapeKind::String => {
                let (status, shape) = kind.status.as_ref().filter(|(_, shape)| *shape == target.id)?;
                (*shape == target.id).then(|| record.fields.get(status).cloned()).flatten()
            }
            _ => None,
        }
    }

    /// Who makes and changes everything here, as far as the API's date can say it.
    fn caller(&self, shape: &Shape) -> Option<Value> {
        let arn = format!("arn:aws:iam::{}:user/shapetape", self.account.options.account);
        let identity = [("Arn", arn.as_str()), ("PrincipalId", "shapetape")];
        let identity = Value::structure(identity.map(|(name, text)| (name, Value::string(text))));
        let context = self.project(&Value::structure([("IamIdentity", identity)]), shape)?;
        context.fields().is_some_and(|fields| !fields.is_empty()).then_some(context)
    }

    /// A required member that is not the record's own: of the same name further inside, or made up.
    fn required(&self, record: &Record, member: &Member, target: &Shape) -> Value {
        nested(&record.fields, &member.name)
            .and_then(|value| self.project(value, target))
            .unwrap_or_else(|| self.values.minimal(target.id))
    }

    /// A value as one of another shape: members that the shape does not have are left out, required ones that
    /// are missing made up.
    pub(super) fn project(&self, value: &Value, shape: &Shape) -> Option<Value> {
        match (value, &shape.kind) {
            (Value::Structure(fields), ShapeKind::Structure { members, union }) => {
                let mut out = Fields::new();
                for member in members.values() {
                    let target = self.model.shape(member.shape);
                    let found = fields.get(&member.name).and_then(|value| self.project(value, target));
                    let found = found.or_else(|| member.required.then(|| self.values.minimal(target.id)));
                    if let Some(value) = found {
                        out.insert(member.name.clone(), value);
                    }
                }
                (!union || out.len() == 1).then_some(Value::Structure(out))
            }
            (Value::List(items), ShapeKind::List { item, .. }) => {
                let item = self.model.shape(*item);
                Some(Value::List(items.iter().filter_map(|value| self.project(value, item)).collect()))
            }
            (Value::Map(entries), ShapeKind::Map { value, .. }) => {
                let target = self.model.shape(*value);
                let entries = entries.iter();
                Some(Value::Map(
                    entries
                        .filter_map(|(key, value)| Some((key.clone(), self.project(value, target)?)))
                        .collect(),
                ))
            }
            (Value::String(text), ShapeKind::String) => {
                let known =
                    shape.values.is_empty() || shape.values.iter().any(|value| *text == value.as_str());
                known.then(|| value.clone())
            }
            (Value::Boolean(_), ShapeKind::Boolean)
            | (Value::Blob(_), ShapeKind::Blob)
            | (Value::Timestamp(_), ShapeKind::Timestamp)
            | (Value::Document(_), ShapeKind::Document)
            | (Value::Float(_), ShapeKind::Float | ShapeKind::Double)
            | (Value::BigNumber(_), ShapeKind::BigInteger | ShapeKind::BigDecimal)
            | (
                Value::Integer(_),
                ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long,
            ) => Some(value.clone()),
            _ => None,
        }
    }
}

/// The member of that name that is least deep inside.
fn nested<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    let mut queue = VecDeque::from([fields]);
    while let Some(fields) = queue.pop_front() {
        if let Some(value) = fields.get(name) {
            return Some(value);
        }
        queue.extend(fields.values().filter_map(Value::fields));
    }
    None
}
