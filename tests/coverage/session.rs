//! One account in process: calls, and the names it has given and been given.

use std::collections::BTreeMap;

use shapetape::account::sandbox::Sandbox;
use shapetape::api::model::{Fields, Model, Value};

/// A call: the operation and its input.
pub(crate) type Call = (String, Value);

/// What a call showed, without times: they tell only that time has passed.
pub(crate) type Shown = Result<Value, String>;

/// A fresh account, everything that was called in it, and the names seen.
#[derive(Debug)]
pub(crate) struct Session {
    sandbox: Sandbox,
    pub(crate) calls: Vec<Call>,
    seen: BTreeMap<String, Value>,
}

impl Session {
    pub(crate) fn new(sandbox: &Sandbox) -> Session {
        let mut seen = BTreeMap::new();
        if sandbox.model().operation("CreateWorkforce").is_none() {
            // What nobody can make is there from the start.
            seen.insert("WorkforceName".to_owned(), Value::string("default"));
        }
        Session { sandbox: sandbox.another(), calls: Vec::new(), seen }
    }

    /// A fresh account in which those calls were made.
    pub(crate) fn after(sandbox: &Sandbox, calls: &[Call]) -> Session {
        let mut session = Session::new(sandbox);
        for (operation, input) in calls {
            let _ = session.call(operation, input.clone());
        }
        session
    }

    pub(crate) fn model(&self) -> &Model {
        self.sandbox.model()
    }

    pub(crate) fn call(&mut self, operation: &str, input: Value) -> Shown {
        let answer = self.sandbox.call(operation, &input);
        if let Ok(output) = &answer {
            self.remember(&input, false);
            self.remember(output, false);
        }
        self.calls.push((operation.to_owned(), input));
        answer.map(|output| timeless(&output)).map_err(|error| error.code.clone())
    }

    /// Keeps the names in a value: the outermost of each, those inside where there is none yet.
    fn remember(&mut self, value: &Value, inside: bool) {
        match value {
            Value::List(items) => items.iter().for_each(|item| self.remember(item, true)),
            Value::Structure(fields) => {
                for (name, value) in fields {
                    if value.as_str().is_none() {
                        self.remember(value, true);
                    } else if (is_name(name) || name == "Key") && !(inside && self.seen.contains_key(name)) {
                        self.seen.insert(name.clone(), value.clone());
                    }
                }
            }
            _ => {}
        }
    }

    /// The input with the names of what there is, where it has members of their kind; not for the resource `own`,
    /// which is to be made.
    pub(crate) fn with_names(&self, value: Value, own: Option<&str>) -> Value {
        match value {
            Value::Structure(fields) => Value::Structure(
                fields
                    .into_iter()
                    .map(|(name, value)| {
                        let value = self.renamed(&name, value, own);
                        (name, value)
                    })
                    .collect(),
            ),
            Value::List(items) => {
                Value::List(items.into_iter().map(|item| self.with_names(item, own)).collect())
            }
            value => value,
        }
    }

    fn renamed(&self, name: &str, value: Value, own: Option<&str>) -> Value {
        if name == "TagKeys" {
            return Value::List(self.seen.get("Key").cloned().into_iter().collect());
        }
        let is_own = |own: &str| base(name).is_some_and(|base| own.starts_with(base));
        match self.known(name).filter(|_| value.as_str().is_some() && !own.is_some_and(is_own)) {
            Some(known) => known.clone(),
            None => self.with_names(value, own),
        }
    }

    /// A known name for a member: its own, or that of a member it ends with; an ARN may stand for a name. Any ARN
    /// will do for `ResourceArn`.
    fn known(&self, member: &str) -> Option<&Value> {
        let base = base(member)?;
        let fits = |known: &&String| known.len() > 4 && member.ends_with(known.as_str());
        let arn = || self.seen.get(&format!("{base}Arn"));
        self.seen.get(member).or_else(arn).or_else(|| {
            let longest = self.seen.keys().filter(fits).max_by_key(|known| known.len());
            let any = || self.seen.keys().find(|known| known.ends_with("Arn"));
            let found = longest.or_else(|| any().filter(|_| member == "ResourceArn"))?;
            self.seen.get(found)
        })
    }

    pub(crate) fn has(&self, member: &str) -> bool {
        self.known(member).is_some()
    }
}

/// What a member names: `NotebookInstance` for `NotebookInstanceName`. Roles and keys are not the account's.
pub(crate) fn base(member: &str) -> Option<&str> {
    let base = ["Name", "Arn", "Identifier", "Id"].iter().find_map(|end| member.strip_suffix(end))?;
    Some(base).filter(|base| !base.ends_with("Role") && !base.contains("Kms"))
}

fn is_name(member: &str) -> bool {
    base(member).is_some()
}

/// The value with all its times alike, and all links: they hold the time of the call.
fn timeless(value: &Value) -> Value {
    match value {
        Value::Timestamp(_) => Value::string("a time"),
        Value::String(text) if text.as_str().is_some_and(|text| text.contains("authToken=")) => {
            Value::string("a link")
        }
        Value::List(items) => Value::List(items.iter().map(timeless).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), timeless(value))).collect())
        }
        Value::Structure(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), timeless(value)));
            Value::Structure(fields.collect::<Fields>())
        }
        other => other.clone(),
    }
}
