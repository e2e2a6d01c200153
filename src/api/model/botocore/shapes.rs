//! Shapes and members of `service-2.json`.

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::Loader;
use crate::api::model::fields::{Object, bound, flag, number, text, texts};
use crate::api::model::{
    ErrorTrait, Location, Member, ModelError, Shape, ShapeId, ShapeKind, TimestampFormat,
};

impl Loader<'_> {
    pub(super) fn shapes(&self, sources: &Object) -> Result<Vec<Shape>, ModelError> {
        sources.iter().zip(0..).map(|((name, source), id)| self.shape(name, ShapeId(id), source)).collect()
    }

    fn shape(&self, name: &str, id: ShapeId, source: &Source) -> Result<Shape, ModelError> {
        Ok(Shape {
            id,
            name: name.to_owned(),
            kind: self.kind(&format!("shapes.{name}"), source)?,
            values: texts(source.get("enum")),
            min: bound(source, "min"),
            max: bound(source, "max"),
            pattern: text(source, "pattern"),
            sensitive: flag(source, "sensitive"),
            timestamp_format: timestamp_format(source),
            error: error_trait(name, source),
            deprecated: flag(source, "deprecated"),
            streaming: flag(source, "streaming") || flag(source, "eventstream"),
        })
    }

    fn kind(&self, path: &str, source: &Source) -> Result<ShapeKind, ModelError> {
        let kind = text(source, "type").ok_or_else(|| self.place.error(path, "no `type`"))?;
        let part = |key: &str| self.target(&format!("{path}.{key}"), source.get(key));
        let sparse = flag(source, "sparse");
        Ok(match kind.as_str() {
            "structure" if flag(source, "document") => ShapeKind::Document,
            "structure" => {
                ShapeKind::Structure { members: self.members(path, source)?, union: flag(source, "union") }
            }
            "list" => ShapeKind::List { item: part("member")?, sparse },
            "map" => ShapeKind::Map { key: part("key")?, value: part("value")?, sparse },
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
            other => return Err(self.place.error(path, format!("unknown type `{other}`"))),
        })
    }

    fn members(&self, path: &str, source: &Source) -> Result<IndexMap<String, Member>, ModelError> {
        let required = texts(source.get("required"));
        let members = self.place.object(path, source, "members")?;
        members
            .into_iter()
            .flatten()
            .map(|(name, source)| {
                let shape = self.target(&format!("{path}.members.{name}"), Some(source))?;
                Ok((name.clone(), member(name, shape, source, required.contains(name))))
            })
            .collect()
    }
}

fn member(name: &str, shape: ShapeId, source: &Source, required: bool) -> Member {
    Member {
        name: name.to_owned(),
        shape,
        required,
        wire_name: text(source, "locationName"),
        location: location(source),
        idempotency_token: flag(source, "idempotencyToken"),
        timestamp_format: timestamp_format(source),
        json_text: flag(source, "jsonvalue"),
        host_label: flag(source, "hostLabel"),
        sensitive: flag(source, "sensitive"),
        deprecated: flag(source, "deprecated"),
    }
}

fn location(source: &Source) -> Option<Location> {
    match source.get("location").and_then(Source::as_str)? {
        "header" => Some(Location::Header),
        "headers" => Some(Location::Headers),
        "uri" => Some(Location::Uri),
        "querystring" => Some(Location::QueryString),
        "statusCode" => Some(Location::StatusCode),
        _ => None,
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

fn error_trait(name: &str, source: &Source) -> Option<ErrorTrait> {
    let error = source.get("error");
    if error.is_none() && !flag(source, "exception") {
        return None;
    }
    let status = error.and_then(|error| number(error, "httpStatusCode"));
    Some(ErrorTrait {
        code: error.and_then(|error| text(error, "code")).unwrap_or_else(|| name.to_owned()),
        status,
        server_fault: flag(source, "fault") || status.is_some_and(|status| status >= 500),
        retryable: source.get("retryable").is_some(),
    })
}
