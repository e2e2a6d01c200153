//! awsJson as a [`Protocol`].

use super::headers::{TARGET, content_type};
use super::{error, message};
use crate::api::model::{Fields, Model, Operation, ProtocolName, Shape, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::body::json::{self, decode_body, encode_body};
use crate::protocol::contract::{ErrorForm, Protocol, ProtocolError, Reply, RequestKey, Rules, ServiceError};
use crate::protocol::view::{Node, Step, View, node_of};

/// awsJson 1.0 and 1.1; the model says which.
#[derive(Debug)]
pub(crate) struct AwsJson;

const RULES: Rules = Rules {
    page: "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html",
    unknown_members: "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: unknown members are ignored",
    empty_body: "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#empty-body-serialization",
    errors: "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization",
};

impl Protocol for AwsJson {
    fn name(&self) -> ProtocolName {
        ProtocolName::AwsJson
    }

    fn rules(&self) -> &'static Rules {
        &RULES
    }

    fn speaks(&self, request: &Request) -> bool {
        let json = request.headers.get("content-type").is_some_and(|kind| kind.contains("json"));
        json || request.headers.contains(TARGET)
    }

    fn key(&self, request: &Request) -> Option<RequestKey> {
        let target = request.headers.get(TARGET)?;
        Some(RequestKey { part: "header X-Amz-Target", text: target.to_owned() })
    }

    fn refusal(&self, request: &Request, status: u16, code: &str, message: &str) -> Response {
        error::refusal(request, status, code, message)
    }

    fn operation_of<'m>(&self, model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
        message::operation_of(model, request)
    }

    fn fields(&self) -> &'static [&'static str] {
        &[TARGET, "Content-Type"]
    }

    fn head(&self, model: &Model, operation: &Operation) -> Headers {
        message::head(model, operation)
    }

    fn encode_request(
        &self,
        model: &Model,
        operation: &Operation,
        input: &Value,
    ) -> Result<Request, ProtocolError> {
        message::encode_request(model, operation, input)
    }

    fn decode_request(
        &self,
        model: &Model,
        operation: &Operation,
        request: &Request,
    ) -> Result<Value, ProtocolError> {
        message::decode_input(model, operation, request)
    }

    fn encode_response(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<Response, ProtocolError> {
        message::encode_response(model, operation, output)
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

    fn content_type(&self, model: &Model) -> String {
        content_type(model)
    }

    fn view(&self, body: &[u8]) -> Result<View, ProtocolError> {
        json::view(body)
    }

    fn write(&self, view: &View) -> Vec<u8> {
        json::write_view(view)
    }

    fn view_output(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<View, ProtocolError> {
        match operation.output {
            Some(shape) => encode_body(model, shape, output).map(View::new),
            None => Ok(View::empty()),
        }
    }

    fn view_error(&self, model: &Model, shape: &Shape, members: &Fields) -> Result<View, ProtocolError> {
        encode_body(model, shape.id, &Value::Structure(members.clone())).map(View::new)
    }

    fn read_output(&self, model: &Model, operation: &Operation, view: &View) -> Result<Value, ProtocolError> {
        operation.output.map_or_else(|| Ok(Value::default()), |shape| decode_body(model, shape, &view.root))
    }

    fn node<'v>(
        &self,
        model: &Model,
        operation: &Operation,
        view: &'v mut View,
        path: &[Step],
    ) -> Option<&'v mut Node> {
        node_of(model, model.shape(operation.output?), &mut view.root, path)
    }

    fn error_form(&self) -> &'static ErrorForm {
        &error::FORM
    }
}
