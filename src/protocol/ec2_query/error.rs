//! Errors: `<Response><Errors><Error>` with code, message and members.

use super::response::{CONTENT_TYPE, decode, request_id};
use crate::api::model::{Model, Operation};
use crate::ground::exchange::Response;
use crate::protocol::body::coding;
use crate::protocol::body::xml::{self, Document, Element};
use crate::protocol::contract::{CodePlace, ErrorForm, ProtocolError, Reply, ServiceError};

pub(super) const FORM: ErrorForm = ErrorForm {
    within: &["Response", "Errors", "Error"],
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
    let element = root.as_ref().and_then(|root| root.element("Errors")?.element("Error"));
    let mut error = xml::error::read(model, operation, element, response.status)?;
    error.request_id = request_id(response);
    Ok(Reply::Error(error))
}

pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let (_, content) = xml::error::write(model, error)?;
    Ok(answer(error.status, content, error.request_id.as_deref()))
}

/// An error of which nothing but the request is known.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    answer(status, vec![Element::of_text("Code", code), Element::of_text("Message", message)], None)
}

fn answer(status: u16, content: Vec<Element>, request_id: Option<&str>) -> Response {
    let (mut root, mut errors, mut element) =
        (Element::new("Response"), Element::new("Errors"), Element::new("Error"));
    content.into_iter().for_each(|inner| element.push(inner));
    errors.push(element);
    root.push(errors);
    if let Some(id) = request_id {
        root.push(Element::of_text("RequestID", id));
    }
    Response::new(status, xml::write(&Document::new(root))).with("Content-Type", CONTENT_TYPE)
}
