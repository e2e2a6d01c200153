//! What the model cannot say about a service's resources, as data: `resources.yaml` of the service.

use std::sync::OnceLock;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value as Data;

use crate::api::model;
use crate::ground::json::{Json, Style, write};
use crate::ground::yaml;

/// The whole table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Nouns of operations that mean a resource of another name.
    pub(super) nouns: IndexMap<String, String>,
    /// Operations that make a resource without being called Create and its name.
    pub(super) creators: IndexMap<String, String>,
    /// Sort order and sort key of lists.
    pub(super) lists: Lists,
    /// Failures that a call can ask for, by the word that asks.
    pub(super) troubles: IndexMap<String, Trouble>,
    /// The resources that need more than their model.
    pub(super) kinds: IndexMap<String, ResourceRules>,
}

/// A failure that a call can ask for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trouble {
    /// Its code.
    pub(super) code: String,
    /// Its message.
    pub(super) message: String,
    /// Its status code.
    pub(super) status: u16,
    /// Only operations that declare it fail so.
    #[serde(default)]
    pub(super) declared: bool,
}

/// How lists are sorted where the caller does not say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    /// Operations that sort by name.
    pub(super) by_name: Vec<String>,
    /// Operations that sort downwards, each with the API's date since which it does.
    pub(super) descending: IndexMap<String, String>,
}

/// What holds for the resources of one kind.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ResourceRules {
    /// What messages call it, where that is not its name in small letters.
    pub(super) words: Option<String>,
    /// The members that name it, where they are not those that Describe requires.
    pub(super) key: Vec<String>,
    /// What its ARN ends with.
    pub(super) arn: Option<String>,
    /// Members of its own that the account makes up: `DomainId: d-${id}`.
    pub(super) ids: IndexMap<String, String>,
    /// A member that counts the resources of the same first key.
    pub(super) number: Option<String>,
    /// Input members that have another name in outputs.
    pub(super) rename: IndexMap<String, String>,
    /// Members set where the caller sets none.
    pub(super) defaults: IndexMap<String, Data>,
    /// Output members found elsewhere in the resource, by path.
    pub(super) derive: IndexMap<String, String>,
    /// Input paths that must name another resource, and its kind.
    pub(super) needs: IndexMap<String, String>,
    /// Kinds whose resources keep this one from being deleted, and where they name it.
    pub(super) held_by: IndexMap<String, String>,
    /// Groups of input paths of which exactly one must be given.
    pub(super) one_of: Vec<Vec<String>>,
    /// How many there may be.
    pub(super) quotas: Vec<Quota>,
    /// The error of a name that leads nowhere, where it is not the usual one.
    pub(super) missing: Option<ErrorTemplate>,
    /// The error of a name that is taken, where it is not the usual one.
    pub(super) taken: Option<ErrorTemplate>,
    /// What happens on create, start, stop, update and delete.
    pub(super) on: IndexMap<String, Transition>,
}

/// A limit of the account. One of `most` and `above` is set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quota {
    /// The path it looks at, in what is made or changed; the whole kind without one.
    pub(super) at: Option<String>,
    /// The values it is about.
    #[serde(default)]
    pub(super) of: Vec<String>,
    /// At most so many resources that are not stopped, failed or done.
    pub(super) most: Option<usize>,
    /// No number greater than this.
    pub(super) above: Option<i64>,
    /// The code of the error, where it is not `ResourceLimitExceeded`.
    pub(super) code: Option<String>,
}

/// An error with the parts that differ from the usual.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorTemplate {
    /// Its code.
    pub(super) code: Option<String>,
    /// Its message, `${name}` and `${arn}` filled in.
    pub(super) message: Option<String>,
}

/// What an operation does to a resource.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Transition {
    /// The states it may be called in; all without any.
    pub(super) from: Vec<String>,
    /// The code of the error in another state, where it is not the usual one.
    pub(super) code: Option<String>,
    /// The steps: the first at once, each further one after a poll.
    pub(super) steps: Vec<LifecycleStep>,
    /// Steps taken instead for a resource whose name has this word between its hyphens.
    pub(super) ends: IndexMap<String, Vec<LifecycleStep>>,
}

/// One step of a lifecycle.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LifecycleStep {
    /// Taken only where each path has this value; `null` means none, `*` any.
    pub(super) when: IndexMap<String, Data>,
    /// Taken together with the step before it, not at a poll of its own.
    pub(super) together: bool,
    /// Members set.
    pub(super) set: IndexMap<String, Data>,
    /// Items put at the end of lists.
    pub(super) append: IndexMap<String, Data>,
    /// Members taken away.
    pub(super) unset: Vec<String>,
}

/// The table of the shipped service.
pub(super) fn shipped() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // A test reads the file, so that a mistake in it cannot ship; here it would leave the model alone.
    TABLE.get_or_init(|| read(model::shipped().resources).unwrap_or_default())
}

/// A table of YAML.
pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let node = yaml::parse(text)
        .map_err(|errors| errors.iter().map(|error| format!("{error}\n")).collect::<String>())?;
    serde_json::from_slice(&write(&node.to_json(), Style::Compact)).map_err(|error| error.to_string())
}

/// A value of the table as JSON of the wire's kind.
pub(super) fn json(data: &Data) -> Json {
    Json::from(data.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        let table: Table = read(model::shipped().resources).unwrap();
        assert!(table.kinds.contains_key("NotebookInstance"));
    }
}
