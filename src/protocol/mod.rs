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

use crate::api::model::{Model, Operation, Value};
use crate::ground::exchange::{Request, Response};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::{ServiceFiles, load_botocore};

    /// A service with every kind of shape.
    pub(super) fn kinds() -> Model {
        kinds_with("protocol", "json")
    }

    /// The same with another value in its metadata.
    pub(super) fn kinds_with(key: &str, value: impl Into<serde_json::Value>) -> Model {
        let mut service_2: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/kinds.json")).unwrap();
        service_2["metadata"][key] = value.into();
        load_botocore(&ServiceFiles { place: "kinds".to_owned(), service_2, ..ServiceFiles::default() })
            .unwrap()
    }

    fn request(target: &str, body: impl Into<Vec<u8>>) -> Request {
        Request {
            headers: [("x-AMZ-target", target)].into_iter().collect(),
            body: body.into(),
            ..Request::default()
        }
    }

    #[test]
    fn a_protocol_that_is_not_spoken_is_refused_by_name() {
        let model = kinds_with("protocol", "rest-xml");
        let error = encode_request(&model, &model.operations["Ping"], &Value::default()).unwrap_err();
        assert!(error.to_string().contains("`rest-xml`"), "{error}");
        assert_eq!(operation_of(&model, &request("Kinds_20260101.Ping", "{}")), None);
    }

    #[test]
    fn requests_find_their_operation_by_the_whole_target() {
        let model = kinds();
        for (target, found) in [
            ("Kinds_20260101.Ping", true),
            ("Kinds_20260101.ping", false),
            ("Kinds_20270101.Ping", false),
            (".Ping", false),
            ("Ping", false),
            ("", false),
        ] {
            assert_eq!(operation_of(&model, &request(target, "")).is_some(), found, "{target}");
            assert_eq!(decode_request(&model, &request(target, "")).is_ok(), found, "{target}");
        }
        let error = decode_request(&model, &request("SageMaker.ListTags", "{}")).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.found.as_str()),
            ("header X-Amz-Target", "`SageMaker.ListTags`")
        );
    }

    #[test]
    fn bodies_that_say_nothing_are_read_and_broken_ones_are_not() {
        let model = kinds();
        for (operation, body, readable) in [
            ("Echo", "", true),
            ("Echo", " {} \n", true),
            ("Echo", "null", false),
            ("Echo", "[]", false),
            ("Echo", "\"x\"", false),
            ("Echo", "{} {}", false),
            ("Echo", "\u{feff}{}", false),
            ("Echo", "{\"string\":\"cut", false),
            ("Ping", "", true),
            ("Ping", "{\"foo\":true}", true),
            ("Ping", "<html>", true),
        ] {
            let request = request(&format!("Kinds_20260101.{operation}"), body);
            assert_eq!(decode_request(&model, &request).is_ok(), readable, "{operation} {body}");
            let reply = decode_response(&model, &model.operations[operation], &Response::new(200, body));
            assert_eq!(reply.is_ok(), readable, "{operation} {body}");
            assert!(reply.is_err() || reply == Ok(Reply::Output(Value::default())), "{operation} {body}");
        }
    }

    #[test]
    fn errors_name_message_place_and_hint() {
        let model = kinds();
        let body = r#"{"inners":[{},{"map":{"a":"b","k y":null}}]}"#;
        let error = decode_request(&model, &request("Kinds_20260101.Echo", body)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "request of Echo: input.inners[1].map[\"k y\"]: expected a string (String), found null"
        );
        let input = Value::structure([("nothing", Value::Boolean(true))]);
        let error = encode_request(&model, &model.operations["Move"], &input).unwrap_err();
        assert_eq!(
            error.to_string(),
            "request of Move: input: expected a member of Place, found `nothing`\nhint: its members are: place"
        );
        let error = encode_response(&model, &model.operations["Listen"], &Value::default()).unwrap_err();
        assert!(error.found.contains("event stream"), "{error}");
    }
}
