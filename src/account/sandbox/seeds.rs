//! What is in an account before the first call: resources that others make, from the service's `seeds.yaml`.

use std::sync::OnceLock;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value as Data;

use super::account::Account;
use super::catalogue::{Catalogue, split};
use super::lifecycle;
use super::table::{json, read};
use super::template::Scope;
use crate::api::model::{Model, Value, shipped};
use crate::ground::json::Text;

/// One resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    kind: String,
    name: String,
    members: IndexMap<String, Data>,
    #[serde(default)]
    tags: IndexMap<String, String>,
    /// The operation that makes such a resource: where the API has it, there is nothing to plant.
    unless: Option<String>,
}

fn seeds() -> &'static [Seed] {
    static SEEDS: OnceLock<Vec<Seed>> = OnceLock::new();
    // A test reads the file, so that a mistake in it cannot ship.
    SEEDS.get_or_init(|| read(shipped().seeds).unwrap_or_default())
}

/// Puts in what the API of that date can show.
pub(super) fn plant(model: &Model, catalogue: &Catalogue, account: &mut Account) {
    for seed in seeds() {
        if seed.unless.as_ref().is_some_and(|operation| model.operation(operation).is_some()) {
            continue;
        }
        let Some(kind) = catalogue.kinds.get(&seed.kind) else { continue };
        let Some(shape) = kind.shape.map(|shape| model.shape(shape)) else { continue };
        let arn = account.arn(&format!("{}/{}", split(&kind.name, '-'), seed.name.to_lowercase()));
        let mut record = account.new_record(&kind.name, seed.name.clone(), arn, Default::default());
        for (name, template) in &seed.members {
            let Some(member) = shape.member(name) else { continue };
            let scope = Scope { account, record: &record };
            if let Some(value) = scope.value(model, model.shape(member.shape), &json(template)) {
                record.fields.insert(name.clone(), value);
            }
        }
        if let Some(key) = kind.key.last() {
            record.fields.insert(key.clone(), Value::string(&seed.name));
        }
        let tags = seed.tags.iter().map(|(key, value)| (Text::from(key), Text::from(value)));
        account.tags.insert(record.arn.clone(), tags.collect());
        let ordinal = record.ordinal;
        let steps = lifecycle::steps(model, kind, "create", &record.name);
        account.records.insert(ordinal, record);
        lifecycle::begin(model, kind, account, ordinal, steps, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_can_be_read() {
        let seeds: Vec<Seed> = read(shipped().seeds).unwrap();
        assert!(seeds.iter().any(|seed| seed.kind == "Algorithm"));
    }
}
