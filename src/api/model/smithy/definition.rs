//! The shapes of an AST by id, each with its members and traits; mixins are folded in by [`super::mixins`].

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::mixins;
use crate::api::model::ModelError;
use crate::api::model::fields::{ModelPlace, Object, items, text};

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
    /// The absolute id: `com.amazonaws.sagemaker#CreateModel`.
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) members: IndexMap<String, MemberDefinition>,
    pub(super) traits: Object,
    /// The definition as written, for what only services, resources and operations have.
    pub(super) source: Source,
}

impl Definition {
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
    pub(super) place: ModelPlace<'a>,
    pub(super) by_id: IndexMap<String, Definition>,
}

impl<'a> Definitions<'a> {
    pub(super) fn read(place: ModelPlace<'a>, ast: &Source) -> Result<Definitions<'a>, ModelError> {
        let shapes = place.object("the AST", ast, "shapes")?;
        let shapes = shapes.ok_or_else(|| place.error("the AST", "no `shapes` object"))?;
        let mut definitions = Definitions { place, by_id: prelude() };
        let mut statements = Vec::new();
        for (id, source) in shapes {
            match text(source, "type").as_deref() {
                Some("apply") => statements.push((id.as_str(), source)),
                Some(kind) => drop(definitions.by_id.insert(id.clone(), define(place, id, kind, source)?)),
                None => return Err(place.error(&format!("shapes.{id}"), "no `type`")),
            }
        }
        mixins::fold(definitions, &statements)
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

    pub(super) fn missing(&self, path: &str, kind: &str, id: &str) -> ModelError {
        self.place.missing(path, kind, id, self.by_id.keys().map(String::as_str))
    }
}

fn define(place: ModelPlace<'_>, id: &str, kind: &str, source: &Source) -> Result<Definition, ModelError> {
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

fn define_member(place: ModelPlace<'_>, path: &str, source: &Source) -> Result<MemberDefinition, ModelError> {
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
