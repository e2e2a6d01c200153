//! The members of outputs that the scenarios show: every member of every structure that an output can hold.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use shapetape::api::model::{Model, ShapeId, ShapeKind};
use shapetape::check::case::Glob;
use shapetape::conduct::scenario::Action;
use shapetape::ground::json::Json;

use super::Seen;
use super::coverage::{Wanted, outputs};

/// How many of a hundred members must be shown.
const ENOUGH: usize = 85;

/// Members that there are, and those that were seen, as `Structure.Member`.
pub(super) struct Covered {
    model: Arc<Model>,
    there: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Covered {
    pub(super) fn new(model: &Arc<Model>, wanted: &Wanted) -> Covered {
        let mut covered = Covered { model: model.clone(), there: BTreeSet::new(), seen: BTreeSet::new() };
        for operation in wanted.operations.keys() {
            if let Some(output) = model.operation(operation).unwrap().output {
                covered.reach(output);
            }
        }
        covered
    }

    fn reach(&mut self, shape: ShapeId) {
        let model = self.model.clone();
        let shape = model.shape(shape);
        match &shape.kind {
            ShapeKind::Structure { members, .. } => {
                for member in members.values() {
                    if self.there.insert(format!("{}.{}", shape.name, member.name)) {
                        self.reach(member.shape);
                    }
                }
            }
            ShapeKind::List { item, .. } => self.reach(*item),
            ShapeKind::Map { value, .. } => self.reach(*value),
            _ => {}
        }
    }

    pub(super) fn note(&mut self, seen: &Seen) {
        let (Action::Call { operation, .. } | Action::Paginate { operation, .. }) = &seen.action else {
            return;
        };
        let Some(output) = self.model.operation(operation).and_then(|operation| operation.output) else {
            return;
        };
        seen.outcomes.iter().flat_map(outputs).for_each(|value| self.walk(output, value));
    }

    fn walk(&mut self, shape: ShapeId, value: &Json) {
        let model = self.model.clone();
        let shape = model.shape(shape);
        match (&shape.kind, value) {
            (ShapeKind::Structure { members, .. }, Json::Object(given)) => {
                for (name, value) in given {
                    let Some(member) = name.as_str().and_then(|name| members.get(name)) else { continue };
                    self.seen.insert(format!("{}.{}", shape.name, member.name));
                    self.walk(member.shape, value);
                }
            }
            (ShapeKind::List { item, .. }, Json::Array(items)) => {
                items.iter().for_each(|value| self.walk(*item, value));
            }
            (ShapeKind::Map { value: item, .. }, Json::Object(entries)) => {
                entries.iter().for_each(|(_, value)| self.walk(*item, value));
            }
            _ => {}
        }
    }

    fn missing(&self) -> Vec<&String> {
        self.there.difference(&self.seen).collect()
    }

    /// Members without a step and a reason, reasons without a member, and too few members.
    pub(super) fn wrong(&self, wanted: &Wanted) -> Vec<String> {
        let missing = self.missing();
        let mut wrong = Vec::new();
        for name in &missing {
            if !wanted.members.iter().any(|(glob, _)| Glob::new(glob.as_str()).matches(name)) {
                wrong.push(format!("no step shows {name}"));
            }
        }
        for (glob, _) in &wanted.members {
            if !missing.iter().any(|name| Glob::new(glob.as_str()).matches(name)) {
                wrong.push(format!("{glob} is shown, or is no member: its reason is stale"));
            }
        }
        let shown = self.there.len() - missing.len();
        if shown * 100 < self.there.len() * ENOUGH {
            wrong.push(format!("only {shown} of {} members are shown", self.there.len()));
        }
        wrong
    }

    pub(super) fn summary(&self, wanted: &Wanted) -> String {
        let missing = self.missing();
        let shown = self.there.len() - missing.len();
        let mut out = format!(
            "Of the {} members that the structures in these outputs have, {shown} are shown. The others:\n\n",
            self.there.len()
        );
        let mut reasons: Vec<&String> = wanted.members.iter().map(|(_, reason)| reason).collect();
        reasons.dedup();
        for reason in reasons {
            let own = |name: &str| {
                let first = wanted.members.iter().find(|(glob, _)| Glob::new(glob.as_str()).matches(name));
                first.is_some_and(|(_, other)| other == reason)
            };
            let names = missing.iter().filter(|name| own(name)).map(|name| format!("`{name}`"));
            writeln!(out, "- {reason}: {}", names.collect::<Vec<_>>().join(", ")).unwrap();
        }
        out
    }
}
