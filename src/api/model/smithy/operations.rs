//! Which operations a service has, and what each one is.

use indexmap::IndexSet;
use serde_json::Value as Source;

use super::closure::Closure;
use super::definition::{Definition, Definitions, targets};
use crate::api::model::fields::{number, text, texts};
use crate::api::model::{ModelError, Operation, Paginator, ShapeId, XmlTraits};

/// Where a resource names operations: <https://smithy.io/2.0/spec/service-types.html#resource>.
const LIFECYCLE: &[&str] = &["create", "put", "read", "update", "delete", "list"];

impl Definitions<'_> {
    /// The ids of the service's operations, those of its resources included, sorted by name.
    pub(super) fn operations_of(&self, service: &Definition) -> Result<Vec<String>, ModelError> {
        let mut found = IndexSet::new();
        let mut open = vec![service];
        let mut seen = IndexSet::new();
        while let Some(owner) = open.pop() {
            found.extend(targets(&owner.source, "operations"));
            found.extend(targets(&owner.source, "collectionOperations"));
            found.extend(LIFECYCLE.iter().filter_map(|key| text(&owner.source[*key], "target")));
            for id in targets(&owner.source, "resources") {
                let resource = self.get(&owner.id, "resource", &id)?;
                if seen.insert(id) {
                    open.push(resource);
                }
            }
        }
        found.sort();
        Ok(found.into_iter().collect())
    }
}

impl Closure<'_> {
    pub(super) fn operation(
        &mut self,
        service: &Definition,
        definition: &Definition,
    ) -> Result<Operation, ModelError> {
        let source = &definition.source;
        let mut errors = targets(source, "errors");
        errors.extend(
            targets(&service.source, "errors")
                .into_iter()
                .filter(|id| !errors.contains(id))
                .collect::<Vec<_>>(),
        );
        let http = definition.value("smithy.api#http");
        Ok(Operation {
            name: definition.name().to_owned(),
            input: self.side(definition, "input")?,
            output: self.side(definition, "output")?,
            errors: errors.iter().map(|id| self.reach(&definition.id, id)).collect::<Result<_, _>>()?,
            method: text(http, "method").unwrap_or_else(|| "POST".to_owned()),
            uri: text(http, "uri").unwrap_or_else(|| "/".to_owned()),
            status: number(http, "code").unwrap_or_default(),
            input_xml: XmlTraits::default(),
            result_wrapper: Some(format!("{}Result", definition.name())),
            unwrapped_output: definition.has("aws.customizations#s3UnwrappedXmlOutput"),
            checksum_required: definition.has("smithy.api#httpChecksumRequired")
                || definition.value("aws.protocols#httpChecksum")["requestChecksumRequired"] == true,
            checksum_member: text(definition.value("aws.protocols#httpChecksum"), "requestAlgorithmMember"),
            host_prefix: text(definition.value("smithy.api#endpoint"), "hostPrefix"),
            request_codings: texts(definition.value("smithy.api#requestCompression").get("encodings")),
            unsigned: definition.has("smithy.api#optionalAuth")
                || definition.value("smithy.api#auth").as_array().is_some_and(Vec::is_empty),
            paginator: paginator(service, definition),
            deprecated: definition.has("smithy.api#deprecated"),
        })
    }

    /// The structure an operation takes or gives; `smithy.api#Unit` stands for none.
    fn side(&mut self, operation: &Definition, key: &str) -> Result<Option<ShapeId>, ModelError> {
        match text(&operation.source[key], "target") {
            Some(id) if id != "smithy.api#Unit" => self.reach(&operation.id, &id).map(Some),
            _ => Ok(None),
        }
    }
}

/// The trait of the operation, completed from that of the service.
fn paginator(service: &Definition, operation: &Definition) -> Option<Paginator> {
    const TRAIT: &str = "smithy.api#paginated";
    let own = operation.has(TRAIT).then(|| operation.value(TRAIT))?;
    let of_service = service.value(TRAIT);
    let find = |key: &str| -> Option<&Source> { own.get(key).or_else(|| of_service.get(key)) };
    Some(Paginator {
        input_tokens: texts(find("inputToken")),
        output_tokens: texts(find("outputToken")),
        limit_key: texts(find("pageSize")).pop(),
        result_keys: texts(find("items")),
        non_aggregate_keys: Vec::new(),
        more_results: None,
    })
}
