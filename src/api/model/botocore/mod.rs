//! botocore's service files (`service-2`, `paginators-1`, `waiters-2`, `*.sdk-extras`) to a [`Model`].

mod operations;
mod shapes;
mod waiters;

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::fields::{ModelPlace, namespace, text, texts};
use super::{Metadata, Model, ModelError, ProtocolName, ShapeId};

/// The files of one service, parsed as JSON and with their `sdk-extras` merged in.
#[derive(Debug, Clone, Default)]
pub struct ServiceFiles {
    /// Where they came from, for errors.
    pub place: String,
    /// The short name of the service, botocore's folder name; its endpoint prefix where empty.
    pub service: String,
    /// The date at which they were current, or empty.
    pub date: String,
    /// `service-2.json`.
    pub service_2: Source,
    /// `paginators-1.json`.
    pub paginators_1: Option<Source>,
    /// `waiters-2.json`.
    pub waiters_2: Option<Source>,
}

impl ServiceFiles {
    /// Puts a parsed file in its place: `part` is its name without folder and ending. Files of
    /// `*.sdk-extras` are merged in, so they come after what they add to.
    pub(super) fn set(&mut self, part: &str, mut source: Source) {
        let extras = || source.get("merge").cloned().unwrap_or_default();
        match part {
            "service-2.sdk-extras" => merge(&mut self.service_2, extras()),
            "paginators-1.sdk-extras" => merge(self.paginators_1.get_or_insert_default(), extras()),
            "service-2" => self.service_2 = source.take(),
            "paginators-1" => self.paginators_1 = Some(source.take()),
            "waiters-2" => self.waiters_2 = Some(source.take()),
            _ => {}
        }
    }
}

/// botocore's deep merge: objects key by key, anything else is replaced.
fn merge(target: &mut Source, extras: Source) {
    match (target, extras) {
        (Source::Object(target), Source::Object(extras)) => {
            for (key, extra) in extras {
                match target.get_mut(&key) {
                    Some(inner) => merge(inner, extra),
                    None => drop(target.insert(key, extra)),
                }
            }
        }
        (target, extras) => *target = extras,
    }
}

/// Puts a model together; every name it uses must be there.
pub fn load(files: &ServiceFiles) -> Result<Model, ModelError> {
    let place = ModelPlace(&files.place);
    let service = &files.service_2;
    let sources = place.object("service-2", service, "shapes")?.ok_or_else(|| {
        place.error("service-2", "no `shapes` object").hint("is this a botocore service-2.json?")
    })?;
    let ids = sources.keys().zip(0..).map(|(name, id)| (name.clone(), ShapeId(id))).collect();
    let loader = Loader { place, ids };
    let metadata = loader.metadata(files)?;
    let shapes = loader.shapes(sources)?;
    let mut operations = loader.operations(service)?;
    loader.paginators(files.paginators_1.as_ref(), &mut operations)?;
    let waiters = loader.waiters(files.waiters_2.as_ref())?;
    Model::new(place, metadata, shapes, operations, waiters)
}

struct Loader<'a> {
    place: ModelPlace<'a>,
    ids: IndexMap<String, ShapeId>,
}

impl Loader<'_> {
    fn metadata(&self, files: &ServiceFiles) -> Result<Metadata, ModelError> {
        let place = self.place;
        let source = files.service_2.get("metadata").ok_or_else(|| place.error("metadata", "missing"))?;
        let protocol = text(source, "protocol")
            .map(|name| ProtocolName::of_botocore(&name))
            .ok_or_else(|| place.error("metadata.protocol", "missing or not text"))?;
        let endpoint_prefix = text(source, "endpointPrefix").unwrap_or_default();
        let service = if files.service.is_empty() { &endpoint_prefix } else { &files.service };
        let listed = texts(source.get("protocols"));
        let mut protocols: Vec<_> = listed.iter().map(|name| ProtocolName::of_botocore(name)).collect();
        if protocols.is_empty() {
            protocols.push(protocol.clone());
        }
        Ok(Metadata {
            service: service.clone(),
            service_id: text(source, "serviceId")
                .or_else(|| text(source, "serviceFullName"))
                .unwrap_or_else(|| service.clone()),
            api_version: text(source, "apiVersion").unwrap_or_default(),
            date: files.date.clone(),
            protocol,
            protocols,
            json_version: text(source, "jsonVersion").unwrap_or_default(),
            target_prefix: text(source, "targetPrefix").unwrap_or_default(),
            signing_name: text(source, "signingName").unwrap_or_else(|| endpoint_prefix.clone()),
            query_compatible: source.get("awsQueryCompatible").is_some(),
            xml_namespace: source.get("xmlNamespace").and_then(namespace),
            bare_errors: text(source, "serviceId").as_deref() == Some("S3"),
            endpoint_prefix,
        })
    }

    /// The shape that the object at `source` refers to.
    fn target(&self, path: &str, source: Option<&Source>) -> Result<ShapeId, ModelError> {
        let name = source
            .and_then(|source| source.get("shape"))
            .and_then(Source::as_str)
            .ok_or_else(|| self.place.error(path, "no `shape` name"))?;
        self.ids
            .get(name)
            .copied()
            .ok_or_else(|| self.place.missing(path, "shape", name, self.ids.keys().map(String::as_str)))
    }
}
