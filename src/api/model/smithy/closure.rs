//! The shapes that a service reaches, each with its number; found while operations and shapes are read.

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::definition::{Definition, Definitions, MemberDefinition, name_of};
use crate::api::model::{Metadata, ModelError, Shape, ShapeId};

/// Traits that narrow the shape a member targets. A member that has one gets a shape of its own.
const NARROWING: &[&str] =
    &["smithy.api#enum", "smithy.api#length", "smithy.api#pattern", "smithy.api#range"];

/// What has been reached so far. A shape's number is its place in the order of reaching.
pub(super) struct Closure<'a> {
    pub(super) definitions: &'a Definitions<'a>,
    renamed: IndexMap<String, String>,
    reached: IndexMap<String, Definition>,
}

impl<'a> Closure<'a> {
    pub(super) fn new(definitions: &'a Definitions<'a>, service: &Definition) -> Closure<'a> {
        let renamed = service.source.get("rename").and_then(Source::as_object).into_iter().flatten();
        let renamed =
            renamed.filter_map(|(id, name)| Some((id.clone(), name.as_str()?.to_owned()))).collect();
        Closure { definitions, renamed, reached: IndexMap::new() }
    }

    /// The number of the shape `id`, which is used at `path`.
    pub(super) fn reach(&mut self, path: &str, id: &str) -> Result<ShapeId, ModelError> {
        if id.is_empty() {
            return Err(self.definitions.place.error(path, "no `target`"));
        }
        let definition = self.definitions.get(path, "shape", id)?;
        Ok(self.number(id.to_owned(), || definition.clone()))
    }

    /// The number of the shape of a member.
    pub(super) fn reach_member(
        &mut self,
        owner: &str,
        name: &str,
        member: &MemberDefinition,
    ) -> Result<ShapeId, ModelError> {
        let path = format!("{owner}${name}");
        let narrowing = || member.traits.iter().filter(|(id, _)| NARROWING.contains(&id.as_str()));
        if narrowing().next().is_none() {
            return self.reach(&path, &member.target);
        }
        let mut definition = self.definitions.get(&path, "shape", &member.target)?.clone();
        definition.traits.extend(narrowing().map(|(id, value)| (id.clone(), value.clone())));
        Ok(self.number(path, || definition))
    }

    fn number(&mut self, key: String, definition: impl FnOnce() -> Definition) -> ShapeId {
        let entry = self.reached.entry(key);
        let index = entry.index();
        entry.or_insert_with(definition);
        ShapeId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// All shapes reached, and those that they reach.
    pub(super) fn shapes(mut self, metadata: &Metadata) -> Result<Vec<Shape>, ModelError> {
        let mut shapes: IndexMap<String, Shape> = IndexMap::new();
        while let Some((key, definition)) = self.reached.get_index(shapes.len()) {
            let (key, definition) = (key.clone(), definition.clone());
            let id = ShapeId(u32::try_from(shapes.len()).unwrap_or(u32::MAX));
            // Names are unique in a service but for simple shapes and lists of other namespaces.
            let short = self.renamed.get(&key).map_or_else(|| name_of(&key), String::as_str);
            let name = if shapes.contains_key(short) { key.clone() } else { short.to_owned() };
            let shape = self.shape(&key, &definition, id, name.clone(), metadata)?;
            shapes.insert(name, shape);
        }
        Ok(shapes.into_values().collect())
    }
}
