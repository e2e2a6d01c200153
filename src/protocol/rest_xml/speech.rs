//! restXml as a [`Protocol`].

use super::error::{self, FORM};
use super::{CONTENT_TYPE, RestXml, bucket, document};
use crate::api::model::{Fields, Model, Operation, ProtocolName, Shape, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::bindings;
use crate::protocol::body::xml::{self, Document, node};
use crate::protocol::contract::{ErrorForm, Protocol, ProtocolError, Reply, RequestKey, Rules, ServiceError};
use crate::protocol::view::{Node, Step, View};

const PAGE: &str = "https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html";

static RULES: Rules = Rules {
    page: PAGE,
    unknown_members: PAGE,
    empty_body: PAGE,
    errors: "https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#operation-error-serialization",
};

impl Protocol for RestXml {
    fn name(&self) -> ProtocolName {
        ProtocolName::RestXml
    }

    fn rules(&self) -> &'static Rules {
        &RULES
    }

    /// A request without a body does not tell.
    fn speaks(&self, request: &Request) -> bool {
        let content_type = request.headers.get("content-type").unwrap_or_default();
        content_type.starts_with(CONTENT_TYPE) || content_type.starts_with("text/xml")
    }

    fn key(&self, _: &Request) -> Option<RequestKey> {
        None
    }

    fn refusal(&self, _: &Request, status: u16, code: &str, message: &str) -> Response {
        error::refusal(status, code, message)
    }

    fn operation_of<'m>(&self, model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
        bindings::operation_of_request(model, &bucket::in_path(model, request))
    }

    fn fields(&self) -> &'static [&'static str] {
        &["Content-Type"]
    }

    fn head(&self, model: &Model, operation: &Operation) -> Headers {
        bindings::head(self, model, operation)
    }

    fn encode_request(
        &self,
        model: &Model,
        operation: &Operation,
        input: &Value,
    ) -> Result<Request, ProtocolError> {
        bindings::encode_request(self, model, operation, input)
    }

    fn decode_request(
        &self,
        model: &Model,
        operation: &Operation,
        request: &Request,
    ) -> Result<Value, ProtocolError> {
        bindings::decode_request(self, model, operation, &bucket::in_path(model, request))
    }

    fn encode_response(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<Response, ProtocolError> {
        bindings::encode_response(self, model, operation, output)
    }

    fn encode_error(&self, model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
        error::encode_error(model, error)
    }

    fn decode_response(
        &self,
        model: &Model,
        operation: &Operation,
        response: &Response,
    ) -> Result<Reply, ProtocolError> {
        error::decode_response(model, operation, response)
    }

    fn request_id(&self, response: &Response) -> Option<String> {
        error::request_id(response)
    }

    fn error_in_success(&self, response: &Response) -> Option<String> {
        error::in_success(response)
    }

    fn content_type(&self, _: &Model) -> String {
        CONTENT_TYPE.to_owned()
    }

    fn view(&self, body: &[u8]) -> Result<View, ProtocolError> {
        xml::parse(body).map(|document| xml::view_of(&document))
    }

    fn write(&self, view: &View) -> Vec<u8> {
        xml::document_of(view).map(|document| xml::write(&document)).unwrap_or_default()
    }

    fn view_output(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<View, ProtocolError> {
        let body = self.encode_response(model, operation, output)?.body;
        if body.is_empty() { Ok(View::empty()) } else { self.view(&body) }
    }

    fn view_error(&self, model: &Model, shape: &Shape, members: &Fields) -> Result<View, ProtocolError> {
        let element = error::members_element(model, shape, members)?;
        Ok(xml::view_of(&Document::new(element)))
    }

    fn read_output(&self, model: &Model, operation: &Operation, view: &View) -> Result<Value, ProtocolError> {
        bindings::decode_document(self, model, operation, &self.write(view))
    }

    fn node<'v>(
        &self,
        model: &Model,
        operation: &Operation,
        view: &'v mut View,
        path: &[Step],
    ) -> Option<&'v mut Node> {
        let (shape, path) = bindings::document_of(model, model.shape(operation.output?), path)?;
        let root = node::root(&mut view.root)?;
        match path.split_first() {
            Some((Step::Member(_), [])) if document::is_unwrapped(model, operation) => Some(root),
            _ => node::node_of(model, shape, root, path),
        }
    }

    fn error_form(&self) -> &'static ErrorForm {
        &FORM
    }
}
