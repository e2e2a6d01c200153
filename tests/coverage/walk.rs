//! Finds, from the model alone, calls that change something and calls that show it.
//!
//! Two fresh accounts are led the same way; in one of them an operation is called, then both are looked at. What
//! differs, times apart, that call has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shapetape::account::sandbox::{Sandbox, SandboxOptions};
use shapetape::api::model::{Fields, Model, Value};
use shapetape::api::values::{Rng, Values};

use super::session::{Call, Session, base};

/// Calls that lead up to a change, the change, and the call that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Experiment {
    pub(crate) before: Vec<Call>,
    pub(crate) change: Call,
    pub(crate) look: Call,
}

/// Operations that only look.
const LOOKING: [&str; 7] = ["Describe", "List", "Search", "Get", "BatchDescribe", "BatchGet", "Query"];
/// Operations that make something, by the words they begin with.
const MAKING: [&str; 5] = ["Create", "Register", "Import", "Add", "Start"];
/// Ways to fill an input.
const TURNS: u64 = 6;
/// How deep a resource may need others.
const DEEPEST: usize = 4;
/// Describes after which every lifecycle has come to its end.
const POLLS: usize = 8;

/// Ways to lead an account up to a change.
const WAYS: [(usize, bool); 4] = [(POLLS, false), (0, false), (POLLS, true), (1, false)];

/// The walk over one model.
pub(crate) struct Walk {
    model: Arc<Model>,
    values: Values,
    sandbox: Sandbox,
}

impl Walk {
    pub(crate) fn new(model: Arc<Model>) -> Walk {
        Walk {
            // boto3 sends whole seconds.
            values: Values::new(Arc::clone(&model), 5, 0),
            sandbox: Sandbox::new(Arc::clone(&model), SandboxOptions::default()),
            model,
        }
    }

    /// For each operation a change it makes that another shows; for those that only look, a change they show.
    pub(crate) fn experiments(&self) -> Vec<Experiment> {
        let mut found: Vec<Experiment> = Vec::new();
        let mut shown: BTreeMap<String, Experiment> = BTreeMap::new();
        let changing = self.model.operations.keys().filter(|name| !is_look(name));
        for operation in changing {
            let mut seen = self.seen_of(operation).into_iter();
            if let Some(first) = seen.next() {
                shown.insert(first.look.0.clone(), first.clone());
                found.push(first);
            }
            for other in seen {
                shown.entry(other.look.0.clone()).or_insert(other);
            }
        }
        let known: Vec<String> = found.iter().map(|one| one.look.0.clone()).collect();
        found.extend(shown.into_values().filter(|one| !known.contains(&one.look.0)));
        found.into_iter().map(|one| self.shortened(one)).collect()
    }

    /// A change of an operation, with everything that shows it; nothing where none does.
    fn seen_of(&self, operation: &str) -> Vec<Experiment> {
        for (polls, stop) in WAYS {
            for turn in 0..TURNS {
                let mut session = Session::new(&self.sandbox);
                let input = self.lead_up_to(&mut session, operation, turn, (polls, stop));
                let before = session.calls.clone();
                if session.call(operation, input.clone()).is_err() {
                    continue;
                }
                let change = (operation.to_owned(), input);
                let looks = self.looks(&session, operation);
                let seen: Vec<Experiment> = self
                    .differing(&before, &change, looks)
                    .into_iter()
                    .map(|look| Experiment { before: before.clone(), change: change.clone(), look })
                    .filter(|experiment| self.shows(experiment))
                    .collect();
                if !seen.is_empty() {
                    return seen;
                }
            }
        }
        Vec::new()
    }

    /// The looks that differ after a change when all are made, one after another, in two accounts.
    fn differing(&self, before: &[Call], change: &Call, looks: Vec<Call>) -> Vec<Call> {
        let mut with = Session::after(&self.sandbox, before);
        let mut without = Session::after(&self.sandbox, before);
        let _ = with.call(&change.0, change.1.clone());
        let differs =
            |(look, input): &Call| with.call(look, input.clone()) != without.call(look, input.clone());
        looks.into_iter().filter(differs).collect()
    }

    /// Whether the look differs when it is the only one.
    fn shows(&self, experiment: &Experiment) -> bool {
        let look = vec![experiment.look.clone()];
        !self.differing(&experiment.before, &experiment.change, look).is_empty()
    }

    /// The experiment without the calls before it that it does not need.
    fn shortened(&self, experiment: Experiment) -> Experiment {
        let mut short = experiment;
        let operations: BTreeSet<String> =
            short.before.iter().map(|(operation, _)| operation.clone()).collect();
        for operation in operations {
            let mut without = short.clone();
            without.before.retain(|(called, _)| *called != operation);
            if self.shows(&without) {
                short = without;
            }
        }
        short
    }

    /// Makes what an operation needs, in that way, and gives its input.
    fn lead_up_to(&self, session: &mut Session, operation: &str, turn: u64, way: (usize, bool)) -> Value {
        let own = self.made_by(operation).map(str::to_owned);
        let input = self.input(operation, turn);
        self.make_needs(session, &input, own.as_deref(), DEEPEST);
        for noun in self.nouns().filter(|noun| operation.contains(*noun)) {
            if own.as_deref() != Some(noun) {
                self.make(session, noun, DEEPEST);
            }
        }
        if let (polls, stop @ true) | (polls @ 1.., stop) = way {
            self.poll(session, polls);
            let stops = self.model.operations.keys().filter(|_| stop).filter_map(|name| {
                let noun = name.strip_prefix("Stop")?;
                operation.contains(noun).then(|| name.clone())
            });
            for stop in stops.collect::<Vec<_>>() {
                let input = session.with_names(self.input(&stop, 0), None);
                let _ = session.call(&stop, input);
                self.poll(session, polls);
            }
        }
        session.with_names(input, own.as_deref())
    }

    /// Makes what the names in an input are of.
    fn make_needs(&self, session: &mut Session, input: &Value, own: Option<&str>, depth: usize) {
        let mut names = Vec::new();
        names_in(input, &mut names);
        for name in names {
            let Some(base) = base(&name).filter(|_| !session.has(&name)) else { continue };
            let wanted = self
                .nouns()
                .find(|noun| *noun == base)
                .or_else(|| self.nouns().filter(|noun| base.ends_with(noun)).max_by_key(|noun| noun.len()));
            let any = if base == "Resource" { self.nouns().find(|noun| *noun == "Model") } else { None };
            if let Some(noun) = wanted.or(any).filter(|noun| !own.is_some_and(|own| own.starts_with(noun))) {
                self.make(session, noun, depth);
            }
        }
    }

    /// Makes a resource, and before it what it needs.
    fn make(&self, session: &mut Session, noun: &str, depth: usize) {
        let Some(operation) = self.maker(noun).filter(|_| depth > 0) else { return };
        if session.calls.iter().any(|(called, _)| *called == operation) {
            return;
        }
        for turn in 0..TURNS {
            let input = self.input(&operation, turn);
            self.make_needs(session, &input, Some(noun), depth - 1);
            let input = session.with_names(input, Some(noun));
            if session.call(&operation, input).is_ok() {
                return;
            }
        }
    }

    /// Describes everything made so far until nothing moves any more.
    fn poll(&self, session: &mut Session, polls: usize) {
        let made: Vec<String> = session
            .calls
            .iter()
            .filter_map(|(operation, _)| self.made_by(operation))
            .map(|noun| format!("Describe{noun}"))
            .collect();
        for describe in made.iter().filter(|name| self.model.operation(name).is_some()) {
            for _ in 0..polls {
                let input = session.with_names(self.input(describe, 0), None);
                let _ = session.call(describe, input);
            }
        }
    }

    /// Looks that may show what an operation did, the likeliest first.
    fn looks(&self, session: &Session, operation: &str) -> Vec<Call> {
        let noun = operation.trim_start_matches(char::is_uppercase).trim_start_matches(char::is_lowercase);
        let about = |name: &&String| name.contains(noun) || noun.contains(trimmed(name));
        let mut names: Vec<&String> = self.model.operations.keys().filter(|name| is_look(name)).collect();
        names.sort_by_key(|name| (!about(name), !name.starts_with("Describe")));
        let mut looks = Vec::new();
        for name in names {
            let input = session.with_names(self.input(name, 0), None);
            let Some(resources) = search_resources(session.model(), name) else {
                looks.push((name.clone(), input));
                continue;
            };
            for resource in resources {
                let fields = Fields::from_iter([("Resource".to_owned(), Value::string(resource))]);
                looks.push((name.clone(), Value::Structure(fields)));
            }
        }
        looks
    }

    fn nouns(&self) -> impl Iterator<Item = &str> {
        self.model.operations.keys().filter_map(|operation| self.made_by(operation))
    }

    /// What an operation makes. `Start` makes what nothing else does: an execution.
    fn made_by<'a>(&self, operation: &'a str) -> Option<&'a str> {
        let (verb, noun) = MAKING.iter().find_map(|verb| Some((*verb, operation.strip_prefix(verb)?)))?;
        let only = verb != "Start" || self.model.operation(&format!("Create{noun}")).is_none();
        Some(noun).filter(|noun| only && !noun.starts_with("Presigned"))
    }

    fn maker(&self, noun: &str) -> Option<String> {
        self.model.operations.keys().find(|name| self.made_by(name) == Some(noun)).cloned()
    }

    /// Inputs of an operation: the least, all of it in two ways, then any.
    fn input(&self, operation: &str, turn: u64) -> Value {
        let Some(shape) = self.model.operation(operation).and_then(|operation| operation.input) else {
            return Value::default();
        };
        let mut input = match turn {
            0 => self.values.with_items(shape),
            1 => self.values.maximal(shape, 0),
            turn => self.values.random(shape, &mut Rng::labelled(turn, operation)),
        };
        if let Value::Structure(fields) = &mut input {
            fields.shift_remove("NextToken");
        }
        modest(input)
    }
}

fn is_look(operation: &str) -> bool {
    LOOKING.iter().any(|verb| operation.starts_with(verb)) || operation.starts_with("CreatePresigned")
}

/// The value with no more instances than an account may have.
fn modest(value: Value) -> Value {
    match value {
        Value::Structure(fields) => Value::Structure(
            fields
                .into_iter()
                .map(|(name, value)| match value {
                    Value::Integer(_) if name.ends_with("InstanceCount") => (name, Value::Integer(1)),
                    value => (name, modest(value)),
                })
                .collect(),
        ),
        Value::List(items) => Value::List(items.into_iter().map(modest).collect()),
        value => value,
    }
}

/// An operation's noun in the singular.
fn trimmed(operation: &str) -> &str {
    let noun = LOOKING.iter().find_map(|verb| operation.strip_prefix(verb)).unwrap_or(operation);
    noun.strip_suffix('s').unwrap_or(noun)
}

/// What can be searched for, if that is what the operation does.
fn search_resources<'m>(model: &'m Model, operation: &str) -> Option<Vec<&'m str>> {
    let input = model.operation(operation).filter(|_| operation == "Search")?.input?;
    let resource = model.shape(input).member("Resource")?;
    Some(model.shape(resource.shape).values.iter().map(|value| value.as_str()).collect())
}

/// The names of all text members of a value.
fn names_in(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Structure(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(_) => names.push(name.clone()),
                    None => names_in(value, names),
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| names_in(item, names)),
        _ => {}
    }
}
