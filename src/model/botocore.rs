//! botocore's service files (`service-2`, `paginators-1`, `waiters-2`, `*.sdk-extras`) to a [`Model`].

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::{
    Acceptor, AcceptorMatcher, AcceptorState, Bound, ErrorTrait, Location, Member, Metadata, Model,
    ModelError, Operation, Paginator, Shape, ShapeId, ShapeKind, TimestampFormat, Waiter,
};

/// The files of one service, parsed as JSON; `place` names them in errors.
#[derive(Debug, Clone, Default)]
pub struct ServiceFiles {
    /// Where they came from.
    pub place: String,
    /// The short name of the service, botocore's folder name.
    pub service: String,
    /// The date at which they were current, or empty.
    pub date: String,
    /// `service-2.json`.
    pub service_2: Source,
    /// `paginators-1.json`.
    pub paginators_1: Option<Source>,
    /// `paginators-1.sdk-extras.json`, merged over the paginators.
    pub paginators_extras: Option<Source>,
    /// `waiters-2.json`.
    pub waiters_2: Option<Source>,
}

/// Puts a model together; every name it uses must be there.
pub fn load(files: &ServiceFiles) -> Result<Model, ModelError> {
    let loader = Loader { place: &files.place, ids: shape_ids(files)? };
    let metadata = loader.metadata(files)?;
    let shapes = loader.shapes(&files.service_2)?;
    let mut operations = loader.operations(&files.service_2)?;
    for (name, paginator) in loader.paginators(files) {
        if let Some(operation) = operations.get_mut(&name) {
            operation.paginator = Some(paginator);
        }
    }
    let waiters = loader.waiters(files.waiters_2.as_ref())?;
    Ok(Model::new(metadata, shapes, operations, waiters))
}

fn shape_ids(files: &ServiceFiles) -> Result<IndexMap<String, ShapeId>, ModelError> {
    let shapes = files.service_2.get("shapes").and_then(Source::as_object).ok_or_else(|| {
        ModelError::new(&files.place, "no `shapes` object").hint("is this a botocore service-2.json?")
    })?;
    Ok(shapes.keys().enumerate().map(|(index, name)| (name.clone(), ShapeId(index as u32))).collect())
}

struct Loader<'a> {
    place: &'a str,
    ids: IndexMap<String, ShapeId>,
}

fn text(source: &Source, key: &str) -> Option<String> {
    source.get(key).and_then(Source::as_str).map(str::to_owned)
}

fn flag(source: &Source, key: &str) -> bool {
    source.get(key).and_then(Source::as_bool).unwrap_or(false)
}

/// One string or a list of strings.
fn texts(source: Option<&Source>) -> Vec<String> {
    match source {
        Some(Source::String(one)) => vec![one.clone()],
        Some(Source::Array(items)) => items.iter().filter_map(Source::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn timestamp_format(source: &Source) -> Option<TimestampFormat> {
    match source.get("timestampFormat").and_then(Source::as_str)? {
        "unixTimestamp" => Some(TimestampFormat::EpochSeconds),
        "iso8601" => Some(TimestampFormat::DateTime),
        "rfc822" => Some(TimestampFormat::HttpDate),
        _ => None,
    }
}

impl Loader<'_> {
    fn error(&self, path: &str, what: impl Into<String>) -> ModelError {
        ModelError::new(format!("{}: {path}", self.place), what)
    }

    fn metadata(&self, files: &ServiceFiles) -> Result<Metadata, ModelError> {
        let source = files.service_2.get("metadata").ok_or_else(|| self.error("metadata", "missing"))?;
        let protocol =
            text(source, "protocol").ok_or_else(|| self.error("metadata.protocol", "missing or not text"))?;
        let endpoint_prefix = text(source, "endpointPrefix").unwrap_or_default();
        let mut protocols = texts(source.get("protocols"));
        if protocols.is_empty() {
            protocols.push(protocol.clone());
        }
        Ok(Metadata {
            service: files.service.clone(),
            service_id: text(source, "serviceId")
                .or_else(|| text(source, "serviceFullName"))
                .unwrap_or_else(|| files.service.clone()),
            api_version: text(source, "apiVersion").unwrap_or_default(),
            date: files.date.clone(),
            protocol,
            protocols,
            json_version: text(source, "jsonVersion").unwrap_or_default(),
            target_prefix: text(source, "targetPrefix").unwrap_or_default(),
            signing_name: text(source, "signingName").unwrap_or_else(|| endpoint_prefix.clone()),
            endpoint_prefix,
            query_compatible: source.get("awsQueryCompatible").is_some(),
        })
    }

    fn id(&self, path: &str, name: &str) -> Result<ShapeId, ModelError> {
        self.ids
            .get(name)
            .copied()
            .ok_or_else(|| self.error(path, format!("refers to a missing shape `{name}`")))
    }

    /// The shape that the object at `source` refers to.
    fn target(&self, path: &str, source: Option<&Source>) -> Result<ShapeId, ModelError> {
        let name = source
            .and_then(|source| source.get("shape"))
            .and_then(Source::as_str)
            .ok_or_else(|| self.error(path, "no `shape` name"))?;
        self.id(path, name)
    }

    fn shapes(&self, service: &Source) -> Result<Vec<Shape>, ModelError> {
        self.ids.iter().map(|(name, id)| self.shape(name, *id, &service["shapes"][name.as_str()])).collect()
    }

    fn shape(&self, name: &str, id: ShapeId, source: &Source) -> Result<Shape, ModelError> {
        let path = format!("shapes.{name}");
        let bound = |key: &str| {
            source.get(key).filter(|bound| bound.is_number()).map(|bound| Bound(bound.to_string()))
        };
        Ok(Shape {
            id,
            name: name.to_owned(),
            kind: self.kind(&path, source)?,
            values: texts(source.get("enum")),
            min: bound("min"),
            max: bound("max"),
            pattern: text(source, "pattern"),
            sensitive: flag(source, "sensitive"),
            timestamp_format: timestamp_format(source),
            error: error_trait(name, source),
            deprecated: flag(source, "deprecated"),
            streaming: flag(source, "streaming") || flag(source, "eventstream"),
        })
    }

    fn kind(&self, path: &str, source: &Source) -> Result<ShapeKind, ModelError> {
        let kind = text(source, "type").ok_or_else(|| self.error(path, "no `type`"))?;
        let sparse = flag(source, "sparse");
        Ok(match kind.as_str() {
            "structure" if flag(source, "document") => ShapeKind::Document,
            "structure" => {
                ShapeKind::Structure { members: self.members(path, source)?, union: flag(source, "union") }
            }
            "list" => ShapeKind::List {
                item: self.target(&format!("{path}.member"), source.get("member"))?,
                sparse,
            },
            "map" => ShapeKind::Map {
                key: self.target(&format!("{path}.key"), source.get("key"))?,
                value: self.target(&format!("{path}.value"), source.get("value"))?,
                sparse,
            },
            "string" | "character" => ShapeKind::String,
            "blob" => ShapeKind::Blob,
            "boolean" => ShapeKind::Boolean,
            "byte" => ShapeKind::Byte,
            "short" => ShapeKind::Short,
            "integer" => ShapeKind::Integer,
            "long" => ShapeKind::Long,
            "bigInteger" | "biginteger" => ShapeKind::BigInteger,
            "bigDecimal" | "bigdecimal" => ShapeKind::BigDecimal,
            "float" => ShapeKind::Float,
            "double" => ShapeKind::Double,
            "timestamp" => ShapeKind::Timestamp,
            other => return Err(self.error(path, format!("unknown type `{other}`"))),
        })
    }

    fn members(&self, path: &str, source: &Source) -> Result<IndexMap<String, Member>, ModelError> {
        let required = texts(source.get("required"));
        let Some(members) = source.get("members").and_then(Source::as_object) else {
            return Ok(IndexMap::new());
        };
        members
            .iter()
            .map(|(name, member)| {
                let shape = self.target(&format!("{path}.members.{name}"), Some(member))?;
                Ok((name.clone(), self.member(name, shape, member, required.contains(name))))
            })
            .collect()
    }

    fn member(&self, name: &str, shape: ShapeId, source: &Source, required: bool) -> Member {
        Member {
            name: name.to_owned(),
            shape,
            required,
            wire_name: text(source, "locationName"),
            location: match source.get("location").and_then(Source::as_str) {
                Some("header") => Some(Location::Header),
                Some("headers") => Some(Location::Headers),
                Some("uri") => Some(Location::Uri),
                Some("querystring") => Some(Location::QueryString),
                Some("statusCode") => Some(Location::StatusCode),
                _ => None,
            },
            idempotency_token: flag(source, "idempotencyToken"),
            timestamp_format: timestamp_format(source),
            json_text: flag(source, "jsonvalue"),
            host_label: flag(source, "hostLabel"),
            sensitive: flag(source, "sensitive"),
            deprecated: flag(source, "deprecated"),
        }
    }

    fn operations(&self, service: &Source) -> Result<IndexMap<String, Operation>, ModelError> {
        let Some(operations) = service.get("operations").and_then(Source::as_object) else {
            return Err(self.error("operations", "missing or not an object"));
        };
        operations.iter().map(|(name, source)| Ok((name.clone(), self.operation(name, source)?))).collect()
    }

    fn operation(&self, name: &str, source: &Source) -> Result<Operation, ModelError> {
        let path = format!("operations.{name}");
        let side = |key: &str| {
            source.get(key).map(|side| self.target(&format!("{path}.{key}"), Some(side))).transpose()
        };
        let errors = source.get("errors").and_then(Source::as_array);
        let http = source.get("http");
        let in_http = |key: &str, default: &str| {
            http.and_then(|http| text(http, key)).unwrap_or_else(|| default.to_owned())
        };
        Ok(Operation {
            name: name.to_owned(),
            input: side("input")?,
            output: side("output")?,
            errors: errors
                .into_iter()
                .flatten()
                .map(|error| self.target(&format!("{path}.errors"), Some(error)))
                .collect::<Result<_, _>>()?,
            method: in_http("method", "POST"),
            uri: in_http("requestUri", "/"),
            host_prefix: source.get("endpoint").and_then(|endpoint| text(endpoint, "hostPrefix")),
            request_codings: texts(
                source.get("requestcompression").and_then(|compression| compression.get("encodings")),
            ),
            paginator: None,
            deprecated: flag(source, "deprecated"),
        })
    }

    fn paginators(&self, files: &ServiceFiles) -> Vec<(String, Paginator)> {
        let base = files
            .paginators_1
            .as_ref()
            .and_then(|source| source.get("pagination"))
            .and_then(Source::as_object);
        let extras = files
            .paginators_extras
            .as_ref()
            .and_then(|source| source.get("merge"))
            .and_then(|merge| merge.get("pagination"));
        base.into_iter()
            .flatten()
            .map(|(name, source)| {
                let extra = extras.and_then(|extras| extras.get(name));
                let non_aggregate = source
                    .get("non_aggregate_keys")
                    .or_else(|| extra.and_then(|extra| extra.get("non_aggregate_keys")));
                let paginator = Paginator {
                    input_tokens: texts(source.get("input_token")),
                    output_tokens: texts(source.get("output_token")),
                    limit_key: text(source, "limit_key"),
                    result_keys: texts(source.get("result_key")),
                    non_aggregate_keys: texts(non_aggregate),
                    more_results: text(source, "more_results"),
                };
                (name.clone(), paginator)
            })
            .collect()
    }

    fn waiters(&self, source: Option<&Source>) -> Result<IndexMap<String, Waiter>, ModelError> {
        let waiters = source.and_then(|source| source.get("waiters")).and_then(Source::as_object);
        waiters
            .into_iter()
            .flatten()
            .map(|(name, source)| Ok((name.clone(), self.waiter(name, source)?)))
            .collect()
    }

    fn waiter(&self, name: &str, source: &Source) -> Result<Waiter, ModelError> {
        let path = format!("waiters.{name}");
        let number = |key: &str| {
            source.get(key).and_then(Source::as_u64).and_then(|number| u32::try_from(number).ok())
        };
        let acceptors = source.get("acceptors").and_then(Source::as_array);
        Ok(Waiter {
            name: name.to_owned(),
            operation: text(source, "operation").ok_or_else(|| self.error(&path, "no `operation`"))?,
            delay: number("delay").unwrap_or(30),
            max_attempts: number("maxAttempts").unwrap_or(60),
            acceptors: acceptors
                .into_iter()
                .flatten()
                .map(|acceptor| self.acceptor(&path, acceptor))
                .collect::<Result<_, _>>()?,
        })
    }

    fn acceptor(&self, path: &str, source: &Source) -> Result<Acceptor, ModelError> {
        let expected = source.get("expected").cloned().unwrap_or_default();
        let argument = text(source, "argument").unwrap_or_default();
        let matcher = match source.get("matcher").and_then(Source::as_str) {
            Some("path") => AcceptorMatcher::Path(argument, expected.into()),
            Some("pathAll") => AcceptorMatcher::PathAll(argument, expected.into()),
            Some("pathAny") => AcceptorMatcher::PathAny(argument, expected.into()),
            Some("status") => AcceptorMatcher::Status(expected.as_u64().unwrap_or_default() as u16),
            Some("error") => match &expected {
                Source::Bool(any) => AcceptorMatcher::AnyError(*any),
                code => AcceptorMatcher::Error(code.as_str().unwrap_or_default().to_owned()),
            },
            other => return Err(self.error(path, format!("unknown matcher {other:?}"))),
        };
        let state = match source.get("state").and_then(Source::as_str) {
            Some("success") => AcceptorState::Success,
            Some("failure") => AcceptorState::Failure,
            Some("retry") => AcceptorState::Retry,
            other => return Err(self.error(path, format!("unknown acceptor state {other:?}"))),
        };
        Ok(Acceptor { state, matcher })
    }
}

fn error_trait(name: &str, source: &Source) -> Option<ErrorTrait> {
    if !flag(source, "exception") && source.get("error").is_none() {
        return None;
    }
    let error = source.get("error").cloned().unwrap_or_default();
    let status =
        error.get("httpStatusCode").and_then(Source::as_u64).and_then(|status| u16::try_from(status).ok());
    Some(ErrorTrait {
        code: text(&error, "code").unwrap_or_else(|| name.to_owned()),
        status,
        server_fault: flag(source, "fault") || status.is_some_and(|status| status >= 500),
    })
}
