//! Mixins and `apply` statements, folded into the shapes that use them.
//!
//! <https://smithy.io/2.0/spec/mixins.html>: members and traits of mixins come first, in their order; what the
//! shape says itself is put over them, and `apply` statements on its members last. `smithy.api#mixin` names the
//! traits that are not passed on.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Source;

use super::definition::{Definition, Definitions, targets};
use crate::api::model::ModelError;
use crate::api::model::fields::{Object, items, texts};

/// Lists of services, resources and operations that mixins add to.
const MIXED_LISTS: &[&str] = &["operations", "resources", "errors", "collectionOperations"];

/// Folds everything in; `statements` are the `apply`s by their id, `ns#Shape` or `ns#Shape$member`.
pub(super) fn fold<'a>(
    definitions: Definitions<'a>,
    statements: &[(&str, &Source)],
) -> Result<Definitions<'a>, ModelError> {
    let ids: Vec<String> = definitions.by_id.keys().cloned().collect();
    let lost = statements.iter().find(|(id, _)| definitions.find(shape_of(id)).is_none());
    if let Some((id, _)) = lost {
        return Err(definitions.missing(&format!("apply {id}"), "shape", shape_of(id)));
    }
    let mut folding = Folding { definitions, statements, folded: IndexSet::new(), open: IndexSet::new() };
    ids.iter().try_for_each(|id| folding.shape(id))?;
    Ok(folding.definitions)
}

fn shape_of(id: &str) -> &str {
    id.split_once('$').map_or(id, |(shape, _)| shape)
}

struct Folding<'a, 's> {
    definitions: Definitions<'a>,
    statements: &'s [(&'s str, &'s Source)],
    folded: IndexSet<String>,
    /// The chain of mixins being folded, so that a circle is told and not followed.
    open: IndexSet<String>,
}

impl Folding<'_, '_> {
    fn shape(&mut self, id: &str) -> Result<(), ModelError> {
        if self.folded.contains(id) {
            return Ok(());
        }
        let path = format!("shapes.{id}.mixins");
        if !self.open.insert(id.to_owned()) {
            return Err(self.definitions.place.error(&path, "mixins go round in a circle"));
        }
        let own = self.definitions.get(&path, "shape", id)?.clone();
        let mut whole = Definition { members: IndexMap::new(), traits: Object::new(), ..own.clone() };
        for mixin in targets(&own.source, "mixins") {
            self.shape(&mixin)?;
            whole.take_from(self.definitions.get(&path, "shape", &mixin)?);
        }
        whole.put_over(own);
        self.apply(id, &mut whole)?;
        self.definitions.by_id.insert(id.to_owned(), whole);
        self.open.swap_remove(id);
        self.folded.insert(id.to_owned());
        Ok(())
    }

    /// Adds the traits of the `apply` statements on a shape and on its members.
    fn apply(&self, shape: &str, definition: &mut Definition) -> Result<(), ModelError> {
        let place = self.definitions.place;
        for (id, source) in self.statements.iter().filter(|(id, _)| shape_of(id) == shape) {
            let path = format!("apply {id}");
            let added = place.object(&path, source, "traits")?.cloned().unwrap_or_default();
            match id.split_once('$') {
                None => definition.traits.extend(added),
                Some((_, name)) => match definition.members.get_mut(name) {
                    Some(member) => member.traits.extend(added),
                    None => {
                        let known = definition.members.keys().map(String::as_str);
                        return Err(place.missing(&path, "member", name, known));
                    }
                },
            }
        }
        Ok(())
    }
}

impl Definition {
    fn take_from(&mut self, mixin: &Definition) {
        let local = texts(mixin.value("smithy.api#mixin").get("localTraits"));
        let passed_on = |id: &String| id != "smithy.api#mixin" && !local.contains(id);
        let traits = mixin.traits.iter().filter(|(id, _)| passed_on(id));
        self.traits.extend(traits.map(|(id, value)| (id.clone(), value.clone())));
        self.members.extend(mixin.members.iter().map(|(name, member)| (name.clone(), member.clone())));
        for key in MIXED_LISTS {
            let added = items(&mixin.source, key);
            if let Some(source) = self.source.as_object_mut().filter(|_| !added.is_empty()) {
                let list = source.entry(*key).or_insert_with(|| Source::Array(Vec::new()));
                list.as_array_mut().into_iter().for_each(|list| list.extend_from_slice(added));
            }
        }
    }

    fn put_over(&mut self, own: Definition) {
        self.traits.extend(own.traits);
        for (name, member) in own.members {
            let mixed = self.members.entry(name).or_default();
            if !member.target.is_empty() {
                mixed.target = member.target;
            }
            mixed.traits.extend(member.traits);
        }
    }
}
