//! Which operation does what to which kind of resource, read off the names and shapes of the model.
//!
//! `CreateX`, `DescribeX`, `ListXs`, `UpdateX`, `DeleteX`, `StartX` and `StopX` belong to the kind `X`, where the
//! model has both a way to make one and a way to see it. What the names do not say stands in the table.

use indexmap::IndexMap;

use super::table::{ResourceRules, Table};
use crate::api::model::{Model, Operation, ShapeId, ShapeKind};

/// A kind of resource.
#[derive(Debug)]
pub(super) struct ResourceKind {
    /// Its name: `NotebookInstance`.
    pub(super) name: String,
    /// What messages call it: `notebook instance`.
    pub(super) words: String,
    /// The members that name it.
    pub(super) key: Vec<String>,
    /// The member of its own ARN.
    pub(super) arn: Option<String>,
    /// The member of its status, and the status's shape.
    pub(super) status: Option<(String, ShapeId)>,
    /// The structure that describes it: Describe's output, or the one member of it that is the whole.
    pub(super) shape: Option<ShapeId>,
    /// What the table says about it.
    pub(super) rules: ResourceRules,
}

/// What an operation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OperationRole {
    /// Makes a resource of the kind.
    Create(String),
    /// Shows one, and is a poll.
    Describe(String),
    /// Shows many.
    List(String),
    /// Changes one.
    Update(String),
    /// Takes one away.
    Delete(String),
    /// Starts one.
    Start(String),
    /// Stops one.
    Stop(String),
    /// Gives a link to one.
    Link(String),
    /// Has code of its own.
    Own(&'static str),
    /// Answers with a valid value that says nothing.
    Generated,
}

/// The kinds and roles of one model.
#[derive(Debug)]
pub(super) struct Catalogue {
    pub(super) kinds: IndexMap<String, ResourceKind>,
    pub(super) roles: IndexMap<String, OperationRole>,
}

impl Catalogue {
    /// Reads a model. `own` names the operations that have code of their own.
    pub(super) fn new(model: &Model, table: &Table, own: &[&'static str]) -> Catalogue {
        let finder = Finder { model, table };
        let kinds: IndexMap<String, ResourceKind> =
            finder.names().into_iter().map(|name| (name.clone(), finder.kind(&name))).collect();
        let role = |operation: &str| match own.iter().find(|name| **name == operation) {
            Some(name) => OperationRole::Own(name),
            None => finder.role(operation, &kinds),
        };
        let roles = model.operations.keys().map(|name| (name.clone(), role(name))).collect();
        Catalogue { kinds, roles }
    }
}

struct Finder<'a> {
    model: &'a Model,
    table: &'a Table,
}

impl Finder<'_> {
    /// The noun of an operation of that verb, by its resource's name.
    fn noun(&self, operation: &str, verb: &str) -> Option<String> {
        let noun = operation.strip_prefix(verb).filter(|noun| noun.starts_with(char::is_uppercase))?;
        let noun = if verb == "List" { singular(noun) } else { noun.to_owned() };
        Some(self.table.nouns.get(&noun).cloned().unwrap_or(noun))
    }

    fn made_by(&self, operation: &str) -> Option<String> {
        self.table.creators.get(operation).cloned().or_else(|| self.noun(operation, "Create"))
    }

    fn seen_by(&self, operation: &str) -> Option<String> {
        self.noun(operation, "Describe").or_else(|| self.noun(operation, "List"))
    }

    /// The kinds that can be made and seen, in the order of the model's operations.
    fn names(&self) -> Vec<String> {
        let operations = || self.model.operations.keys();
        let seen: Vec<String> = operations().filter_map(|operation| self.seen_by(operation)).collect();
        let mut names: Vec<String> = Vec::new();
        let seeded = self.table.kinds.keys().filter(|name| seen.contains(name)).cloned();
        for name in operations().filter_map(|operation| self.made_by(operation)).chain(seeded) {
            if seen.contains(&name) && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The operation of a verb for a kind.
    fn operation(&self, verb: &str, kind: &str) -> Option<&Operation> {
        let mut found = self.model.operations.values();
        found.find(|operation| self.noun(&operation.name, verb).as_deref() == Some(kind))
    }

    fn creator(&self, kind: &str) -> Option<&Operation> {
        self.model
            .operations
            .values()
            .find(|operation| self.made_by(&operation.name).as_deref() == Some(kind))
    }

    fn kind(&self, name: &str) -> ResourceKind {
        let rules = self.table.kinds.get(name).cloned().unwrap_or_default();
        let describe = self.operation("Describe", name);
        let shape = describe
            .and_then(|describe| describe.output)
            .map(|output| self.whole(name, output))
            .or_else(|| self.operation("List", name).and_then(|list| self.item(list)));
        ResourceKind {
            name: name.to_owned(),
            words: rules.words.clone().unwrap_or_else(|| words(name)),
            key: if rules.key.is_empty() { self.key(name, describe) } else { rules.key.clone() },
            arn: self.arn(name, shape),
            status: shape.and_then(|shape| self.status(name, shape)),
            shape,
            rules,
        }
    }

    /// The member of a Describe's output that is the whole resource (`Workforce`), or the output itself.
    fn whole(&self, name: &str, output: ShapeId) -> ShapeId {
        match self.model.shape(output).member(name) {
            Some(member) if self.model.shape(member.shape).members().is_some() => member.shape,
            _ => output,
        }
    }

    /// The structure of a list's items.
    fn item(&self, list: &Operation) -> Option<ShapeId> {
        let members = self.model.shape(list.output?).members()?;
        members.values().find_map(|member| match self.model.shape(member.shape).kind {
            ShapeKind::List { item, .. } if self.model.shape(item).members().is_some() => Some(item),
            _ => None,
        })
    }

    fn required(&self, operation: Option<&Operation>) -> Vec<String> {
        let members = operation.and_then(|operation| self.model.shape(operation.input?).members());
        let members = members.into_iter().flatten();
        members.filter(|(_, member)| member.required).map(|(name, _)| name.clone()).collect()
    }

    fn key(&self, name: &str, describe: Option<&Operation>) -> Vec<String> {
        let named = |operation| Some(self.required(operation)).filter(|key: &Vec<String>| !key.is_empty());
        named(describe)
            .or_else(|| named(self.operation("Delete", name)))
            .unwrap_or_else(|| vec![format!("{name}Name")])
    }

    fn arn(&self, name: &str, shape: Option<ShapeId>) -> Option<String> {
        let output = self.creator(name).and_then(|creator| creator.output);
        let own = [format!("{name}Arn"), "Arn".to_owned()];
        let has = |shape: ShapeId, member: &str| self.model.shape(shape).member(member).is_some();
        let places = [output, shape].into_iter().flatten();
        for place in places.clone() {
            if let Some(member) = own.iter().find(|member| has(place, member)) {
                return Some(member.clone());
            }
        }
        let members = places.filter_map(|place| self.model.shape(place).members()).flatten();
        members.map(|(member, _)| member.clone()).find(|member| member.ends_with("Arn"))
    }

    /// The status that the service sets: an enum called so, which the caller does not give on create.
    fn status(&self, name: &str, shape: ShapeId) -> Option<(String, ShapeId)> {
        let members = self.model.shape(shape).members()?;
        let given = self.creator(name).and_then(|creator| self.model.shape(creator.input?).members());
        let candidates = [format!("{name}Status"), "Status".to_owned()].into_iter().chain(
            members
                .keys()
                .filter(|member| member.ends_with("Status") && name.ends_with(&member[..member.len() - 6]))
                .cloned(),
        );
        candidates
            .filter(|candidate| !given.is_some_and(|given| given.contains_key(candidate)))
            .find_map(|candidate| members.get(&candidate))
            .filter(|member| !self.model.shape(member.shape).values.is_empty())
            .map(|member| (member.name.clone(), member.shape))
    }

    fn role(&self, operation: &str, kinds: &IndexMap<String, ResourceKind>) -> OperationRole {
        let known = |kind: Option<String>| kind.filter(|kind| kinds.contains_key(kind));
        if let Some(kind) = known(self.made_by(operation)) {
            return OperationRole::Create(kind);
        }
        for verb in ["Describe", "List", "Update", "Delete", "Start", "Stop"] {
            if let Some(kind) = known(self.noun(operation, verb)) {
                return match verb {
                    "Describe" => OperationRole::Describe(kind),
                    "List" => OperationRole::List(kind),
                    "Update" => OperationRole::Update(kind),
                    "Delete" => OperationRole::Delete(kind),
                    "Start" => OperationRole::Start(kind),
                    _ => OperationRole::Stop(kind),
                };
            }
        }
        let linked = operation.strip_prefix("CreatePresigned").and_then(|rest| rest.strip_suffix("Url"));
        let linked = linked.or_else(|| operation.strip_prefix("Create")?.strip_suffix("PresignedUrl"));
        match known(linked.map(str::to_owned)) {
            Some(kind) => OperationRole::Link(kind),
            None => OperationRole::Generated,
        }
    }
}

/// `CodeRepositories` → `CodeRepository`, `Aliases` → `Alias`, `Tags` → `Tag`.
fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let stem = plural.strip_suffix("ses").map(|stem| format!("{stem}s"));
    stem.unwrap_or_else(|| plural.strip_suffix('s').unwrap_or(plural).to_owned())
}

/// `AutoMLJob` → `auto ml job`, with the separator given.
pub(super) fn split(name: &str, separator: char) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let starts = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase())
                || (before.is_some_and(|before| before.is_uppercase())
                    && letters.get(index + 1).is_some_and(|after| after.is_lowercase())));
        if starts {
            out.push(separator);
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn words(name: &str) -> String {
    split(name, ' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::sandbox::table;
    use crate::api::model::latest;

    #[test]
    fn names_of_kinds_are_split_as_the_service_splits_them() {
        for (name, slug) in [
            ("NotebookInstance", "notebook-instance"),
            ("AIBenchmarkJob", "ai-benchmark-job"),
            ("HumanTaskUi", "human-task-ui"),
            ("Model", "model"),
        ] {
            assert_eq!(split(name, '-'), slug);
        }
        for (plural, one) in [("CodeRepositories", "CodeRepository"), ("Aliases", "Alias"), ("Hubs", "Hub")] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn kinds_are_found_by_their_operations() {
        let catalogue = Catalogue::new(&latest().unwrap(), table::shipped(), &[]);
        let kind = &catalogue.kinds["NotebookInstance"];
        assert_eq!(kind.key, ["NotebookInstanceName"]);
        assert_eq!(kind.arn.as_deref(), Some("NotebookInstanceArn"));
        assert_eq!(kind.status.as_ref().unwrap().0, "NotebookInstanceStatus");
        assert_eq!(
            catalogue.roles["StopNotebookInstance"],
            OperationRole::Stop("NotebookInstance".to_owned())
        );
        let generated = catalogue.roles.iter().filter(|(_, role)| **role == OperationRole::Generated);
        let generated: Vec<_> = generated.map(|(name, _)| name.as_str()).collect();
        assert!(generated.len() < 140, "{} {generated:?}", generated.len());
    }
}
