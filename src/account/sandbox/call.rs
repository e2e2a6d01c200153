//! One call: what it may look at, and how it finds the resource it is about.

use super::account::{Account, Record};
use super::catalogue::{Catalogue, ResourceKind};
use super::experiments;
use super::fault::{self, RefusedCall};
use super::view::AccountView;
use crate::api::model::{Fields, Model, Operation, Value};
use crate::api::values::Values;

/// What a call comes to.
pub(super) type CallResult = Result<Value, RefusedCall>;

/// A call being answered.
pub(super) struct CallContext<'a> {
    pub(super) model: &'a Model,
    pub(super) catalogue: &'a Catalogue,
    pub(super) values: &'a Values,
    pub(super) operation: &'a Operation,
    pub(super) input: &'a Fields,
    pub(super) account: &'a mut Account,
}

impl CallContext<'_> {
    pub(super) fn view(&self) -> AccountView<'_> {
        AccountView {
            model: self.model,
            catalogue: self.catalogue,
            values: self.values,
            account: self.account,
        }
    }

    /// The operation's output, showing a record.
    pub(super) fn shown(&self, record: &Record) -> Value {
        self.operation.output.map_or_else(Value::default, |output| self.view().record(record, output))
    }

    /// The text of an input member.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.input.get(member).and_then(Value::as_str)
    }

    /// The record that the input names, by its key, its ARN or both.
    pub(super) fn found(&self, kind: &ResourceKind) -> Result<Record, RefusedCall> {
        let given: Vec<(&String, &Value)> = self.input.iter().filter(|(name, _)| names(kind, name)).collect();
        let fits = |record: &&Record| given.iter().all(|(name, value)| is_named(record, kind, name, value));
        let found = if given.is_empty() { None } else { self.account.of_kind(&kind.name).rev().find(fits) };
        found.map(|record| experiments::refreshed(self.account, record)).ok_or_else(|| {
            let name = given.iter().rev().find_map(|(_, value)| value.as_str()).unwrap_or_default();
            fault::missing(self, kind, name)
        })
    }

    /// The record of a kind by its name, its id or its ARN.
    pub(super) fn by_name(&self, kind: &str, name: &str) -> Option<Record> {
        let key = self.catalogue.kinds.get(kind).and_then(|kind| kind.key.last());
        let id = |record: &Record| {
            key.and_then(|key| record.fields.get(key)).and_then(Value::as_str) == Some(name)
        };
        let mut records = self.account.of_kind(kind);
        records.find(|record| record.name == name || record.arn == name || id(record)).cloned()
    }
}

/// Whether a member names a resource of the kind.
fn names(kind: &ResourceKind, member: &str) -> bool {
    kind.key.iter().any(|key| key == member) || kind.arn.as_deref() == Some(member)
}

/// Whether a given name is the record's; an ARN may stand wherever a name can.
fn is_named(record: &Record, kind: &ResourceKind, member: &str, value: &Value) -> bool {
    record.fields.get(member) == Some(value)
        || value.as_str().is_some_and(|text| {
            text == record.arn || (text == record.name && kind.key.last().is_some_and(|key| key == member))
        })
}
