//! How a resource moves: steps that an operation sets going, one a poll.

use std::collections::VecDeque;

use super::account::{Account, Record};
use super::catalogue::ResourceKind;
use super::fault::{self, RefusedCall};
use super::path;
use super::table::{LifecycleStep, Transition, json};
use super::template::Scope;
use crate::api::model::{Model, Timestamp, Value};
use crate::api::outcome::typed;
use crate::ground::json::Json;

/// The verbs of lifecycles without a place in the table: the states passed through and the state reached, the
/// first of each that the status knows.
const USUAL: [(&str, &[&str], &[&str]); 5] = [
    (
        "create",
        &[
            "Pending",
            "Creating",
            "CREATING",
            "Initializing",
            "STARTING",
            "Starting",
            "InProgress",
            "PENDING",
            "IN_PROGRESS",
            "CreateInProgress",
            "Executing",
            "Importing",
        ],
        &[
            "InService",
            "Active",
            "Available",
            "Created",
            "CREATED",
            "Completed",
            "COMPLETED",
            "CreateCompleted",
            "Succeeded",
            "Running",
            "Scheduled",
            "Done",
        ],
    ),
    ("start", &["Starting", "Pending", "Creating"], &["Started", "Running", "InService", "Scheduled"]),
    ("stop", &["Stopping", "STOPPING"], &["Stopped", "STOPPED", "Cancelled"]),
    (
        "update",
        &["Updating", "UPDATING", "UpdateInProgress"],
        &["Updated", "UpdateCompleted", "InService", "Available", "CREATED", "Created", "Active"],
    ),
    ("delete", &["Deleting", "DELETING", "DeleteInProgress"], &[]),
];

/// What statuses call failure.
const FAILED: [&str; 5] = ["Failed", "FAILED", "CreateFailed", "Create_Failed", "CREATE_FAILED"];

/// The steps of an operation on a resource of that name; the longest word in it counts.
pub(super) fn steps(model: &Model, kind: &ResourceKind, verb: &str, name: &str) -> Vec<LifecycleStep> {
    match kind.rules.on.get(verb) {
        Some(transition) => {
            let words = transition.ends.iter().filter(|(word, _)| has_word(name, word));
            words
                .max_by_key(|(word, _)| word.len())
                .map_or_else(|| transition.steps.clone(), |(_, steps)| steps.clone())
        }
        None => usual(model, kind, verb, has_word(name, "fails")),
    }
}

/// Whether a word stands in a name, between hyphens or at its ends.
fn has_word(name: &str, word: &str) -> bool {
    format!("-{name}-").contains(&format!("-{word}-"))
}

fn usual(model: &Model, kind: &ResourceKind, verb: &str, fails: bool) -> Vec<LifecycleStep> {
    let Some((status, shape)) = &kind.status else { return Vec::new() };
    let known = &model.shape(*shape).values;
    let Some((_, during, after)) = USUAL.iter().find(|(usual, _, _)| *usual == verb) else {
        return Vec::new();
    };
    let first =
        |words: &[&'static str]| words.iter().copied().find(|word| known.iter().any(|known| known == word));
    let failed = first(&FAILED).filter(|_| fails && verb == "create");
    let step = |state: &str| LifecycleStep {
        set: [(status.clone(), state.into())].into_iter().collect(),
        ..LifecycleStep::default()
    };
    let mut steps: Vec<LifecycleStep> =
        [first(during), failed.or_else(|| first(after))].into_iter().flatten().map(step).collect();
    if let Some(last) = steps.last_mut().filter(|_| failed.is_some()) {
        last.set.insert("FailureReason".to_owned(), "Its name asks for failure.".into());
    }
    steps
}

/// Refuses an operation that the resource's state does not allow.
pub(super) fn guard(
    kind: &ResourceKind,
    verb: &str,
    record: &Record,
    steps: &[LifecycleStep],
) -> Result<(), RefusedCall> {
    let (Some(Transition { from, code, .. }), Some((status, _))) = (kind.rules.on.get(verb), &kind.status)
    else {
        return Ok(());
    };
    let Some(now) = record.fields.get(status).and_then(Value::as_str) else { return Ok(()) };
    if from.is_empty() || from.iter().any(|state| state == now) {
        return Ok(());
    }
    let next = steps.first().and_then(|step| step.set.get(status)).and_then(|state| state.as_str());
    let message = format!(
        "Status ({now}) not in ([{}]). Unable to transition to ({}) for {} ({}).",
        from.join(", "),
        next.unwrap_or("Deleted"),
        kind.words,
        record.arn
    );
    Err(fault::error(code.as_deref().unwrap_or("ValidationException"), message))
}

/// Sets steps going: the first that applies is taken now. A deletion without steps is done at once.
pub(super) fn begin(
    model: &Model,
    kind: &ResourceKind,
    account: &mut Account,
    ordinal: u64,
    steps: Vec<LifecycleStep>,
    deleting: bool,
) {
    if let Some(record) = account.records.get_mut(&ordinal) {
        record.steps = VecDeque::from(steps);
        record.deleting = deleting;
    }
    poll(model, kind, account, ordinal);
}

/// Takes the next step that applies, and those that go together with it; after the last step of a deletion the
/// resource is gone.
pub(super) fn poll(model: &Model, kind: &ResourceKind, account: &mut Account, ordinal: u64) {
    let mut taken = false;
    while let Some(record) = account.records.get_mut(&ordinal) {
        let Some(step) = record.steps.pop_front_if(|step| !taken || step.together) else { break };
        taken |= enter(model, kind, account, ordinal, &step);
    }
    let over = account.records.get(&ordinal).is_some_and(|record| record.deleting && !taken);
    if over {
        account.remove(ordinal);
    }
}

/// Takes a step; false where it has no meaning for this resource or at this date.
fn enter(
    model: &Model,
    kind: &ResourceKind,
    account: &mut Account,
    ordinal: u64,
    step: &LifecycleStep,
) -> bool {
    let Some(record) = account.records.get(&ordinal) else { return false };
    let scope = Scope { account, record };
    if !step.when.iter().all(|(path, wanted)| holds(&scope, path, &json(wanted))) {
        return false;
    }
    let members = kind.shape.and_then(|shape| model.shape(shape).members());
    let value = |name: &str, template: &serde_json::Value| {
        let member = members?.get(name)?;
        scope.value(model, model.shape(member.shape), &json(template))
    };
    let set: Vec<(String, Value)> =
        step.set.iter().filter_map(|(name, template)| Some((name.clone(), value(name, template)?))).collect();
    let lists = step.append.iter().map(|(name, item)| (name, serde_json::Value::Array(vec![item.clone()])));
    let append: Vec<(String, Value)> =
        lists.filter_map(|(name, list)| Some((name.clone(), value(name, &list)?))).collect();
    if set.is_empty() && append.is_empty() && step.unset.is_empty() {
        return false;
    }
    let now = account.now();
    if let Some(record) = account.records.get_mut(&ordinal) {
        record.modified = now;
        record.fields.extend(set);
        append.into_iter().for_each(|(name, items)| put_at_end(record, &name, items, now));
        step.unset.iter().for_each(|name| drop(record.fields.shift_remove(name)));
    }
    true
}

fn holds(scope: &Scope<'_>, path: &str, wanted: &Json) -> bool {
    let found = path::first(&scope.record.fields, path).map(typed::encode);
    match wanted {
        Json::Null => found.is_none(),
        any if any.as_str() == Some("*") => found.is_some(),
        wanted => found.as_ref() == Some(wanted),
    }
}

/// Adds items to a list; the entry before an entry that starts now ends now.
fn put_at_end(record: &mut Record, name: &str, items: Value, now: Timestamp) {
    let (Value::List(list), Value::List(items)) =
        (record.fields.entry(name.to_owned()).or_insert_with(|| Value::List(Vec::new())), items)
    else {
        return;
    };
    if let Some(Value::Structure(last)) = list.last_mut()
        && last.contains_key("StartTime")
    {
        last.entry("EndTime".to_owned()).or_insert(Value::Timestamp(now));
    }
    list.extend(items);
}
