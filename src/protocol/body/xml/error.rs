//! The content of an `Error` element, which the query protocols share: code, message and members.

use super::{Element, decode_members, encode_members};
use crate::api::model::{Fields, Model, Operation, Shape, Value};
use crate::ground::json::Text;
use crate::protocol::contract::{ProtocolError, ServiceError, error_shape, known_error, message_name};

/// Reads an `Error` element; without one nothing is known but the status, whose digits are the code.
pub(crate) fn read(
    model: &Model,
    operation: &Operation,
    element: Option<&Element>,
    status: u16,
) -> Result<ServiceError, ProtocolError> {
    let text = |name: &str| element.and_then(|element| element.element(name)).map(Element::text);
    let code = text("Code").map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
    let message: Option<Text> = text("Message").or_else(|| text("message")).map(Into::into);
    let shape = code.as_ref().and_then(|code| error_shape(model, operation, code));
    let mut members = match (shape, element) {
        (Some(shape), Some(element)) => {
            decode_members(model, shape, element, &|_| true).map_err(|error| error.within("error"))?
        }
        _ => Fields::new(),
    };
    // The models spell the message in either way, the services with a capital.
    let name = message_name(shape);
    if let (Some(shape), Some(message)) = (shape, &message)
        && shape.member(name).is_some()
    {
        members.entry(name.to_owned()).or_insert_with(|| Value::String(message.clone()));
    }
    Ok(ServiceError {
        code: code.unwrap_or_else(|| status.to_string()),
        message,
        members,
        status,
        request_id: None,
        modeled: shape.map(|shape| shape.name.clone()),
    })
}

/// Writes what stands in an `Error` element. A modelled error that is called by its shape's name has the code that
/// the model gives it on the wire.
pub(crate) fn write<'m>(
    model: &'m Model,
    error: &ServiceError,
) -> Result<(Option<&'m Shape>, Vec<Element>), ProtocolError> {
    let shape = error.modeled.as_ref().map(|name| known_error(model, name)).transpose()?;
    let of_model = shape.filter(|shape| shape.name == error.code).and_then(|shape| shape.error.as_ref());
    let code = of_model.map_or(&error.code, |traits| &traits.code);
    let mut content = vec![Element::of_text("Code", code)];
    let mut members = error.members.clone();
    let told = members.shift_remove(message_name(shape)).and_then(|value| match value {
        Value::String(text) => Some(text),
        _ => None,
    });
    if let Some(message) = error.message.as_ref().or(told.as_ref()) {
        content.push(Element::of_text("Message", message.to_lossy()));
    }
    match (shape, members.first()) {
        (Some(shape), _) => {
            let element = encode_members(model, shape, "Error", None, &members)
                .map_err(|error| error.within("error"))?;
            content.extend(element.elements().cloned());
        }
        (None, None) => {}
        (None, Some((name, _))) => {
            return Err(ProtocolError::new("no members on an error without a shape", format!("`{name}`"))
                .within("error"));
        }
    }
    Ok((shape, content))
}
