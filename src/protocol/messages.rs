//! Whole messages in the protocol of their model; an error names the message that it was found in.

use super::contract::{ProtocolError, Reply, ServiceError};
use super::spoken::protocol_of;
use crate::api::model::{Model, Operation, Value};
use crate::ground::exchange::{Request, Response};

/// Writes a request: method, target, body and the protocol's headers. `Host` and the signature are the sender's;
/// see [`host_prefix`](super::host_prefix) and [`address`](super::address).
pub fn encode_request(model: &Model, operation: &Operation, input: &Value) -> Result<Request, ProtocolError> {
    let encoded = protocol_of(model)?.encode_request(model, operation, input);
    encoded.map_err(|error| error.of(format!("request of {}", operation.name)))
}

/// Reads a request as a server does.
pub fn decode_request<'m>(
    model: &'m Model,
    request: &Request,
) -> Result<(&'m Operation, Value), ProtocolError> {
    let protocol = protocol_of(model)?;
    let operation = protocol.operation_of(model, request).map_err(|error| error.of("request"))?;
    let input = protocol
        .decode_request(model, operation, request)
        .map_err(|error| error.of(format!("request of {}", operation.name)))?;
    Ok((operation, input))
}

/// The operation that a request is for, if it is one of the model's.
pub fn operation_of<'m>(model: &'m Model, request: &Request) -> Option<&'m Operation> {
    protocol_of(model).ok()?.operation_of(model, request).ok()
}

/// Writes a success as a server does.
pub fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let encoded = protocol_of(model)?.encode_response(model, operation, output);
    encoded.map_err(|error| error.of(format!("response of {}", operation.name)))
}

/// Writes an error as a server does.
pub fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let encoded = protocol_of(model)?.encode_error(model, error);
    encoded.map_err(|cause| cause.of(format!("error {}", error.code)))
}

/// Reads a response: an output where the status says success, else an error.
pub fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    let decoded = protocol_of(model)?.decode_response(model, operation, response);
    decoded.map_err(|error| error.of(format!("response of {}", operation.name)))
}

/// The id of the request, which a response of the model's service tells.
pub fn request_id(model: &Model, response: &Response) -> Option<String> {
    protocol_of(model).ok()?.request_id(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::kinds::{kinds, kinds_with};

    fn request(target: &str, body: impl Into<Vec<u8>>) -> Request {
        Request {
            headers: [("x-AMZ-target", target)].into_iter().collect(),
            body: body.into(),
            ..Request::default()
        }
    }

    #[test]
    fn a_protocol_that_is_not_spoken_is_refused_by_name() {
        let model = kinds_with("protocol", "rest-cake");
        let error = encode_request(&model, &model.operations["Ping"], &Value::default()).unwrap_err();
        assert!(error.to_string().contains("`rest-cake`"), "{error}");
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
        let cut = Response::new(200, "\0\0\0");
        let error = decode_response(&model, &model.operations["Listen"], &cut).unwrap_err();
        assert!(error.found.contains("the stream is cut"), "{error}");
        let listened = encode_response(&model, &model.operations["Listen"], &Value::default()).unwrap();
        let heard = decode_response(&model, &model.operations["Listen"], &listened).unwrap();
        let nothing = Value::structure([("events", Value::List(Vec::new()))]);
        assert_eq!(heard, Reply::Output(nothing));
    }
}
