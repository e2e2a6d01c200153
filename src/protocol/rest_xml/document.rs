//! The XML documents in bodies.

use super::{CONTENT_TYPE, RestXml};
use crate::api::model::{Fields, Member, Model, Operation, Shape, ShapeId, ShapeKind, Value, XmlNamespace};
use crate::protocol::bindings::{BodyFormat, MessageSide, in_response_body};
use crate::protocol::body::xml::{self, Document, Element};
use crate::protocol::contract::ProtocolError;
use crate::protocol::event_stream::EventFormat;

static EVENTS: EventFormat =
    EventFormat { content_type: "text/xml", encode: write_event, decode: read_event };

fn write_event(model: &Model, shape: ShapeId, value: &Value) -> Result<Vec<u8>, ProtocolError> {
    let shape = model.shape(shape);
    let fields = value.fields().ok_or_else(|| ProtocolError::new("the members of an event", value.kind()))?;
    xml::encode_members(model, shape, &shape.name, None, fields).map(|root| xml::write(&Document::new(root)))
}

fn read_event(model: &Model, shape: ShapeId, payload: &[u8]) -> Result<Value, ProtocolError> {
    let root = xml::parse(payload)?.root;
    xml::decode_members(model, model.shape(shape), &root, &|_| true).map(Value::Structure)
}

impl BodyFormat for RestXml {
    fn events(&self) -> &'static EventFormat {
        &EVENTS
    }

    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }

    /// An input without members in the body is not written; an output is, so that there is a document to read.
    fn write_members(
        &self,
        model: &Model,
        side: MessageSide<'_>,
        shape: &Shape,
        fields: &Fields,
    ) -> Result<Option<Vec<u8>>, ProtocolError> {
        let root = match side {
            MessageSide::Input(_) if fields.values().all(|value| matches!(value, Value::Null)) => {
                return Ok(None);
            }
            MessageSide::Input(operation) => input_root(model, operation, shape, fields)?,
            MessageSide::Output(operation) => output_root(model, operation, shape, fields)?,
        };
        Ok(Some(xml::write(&Document::new(root))))
    }

    fn write_payload(&self, model: &Model, member: &Member, value: &Value) -> Result<Vec<u8>, ProtocolError> {
        let shape = model.shape(member.shape);
        if shape.kind == ShapeKind::Document {
            return Err(ProtocolError::new("a shape that XML can hold", "a document"));
        }
        let name = payload_name(member, shape);
        let mut element = xml::encode_member(model, member, name, value)?;
        declare_default(&mut element, model.metadata.xml_namespace.as_ref());
        Ok(xml::write(&Document::new(element)))
    }

    fn absent_payload(&self) -> Option<Vec<u8>> {
        None
    }

    fn read_members(
        &self,
        model: &Model,
        side: MessageSide<'_>,
        shape: &Shape,
        body: &[u8],
    ) -> Result<Fields, ProtocolError> {
        let document = xml::parse(body)?;
        match side {
            MessageSide::Output(operation) if is_unwrapped(model, operation) => {
                let mut around = Element::new("");
                if !document.root.content.is_empty() {
                    around.push(document.root);
                }
                xml::decode_members(model, shape, &around, &side.in_body())
            }
            _ => xml::decode_members(model, shape, &document.root, &side.in_body()),
        }
    }

    fn read_payload(
        &self,
        model: &Model,
        member: &Member,
        body: &[u8],
    ) -> Result<Option<Value>, ProtocolError> {
        xml::decode_member(model, member, &xml::parse(body)?.root).map(Some)
    }
}

/// A name that the member alone has comes first, then the shape's own; botocore also repeats the member's name there.
fn payload_name<'m>(member: &'m Member, shape: &'m Shape) -> &'m str {
    let given = member.wire_name.as_deref();
    let other = given.filter(|name| *name != member.name);
    other.or(shape.xml().root.name.as_deref()).or(given).unwrap_or(&shape.name)
}

/// The shape's own name comes before the operation's, and that before the shape's identifier.
fn input_root(
    model: &Model,
    operation: &Operation,
    shape: &Shape,
    fields: &Fields,
) -> Result<Element, ProtocolError> {
    let own = shape.xml().root.name.as_deref();
    let name = own.or(operation.input_xml.name.as_deref()).unwrap_or(&shape.name);
    let namespace = operation.input_xml.namespace.as_ref().or(model.metadata.xml_namespace.as_ref());
    xml::encode_members(model, shape, name, namespace, fields)
}

fn output_root(
    model: &Model,
    operation: &Operation,
    shape: &Shape,
    fields: &Fields,
) -> Result<Element, ProtocolError> {
    let name = shape.xml().root.name.as_deref().unwrap_or(&shape.name);
    let namespace = model.metadata.xml_namespace.as_ref();
    let root = xml::encode_members(model, shape, name, namespace, fields)?;
    if !is_unwrapped(model, operation) {
        return Ok(root);
    }
    let only = shape
        .members()
        .into_iter()
        .flat_map(|members| members.values())
        .find(|member| in_response_body(member));
    let name = only.map_or(name, |member| xml::element_name(model, member));
    let mut inner = root.elements().next().cloned().unwrap_or_else(|| Element::new(name));
    declare_default(&mut inner, namespace);
    Ok(inner)
}

/// Declares the service's namespace, unless the element has a default one of its own.
fn declare_default(element: &mut Element, namespace: Option<&XmlNamespace>) {
    if !element.attributes.iter().any(|(name, _)| name == "xmlns" || name.starts_with("xmlns:")) {
        xml::declare(element, namespace);
    }
}

/// The trait belongs to S3 alone; botocore's models do not have it.
pub(super) fn is_unwrapped(model: &Model, operation: &Operation) -> bool {
    model.metadata.bare_errors && operation.unwrapped_output
}
