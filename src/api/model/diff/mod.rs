//! What changed between two models of a service, and whom it breaks.
//!
//! Operations are walked side by side. A change of a shape that many operations use at the same path is one
//! change with many operations. Names of shapes are no part of an API: only what is inside counts.

mod change;
mod walk;

pub use change::{Affected, Change, ChangeKind, Severity};

use indexmap::{IndexMap, IndexSet};

use super::{ErrorTrait, Model, Operation, Paginator, Waiter};
use walk::OperationDiff;

/// All changes from `old` to `new`, worst first; within a severity in the order of the new model.
pub fn diff(old: &Model, new: &Model) -> Vec<Change> {
    let mut changes = Changes::default();
    metadata(old, new, &mut changes);
    for operation in new.operations.values() {
        match old.operation(&operation.name) {
            Some(before) => operations(old, new, before, operation, &mut changes),
            None => changes.add(Some(&operation.name), "", None, ChangeKind::OperationAdded, None),
        }
    }
    for gone in old.operations.keys().filter(|name| new.operation(name).is_none()) {
        changes.add(Some(gone), "", None, ChangeKind::OperationRemoved, None);
    }
    waiters(old, new, &mut changes);
    changes.sorted()
}

/// What makes two changes one: everything but the operation.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    path: String,
    shape: Option<String>,
    kind: ChangeKind,
    value: Option<String>,
}

/// The changes found so far; equal ones of several operations become one.
#[derive(Debug, Default)]
struct Changes {
    found: IndexMap<Key, IndexSet<String>>,
}

impl Changes {
    fn add(
        &mut self,
        operation: Option<&str>,
        path: &str,
        shape: Option<&str>,
        kind: ChangeKind,
        value: Option<String>,
    ) {
        let key = Key { path: path.to_owned(), shape: shape.map(str::to_owned), kind, value };
        self.found.entry(key).or_default().extend(operation.map(str::to_owned));
    }

    /// Adds a change if the two texts differ.
    fn compare(&mut self, operation: Option<&str>, path: &str, kind: ChangeKind, (old, new): (&str, &str)) {
        if old != new {
            self.add(operation, path, None, kind, Some(format!("{old} → {new}")));
        }
    }

    fn sorted(self) -> Vec<Change> {
        let change =
            |(Key { path, shape, kind, value }, operations)| Change { operations, path, shape, kind, value };
        let mut changes: Vec<Change> = self.found.into_iter().map(change).collect();
        changes.sort_by_key(Change::severity);
        changes
    }
}

fn metadata(old: &Model, new: &Model, changes: &mut Changes) {
    let (old, new) = (&old.metadata, &new.metadata);
    let protocols = (old.protocol.to_string(), new.protocol.to_string());
    for (name, old, new) in [
        ("protocol", &protocols.0, &protocols.1),
        ("jsonVersion", &old.json_version, &new.json_version),
        ("targetPrefix", &old.target_prefix, &new.target_prefix),
        ("signingName", &old.signing_name, &new.signing_name),
        ("endpointPrefix", &old.endpoint_prefix, &new.endpoint_prefix),
    ] {
        changes.compare(None, &format!("metadata.{name}"), ChangeKind::MetadataChanged, (old, new));
    }
}

fn operations(old: &Model, new: &Model, before: &Operation, after: &Operation, changes: &mut Changes) {
    let name = Some(after.name.as_str());
    for (side, old_side, new_side) in
        [("input", before.input, after.input), ("output", before.output, after.output)]
    {
        match (old_side, new_side) {
            (Some(old_side), Some(new_side)) => {
                OperationDiff::new(old, new, &after.name, changes).shapes(side, old_side, new_side);
            }
            (None, None) => {}
            (None, Some(_)) => changes.add(name, side, None, ChangeKind::MemberAdded, None),
            (Some(_), None) => changes.add(name, side, None, ChangeKind::MemberRemoved, None),
        }
    }
    errors(old, new, before, after, changes);
    for (path, kind, text) in [
        ("http", ChangeKind::WireNameChanged, http as fn(&Operation) -> String),
        ("deprecated", ChangeKind::DeprecatedChanged, |operation| operation.deprecated.to_string()),
        ("paginator", ChangeKind::PaginatorChanged, |operation| paginator(operation.paginator.as_ref())),
    ] {
        changes.compare(name, path, kind, (&text(before), &text(after)));
    }
}

fn http(operation: &Operation) -> String {
    let host = operation.host_prefix.as_ref().map(|prefix| format!(" at {prefix}")).unwrap_or_default();
    format!("{} {}{host}", operation.method, operation.uri)
}

fn paginator(paginator: Option<&Paginator>) -> String {
    let Some(paginator) = paginator else { return "none".to_owned() };
    let list = |keys: &[String]| keys.join("+");
    let mut text = format!("{} from {}", list(&paginator.input_tokens), list(&paginator.output_tokens));
    for (word, keys) in [
        ("while", paginator.more_results.as_slice()),
        ("limit", paginator.limit_key.as_slice()),
        ("items", &paginator.result_keys),
        ("beside", &paginator.non_aggregate_keys),
    ] {
        if !keys.is_empty() {
            text.push_str(&format!(", {word} {}", list(keys)));
        }
    }
    text
}

fn errors(old: &Model, new: &Model, before: &Operation, after: &Operation, changes: &mut Changes) {
    let name = Some(after.name.as_str());
    let names = |model: &Model, operation: &Operation| -> IndexSet<String> {
        operation.errors.iter().map(|id| model.shape(*id).name.clone()).collect()
    };
    let (old_errors, new_errors) = (names(old, before), names(new, after));
    for error in old_errors.union(&new_errors) {
        let path = format!("errors.{error}");
        match (old_errors.contains(error), new_errors.contains(error)) {
            (false, _) => changes.add(name, &path, Some(error), ChangeKind::ErrorAdded, None),
            (_, false) => changes.add(name, &path, Some(error), ChangeKind::ErrorRemoved, None),
            _ => {
                let (Some(was), Some(is)) = (old.shape_named(error), new.shape_named(error)) else {
                    continue;
                };
                let texts = (self::error(was.error.as_ref()), self::error(is.error.as_ref()));
                changes.compare(name, &path, ChangeKind::ErrorChanged, (&texts.0, &texts.1));
                OperationDiff::new(old, new, &after.name, changes).shapes(&path, was.id, is.id);
            }
        }
    }
}

fn error(error: Option<&ErrorTrait>) -> String {
    let Some(error) = error else { return "no error".to_owned() };
    let status = error.status.map(|status| format!("{status} ")).unwrap_or_default();
    format!("{status}{} of the {}", error.code, if error.server_fault { "service" } else { "sender" })
}

fn waiters(old: &Model, new: &Model, changes: &mut Changes) {
    let decides = |waiter: &Waiter| (waiter.operation.clone(), waiter.acceptors.clone());
    let gone = old.waiters.values().filter(|waiter| !new.waiters.contains_key(&waiter.name));
    for waiter in new.waiters.values().chain(gone) {
        let kind = match (old.waiters.get(&waiter.name), new.waiters.get(&waiter.name)) {
            (None, _) => ChangeKind::WaiterAdded,
            (_, None) => ChangeKind::WaiterRemoved,
            (Some(was), Some(is)) if decides(was) != decides(is) => ChangeKind::WaiterChanged,
            _ => continue,
        };
        let path = format!("waiters.{}", waiter.name);
        changes.add(Some(&waiter.operation), &path, None, kind, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::{embedded, latest, synthetic};

    fn lines(old: &Model, new: &Model) -> Vec<String> {
        diff(old, new).iter().map(ToString::to_string).collect()
    }

    /// The page of API changes of 2018-01-17 names the four members; the rest came in the weeks between.
    #[test]
    fn the_changes_between_two_dates_are_those_that_the_pages_tell() {
        assert_eq!(
            lines(&embedded("2017-11-29").unwrap(), &embedded("2018-01-17").unwrap()),
            [
                "wire   required-added input.ExecutionRoleArn in CreateModel",
                "wire   member-removed input.SupplementalContainers in CreateModel",
                "source member-removed output.SupplementalContainers in DescribeModel",
                "none   member-added input.KmsKeyId in CreateEndpointConfig",
                "none   member-added input.ResourceConfig.VolumeKmsKeyId in CreateTrainingJob",
                "none   member-added output.KmsKeyId in DescribeEndpointConfig",
                "none   member-added output.ResourceConfig.VolumeKmsKeyId in DescribeTrainingJob",
                "none   waiter-added waiters.NotebookInstanceInService in DescribeNotebookInstance",
                "none   waiter-added waiters.NotebookInstanceStopped in DescribeNotebookInstance",
                "none   waiter-added waiters.NotebookInstanceDeleted in DescribeNotebookInstance",
                "none   waiter-added waiters.TrainingJobCompletedOrStopped in DescribeTrainingJob",
                "none   waiter-added waiters.EndpointInService in DescribeEndpoint",
                "none   waiter-added waiters.EndpointDeleted in DescribeEndpoint",
            ]
        );
    }

    #[test]
    fn a_model_does_not_differ_from_itself() {
        assert_eq!(lines(&latest().unwrap(), &latest().unwrap()), [] as [&str; 0]);
        assert_eq!(lines(&synthetic().unwrap(), &synthetic().unwrap()), [] as [&str; 0]);
    }
}
