//! The leaves of a value in the form in which requests are compared.
//!
//! Two clients that mean the same write it differently: order and spacing, timestamps in seconds or
//! nanoseconds, floats of 32 or 64 bits, −0. A leaf is the text of what all of them keep: whole seconds, the
//! shortest text of the shape's width, 0 for −0, and for a secret the mark of its kind.

use crate::api::model::{Member, Model, Shape, ShapeKind, Value};
use crate::ground::json::{Json, Style, Text, parse, write};
use crate::tape::redact::{SecretKind, generalize};

/// One leaf: where it stands and its canonical text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// The shape path: `.Tags[0].Value`.
    pub path: String,
    /// The canonical text.
    pub text: String,
}

/// The leaves of a value of a shape, for comparing answers as requests are compared.
pub fn leaves_of(model: &Model, shape: &Shape, value: &Value) -> Vec<Leaf> {
    let mut gathered = Gathered::default();
    gathered.value(model, shape, value);
    gathered.leaves
}

/// The leaves of a document that no shape describes, or its text where it is no JSON.
pub fn leaves_of_document(body: &[u8]) -> Vec<Leaf> {
    let mut gathered = Gathered::default();
    match parse(body) {
        Ok(json) => gathered.json(&json, "", None),
        Err(_) => gathered.part("", &String::from_utf8_lossy(body)),
    }
    gathered.leaves
}

/// What is gathered of one request.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) leaves: Vec<Leaf>,
    /// Secrets in the order of the leaves they stand in.
    pub(super) secrets: Vec<(SecretKind, String)>,
    /// Idempotency tokens by path: required on both sides, never compared.
    pub(super) tokens: Vec<Leaf>,
}

impl Gathered {
    fn push(&mut self, path: &str, text: impl Into<String>) {
        self.leaves.push(Leaf { path: path.to_owned(), text: text.into() });
    }

    fn text(&mut self, path: &str, name: Option<&str>, sensitive: bool, text: &Text) {
        let canonical = match text.as_str() {
            Some(text) => Json::string(generalize(text, name, sensitive, &mut self.secrets)),
            None => Json::String(text.clone()),
        };
        self.push(path, String::from_utf8_lossy(&write(&canonical, Style::Compact)));
    }

    /// The leaves of a value of a shape.
    pub(super) fn value(&mut self, model: &Model, shape: &Shape, value: &Value) {
        Walk { model, into: self }.value(shape, value, "", None, false);
    }

    /// The leaves of a document that no shape describes.
    pub(super) fn json(&mut self, json: &Json, path: &str, name: Option<&str>) {
        match json {
            Json::Object(members) if !members.is_empty() => {
                let mut members: Vec<_> = members.iter().map(|(key, json)| (key.to_lossy(), json)).collect();
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                for (key, json) in members {
                    self.json(json, &format!("{path}.{key}"), Some(&key));
                }
            }
            Json::Array(items) if !items.is_empty() => {
                for (index, json) in items.iter().enumerate() {
                    self.json(json, &format!("{path}[{index}]"), name);
                }
            }
            Json::String(text) => self.text(path, name, false, text),
            Json::Number(text) => self.push(path, number(text)),
            other => self.push(path, String::from_utf8_lossy(&write(other, Style::Compact))),
        }
    }

    /// A leaf of a text outside the body.
    pub(super) fn part(&mut self, path: &str, text: &str) {
        self.text(path, None, false, &Text::from(text));
    }
}

/// A number without a shape: whole ones exactly, others as a double.
fn number(text: &str) -> String {
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(whole), _) => whole.to_string(),
        (_, Ok(real)) => double(real),
        _ => text.to_owned(),
    }
}

fn double(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

struct Walk<'a> {
    model: &'a Model,
    into: &'a mut Gathered,
}

impl Walk<'_> {
    fn value(&mut self, shape: &Shape, value: &Value, path: &str, name: Option<&str>, sensitive: bool) {
        let sensitive = sensitive || shape.sensitive;
        match value {
            Value::Structure(fields) if fields.is_empty() => self.into.push(path, "{}"),
            Value::Structure(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by_key(|(name, _)| *name);
                for (name, value) in fields {
                    if let Some(member) = shape.member(name) {
                        self.member(member, value, &format!("{path}.{name}"), sensitive);
                    }
                }
            }
            Value::List(items) if items.is_empty() => self.into.push(path, "[]"),
            Value::List(items) => {
                let ShapeKind::List { item, .. } = &shape.kind else { return };
                for (index, value) in items.iter().enumerate() {
                    self.value(self.model.shape(*item), value, &format!("{path}[{index}]"), name, sensitive);
                }
            }
            Value::Map(entries) if entries.is_empty() => self.into.push(path, "{}"),
            Value::Map(entries) => {
                let ShapeKind::Map { value: item, .. } = &shape.kind else { return };
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_by_key(|(key, _)| *key);
                for (key, value) in entries {
                    // Secrets in keys are marked too, so that both sides have the same path.
                    let key = generalize(&key.to_lossy(), None, false, &mut self.into.secrets);
                    self.value(
                        self.model.shape(*item),
                        value,
                        &format!("{path}[{key:?}]"),
                        Some(&key),
                        sensitive,
                    );
                }
            }
            leaf => self.leaf(shape, leaf, path, name, sensitive),
        }
    }

    fn member(&mut self, member: &Member, value: &Value, path: &str, sensitive: bool) {
        if member.idempotency_token {
            let token = value.as_str().unwrap_or_default().to_owned();
            self.into.tokens.push(Leaf { path: path.to_owned(), text: token });
            return;
        }
        let sensitive = sensitive || member.sensitive;
        self.value(self.model.shape(member.shape), value, path, Some(&member.name), sensitive);
    }

    fn leaf(&mut self, shape: &Shape, value: &Value, path: &str, name: Option<&str>, sensitive: bool) {
        match value {
            Value::String(text) => self.into.text(path, name, sensitive, text),
            Value::Boolean(value) => self.into.push(path, value.to_string()),
            Value::Integer(number) => self.into.push(path, number.to_string()),
            Value::BigNumber(text) => self.into.push(path, text.clone()),
            Value::Float(number) if shape.kind == ShapeKind::Float => {
                let single = *number as f32;
                self.into.push(path, if single == 0.0 { "0".to_owned() } else { single.to_string() });
            }
            Value::Float(number) => self.into.push(path, double(*number)),
            Value::Timestamp(time) => self.into.push(path, time.seconds.to_string()),
            Value::Blob(bytes) => self.into.push(path, crate::ground::exchange::Body::to_base64(bytes)),
            Value::Document(json) => self.into.json(json, path, name),
            Value::UnknownArm(arm) => self.into.push(path, format!("unknown arm {arm}")),
            _ => self.into.push(path, "null"),
        }
    }
}
