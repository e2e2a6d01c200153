//! The trait itself.

use std::fmt;

use super::{ErrorForm, ProtocolError, Rules, ServiceError};
use crate::api::model::{Fields, Model, Operation, ProtocolName, Shape, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::protocol::view::{Node, Step, View};

/// What a response says.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The output; of an operation without one, an empty structure.
    Output(Value),
    /// An error.
    Error(ServiceError),
}

/// What a request asks for beyond its method, path and query, told without a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Where it stands: `header X-Amz-Target`, `form Action`.
    pub part: &'static str,
    /// What stands there: `SageMaker.ListTags`.
    pub text: String,
}

/// An AWS protocol, both halves: the client's and the server's.
///
/// Every method is given whole messages and finds what it needs in them: labels in the path, the query, the
/// fields, the body under its content coding. Errors carry the path inside the message (`output.Tags[0].Key`,
/// `header X-Amz-Target`, `body`); the callers in `protocol` add the message's own name.
///
/// What is read is what was said: nothing is filled in, corrected or dropped but what the protocol tells every
/// reader to ignore. Nothing reads a clock or makes an idempotency token. Of bytes that come from outside no
/// method panics.
pub trait Protocol: fmt::Debug + Sync {
    /// The name by which models ask for it.
    fn name(&self) -> ProtocolName;

    /// Where its rules are written down.
    fn rules(&self) -> &'static Rules;

    // A request of which only its fields are known.

    /// Whether a request speaks this protocol, told from its fields alone. Protocols are asked in the order of
    /// `spoken.rs`; the first to say yes is taken.
    fn speaks(&self, request: &Request) -> bool;

    /// What the request asks for, where neither path nor query tells it all: it takes part in the matching of
    /// requests of a service without a model, and names the request in messages.
    fn key(&self, request: &Request) -> Option<RequestKey>;

    /// An error that is made from a request's fields alone, such as a signature that does not hold.
    fn refusal(&self, request: &Request, status: u16, code: &str, message: &str) -> Response;

    // Messages.

    /// The operation that a request is for, or why it is for none of the model's.
    fn operation_of<'m>(&self, model: &'m Model, request: &Request) -> Result<&'m Operation, ProtocolError>;

    /// The names of the fields that say which protocol and operation a request is of, the most telling first:
    /// reports, snapshots and exported cases show these and no others.
    fn fields(&self) -> &'static [&'static str];

    /// The fields of a request that do not depend on its input.
    fn head(&self, model: &Model, operation: &Operation) -> Headers;

    /// Writes a request: method, target, body and the protocol's fields. `Host` and the signature are the
    /// sender's.
    fn encode_request(
        &self,
        model: &Model,
        operation: &Operation,
        input: &Value,
    ) -> Result<Request, ProtocolError>;

    /// Reads the input of a request for an operation, as a server does.
    fn decode_request(
        &self,
        model: &Model,
        operation: &Operation,
        request: &Request,
    ) -> Result<Value, ProtocolError>;

    /// Writes a success as a server does.
    fn encode_response(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<Response, ProtocolError>;

    /// Writes an error as a server does.
    fn encode_error(&self, model: &Model, error: &ServiceError) -> Result<Response, ProtocolError>;

    /// Reads a response: an output where the status says success, else an error.
    fn decode_response(
        &self,
        model: &Model,
        operation: &Operation,
        response: &Response,
    ) -> Result<Reply, ProtocolError>;

    /// The id of the request, which the response tells.
    fn request_id(&self, response: &Response) -> Option<String>;

    /// The code of an error that a response tells although its status says success, in a form that the protocol
    /// does not have and services send all the same.
    fn error_in_success(&self, _response: &Response) -> Option<String> {
        None
    }

    // Bodies as trees, for those who edit them.

    /// The `Content-Type` of a body that is a structure.
    fn content_type(&self, model: &Model) -> String;

    /// Reads a body, without its content coding, as a tree.
    fn view(&self, body: &[u8]) -> Result<View, ProtocolError>;

    /// Writes a tree as the bytes of a body; `write(view(body))` says what `body` says.
    fn write(&self, view: &View) -> Vec<u8>;

    /// The body of a success with this output, as [`Protocol::encode_response`] writes it.
    fn view_output(
        &self,
        model: &Model,
        operation: &Operation,
        output: &Value,
    ) -> Result<View, ProtocolError>;

    /// The body of an error with these members, without its code.
    fn view_error(&self, model: &Model, shape: &Shape, members: &Fields) -> Result<View, ProtocolError>;

    /// Reads the body of a success as an output; members that travel in fields or status are absent.
    fn read_output(&self, model: &Model, operation: &Operation, view: &View) -> Result<Value, ProtocolError>;

    /// The node at the end of a path in the body of a success, where it is there and the body holds it.
    fn node<'v>(
        &self,
        model: &Model,
        operation: &Operation,
        view: &'v mut View,
        path: &[Step],
    ) -> Option<&'v mut Node>;

    /// Where an error's code and message stand.
    fn error_form(&self) -> &'static ErrorForm;
}
