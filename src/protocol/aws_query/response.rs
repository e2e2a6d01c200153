//! Successes: `<OperationResponse><OperationResult>`, and the id of the request in `ResponseMetadata`.

use crate::api::model::{Model, Operation, Value};
use crate::ground::exchange::{OLD_REQUEST_ID, REQUEST_ID, Response};
use crate::protocol::body::coding;
use crate::protocol::body::xml::{self, Document, Element};
use crate::protocol::contract::ProtocolError;

/// The `Content-Type` of answers.
pub(super) const CONTENT_TYPE: &str = "text/xml";
/// Where the id of the request stands; the fields come first.
const REQUEST_IDS: [&str; 2] = [REQUEST_ID, OLD_REQUEST_ID];
/// An answer has an id, and it is the sender's to make it.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// Writes a success. An operation without output has an answer all the same.
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
    let mut root = Element::new(format!("{}Response", operation.name));
    xml::declare(&mut root, model.metadata.xml_namespace.as_ref());
    match (operation.output, output) {
        (Some(shape), Value::Structure(fields)) => {
            let name = operation.result_wrapper.as_deref().unwrap_or_default();
            let result = xml::encode_members(model, model.shape(shape), name, None, fields)
                .map_err(|error| error.within("output"))?;
            match operation.result_wrapper {
                Some(_) => root.push(result),
                None => root.content.extend(result.content),
            }
        }
        (Some(_), other) => return Err(ProtocolError::new("a structure", other.kind()).within("output")),
        (None, _) => {}
    }
    let mut metadata = Element::new("ResponseMetadata");
    metadata.push(Element::of_text("RequestId", NO_ID));
    root.push(metadata);
    Ok(root)
}

/// Reads a success; an answer without a body, or without a result, has an output without members.
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
    let result = match &operation.result_wrapper {
        Some(name) => root.element(name),
        None => Some(root),
    };
    let (Some(shape), Some(result)) = (operation.output, result) else { return Ok(Value::default()) };
    xml::decode_members(model, model.shape(shape), result, &|_| true)
        .map(Value::Structure)
        .map_err(|error| error.within("output"))
}

/// The id of the request: in a field, or in the document.
pub(super) fn request_id(response: &Response) -> Option<String> {
    let field = REQUEST_IDS.iter().find_map(|name| response.headers.get(name)).map(str::to_owned);
    field.or_else(|| {
        let body = coding::unpacked(&response.headers, &response.body).ok()?;
        let root = xml::parse(&body).ok()?.root;
        let holder = root.element("ResponseMetadata").unwrap_or(&root);
        holder.element("RequestId").map(|id| id.text().trim().to_owned()).filter(|id| *id != NO_ID)
    })
}
