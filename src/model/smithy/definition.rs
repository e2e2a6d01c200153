//! The definitions of an AST with `apply` statements and mixins folded in.
//!
//! <https://smithy.io/2.0/spec/mixins.html>: members and traits of mixins come first, in their order; what the
//! shape says itself is put over them. `smithy.api#mixin` names traits that are not passed on.

use indexmap::IndexMap;
use serde_json::Value as Source;

use crate::model::ModelError;
use crate::model::fields::{Object, Place, items, text, texts};

static NULL: Source = Source::Null;

/// A member: what it targets, and its own traits.
#[derive(Debug, Clone, Default)]
pub(super) struct MemberDefinition {
    pub(super) target: String,
    pub(super) traits: Object,
}

/// A shape as the AST defines it.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    id: String,
    pub(super) kind: String,
    pub(super) members: IndexMap<String, MemberDefinition>,
    pub(super) traits: Object,
    /// The definition as written, for what only services, resources and operations have.
    pub(super) source: Source,
}

impl Definition {
    /// The absolute id: `com.amazonaws.sagemaker#CreateModel`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The name without its namespace.
    pub(super) fn name(&self) -> &str {
        name_of(&self.id)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.traits.contains_key(id)
    }

    /// The value of a trait; null where the shape does not have it.
    pub(super) fn value(&self, id: &str) -> &Source {
        self.traits.get(id).unwrap_or(&NULL)
    }
}

/// `ns#Name` → `Name`.
pub(super) fn name_of(id: &str) -> &str {
    id.rsplit('#').next().unwrap_or(id)
}

/// The ids in a list of `{"target": id}`.
pub(super) fn targets(source: &Source, key: &str) -> Vec<String> {
    items(source, key).iter().filter_map(|item| text(item, "target")).collect()
}

/// All shapes of an AST and of the prelude, by id.
#[derive(Debug)]
pub(super) struct Definitions<'a> {
    pub(super) place: Place<'a>,
    by_id: IndexMap<String, Definition>,
}

impl<'a> Definitions<'a> {
    pub(super) fn read(place: Place<'a>, ast: &Source) -> Result<Definitions<'a>, ModelError> {
        let shapes = place.object("the AST", ast, "shapes")?;
        let shapes = shapes.ok_or_else(|| place.error("the AST", "no `shapes` object"))?;
        let mut definitions = Definitions { place, by_id: prelude() };
        let mut applied = Vec::new();
        for (id, source) in shapes {
            match text(source, "type").as_deref() {
                Some("apply") => applied.push((id, source)),
                Some(kind) => drop(definitions.by_id.insert(id.clone(), define(place, id, kind, source)?)),
                None => return Err(place.error(&format!("shapes.{id}"), "no `type`")),
            }
        }
        definitions.mix_in()?;
        for (id, source) in applied {
            definitions.apply(id, source)?;
        }
        Ok(definitions)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Definition> {
        self.by_id.values()
    }

    pub(super) fn find(&self, id: &str) -> Option<&Definition> {
        self.by_id.get(id)
    }

    /// The definition of `id`, which is used at `path`.
    pub(super) fn get(&self, path: &str, kind: &str, id: &str) -> Result<&Definition, ModelError> {
        self.find(id).ok_or_else(|| self.missing(path, kind, id))
    }

    fn missing(&self, path: &str, kind: &str, id: &str) -> ModelError {
        self.place.missing(path, kind, id, self.by_id.keys().map(String::as_str))
    }

    /// Adds the traits of an `apply` statement to a shape or to a member (`ns#Shape$member`).
    fn apply(&mut self, id: &str, source: &Source) -> Result<(), ModelError> {
        let path = format!("apply {id}");
        let added = self.place.object(&path, source, "traits")?.cloned().unwrap_or_default();
        let (shape, member) = id.split_once('$').map_or((id, None), |(shape, member)| (shape, Some(member)));
        if !self.by_id.contains_key(shape) {
            return Err(self.missing(&path, "shape", shape));
        }
        let definition = &mut self.by_id[shape];
        let traits = match member {
            None => &mut definition.traits,
            Some(member) => match definition.members.get_mut(member) {
                Some(member) => &mut member.traits,
                None => return Err(self.place.missing(&path, "member", member, [])),
            },
        };
        traits.extend(added);
        Ok(())
    }

    /// Folds mixins into the shapes that use them, innermost first.
    fn mix_in(&mut self) -> Result<(), ModelError> {
        let users: Vec<String> = self.by_id.keys().cloned().collect();
        users.iter().try_for_each(|id| self.mix_into(id, users.len()))
    }

    /// `depth` bounds the chain of mixins of mixins, so that a circle is told and not followed.
    fn mix_into(&mut self, id: &str, depth: usize) -> Result<(), ModelError> {
        let mixins = targets(&self.by_id[id].source, "mixins");
        if mixins.is_empty() {
            return Ok(());
        }
        if depth == 0 {
            return Err(self.place.error(&format!("shapes.{id}.mixins"), "mixins go round in a circle"));
        }
        let mut whole =
            Definition { members: IndexMap::new(), traits: Object::new(), ..self.by_id[id].clone() };
        for mixin in mixins {
            if !self.by_id.contains_key(&mixin) {
                return Err(self.missing(&format!("shapes.{id}.mixins"), "shape", &mixin));
            }
            self.mix_into(&mixin, depth - 1)?;
            whole.take_from(&self.by_id[&mixin]);
        }
        let own = self.by_id[id].clone();
        whole.put_over(own);
        // Folded in now: a second visit must not fold them in again.
        if let Some(source) = whole.source.as_object_mut() {
            source.remove("mixins");
        }
        self.by_id.insert(id.to_owned(), whole);
        Ok(())
    }
}

/// Lists of services, resources and operations that mixins add to.
const MIXED_LISTS: &[&str] = &["operations", "resources", "errors", "collectionOperations"];

impl Definition {
    fn take_from(&mut self, mixin: &Definition) {
        let trait_of_mixins = mixin.value("smithy.api#mixin");
        let local = texts(trait_of_mixins.get("localTraits"));
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

fn define(place: Place<'_>, id: &str, kind: &str, source: &Source) -> Result<Definition, ModelError> {
    let path = format!("shapes.{id}");
    let traits = place.object(&path, source, "traits")?.cloned().unwrap_or_default();
    let mut members = IndexMap::new();
    for (name, member) in place.object(&path, source, "members")?.into_iter().flatten() {
        members.insert(name.clone(), define_member(place, &format!("{path}.members.{name}"), member)?);
    }
    for key in ["member", "key", "value"] {
        if let Some(member) = source.get(key) {
            members.insert(key.to_owned(), define_member(place, &format!("{path}.{key}"), member)?);
        }
    }
    Ok(Definition { id: id.to_owned(), kind: kind.to_owned(), members, traits, source: source.clone() })
}

fn define_member(place: Place<'_>, path: &str, source: &Source) -> Result<MemberDefinition, ModelError> {
    Ok(MemberDefinition {
        target: text(source, "target").unwrap_or_default(),
        traits: place.object(path, source, "traits")?.cloned().unwrap_or_default(),
    })
}

/// The shapes that every model may use: <https://smithy.io/2.0/spec/model.html#prelude>.
fn prelude() -> IndexMap<String, Definition> {
    const SIMPLE: &[(&str, &str)] = &[
        ("BigDecimal", "bigDecimal"),
        ("BigInteger", "bigInteger"),
        ("Blob", "blob"),
        ("Boolean", "boolean"),
        ("Byte", "byte"),
        ("Document", "document"),
        ("Double", "double"),
        ("Float", "float"),
        ("Integer", "integer"),
        ("Long", "long"),
        ("PrimitiveBoolean", "boolean"),
        ("PrimitiveByte", "byte"),
        ("PrimitiveDouble", "double"),
        ("PrimitiveFloat", "float"),
        ("PrimitiveInteger", "integer"),
        ("PrimitiveLong", "long"),
        ("PrimitiveShort", "short"),
        ("Short", "short"),
        ("String", "string"),
        ("Timestamp", "timestamp"),
        ("Unit", "structure"),
    ];
    let define = |(name, kind): &(&str, &str)| {
        let id = format!("smithy.api#{name}");
        let definition = Definition {
            id: id.clone(),
            kind: (*kind).to_owned(),
            members: IndexMap::new(),
            traits: Object::new(),
            source: Source::Null,
        };
        (id, definition)
    };
    SIMPLE.iter().map(define).collect()
}
