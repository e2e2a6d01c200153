//! Values of the table with `${…}` in them, made into values of a shape.

use super::account::{Account, Record};
use super::path;
use crate::api::model::{Model, Shape, ShapeKind, Value};
use crate::api::outcome::typed;
use crate::ground::json::{Json, Text};

/// What a template may refer to.
pub(super) struct Scope<'a> {
    pub(super) account: &'a Account,
    pub(super) record: &'a Record,
}

impl Scope<'_> {
    /// A template as a value of a shape: members that the shape does not have (at this date) are left out, and
    /// so is whatever refers to something that is not there.
    pub(super) fn value(&self, model: &Model, shape: &Shape, template: &Json) -> Option<Value> {
        fit(model, shape, &self.fill(template)?)
    }

    /// A template as text.
    pub(super) fn text(&self, template: &str) -> Option<String> {
        match self.fill(&Json::string(template))? {
            Json::String(text) => Some(text.to_lossy()),
            Json::Number(text) => Some(text),
            _ => None,
        }
    }

    fn fill(&self, template: &Json) -> Option<Json> {
        Some(match template {
            Json::String(text) => self.fill_text(text.as_str()?)?,
            Json::Array(items) => Json::Array(items.iter().filter_map(|item| self.fill(item)).collect()),
            Json::Object(members) => Json::Object(
                members
                    .iter()
                    .filter_map(|(name, item)| {
                        Some((Text::from(self.text(&name.to_lossy())?), self.fill(item)?))
                    })
                    .collect(),
            ),
            leaf => leaf.clone(),
        })
    }

    fn fill_text(&self, text: &str) -> Option<Json> {
        if let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !name.contains('$')
        {
            return self.look_up(name);
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, tail) = after.split_once('}')?;
            out.push_str(before);
            match self.look_up(name)? {
                Json::String(text) => out.push_str(&text.to_lossy()),
                Json::Number(text) => out.push_str(&text),
                _ => return None,
            }
            rest = tail;
        }
        out.push_str(rest);
        Some(Json::string(out))
    }

    fn look_up(&self, name: &str) -> Option<Json> {
        let Scope { account, record } = self;
        Some(match name {
            "now" => typed::encode(&Value::Timestamp(account.now())),
            "region" => Json::string(&account.options.region),
            "account" => Json::string(&account.options.account),
            "name" => Json::string(&record.name),
            "slug" => Json::string(record.name.to_lowercase()),
            "arn" => Json::string(&record.arn),
            "id" => Json::string(account.digest(&format!("{}/{}", record.kind, record.ordinal), 12)),
            "ID" => Json::string(
                account.digest(&format!("{}/{}", record.kind, record.ordinal), 12).to_uppercase(),
            ),
            "number" => Json::number(record.ordinal),
            path => match path.strip_prefix("lower:") {
                Some(path) => {
                    Json::string(path::first(&record.fields, path).and_then(Value::as_str)?.to_lowercase())
                }
                None => typed::encode(path::first(&record.fields, path)?),
            },
        })
    }
}

/// JSON as a value of a shape, without what the shape does not have.
fn fit(model: &Model, shape: &Shape, json: &Json) -> Option<Value> {
    match &shape.kind {
        ShapeKind::Structure { members, .. } => {
            let fields = json.as_object()?.iter().filter_map(|(name, json)| {
                let member = members.get(name.as_str()?)?;
                Some((member.name.clone(), fit(model, model.shape(member.shape), json)?))
            });
            Some(Value::Structure(fields.collect()))
        }
        ShapeKind::List { item, .. } => {
            let item = model.shape(*item);
            Some(Value::List(json.as_array()?.iter().filter_map(|json| fit(model, item, json)).collect()))
        }
        ShapeKind::Map { value, .. } => {
            let value = model.shape(*value);
            let entries = json.as_object()?.iter();
            Some(Value::Map(
                entries.filter_map(|(key, json)| Some((key.clone(), fit(model, value, json)?))).collect(),
            ))
        }
        ShapeKind::String if !shape.values.is_empty() => {
            json.as_str().filter(|text| shape.values.iter().any(|value| value == text)).map(Value::string)
        }
        _ => typed::decode(model, shape.id, json).ok(),
    }
}
