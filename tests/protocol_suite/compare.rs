//! When a body says what the suite wants, and when a value is the one that was written.

use shapetape::api::model::{Location, Member, Model, ProtocolName, ShapeId, ShapeKind, Value};
use shapetape::ground::exchange::Request;
use shapetape::ground::json::{self, Json};
use shapetape::protocol::protocol_of;
use shapetape::protocol::view::Node;

/// Whether a body says the same as another: documents by what they say, anything else by its bytes.
pub(crate) fn same_body(model: &Model, request: &Request, wanted: &[u8]) -> Result<(), String> {
    let found = &request.body;
    let content_type = request.headers.get("content-type").unwrap_or_default();
    let is = |word: &str| !wanted.is_empty() && (content_type.is_empty() || content_type.contains(word));
    match model.metadata.protocol {
        ProtocolName::AwsJson => same_json("body", &parse(found)?, &parse(wanted)?),
        ProtocolName::RestJson if is("json") => same_json("body", &parse(found)?, &parse(wanted)?),
        // Forms have no order, but one way of escaping.
        ProtocolName::AwsQuery | ProtocolName::Ec2Query => {
            let parts = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let mut parts: Vec<String> = text.split('&').map(str::to_owned).collect();
                parts.sort();
                parts
            };
            let (found, wanted) = (parts(found), parts(wanted));
            if found == wanted { Ok(()) } else { Err(format!("body: {found:?}, wanted {wanted:?}")) }
        }
        ProtocolName::RpcV2Cbor if found.is_empty() || wanted.is_empty() => {
            if found == wanted {
                Ok(())
            } else {
                Err("body: one is empty".to_owned())
            }
        }
        ProtocolName::RestXml | ProtocolName::RpcV2Cbor if is("xml") || is("cbor") => {
            let tree = |bytes: &[u8]| {
                let protocol = protocol_of(model).map_err(|error| error.to_string())?;
                let view = protocol.view(bytes).map_err(|error| error.to_string())?;
                Ok::<Node, String>(unordered(view.root))
            };
            let (found, wanted) = (tree(found)?, tree(wanted)?);
            // Whole seconds of a time stamp are an integer or a float: both are epoch seconds.
            if found == wanted || same_json("body", &found, &wanted).is_ok() {
                Ok(())
            } else {
                Err(format!("body: {found:?}, wanted {wanted:?}"))
            }
        }
        _ if found == wanted => Ok(()),
        _ => Err(format!("body: {:?}, wanted {:?}", found.escape_ascii().to_string(), wanted.escape_ascii())),
    }
}

/// Elements of different names have no order among each other; those of one name keep theirs.
fn unordered(node: Node) -> Node {
    match node {
        Node::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, node)| (name, unordered(node))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Node::Object(members)
        }
        other => other,
    }
}

fn parse(bytes: &[u8]) -> Result<Json, String> {
    json::parse(bytes).map_err(|error| error.to_string())
}

/// Equality of documents: members without order, numbers by their decimal value, nothing more and nothing less.
fn same_json(path: &str, found: &Json, wanted: &Json) -> Result<(), String> {
    match (found, wanted) {
        (Json::Object(left), Json::Object(right)) if left.len() == right.len() => {
            left.iter().try_for_each(|(name, value)| {
                let name = name.as_str().unwrap();
                let other = wanted.get(name).ok_or_else(|| format!("{path}.{name}: not wanted"))?;
                same_json(&format!("{path}.{name}"), value, other)
            })
        }
        (Json::Array(left), Json::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .try_for_each(|(index, (left, right))| same_json(&format!("{path}[{index}]"), left, right)),
        (Json::Number(left), Json::Number(right)) if decimal(left) == decimal(right) => Ok(()),
        (left, right) if left == right => Ok(()),
        (left, right) => Err(format!("{path}: {left:?}, wanted {right:?}")),
    }
}

/// The suites write numbers without exponent: their value is their digits without trailing fraction zeros.
fn decimal(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A value as a reader can give it, where the wire has no way to tell some values apart: a null member is absent, and
/// so is a list without items in the query or flattened, a map of header fields without any, and a body of one value
/// that is empty. The map of a query is read with the parts that other members name; without them, it is what was written.
pub(crate) fn comparable(model: &Model, shape: Option<ShapeId>, value: Value) -> Value {
    let (Some(shape), Value::Structure(fields)) = (shape, value) else { return Value::default() };
    let shape = model.shape(shape);
    let named: Vec<&str> = shape
        .members()
        .into_iter()
        .flat_map(|members| members.values())
        .filter(|member| member.location == Some(Location::QueryString) && !is_map(model, member))
        .map(|member| member.wire_name())
        .collect();
    let kept = fields.into_iter().filter_map(|(name, value)| {
        let member = shape.member(&name)?;
        let value = match value {
            Value::Map(entries) if member.location == Some(Location::QueryString) => Value::Map(
                entries
                    .into_iter()
                    .filter(|(key, value)| {
                        !named.contains(&key.to_lossy().as_str()) && *value != Value::List(Vec::new())
                    })
                    .collect(),
            ),
            value @ Value::Structure(_) if is_event_stream(model, member) => Value::List(vec![value]),
            value => as_told(model, member.shape, value),
        };
        is_told(model, member, &value).then_some((name, value))
    });
    Value::structure(kept)
}

/// An input without what a form does not tell: an empty map, and EC2's empty list.
pub(crate) fn in_form(model: &Model, input: Value) -> Value {
    let untold = |value: &Value| match model.metadata.protocol {
        ProtocolName::AwsQuery => is_empty(value) && matches!(value, Value::Map(_)),
        ProtocolName::Ec2Query => is_empty(value),
        _ => false,
    };
    match input {
        Value::Structure(fields) => Value::structure(fields.into_iter().filter(|(_, value)| !untold(value))),
        other => other,
    }
}

/// The value without what the wire does not tell at any depth: null members, and flattened members without items.
fn as_told(model: &Model, shape: ShapeId, value: Value) -> Value {
    let shape = model.shape(shape);
    match (&shape.kind, value) {
        (ShapeKind::Structure { members, .. }, Value::Structure(fields)) => {
            let told = fields.into_iter().filter_map(|(name, value)| {
                let member = members.get(&name)?;
                let value = as_told(model, member.shape, value);
                let lost = is_empty(&value) && is_flattened(model, member);
                (!lost && !matches!(value, Value::Null)).then_some((name, value))
            });
            Value::structure(told)
        }
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            Value::List(items.into_iter().map(|value| as_told(model, *item, value)).collect())
        }
        (ShapeKind::Map { value: shape, .. }, Value::Map(entries)) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, as_told(model, *shape, value))).collect())
        }
        (_, other) => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Only XML has no element around the items.
fn is_flattened(model: &Model, member: &Member) -> bool {
    let xml = model.metadata.protocol == ProtocolName::RestXml;
    xml && (member.flattened || model.shape(member.shape).xml().flattened)
}

/// A stream of one event may be given as that event; it is read as a list.
fn is_event_stream(model: &Model, member: &Member) -> bool {
    let shape = model.shape(member.shape);
    shape.streaming && shape.members().is_some()
}

fn is_map(model: &Model, member: &Member) -> bool {
    matches!(model.shape(member.shape).kind, ShapeKind::Map { .. })
}

fn is_told(model: &Model, member: &Member, value: &Value) -> bool {
    let spread = matches!(member.location, Some(Location::QueryString | Location::Headers));
    match value {
        Value::Null => false,
        // The body without a byte stands for no body, unless it is a stream.
        Value::Blob(bytes) => !(member.payload && bytes.is_empty()) || model.shape(member.shape).streaming,
        Value::String(text) => !(member.payload && text.is_empty()),
        // restJson1 writes `{}` for a structure that is not there.
        Value::Structure(fields) => {
            let absent = member.payload && model.metadata.protocol == ProtocolName::RestJson;
            !(absent && fields.is_empty())
        }
        value => {
            let lost = spread || is_event_stream(model, member) || is_flattened(model, member);
            !(lost && is_empty(value))
        }
    }
}
