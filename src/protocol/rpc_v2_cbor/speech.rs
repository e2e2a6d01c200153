//! rpcV2Cbor as a [`Protocol`].

use super::message::{CBOR, NAME, PROTOCOL};
use super::{error, message};
use crate::api::model::{Fields, Model, Operation, ProtocolName, Shape, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::body::cbor::{decode_body, encode_body, item_of, view, view_of, write};
use crate::protocol::contract::{ErrorForm, Protocol, ProtocolError, Reply, RequestKey, Rules, ServiceError};
use crate::protocol::view::{Node, Step, View, node_of};

/// rpcV2Cbor.
#[derive(Debug)]
pub(crate) struct RpcV2Cbor;

const RULES: Rules = Rules {
    page: "https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html",
    unknown_members: "https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html: unknown members are ignored",
    empty_body: "https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#requests",
    errors: "https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#operation-error-serialization",
};

impl Protocol for RpcV2Cbor {
    fn name(&self) -> ProtocolName {
        ProtocolName::RpcV2Cbor
    }

    fn rules(&self) -> &'static Rules {
        &RULES
    }

    fn speaks(&self, request: &Request) -> bool {
        request.headers.get(PROTOCOL).is_some_and(|name| name.eq_ignore_ascii_case(NAME))
    }

    /// The path tells it all.
    fn key(&self, _: &Request) -> Option<RequestKey> {
        None
    }

    fn refusal(&self, _: &Request, status: u16, code: &str, message: &str) -> Response {
        error::refusal(status, code, message)
    }

    fn operation_of<'m>(&self, model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError> {
        message::operation_of(model, request)
    }

    fn fields(&self) -> &'static [&'static str] {
        &[PROTOCOL, "Content-Type"]
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

    fn content_type(&self, _: &Model) -> String {
        CBOR.to_owned()
    }

    fn view(&self, body: &[u8]) -> Result<View, ProtocolError> {
        view(body)
    }

    fn write(&self, view: &View) -> Vec<u8> {
        write(&item_of(view))
    }

    fn view_output(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<View, ProtocolError> {
        match operation.output {
            Some(shape) => encode_body(model, shape, output).map(|item| view_of(&item)),
            None => Ok(View::empty()),
        }
    }

    fn view_error(&self, model: &Model, shape: &Shape, members: &Fields) -> Result<View, ProtocolError> {
        encode_body(model, shape.id, &Value::Structure(members.clone())).map(|item| view_of(&item))
    }

    fn read_output(&self, model: &Model, operation: &Operation, view: &View) -> Result<Value, ProtocolError> {
        let read = |shape| decode_body(model, shape, &item_of(view));
        operation.output.map_or_else(|| Ok(Value::default()), read)
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
