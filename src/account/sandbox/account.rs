//! What an account holds: resources, tags, and the time of the last call.

use std::collections::{BTreeMap, VecDeque};

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::SandboxOptions;
use super::table::LifecycleStep;
use crate::api::model::{Fields, Timestamp, Value};
use crate::ground::json::Text;

/// Milliseconds that pass with every call; not whole seconds, so that answers have decimals to get wrong.
const TICK: i64 = 1_137;

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its place in the order of making.
    pub(super) ordinal: u64,
    /// Its kind.
    pub(super) kind: String,
    /// Its name, as lists sort and search by it.
    pub(super) name: String,
    /// Its ARN.
    pub(super) arn: String,
    /// Its members, by the names that outputs use.
    pub(super) fields: Fields,
    /// When it was made.
    pub(super) created: Timestamp,
    /// When it was last changed.
    pub(super) modified: Timestamp,
    /// The steps still to come, one a poll.
    pub(super) steps: VecDeque<LifecycleStep>,
    /// After the last step it is gone.
    pub(super) deleting: bool,
    /// The idempotency token it was made with.
    pub(super) token: Option<Text>,
}

/// An account and everything in it.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) options: SandboxOptions,
    /// The service in its ARNs.
    service: String,
    pub(super) records: BTreeMap<u64, Record>,
    pub(super) tags: BTreeMap<String, IndexMap<Text, Text>>,
    /// How often a call that asks for trouble has been made.
    pub(super) attempts: BTreeMap<String, u32>,
    next: u64,
    now: i64,
}

impl Account {
    pub(super) fn new(options: SandboxOptions, service: &str) -> Account {
        let now = options.start.0;
        Account {
            options,
            service: service.to_owned(),
            records: BTreeMap::new(),
            tags: BTreeMap::new(),
            attempts: BTreeMap::new(),
            next: 1,
            now,
        }
    }

    /// Lets the time of one call pass.
    pub(super) fn tick(&mut self) {
        self.now += TICK;
    }

    /// The time of the call.
    pub(super) fn now(&self) -> Timestamp {
        let nanos = i128::from(self.now) * 1_000_000;
        Timestamp::from_nanos(nanos).unwrap_or(Timestamp::from_seconds(0))
    }

    /// The ordinal of the next resource.
    pub(super) fn ordinal(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// A record made now, not yet put in.
    pub(super) fn new_record(&mut self, kind: &str, name: String, arn: String, fields: Fields) -> Record {
        let now = self.now();
        Record {
            ordinal: self.ordinal(),
            kind: kind.to_owned(),
            name,
            arn,
            fields,
            created: now,
            modified: now,
            steps: VecDeque::new(),
            deleting: false,
            token: None,
        }
    }

    /// Hexadecimal digits that belong to a label, the same in every run of the same seed.
    pub(super) fn digest(&self, label: &str, digits: usize) -> String {
        let hash = Sha256::digest(format!("{}/{label}", self.options.seed));
        let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        text[..digits.min(text.len())].to_owned()
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:REST`.
    pub(super) fn arn(&self, rest: &str) -> String {
        let SandboxOptions { region, account, .. } = &self.options;
        format!("arn:aws:{}:{region}:{account}:{rest}", self.service)
    }

    /// The resources of a kind, in the order of making.
    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl DoubleEndedIterator<Item = &'a Record> + 'a {
        self.records.values().filter(move |record| record.kind == kind)
    }

    /// The resource of an ARN.
    pub(super) fn by_arn(&self, arn: &str) -> Option<&Record> {
        self.records.values().find(|record| record.arn == arn)
    }

    /// The tags of an ARN as a list of `{Key, Value}`.
    pub(super) fn tag_list(&self, arn: &str) -> Vec<Value> {
        let tags = self.tags.get(arn).into_iter().flatten();
        tags.map(|(key, value)| {
            Value::structure([("Key", Value::String(key.clone())), ("Value", Value::String(value.clone()))])
        })
        .collect()
    }

    /// Adds or overwrites tags given as a list of `{Key, Value}`.
    pub(super) fn tag(&mut self, arn: &str, tags: &Value) {
        let own = self.tags.entry(arn.to_owned()).or_default();
        for tag in tags.items().unwrap_or_default() {
            if let (Some(Value::String(key)), Some(Value::String(value))) = (tag.get("Key"), tag.get("Value"))
            {
                own.insert(key.clone(), value.clone());
            }
        }
    }

    /// Takes a resource away, its tags too.
    pub(super) fn remove(&mut self, ordinal: u64) {
        if let Some(record) = self.records.remove(&ordinal) {
            self.tags.remove(&record.arn);
        }
    }
}
