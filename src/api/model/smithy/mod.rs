//! Smithy JSON AST 2.0 (and 1.0) to a [`Model`]: <https://smithy.io/2.0/spec/json-ast.html>.

mod closure;
mod definition;
mod mixins;
mod operations;
mod shapes;
mod waiters;

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::fields::{ModelPlace, namespace, text};
use super::protocol_name::SMITHY;
use super::{Metadata, Model, ModelError, Operation, Waiter};
use closure::Closure;
use definition::{Definition, Definitions};

/// Puts a model together from the one service of an AST; every shape it uses must be there.
pub(super) fn load(place: &str, ast: &Source) -> Result<Model, ModelError> {
    let place = ModelPlace(place);
    let definitions = Definitions::read(place, ast)?;
    let service = the_service(place, &definitions)?;
    let metadata = metadata(place, service)?;
    let names = definitions.operations_of(service)?;
    let mut closure = Closure::new(&definitions, service);
    let operations: IndexMap<String, Operation> = names
        .iter()
        .map(|id| closure.operation(service, definitions.get(&service.id, "operation", id)?))
        .map(|operation| operation.map(|operation| (operation.name.clone(), operation)))
        .collect::<Result<_, _>>()?;
    let waiters: IndexMap<String, Waiter> = names
        .iter()
        .filter_map(|id| definitions.find(id))
        .flat_map(|operation| waiters::waiters(place, &definitions, operation))
        .map(|waiter| waiter.map(|waiter| (waiter.name.clone(), waiter)))
        .collect::<Result<_, _>>()?;
    let shapes = closure.shapes(&metadata)?;
    Model::new(place, metadata, shapes, operations, waiters)
}

fn the_service<'a>(
    place: ModelPlace<'_>,
    definitions: &'a Definitions<'a>,
) -> Result<&'a Definition, ModelError> {
    let mut services = definitions.all().filter(|definition| definition.kind == "service");
    match (services.next(), services.next()) {
        (Some(service), None) => Ok(service),
        (None, _) => {
            Err(place.error("shapes", "no service").hint("is the file the whole model of a service?"))
        }
        (Some(first), Some(second)) => {
            let what = format!("two services: {} and {}", first.id, second.id);
            Err(place.error("shapes", what).hint("put each service in a file of its own"))
        }
    }
}

fn metadata(place: ModelPlace<'_>, service: &Definition) -> Result<Metadata, ModelError> {
    let spoken: Vec<_> = SMITHY.iter().filter(|(id, ..)| service.has(id)).collect();
    let (_, protocol, json_version) = spoken.first().ok_or_else(|| {
        place.error(&service.id, "names no known protocol").hint("the service needs a trait of aws.protocols")
    })?;
    let api = service.value("aws.api#service");
    let service_id = text(api, "sdkId").unwrap_or_else(|| service.name().to_owned());
    let short = service_id.to_lowercase().replace(' ', "-");
    let endpoint_prefix = text(api, "endpointPrefix").unwrap_or_else(|| short.clone());
    Ok(Metadata {
        service: short,
        service_id,
        api_version: text(&service.source, "version").unwrap_or_default(),
        date: String::new(),
        protocol: protocol.clone(),
        protocols: spoken.iter().map(|(_, protocol, _)| protocol.clone()).collect(),
        json_version: (*json_version).to_owned(),
        target_prefix: if protocol.has_target() { service.name().to_owned() } else { String::new() },
        signing_name: text(service.value("aws.auth#sigv4"), "name")
            .unwrap_or_else(|| endpoint_prefix.clone()),
        endpoint_prefix,
        query_compatible: service.has("aws.protocols#awsQueryCompatible"),
        xml_namespace: namespace(service.value("smithy.api#xmlNamespace")),
        bare_errors: service.value("aws.protocols#restXml")["noErrorWrapping"] == true,
    })
}
