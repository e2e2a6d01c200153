//! Errors: `<ErrorResponse><Error>` with type, code, message and members.

use super::response::{CONTENT_TYPE, decode, request_id};
use crate::api::model::{Model, Operation};
use crate::ground::exchange::Response;
use crate::protocol::body::coding;
use crate::protocol::body::xml::{self, Document, Element};
use crate::protocol::contract::{CodePlace, ErrorForm, ProtocolError, Reply, ServiceError};

pub(super) const FORM: ErrorForm = ErrorForm {
    within: &["ErrorResponse", "Error"],
    code: &[CodePlace::Member("Code")],
    decorated: false,
    message: &["Message", "message"],
    query_code: None,
};

/// A status of 2xx carries the output, any other an error.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    if (200..300).contains(&response.status) {
        return decode(model, operation, response).map(Reply::Output);
    }
    let body = coding::unpacked(&response.headers, &response.body).ok();
    let root = body.and_then(|body| xml::parse(&body).ok()).map(|document| document.root);
    // Some services leave the envelope out.
    let element = root.as_ref().and_then(|root| match root.local_name() {
        "Error" => Some(root),
        _ => root.element("Error"),
    });
    let mut error = xml::error::read(model, operation, element, response.status)?;
    error.request_id = request_id(response);
    Ok(Reply::Error(error))
}

pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let (shape, content) = xml::error::write(model, error)?;
    let server =
        shape.and_then(|shape| shape.error.as_ref()).map_or(error.status >= 500, |error| error.server_fault);
    let mut element = Element::new("Error");
    element.push(Element::of_text("Type", if server { "Receiver" } else { "Sender" }));
    content.into_iter().for_each(|inner| element.push(inner));
    let mut root = Element::new("ErrorResponse");
    xml::declare(&mut root, model.metadata.xml_namespace.as_ref());
    root.push(element);
    if let Some(id) = &error.request_id {
        root.push(Element::of_text("RequestId", id));
    }
    Ok(answer(error.status, root))
}

/// An error of which nothing but the request is known.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    let mut element = Element::new("Error");
    for (name, text) in [("Type", "Sender"), ("Code", code), ("Message", message)] {
        element.push(Element::of_text(name, text));
    }
    let mut root = Element::new("ErrorResponse");
    root.push(element);
    answer(status, root)
}

fn answer(status: u16, root: Element) -> Response {
    Response::new(status, xml::write(&Document::new(root))).with("Content-Type", CONTENT_TYPE)
}
