//! Making, showing, changing and taking away one resource, the same for every kind.

use super::account::Record;
use super::call::{CallContext, CallResult};
use super::catalogue::{ResourceKind, split};
use super::fault::{self, RefusedCall};
use super::table::LifecycleStep;
use super::template::Scope;
use super::{experiments, hosting, lifecycle, monitoring};
use crate::api::model::{Fields, Member, ShapeKind, Value, shipped};
use crate::api::values::Rng;
use crate::ground::json::Text;

impl CallContext<'_> {
    pub(super) fn create(&mut self, kind: &ResourceKind) -> CallResult {
        let token = self.token();
        if let Some(record) = self.namesake(kind) {
            return match token.is_some() && record.token == token {
                true => Ok(self.shown(&record)),
                false => Err(fault::taken(self, kind, &record)),
            };
        }
        self.check_limits(kind, None)?;
        let ordinal = self.insert(kind, token);
        hosting::created(self, kind, ordinal);
        experiments::created(self, kind, ordinal);
        let steps = self.steps(kind, "create", ordinal);
        lifecycle::begin(self.model, kind, self.account, ordinal, steps, false);
        monitoring::moved(self, kind, ordinal);
        let record = self.record(ordinal)?;
        Ok(self.shown(&record))
    }

    pub(super) fn describe(&mut self, kind: &ResourceKind) -> CallResult {
        let record = self.found(kind)?;
        let output = self.shown(&record);
        lifecycle::poll(self.model, kind, self.account, record.ordinal);
        hosting::moved(self, kind, record.ordinal);
        monitoring::moved(self, kind, record.ordinal);
        Ok(output)
    }

    pub(super) fn update(&mut self, kind: &ResourceKind) -> CallResult {
        let record = self.found(kind)?;
        let steps = self.steps(kind, "update", record.ordinal);
        lifecycle::guard(kind, "update", &record, &steps)?;
        self.check_limits(kind, Some(&record))?;
        self.change(kind, record.ordinal);
        hosting::updated(self, kind, &record);
        lifecycle::begin(self.model, kind, self.account, record.ordinal, steps, false);
        let record = self.record(record.ordinal)?;
        Ok(self.shown(&record))
    }

    /// Start, stop and delete.
    pub(super) fn move_on(&mut self, kind: &ResourceKind, verb: &str) -> CallResult {
        let record = self.found(kind)?;
        let steps = self.steps(kind, verb, record.ordinal);
        lifecycle::guard(kind, verb, &record, &steps)?;
        let deleting = verb == "delete";
        match verb {
            "delete" => self.check_held(kind, &record)?,
            "start" => self.check_quotas(kind, &record.fields, Some(&record))?,
            _ => {}
        }
        lifecycle::begin(self.model, kind, self.account, record.ordinal, steps, deleting);
        let after = self.account.records.get(&record.ordinal).cloned().unwrap_or(record);
        Ok(succeeded(self.shown(&after)))
    }

    /// A link with a secret in it, valid for a short time.
    pub(super) fn link(&mut self, kind: &ResourceKind) -> CallResult {
        let record = self.found(kind)?;
        lifecycle::guard(kind, "link", &record, &[])?;
        let mut output = self.shown(&record);
        let secret = self.account.digest(&format!("link/{}/{:?}", record.arn, self.account.now()), 40);
        let region = &self.account.options.region;
        let (name, kind) = (record.name.to_lowercase(), split(&kind.name, '-'));
        let host = format!("{name}.{kind}.{region}.{}", shipped().link_domain);
        if let Value::Structure(fields) = &mut output {
            let members = self.operation.output.and_then(|output| self.model.shape(output).members());
            for name in
                members.into_iter().flatten().map(|(name, _)| name).filter(|name| name.ends_with("Url"))
            {
                fields.insert(name.clone(), Value::string(format!("https://{host}?authToken={secret}")));
            }
        }
        Ok(output)
    }

    pub(super) fn record(&self, ordinal: u64) -> Result<Record, RefusedCall> {
        let gone = || fault::error("ResourceNotFound", "The resource was taken away by the call itself.");
        self.account.records.get(&ordinal).cloned().ok_or_else(gone)
    }

    pub(super) fn steps(&self, kind: &ResourceKind, verb: &str, ordinal: u64) -> Vec<LifecycleStep> {
        let name = self.account.records.get(&ordinal).map(|record| record.name.as_str()).unwrap_or_default();
        lifecycle::steps(self.model, kind, verb, name)
    }

    fn input_members(&self) -> impl Iterator<Item = &Member> {
        let members = self.operation.input.and_then(|input| self.model.shape(input).members());
        members.into_iter().flatten().map(|(_, member)| member)
    }

    fn token(&self) -> Option<Text> {
        let member = self.input_members().find(|member| member.idempotency_token)?;
        match self.input.get(&member.name) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => None,
        }
    }

    /// The resource whose key is the one given.
    fn namesake(&self, kind: &ResourceKind) -> Option<Record> {
        let same = |record: &&Record| {
            kind.key.iter().all(|key| record.fields.get(key) == self.input.get(key))
                && kind.key.iter().any(|key| self.input.contains_key(key))
        };
        self.account.of_kind(&kind.name).find(same).cloned()
    }

    /// Makes the record: what was given, what the table adds, and what the account makes up.
    fn insert(&mut self, kind: &ResourceKind, token: Option<Text>) -> u64 {
        let fields = self.given(kind);
        let mut record = self.account.new_record(&kind.name, String::new(), String::new(), fields);
        record.token = token;
        let ordinal = record.ordinal;
        if let Some(number) = &kind.rules.number {
            let first = kind.key.first().and_then(|key| record.fields.get(key));
            let same = |other: &&Record| kind.key.first().and_then(|key| other.fields.get(key)) == first;
            let count = self.account.of_kind(&kind.name).filter(same).count() as i64 + 1;
            record.fields.insert(number.clone(), Value::Integer(count));
        }
        record.name = self.name(kind, &record.fields);
        self.make_up(kind, &mut record);
        let tail = self.arn_tail(kind, &record);
        record.arn = if tail.starts_with("arn:") { tail } else { self.account.arn(&tail) };
        if let Some(arn) = &kind.arn {
            record.fields.insert(arn.clone(), Value::string(&record.arn));
        }
        if let Some(tags) = self.input.get("Tags") {
            self.account.tag(&record.arn, tags);
        }
        self.account.records.insert(ordinal, record);
        ordinal
    }

    /// The input under the names that outputs use, without tags and tokens.
    fn given(&self, kind: &ResourceKind) -> Fields {
        let token =
            |name: &str| self.input_members().any(|member| member.idempotency_token && member.name == name);
        self.input
            .iter()
            .filter(|(name, _)| *name != "Tags" && !token(name))
            .map(|(name, value)| (renamed(kind, name), value.clone()))
            .collect()
    }

    fn name(&self, kind: &ResourceKind, fields: &Fields) -> String {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let own = [format!("{}Name", kind.name), "Name".to_owned()];
        let keys = kind.key.iter().rev().filter(|key| key.ends_with("Name")).chain(&own);
        let other = fields.keys().filter(|name| name.ends_with("Name"));
        keys.chain(other).chain(kind.key.iter().rev()).find_map(|name| text(name)).unwrap_or_default()
    }

    /// Ids and defaults that the caller did not give.
    fn make_up(&mut self, kind: &ResourceKind, record: &mut Record) {
        let Some(shape) = kind.shape.map(|shape| self.model.shape(shape)) else { return };
        let ids = kind.rules.ids.iter().map(|(name, id)| (name, serde_json::Value::from(id.as_str())));
        let defaults = kind.rules.defaults.iter().map(|(name, value)| (name, value.clone()));
        for (name, template) in ids.chain(defaults) {
            let Some(member) = shape.member(name).filter(|_| !record.fields.contains_key(name)) else {
                continue;
            };
            let scope = Scope { account: self.account, record };
            let target = self.model.shape(member.shape);
            if let Some(value) = scope.value(self.model, target, &super::table::json(&template)) {
                record.fields.insert(name.clone(), value);
            }
        }
        for key in kind.key.iter().filter(|key| Some(*key) != kind.arn.as_ref()) {
            if let Some(member) = shape.member(key).filter(|member| member.required)
                && !record.fields.contains_key(key)
                && self.model.shape(member.shape).kind == ShapeKind::String
            {
                let mut rng = Rng::labelled(self.values.seed(), &format!("{}/{}", kind.name, record.ordinal));
                let value = self.values.random(member.shape, &mut rng);
                record.name = value.as_str().unwrap_or_default().to_owned();
                record.fields.insert(key.clone(), value);
            }
        }
        if record.name.is_empty() {
            record.name = self.account.digest(&format!("{}/{}", kind.name, record.ordinal), 12);
        }
    }

    fn arn_tail(&self, kind: &ResourceKind, record: &Record) -> String {
        let usual = format!("{}/{}", split(&kind.name, '-'), record.name.to_lowercase());
        let own = kind.rules.arn.as_ref();
        own.and_then(|template| Scope { account: self.account, record }.text(template)).unwrap_or(usual)
    }

    /// Puts the input's members over the record's.
    fn change(&mut self, kind: &ResourceKind, ordinal: u64) {
        let mut given = self.given(kind);
        given.retain(|name, _| !kind.key.contains(name));
        let now = self.account.now();
        let Some(record) = self.account.records.get_mut(&ordinal) else { return };
        record.modified = now;
        for (name, value) in given {
            match name.strip_prefix("Disassociate") {
                Some(gone) if value == Value::Boolean(true) => {
                    record.fields.shift_remove(&renamed(kind, gone));
                    record.fields.shift_remove(&renamed(kind, &format!("{gone}Name")));
                }
                Some(_) => {}
                None => drop(record.fields.insert(name, value)),
            }
        }
    }
}

fn renamed(kind: &ResourceKind, name: &str) -> String {
    kind.rules.rename.get(name).cloned().unwrap_or_else(|| name.to_owned())
}

/// A deletion says that it succeeded, where it says anything.
fn succeeded(mut output: Value) -> Value {
    if let Value::Structure(fields) = &mut output
        && let Some(success) = fields.get_mut("Success")
    {
        *success = Value::Boolean(true);
    }
    output
}
