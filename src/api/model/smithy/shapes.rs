//! Definitions to shapes and members, trait by trait.

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::closure::Closure;
use super::definition::{Definition, MemberDefinition};
use crate::api::model::fields::{Object, bound, namespace, number, text};
use crate::api::model::{
    Bound, ErrorTrait, Location, Member, Metadata, ModelError, ProtocolName, Shape, ShapeId, ShapeKind,
    ShapeXml, TimestampFormat, XmlTraits,
};

impl Closure<'_> {
    /// The shape of a definition that was reached under `key`.
    pub(super) fn shape(
        &mut self,
        key: &str,
        definition: &Definition,
        id: ShapeId,
        name: String,
        metadata: &Metadata,
    ) -> Result<Shape, ModelError> {
        let (min, max) = bounds(definition);
        Ok(Shape {
            id,
            kind: self.kind(key, definition, metadata)?,
            values: enum_values(definition),
            min,
            max,
            pattern: definition.value("smithy.api#pattern").as_str().map(str::to_owned),
            sensitive: definition.has("smithy.api#sensitive"),
            timestamp_format: timestamp_format(definition.value("smithy.api#timestampFormat")),
            error: error_trait(definition, &name),
            deprecated: definition.has("smithy.api#deprecated"),
            streaming: definition.has("smithy.api#streaming"),
            xml: shape_xml(definition),
            name,
        })
    }

    fn kind(
        &mut self,
        key: &str,
        definition: &Definition,
        metadata: &Metadata,
    ) -> Result<ShapeKind, ModelError> {
        let sparse = definition.has("smithy.api#sparse");
        Ok(match definition.kind.as_str() {
            "structure" | "union" => ShapeKind::Structure {
                members: self.members(key, definition, metadata)?,
                union: definition.kind == "union",
            },
            "list" | "set" => ShapeKind::List { item: self.part(key, definition, "member")?, sparse },
            "map" => ShapeKind::Map {
                key: self.part(key, definition, "key")?,
                value: self.part(key, definition, "value")?,
                sparse,
            },
            "string" | "enum" => ShapeKind::String,
            "blob" => ShapeKind::Blob,
            "boolean" => ShapeKind::Boolean,
            "byte" => ShapeKind::Byte,
            "short" => ShapeKind::Short,
            "integer" | "intEnum" => ShapeKind::Integer,
            "long" => ShapeKind::Long,
            "bigInteger" => ShapeKind::BigInteger,
            "bigDecimal" => ShapeKind::BigDecimal,
            "float" => ShapeKind::Float,
            "double" => ShapeKind::Double,
            "timestamp" => ShapeKind::Timestamp,
            "document" => ShapeKind::Document,
            other => return Err(self.definitions.place.error(key, format!("`{other}` is no type of data"))),
        })
    }

    /// The item of a list, the key or the value of a map.
    fn part(&mut self, owner: &str, definition: &Definition, name: &str) -> Result<ShapeId, ModelError> {
        let missing = || self.definitions.place.error(owner, format!("no `{name}`"));
        let member = definition.members.get(name).ok_or_else(missing)?;
        self.reach_member(owner, name, member)
    }

    fn members(
        &mut self,
        owner: &str,
        definition: &Definition,
        metadata: &Metadata,
    ) -> Result<IndexMap<String, Member>, ModelError> {
        let members = definition.members.iter();
        members
            .map(|(name, source)| {
                let shape = self.reach_member(owner, name, source)?;
                let json_text = self.media_type(source).is_some_and(|media| media == "application/json");
                Ok((name.clone(), Member { json_text, ..member(name, shape, source, &metadata.protocol) }))
            })
            .collect()
    }

    fn media_type(&self, member: &MemberDefinition) -> Option<&str> {
        self.definitions.find(&member.target)?.value("smithy.api#mediaType").as_str()
    }
}

fn member(name: &str, shape: ShapeId, source: &MemberDefinition, protocol: &ProtocolName) -> Member {
    let has = |id: &str| source.traits.contains_key(id);
    let (location, wire_name) = binding(source, protocol);
    Member {
        name: name.to_owned(),
        shape,
        required: has("smithy.api#required"),
        wire_name,
        location,
        idempotency_token: has("smithy.api#idempotencyToken"),
        timestamp_format: source.traits.get("smithy.api#timestampFormat").and_then(timestamp_format),
        json_text: false,
        host_label: has("smithy.api#hostLabel"),
        sensitive: has("smithy.api#sensitive"),
        deprecated: has("smithy.api#deprecated"),
        payload: location.is_none() && protocol.has_http_bindings() && has("smithy.api#httpPayload"),
        flattened: has("smithy.api#xmlFlattened"),
        xml_attribute: has("smithy.api#xmlAttribute"),
        xml_namespace: source.traits.get("smithy.api#xmlNamespace").and_then(namespace).map(Box::new),
        query_name: source
            .traits
            .get("aws.protocols#ec2QueryName")
            .and_then(Source::as_str)
            .map(str::to_owned),
        event_header: has("smithy.api#eventHeader"),
        event_payload: has("smithy.api#eventPayload"),
    }
}

fn shape_xml(definition: &Definition) -> Option<Box<ShapeXml>> {
    let traits = |traits: &Object| XmlTraits {
        name: traits.get("smithy.api#xmlName").and_then(Source::as_str).map(str::to_owned),
        namespace: traits.get("smithy.api#xmlNamespace").and_then(namespace),
    };
    let simple = |kind: &str| matches!(kind, "structure" | "union");
    let part = |name: &str| {
        let member = definition.members.get(name).filter(|_| !simple(&definition.kind));
        member.map(|member| traits(&member.traits)).unwrap_or_default()
    };
    let xml = ShapeXml {
        root: traits(&definition.traits),
        item: part("member"),
        key: part("key"),
        value: part("value"),
        flattened: false,
    };
    (xml != ShapeXml::default()).then(|| Box::new(xml))
}

/// Where a protocol with HTTP bindings puts a member, and its name there. The others ignore bindings, and awsJson
/// and CBOR `jsonName` too, as <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html> says.
fn binding(source: &MemberDefinition, protocol: &ProtocolName) -> (Option<Location>, Option<String>) {
    let written = |id: &str| source.traits.get(id).map(|value| value.as_str().map(str::to_owned));
    match protocol {
        ProtocolName::AwsQuery | ProtocolName::Ec2Query => {
            return (None, written("smithy.api#xmlName").flatten());
        }
        protocol if protocol.has_http_bindings() => {}
        _ => return (None, None),
    }
    for (id, location) in [
        ("smithy.api#httpHeader", Location::Header),
        ("smithy.api#httpPrefixHeaders", Location::Headers),
        ("smithy.api#httpLabel", Location::Uri),
        ("smithy.api#httpQuery", Location::QueryString),
        ("smithy.api#httpQueryParams", Location::QueryString),
        ("smithy.api#httpResponseCode", Location::StatusCode),
    ] {
        if let Some(name) = written(id) {
            return (Some(location), name);
        }
    }
    let name = if *protocol == ProtocolName::RestJson { "smithy.api#jsonName" } else { "smithy.api#xmlName" };
    (None, written(name).flatten())
}

fn bounds(definition: &Definition) -> (Option<Bound>, Option<Bound>) {
    let limits = ["smithy.api#length", "smithy.api#range"].map(|id| definition.value(id));
    let find = |key: &str| limits.iter().find_map(|limit| bound(limit, key));
    (find("min"), find("max"))
}

/// The values of an `enum` shape, or of the older trait on a string.
fn enum_values(definition: &Definition) -> Vec<String> {
    if definition.kind == "enum" {
        let value = |(name, member): (&String, &MemberDefinition)| {
            let written = member.traits.get("smithy.api#enumValue").and_then(Source::as_str);
            written.unwrap_or(name).to_owned()
        };
        return definition.members.iter().map(value).collect();
    }
    let listed = definition.value("smithy.api#enum").as_array().into_iter().flatten();
    listed.filter_map(|item| text(item, "value")).collect()
}

fn timestamp_format(source: &Source) -> Option<TimestampFormat> {
    match source.as_str()? {
        "epoch-seconds" => Some(TimestampFormat::EpochSeconds),
        "date-time" => Some(TimestampFormat::DateTime),
        "http-date" => Some(TimestampFormat::HttpDate),
        _ => None,
    }
}

fn error_trait(definition: &Definition, name: &str) -> Option<ErrorTrait> {
    let fault = definition.value("smithy.api#error").as_str()?;
    let query = definition.value("aws.protocols#awsQueryError");
    let status =
        definition.value("smithy.api#httpError").as_u64().and_then(|status| u16::try_from(status).ok());
    Some(ErrorTrait {
        code: text(query, "code").unwrap_or_else(|| name.to_owned()),
        status: status.or_else(|| number(query, "httpResponseCode")),
        server_fault: fault == "server",
        retryable: definition.has("smithy.api#retryable"),
    })
}
