//! Successes: the output's members in `<OperationResponse>`, and the id of the request beside them.

use crate::api::model::{Fields, Model, Operation, Value};
use crate::ground::exchange::{REQUEST_ID, Response};
use crate::protocol::body::coding;
use crate::protocol::body::xml::{self, Document, Element};
use crate::protocol::contract::ProtocolError;

/// The `Content-Type` of answers.
pub(super) const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";
/// An answer has an id, and it is the sender's to make it.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// Writes a success.
pub(super) fn encode(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let document = Document::new(root(model, operation, output)?);
    Ok(Response::new(200, xml::write(&document)).with("Content-Type", CONTENT_TYPE))
}

/// The root of a success.
pub(super) fn root(model: &Model, operation: &Operation, output: &Value) -> Result<Element, ProtocolError> {
    let name = format!("{}Response", operation.name);
    let namespace = model.metadata.xml_namespace.as_ref();
    let empty = Fields::new();
    let fields = output.fields().unwrap_or(&empty);
    let mut root = match operation.output {
        Some(shape) => xml::encode_members(model, model.shape(shape), &name, namespace, fields)
            .map_err(|error| error.within("output"))?,
        None => Element::new(name),
    };
    root.push(Element::of_text("requestId", NO_ID));
    Ok(root)
}

/// Reads a success; an answer without a body has an output without members.
pub(super) fn decode(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Value, ProtocolError> {
    let body = coding::unpacked(&response.headers, &response.body)?;
    if operation.output.is_none() || body.is_empty() {
        return Ok(Value::default());
    }
    read(model, operation, &xml::parse(&body)?.root)
}

/// Reads the output in the root of a success.
pub(super) fn read(model: &Model, operation: &Operation, root: &Element) -> Result<Value, ProtocolError> {
    let Some(shape) = operation.output else { return Ok(Value::default()) };
    xml::decode_members(model, model.shape(shape), root, &|_| true)
        .map(Value::Structure)
        .map_err(|error| error.within("output"))
}

/// The id of the request: in a field, or in the document, where an error spells it otherwise.
pub(super) fn request_id(response: &Response) -> Option<String> {
    response.headers.get(REQUEST_ID).map(str::to_owned).or_else(|| {
        let body = coding::unpacked(&response.headers, &response.body).ok()?;
        let root = xml::parse(&body).ok()?.root;
        let mut ids = ["requestId", "RequestID", "RequestId"].iter().filter_map(|name| root.element(name));
        ids.next().map(|id| id.text().trim().to_owned()).filter(|id| *id != NO_ID)
    })
}
