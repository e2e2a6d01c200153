//! ec2Query as a [`Protocol`].

use super::response::CONTENT_TYPE;
use super::{error, response};
use crate::api::model::{Fields, Model, Operation, ProtocolName, Shape, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::body::form::{Dialect, message};
use crate::protocol::body::xml::{self, Document, Element, node};
use crate::protocol::contract::{ErrorForm, Protocol, ProtocolError, Reply, RequestKey, Rules, ServiceError};
use crate::protocol::view::{Node, Step, View};

/// ec2Query.
#[derive(Debug)]
pub(crate) struct Ec2Query;

const RULES: Rules = Rules {
    page: "https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html",
    unknown_members: "https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html: unknown elements are ignored",
    empty_body: "https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#request-serialization",
    errors: "https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#operation-error-serialization",
};

impl Protocol for Ec2Query {
    fn name(&self) -> ProtocolName {
        ProtocolName::Ec2Query
    }

    fn rules(&self) -> &'static Rules {
        &RULES
    }

    /// A form tells nothing of its dialect; the service that it is signed for does.
    fn speaks(&self, request: &Request) -> bool {
        let signed = request.headers.get("authorization").unwrap_or_else(|| request.query());
        let scope = ["/ec2/aws4_request", "%2Fec2%2Faws4_request"];
        scope.iter().any(|scope| signed.contains(scope)) && message::speaks(request)
    }

    fn key(&self, request: &Request) -> Option<RequestKey> {
        message::key(request)
    }

    fn refusal(&self, _: &Request, status: u16, code: &str, message: &str) -> Response {
        error::refusal(status, code, message)
    }

    fn operation_of<'m>(&self, model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
        message::operation_of(model, request)
    }

    /// The operation stands in the body.
    fn fields(&self) -> &'static [&'static str] {
        &["Content-Type"]
    }

    fn head(&self, _: &Model, _: &Operation) -> Headers {
        message::head()
    }

    fn encode_request(
        &self,
        model: &Model,
        operation: &Operation,
        input: &Value,
    ) -> Result<Request, ProtocolError> {
        message::encode_request(model, Dialect::Ec2, operation, input)
    }

    fn decode_request(
        &self,
        model: &Model,
        operation: &Operation,
        request: &Request,
    ) -> Result<Value, ProtocolError> {
        message::decode_request(model, Dialect::Ec2, operation, request)
    }

    fn encode_response(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<Response, ProtocolError> {
        response::encode(model, operation, output)
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
        response::request_id(response)
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
        response::root(model, operation, output).map(|root| xml::view_of(&Document::new(root)))
    }

    fn view_error(&self, model: &Model, shape: &Shape, members: &Fields) -> Result<View, ProtocolError> {
        let element = xml::encode_members(model, shape, "Error", None, members)?;
        Ok(xml::view_of(&Document::new(element)))
    }

    fn read_output(&self, model: &Model, operation: &Operation, view: &View) -> Result<Value, ProtocolError> {
        let root = xml::document_of(view).map_or_else(Element::default, |document| document.root);
        response::read(model, operation, &root)
    }

    fn node<'v>(
        &self,
        model: &Model,
        operation: &Operation,
        view: &'v mut View,
        path: &[Step],
    ) -> Option<&'v mut Node> {
        let shape = model.shape(operation.output?);
        node::node_of(model, shape, node::root(&mut view.root)?, path)
    }

    fn error_form(&self) -> &'static ErrorForm {
        &error::FORM
    }
}
