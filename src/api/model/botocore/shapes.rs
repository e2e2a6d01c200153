//! Shapes and members of `service-2.json`.

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::Loader;
use crate::api::model::fields::{Object, bound, flag, namespace, number, text, texts};
use crate::api::model::{
    ErrorTrait, Location, Member, ModelError, Shape, ShapeId, ShapeKind, ShapeXml, TimestampFormat, XmlTraits,
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
            xml: shape_xml(source),
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
        let payload = text(source, "payload");
        let members = self.place.object(path, source, "members")?;
        members
            .into_iter()
            .flatten()
            .map(|(name, source)| {
                let shape = self.target(&format!("{path}.members.{name}"), Some(source))?;
                let member = member(name, shape, source, required.contains(name));
                Ok((name.clone(), Member { payload: payload.as_ref() == Some(name), ..member }))
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
        payload: false,
        flattened: flag(source, "flattened"),
        xml_attribute: flag(source, "xmlAttribute"),
        xml_namespace: source.get("xmlNamespace").and_then(namespace).map(Box::new),
        query_name: text(source, "queryName"),
        event_header: flag(source, "eventheader"),
        event_payload: flag(source, "eventpayload"),
    }
}

/// Name and namespace of an element, from the object that refers to its shape.
fn xml_traits(source: Option<&Source>) -> XmlTraits {
    let namespace = source.and_then(|source| source.get("xmlNamespace")).and_then(namespace);
    XmlTraits { name: source.and_then(|source| text(source, "locationName")), namespace }
}

fn shape_xml(source: &Source) -> Option<Box<ShapeXml>> {
    let xml = ShapeXml {
        root: xml_traits(Some(source)),
        item: xml_traits(source.get("member")),
        key: xml_traits(source.get("key")),
        value: xml_traits(source.get("value")),
        flattened: flag(source, "flattened"),
    };
    (xml != ShapeXml::default()).then(|| Box::new(xml))
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
