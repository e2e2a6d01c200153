//! Value ⇄ wire, the client's half and the server's: requests, responses and errors by the model's protocol.
//!
//! One file per AWS protocol; now `aws_json` (botocore's `json`: awsJson 1.0 and 1.1). `body` holds the rules of
//! JSON bodies, `service_error` the forms of errors, `coding` content coding, `endpoint` the host.
//!
//! What is read here is what was said: nothing is filled in, corrected or dropped but what the protocol tells
//! every reader to ignore. Nothing here reads a clock or makes an idempotency token; a value is written as it is.

mod aws_json;
mod body;
mod coding;
mod endpoint;
mod error;
mod service_error;

pub use body::{decode_body, encode_body};
pub use endpoint::{address, host_prefix};
pub use error::ProtocolError;
pub use service_error::{ServiceError, request_id};

use crate::exchange::{Request, Response};
use crate::model::{Model, Operation, Value};

/// What a response says.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The output; of an operation without one, an empty structure.
    Output(Value),
    /// An error.
    Error(ServiceError),
}

/// The protocols that are spoken here.
enum Protocol {
    AwsJson,
}

fn protocol_of(model: &Model) -> Result<Protocol, ProtocolError> {
    match model.metadata.protocol.as_str() {
        "json" => Ok(Protocol::AwsJson),
        other => {
            let service = &model.metadata.service_id;
            Err(ProtocolError::new(
                "a service that speaks `json`",
                format!("{service}, which speaks `{other}`"),
            )
            .hint("awsJson 1.0 and 1.1 are supported; other protocols are not yet"))
        }
    }
}

/// Writes a request: method, target, body and the protocol's headers. `Host` and the signature are the sender's;
/// see [`host_prefix`] and [`address`].
pub fn encode_request(model: &Model, operation: &Operation, input: &Value) -> Result<Request, ProtocolError> {
    match protocol_of(model)? {
        Protocol::AwsJson => aws_json::encode_request(model, operation, input),
    }
    .map_err(|error| error.of(format!("request of {}", operation.name)))
}

/// Reads a request as a server does.
pub fn decode_request<'m>(
    model: &'m Model,
    request: &Request,
) -> Result<(&'m Operation, Value), ProtocolError> {
    match protocol_of(model)? {
        Protocol::AwsJson => {
            let operation = aws_json::operation_of(model, request)
                .ok_or_else(|| aws_json::no_operation(model, request).of("request"))?;
            let input = aws_json::decode_input(model, operation, request)
                .map_err(|error| error.of(format!("request of {}", operation.name)))?;
            Ok((operation, input))
        }
    }
}

/// The operation that a request is for, if it is one of the model's.
pub fn operation_of<'m>(model: &'m Model, request: &Request) -> Option<&'m Operation> {
    match protocol_of(model).ok()? {
        Protocol::AwsJson => aws_json::operation_of(model, request),
    }
}

/// Writes a success as a server does.
pub fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    match protocol_of(model)? {
        Protocol::AwsJson => aws_json::encode_response(model, operation, output),
    }
    .map_err(|error| error.of(format!("response of {}", operation.name)))
}

/// Writes an error as a server does.
pub fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    match protocol_of(model)? {
        Protocol::AwsJson => aws_json::encode_error(model, error),
    }
    .map_err(|cause| cause.of(format!("error {}", error.code)))
}

/// Reads a response: an output where the status says success, else an error.
pub fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    match protocol_of(model)? {
        Protocol::AwsJson => aws_json::decode_response(model, operation, response),
    }
    .map_err(|error| error.of(format!("response of {}", operation.name)))
}
