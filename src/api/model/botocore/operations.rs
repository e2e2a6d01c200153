//! Operations of `service-2.json` and how `paginators-1.json` says they are paged.

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::Loader;
use crate::api::model::fields::{flag, items, namespace, number, text, texts};
use crate::api::model::{ModelError, Operation, Paginator, XmlTraits};

/// botocore's models have no trait for it: <https://smithy.io/2.0/aws/customizations/s3-customizations.html>.
const S3_UNWRAPPED: &str = "GetBucketLocation";

impl Loader<'_> {
    pub(super) fn operations(&self, service: &Source) -> Result<IndexMap<String, Operation>, ModelError> {
        let operations = self.place.object("service-2", service, "operations")?;
        operations
            .ok_or_else(|| self.place.error("service-2", "no `operations` object"))?
            .iter()
            .map(|(name, source)| Ok((name.clone(), self.operation(name, source)?)))
            .collect()
    }

    fn operation(&self, name: &str, source: &Source) -> Result<Operation, ModelError> {
        let path = format!("operations.{name}");
        let side = |key: &str| {
            source.get(key).map(|side| self.target(&format!("{path}.{key}"), Some(side))).transpose()
        };
        let http =
            |key: &str, default: &str| text(&source["http"], key).unwrap_or_else(|| default.to_owned());
        Ok(Operation {
            name: name.to_owned(),
            input: side("input")?,
            output: side("output")?,
            errors: items(source, "errors")
                .iter()
                .map(|error| self.target(&format!("{path}.errors"), Some(error)))
                .collect::<Result<_, _>>()?,
            method: http("method", "POST"),
            uri: http("requestUri", "/"),
            status: number(&source["http"], "responseCode").unwrap_or_default(),
            input_xml: XmlTraits {
                name: text(&source["input"], "locationName"),
                namespace: namespace(&source["input"]["xmlNamespace"]),
            },
            result_wrapper: text(&source["output"], "resultWrapper"),
            unwrapped_output: name == S3_UNWRAPPED,
            checksum_required: flag(source, "httpChecksumRequired")
                || flag(&source["httpChecksum"], "requestChecksumRequired"),
            checksum_member: text(&source["httpChecksum"], "requestAlgorithmMember"),
            host_prefix: text(&source["endpoint"], "hostPrefix"),
            request_codings: texts(source["requestcompression"].get("encodings")),
            unsigned: text(source, "authtype").as_deref() == Some("none")
                || texts(source.get("auth")).first().is_some_and(|scheme| scheme == "smithy.api#noAuth"),
            paginator: None,
            deprecated: flag(source, "deprecated"),
        })
    }

    /// Gives each operation that has one its paginator.
    pub(super) fn paginators(
        &self,
        source: Option<&Source>,
        operations: &mut IndexMap<String, Operation>,
    ) -> Result<(), ModelError> {
        let Some(source) = source else { return Ok(()) };
        for (name, source) in self.place.object("paginators-1", source, "pagination")?.into_iter().flatten() {
            if !operations.contains_key(name) {
                let known = operations.keys().map(String::as_str);
                return Err(self.place.missing("paginators-1.pagination", "operation", name, known));
            }
            operations[name].paginator = Some(paginator(source));
        }
        Ok(())
    }
}

fn paginator(source: &Source) -> Paginator {
    Paginator {
        input_tokens: texts(source.get("input_token")),
        output_tokens: texts(source.get("output_token")),
        limit_key: text(source, "limit_key"),
        result_keys: texts(source.get("result_key")),
        non_aggregate_keys: texts(source.get("non_aggregate_keys")),
        more_results: text(source, "more_results"),
    }
}
