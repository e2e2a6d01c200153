//! Lists: filters, order and pages.

use super::account::Record;
use super::call::{CallContext, CallResult};
use super::catalogue::ResourceKind;
use super::fault::{self, RefusedCall};
use super::table;
use super::token::{PagePosition, binding, read_token, write_token};
use crate::api::model::{Fields, ShapeKind, Timestamp, Value};

/// Input members that page and sort.
const PAGING: [&str; 2] = ["NextToken", "MaxResults"];
const SORTING: [&str; 2] = ["SortBy", "SortOrder"];

/// Items of a page where the caller does not say.
const PAGE: usize = 10;

impl CallContext<'_> {
    pub(super) fn list(&mut self, kind: &ResourceKind) -> CallResult {
        let field = self.sort_field();
        let mut found: Vec<(PagePosition, Record)> = self
            .account
            .of_kind(&kind.name)
            .filter(|record| self.input.iter().all(|(name, value)| passes(kind, record, name, value)))
            .map(|record| (position(kind, record, &field), record.clone()))
            .collect();
        found.sort_by(|(left, _), (right, _)| left.cmp(right));
        if self.descends() {
            found.reverse();
        }
        let (positions, records): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let (range, token) = self.page(&positions)?;
        let items = records[range].iter();
        let shape = self.item_shape();
        let items = items.map(|record| match shape {
            Some(shape) => self.view().record(record, shape),
            None => Value::string(&record.arn),
        });
        Ok(self.page_output(items.collect(), token))
    }

    /// The name of the list in the output.
    pub(super) fn result_key(&self) -> Option<String> {
        let members = self.model.shape(self.operation.output?).members()?;
        let modelled = self.operation.paginator.as_ref().and_then(|paginator| paginator.result_keys.first());
        let is_list = |id| matches!(self.model.shape(id).kind, ShapeKind::List { .. });
        modelled.filter(|key| members.contains_key(*key)).cloned().or_else(|| {
            members.values().find(|member| is_list(member.shape)).map(|member| member.name.clone())
        })
    }

    fn item_shape(&self) -> Option<crate::api::model::ShapeId> {
        let members = self.model.shape(self.operation.output?).members()?;
        match self.model.shape(members.get(&self.result_key()?)?.shape).kind {
            ShapeKind::List { item, .. } => self.model.shape(item).members().map(|_| item),
            _ => None,
        }
    }

    /// An output of items and the token of the next page.
    pub(super) fn page_output(&self, items: Vec<Value>, token: Option<String>) -> Value {
        let mut fields = Fields::new();
        if let Some(key) = self.result_key() {
            fields.insert(key, Value::List(items));
        }
        if let Some(token) = token {
            fields.insert("NextToken".to_owned(), Value::string(token));
        }
        Value::Structure(fields)
    }

    /// The items of the asked page, and the token of the next if there is one.
    pub(super) fn page(
        &self,
        positions: &[PagePosition],
    ) -> Result<(std::ops::Range<usize>, Option<String>), RefusedCall> {
        let bound = binding(&self.operation.name, self.input, &PAGING);
        let start = match self.text("NextToken") {
            None => 0,
            Some(token) => {
                let last = read_token(&bound, token).ok_or_else(|| {
                    fault::invalid("Invalid NextToken: it was given for another request or never.")
                })?;
                let passed = |position: &PagePosition| match self.descends() {
                    true => *position >= last,
                    false => *position <= last,
                };
                positions.iter().take_while(|position| passed(position)).count()
            }
        };
        let size = match self.input.get("MaxResults") {
            Some(Value::Integer(most)) => usize::try_from(*most).unwrap_or(PAGE),
            _ => PAGE,
        };
        let end = start.saturating_add(size).min(positions.len());
        let more = end < positions.len() && end > start;
        Ok((start..end, more.then(|| write_token(&bound, &positions[end - 1]))))
    }

    /// What the list is sorted by, in small letters without underscores.
    fn sort_field(&self) -> String {
        let by_name = table::shipped().lists.by_name.contains(&self.operation.name);
        let usual = if by_name { "Name" } else { "CreationTime" };
        self.text("SortBy").unwrap_or(usual).replace('_', "").to_lowercase()
    }

    /// Whether the list goes downwards: as asked, or as this operation did at the API's date.
    pub(super) fn descends(&self) -> bool {
        match self.text("SortOrder") {
            Some(order) => order.eq_ignore_ascii_case("descending"),
            None => {
                let since = table::shipped().lists.descending.get(&self.operation.name);
                let date = &self.model.metadata.date;
                since.is_some_and(|since| date.is_empty() || since <= date)
            }
        }
    }
}

/// A moment as text that sorts like it.
fn sortable(time: Timestamp) -> String {
    format!("{:020}.{:09}", time.seconds, time.nanos)
}

fn position(kind: &ResourceKind, record: &Record, field: &str) -> PagePosition {
    let key = match field {
        "creationtime" | "createdate" | "createdtime" => sortable(record.created),
        "lastmodifiedtime" => sortable(record.modified),
        "status" => status(kind, record).unwrap_or_default().to_owned(),
        "name" => record.name.clone(),
        other => {
            let found = record.fields.iter().find(|(name, _)| name.to_lowercase() == other);
            match found.map(|(_, value)| value) {
                Some(Value::Timestamp(time)) => sortable(*time),
                Some(Value::Integer(number)) => format!("{number:020}"),
                Some(value) => value.as_str().unwrap_or_default().to_owned(),
                None => record.name.clone(),
            }
        }
    };
    PagePosition { key, ordinal: record.ordinal }
}

fn status<'a>(kind: &ResourceKind, record: &'a Record) -> Option<&'a str> {
    let (status, _) = kind.status.as_ref()?;
    record.fields.get(status).and_then(Value::as_str)
}

/// Whether a record passes one member of a list's input.
fn passes(kind: &ResourceKind, record: &Record, name: &str, value: &Value) -> bool {
    if PAGING.contains(&name) || SORTING.contains(&name) {
        return true;
    }
    if let Value::Timestamp(limit) = value {
        return in_time(record, name, *limit);
    }
    if let Some(base) = name.strip_suffix("Contains") {
        let part = value.as_str().unwrap_or_default();
        let own = base == "Name" || base.strip_suffix("Name") == Some(kind.name.as_str());
        let texts = if own { vec![record.name.as_str()] } else { texts(record, base) };
        return texts.iter().any(|text| text.contains(part));
    }
    let base = name.strip_suffix("Equals").unwrap_or(name);
    if base == "Status" || kind.status.as_ref().is_some_and(|(status, _)| status == base) {
        return value.as_str() == status(kind, record);
    }
    match value {
        Value::String(_) => {
            let wanted = value.as_str();
            wanted == Some(&record.arn) || texts(record, base).into_iter().any(|text| Some(text) == wanted)
        }
        other => record.fields.get(base).is_none_or(|own| own == other),
    }
}

fn in_time(record: &Record, name: &str, limit: Timestamp) -> bool {
    let (time, after) = match (name.strip_suffix("After"), name.strip_suffix("Before")) {
        (Some(base), _) => (base, true),
        (_, Some(base)) => (base, false),
        _ => return true,
    };
    let own = match record.fields.get(time) {
        Some(Value::Timestamp(own)) => *own,
        _ if time.starts_with("Creat") => record.created,
        _ if time.starts_with("LastModified") => record.modified,
        _ => return true,
    };
    if after { own > limit } else { own < limit }
}

/// The texts under a name: the member's own, a list's items (`X` finds `Xs` and `…ies`), a nested status.
fn texts<'a>(record: &'a Record, base: &str) -> Vec<&'a str> {
    let stem = base.strip_suffix('y').unwrap_or(base);
    let named = |name: &str| name == base || name == format!("{base}s") || name == format!("{stem}ies");
    let mut found = Vec::new();
    collect(&record.fields, &named, &mut found);
    found
}

fn collect<'a>(fields: &'a Fields, named: &dyn Fn(&str) -> bool, found: &mut Vec<&'a str>) {
    for (name, value) in fields {
        match value {
            Value::String(_) if named(name) => found.extend(value.as_str()),
            Value::List(items) if named(name) => found.extend(items.iter().filter_map(Value::as_str)),
            Value::Structure(inner) if named(name) => {
                found.extend(inner.get("Status").and_then(Value::as_str));
            }
            Value::Structure(inner) => collect(inner, named, found),
            _ => {}
        }
    }
}
