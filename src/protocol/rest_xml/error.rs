//! Errors: `<ErrorResponse><Error>`, or a bare `<Error>` as S3 has it.

use super::{CONTENT_TYPE, RestXml};
use crate::api::model::{Fields, Model, Operation, Shape, ShapeKind};
use crate::ground::exchange::Response;
use crate::protocol::bindings::{self, in_response_body};
use crate::protocol::body::coding;
use crate::protocol::body::xml::{self, Document, Element};
use crate::protocol::contract::{
    CodePlace, ErrorForm, ProtocolError, Reply, ServiceError, bare, error_shape, known_error,
};

/// The form of all services but S3.
pub(super) const FORM: ErrorForm = ErrorForm {
    within: &["ErrorResponse", "Error"],
    code: &[CodePlace::Member("Code")],
    decorated: false,
    message: &["Message", "message"],
    query_code: None,
};

/// The fields that tell a request's id. The first is that of most services, the second S3's.
const REQUEST_IDS: [&str; 3] = ["x-amzn-RequestId", "x-amz-request-id", "x-amz-requestid"];

/// A status of 2xx carries the output, unless S3 tells an error in it; any other an error.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    let success = (200..300).contains(&response.status);
    if success && !(has_document(model, operation) && in_success(response).is_some()) {
        let (output, ending) = bindings::decode_output(&RestXml, model, operation, response)?;
        let error = ending.map(|error| error.told(response.status, request_id(response)));
        return Ok(error.map_or(Reply::Output(output), Reply::Error));
    }
    decode_error(model, operation, response).map(Reply::Error)
}

/// An output that is bytes may be any document, one that looks like an error too.
fn has_document(model: &Model, operation: &Operation) -> bool {
    let Some(shape) = operation.output.map(|output| model.shape(output)) else {
        return model.metadata.bare_errors;
    };
    let bytes = shape.payload().map(|member| &model.shape(member.shape).kind);
    model.metadata.bare_errors && !matches!(bytes, Some(ShapeKind::Blob | ShapeKind::String))
}

/// The code of an error whose status says success: <https://repost.aws/knowledge-center/s3-resolve-200-internalerror>.
pub(super) fn in_success(response: &Response) -> Option<String> {
    let body = response.body.trim_ascii_start();
    if !body.starts_with(b"<") || !body.windows(6).any(|part| part == b"<Error") {
        return None;
    }
    let document = xml::parse(body).ok()?;
    let root = (document.root.local_name() == "Error").then_some(document.root)?;
    root.element("Code").map(|code| code.text().trim().to_owned()).filter(|code| !code.is_empty())
}

/// A body that is missing or broken tells nothing but its status, as that of an answer to a `HEAD`: then the code is
/// the status code's digits.
fn decode_error(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<ServiceError, ProtocolError> {
    let body = coding::unpacked(&response.headers, &response.body).ok();
    let document = body.and_then(|body| xml::parse(&body).ok());
    let element = document.as_ref().and_then(|document| error_element(&document.root));
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| element?.element(name));
        found.map(Element::text)
    };
    let code = text(&["Code"]).map(|code| bare(&code).to_owned()).filter(|code| !code.is_empty());
    let shape = code.as_ref().and_then(|code| error_shape(model, operation, code));
    let members = shape.map(|shape| members_of(model, shape, response, element)).transpose();
    Ok(ServiceError {
        code: code.unwrap_or_else(|| response.status.to_string()),
        message: text(FORM.message).map(Into::into),
        members: members.map_err(|error| error.within("error"))?.unwrap_or_default(),
        status: response.status,
        request_id: request_id(response).or_else(|| written_id(&document.as_ref()?.root)),
        modeled: shape.map(|shape| shape.name.clone()),
    })
}

/// `Error` is the root, or stands in it.
fn error_element(root: &Element) -> Option<&Element> {
    if root.local_name() == "Error" { Some(root) } else { root.element("Error") }
}

/// The id of the request as the document tells it.
fn written_id(root: &Element) -> Option<String> {
    let element = root.element("RequestId").or_else(|| root.element("RequestID"));
    element.map(|id| id.text().trim().to_owned()).filter(|id| !id.is_empty())
}

fn members_of(
    model: &Model,
    shape: &Shape,
    response: &Response,
    element: Option<&Element>,
) -> Result<Fields, ProtocolError> {
    let mut fields = bindings::decode_members(model, shape, response.status, &response.headers)?;
    if let Some(element) = element {
        fields.extend(xml::decode_members(model, shape, element, &in_response_body)?);
    }
    Ok(fields)
}

pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let shape = error.modeled.as_ref().map(|name| known_error(model, name)).transpose()?;
    let within = |error: ProtocolError| error.within("error");
    let mut response = Response::new(error.status, Vec::new()).with("Content-Type", CONTENT_TYPE);
    let id_field = if model.metadata.bare_errors { REQUEST_IDS[1] } else { REQUEST_IDS[0] };
    if let Some(id) = &error.request_id {
        response.headers.push(id_field, id);
    }
    let mut element = Element::new("Error");
    if !model.metadata.bare_errors {
        element.push(Element::of_text("Type", fault(shape, error.status)));
    }
    element.push(Element::of_text("Code", &error.code));
    let members = match shape {
        Some(shape) => {
            bindings::encode_headers(model, shape, &error.members, &mut response.headers).map_err(within)?;
            members_element(model, shape, &error.members).map_err(within)?
        }
        None => Element::default(),
    };
    let told = FORM.message.iter().any(|name| members.element(name).is_some());
    if let Some(message) = error.message.as_ref().filter(|_| !told) {
        element.push(Element::of_text("Message", message.to_lossy()));
    }
    element.content.extend(members.content);
    let id = error.request_id.as_ref().map(|id| Element::of_text("RequestId", id));
    response.body = xml::write(&Document::new(wrapped(model, element, id)));
    Ok(response)
}

/// The whole document around an `Error`.
fn wrapped(model: &Model, mut error: Element, id: Option<Element>) -> Element {
    if model.metadata.bare_errors {
        id.into_iter().for_each(|id| error.push(id));
        return error;
    }
    let mut root = Element::new("ErrorResponse");
    xml::declare(&mut root, model.metadata.xml_namespace.as_ref());
    root.push(error);
    id.into_iter().for_each(|id| root.push(id));
    root
}

/// The members of an error that stand in the document.
pub(super) fn members_element(
    model: &Model,
    shape: &Shape,
    fields: &Fields,
) -> Result<Element, ProtocolError> {
    let inner = fields.iter().filter(|(name, _)| shape.member(name).is_none_or(in_response_body));
    let inner = inner.map(|(name, value)| (name.clone(), value.clone())).collect();
    xml::encode_members(model, shape, "Error", None, &inner)
}

/// Whose fault it is.
fn fault(shape: Option<&Shape>, status: u16) -> &'static str {
    let server =
        shape.and_then(|shape| shape.error.as_ref()).map_or(status >= 500, |error| error.server_fault);
    if server { "Receiver" } else { "Sender" }
}

pub(super) fn request_id(response: &Response) -> Option<String> {
    REQUEST_IDS.iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

/// An error of which nothing but the request is known.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    let mut error = Element::new("Error");
    error.push(Element::of_text("Type", "Sender"));
    error.push(Element::of_text("Code", code));
    error.push(Element::of_text("Message", message));
    let mut root = Element::new("ErrorResponse");
    root.push(error);
    Response::new(status, xml::write(&Document::new(root))).with("Content-Type", "text/xml")
}
