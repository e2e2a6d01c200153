//! awsJson 1.0 and 1.1: the message around a JSON body.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html> and its sister page of 1.0.

use super::body::{decode_body, encode_body, has_event_stream};
use super::error::clipped;
use super::service_error::{error_shape, error_type, message, query_code, request_id};
use super::{ProtocolError, Reply, ServiceError, coding};
use crate::api::model::{Fields, Model, Operation, Shape, ShapeId, Value};
use crate::ground::exchange::{Headers, Request, Response};
use crate::ground::json::{self, Json, Style, Text};

/// A request without input still carries `{}` (Smithy's page, on empty bodies).
pub(super) fn encode_request(
    model: &Model,
    operation: &Operation,
    input: &Value,
) -> Result<Request, ProtocolError> {
    let body = match operation.input {
        Some(shape) => write_body(model, shape, input, "input")?,
        None => b"{}".to_vec(),
    };
    let target = format!("{}.{}", model.metadata.target_prefix, operation.name);
    let mut headers: Headers =
        [("Content-Type", model.metadata.json_content_type()), ("X-Amz-Target", target)]
            .into_iter()
            .collect();
    if model.metadata.query_compatible {
        headers.push("x-amzn-query-mode", "true");
    }
    let mut request =
        Request { method: "POST".to_owned(), target: "/".to_owned(), headers, body, ..Request::default() };
    coding::compress(operation, &mut request)?;
    Ok(request)
}

/// The operation that `X-Amz-Target` names, if the model has it.
pub(super) fn operation_of<'m>(model: &'m Model, request: &Request) -> Option<&'m Operation> {
    let (prefix, name) = request.headers.get("x-amz-target")?.rsplit_once('.')?;
    model.operation(name).filter(|_| prefix == model.metadata.target_prefix)
}

/// Why [`operation_of`] found none.
pub(super) fn no_operation(model: &Model, request: &Request) -> ProtocolError {
    let service = &model.metadata.service_id;
    let found = request
        .headers
        .get("x-amz-target")
        .map_or("nothing".to_owned(), |target| format!("`{}`", clipped(target)));
    ProtocolError::new(format!("`{}.` and an operation of {service}", model.metadata.target_prefix), found)
        .within("header X-Amz-Target")
        .hint(format!(
            "the model is {service} {} with {} operations: is the request for another service or a newer model?",
            if model.metadata.date.is_empty() { &model.metadata.api_version } else { &model.metadata.date },
            model.operations.len()
        ))
}

/// A server takes an empty body for `{}`, and does not look at what an operation without input is sent.
pub(super) fn decode_input(
    model: &Model,
    operation: &Operation,
    request: &Request,
) -> Result<Value, ProtocolError> {
    read_body(model, operation.input, &request.headers, &request.body, "input")
}

/// Where no output is modelled the body is empty; the `Content-Type` is there all the same.
pub(super) fn encode_response(
    model: &Model,
    operation: &Operation,
    output: &Value,
) -> Result<Response, ProtocolError> {
    let body = match operation.output {
        Some(shape) => write_body(model, shape, output, "output")?,
        None => Vec::new(),
    };
    Ok(Response::new(200, body).with("Content-Type", model.metadata.json_content_type()))
}

/// A status of 2xx carries the output, any other an error.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    if (200..300).contains(&response.status) {
        read_body(model, operation.output, &response.headers, &response.body, "output").map(Reply::Output)
    } else {
        decode_error(model, operation, response).map(Reply::Error)
    }
}

/// A body that is missing, broken or no object tells nothing but its status: then the code is the status
/// code's digits, as botocore has it, and there is no message.
fn decode_error(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<ServiceError, ProtocolError> {
    let body = coding::unpacked(&response.headers, &response.body).ok();
    let body = body.and_then(|body| json::parse(&body).ok()).filter(|body| body.as_object().is_some());
    let name = error_type(&response.headers, body.as_ref());
    let shape = name.as_ref().and_then(|name| error_shape(model, operation, name));
    let members = match (shape, &body) {
        (Some(shape), Some(body)) => members_of(model, shape, body)?,
        _ => Fields::new(),
    };
    let code = query_code(model, &response.headers).or(name).unwrap_or_else(|| response.status.to_string());
    Ok(ServiceError {
        code,
        message: message(body.as_ref()),
        members,
        status: response.status,
        request_id: request_id(response),
        modeled: shape.map(|shape| shape.name.clone()),
    })
}

fn members_of(model: &Model, shape: &Shape, body: &Json) -> Result<Fields, ProtocolError> {
    match decode_body(model, shape.id, body).map_err(|error| error.within("error"))? {
        Value::Structure(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

/// The type travels in `__type`, which Smithy's page prefers for new servers. It is the bare name in both
/// versions: botocore's models keep no namespace, and clients must take either form.
pub(super) fn encode_error(model: &Model, error: &ServiceError) -> Result<Response, ProtocolError> {
    let shape = error.modeled.as_ref().map(|name| known_error(model, name)).transpose()?;
    let mut members =
        vec![(Text::from("__type"), Json::string(shape.map_or(&error.code, |shape| &shape.name)))];
    members.extend(modeled_members(model, shape, error)?);
    let message_name = message_name(shape);
    if let Some(message) = &error.message
        && !members.iter().any(|(name, _)| *name == message_name)
    {
        members.push((message_name.into(), Json::String(message.clone())));
    }
    let body = json::write(&Json::Object(members), Style::Compact);
    let mut response =
        Response::new(error.status, body).with("Content-Type", model.metadata.json_content_type());
    if let Some(id) = &error.request_id {
        response.headers.push("x-amzn-RequestId", id);
    }
    if let Some(value) = shape.and_then(|shape| query_error(model, shape, error)) {
        response.headers.push("x-amzn-query-error", value);
    }
    Ok(response)
}

/// `Code;Fault`, where a query-compatible service knows the error by another code than the shape's name.
fn query_error(model: &Model, shape: &Shape, error: &ServiceError) -> Option<String> {
    let traits =
        shape.error.as_ref().filter(|_| model.metadata.query_compatible && error.code != shape.name)?;
    Some(format!("{};{}", error.code, if traits.server_fault { "Receiver" } else { "Sender" }))
}

fn known_error<'m>(model: &'m Model, name: &str) -> Result<&'m Shape, ProtocolError> {
    model.shape_named(name).filter(|shape| shape.error.is_some()).ok_or_else(|| {
        let known: Vec<&str> = model.errors().map(|shape| shape.name.as_str()).collect();
        ProtocolError::new(format!("an error of {}", model.metadata.service_id), format!("`{name}`"))
            .within("error")
            .hint(format!("the model's errors are: {}", known.join(", ")))
    })
}

fn modeled_members(
    model: &Model,
    shape: Option<&Shape>,
    error: &ServiceError,
) -> Result<Vec<(Text, Json)>, ProtocolError> {
    match (shape, error.members.first()) {
        (Some(shape), _) => {
            let body = encode_body(model, shape.id, &Value::Structure(error.members.clone()))
                .map_err(|error| error.within("error"))?;
            Ok(body.as_object().map(<[_]>::to_vec).unwrap_or_default())
        }
        (None, None) => Ok(Vec::new()),
        (None, Some((name, _))) => {
            Err(ProtocolError::new("no members on an error without a shape", format!("`{name}`"))
                .within("error"))
        }
    }
}

/// The wire name of an error's message: the model's, or `message`.
fn message_name(shape: Option<&Shape>) -> &'static str {
    let has = |name: &str| shape.is_some_and(|shape| shape.member(name).is_some());
    ["message", "Message", "errorMessage"].into_iter().find(|name| has(name)).unwrap_or("message")
}

fn write_body(model: &Model, shape: ShapeId, value: &Value, root: &str) -> Result<Vec<u8>, ProtocolError> {
    no_event_stream(model, shape, root)?;
    let body = encode_body(model, shape, value).map_err(|error| error.within(root))?;
    Ok(json::write(&body, Style::Compact))
}

/// Reads the body of a structure; an empty one is a structure without members.
fn read_body(
    model: &Model,
    shape: Option<ShapeId>,
    headers: &Headers,
    body: &[u8],
    root: &str,
) -> Result<Value, ProtocolError> {
    let Some(shape) = shape else { return Ok(Value::default()) };
    no_event_stream(model, shape, root)?;
    let body = coding::unpacked(headers, body)?;
    if body.is_empty() {
        return Ok(Value::default());
    }
    let json = json::parse(&body).map_err(|error| {
        let found = format!("{} at line {}, column {}", error.what, error.line, error.column);
        ProtocolError::new("one JSON document", found).within("body")
    })?;
    decode_body(model, shape, &json).map_err(|error| error.within(root))
}

fn no_event_stream(model: &Model, shape: ShapeId, root: &str) -> Result<(), ProtocolError> {
    if has_event_stream(model, shape) {
        return Err(ProtocolError::new("a JSON body", "an event stream, which is not supported").within(root));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::tests::{kinds, kinds_with};

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().copied().collect();
        Response { headers, ..Response::new(status, body) }
    }

    fn error(model: &Model, response: &Response) -> ServiceError {
        match decode_response(model, &model.operations["Echo"], response) {
            Ok(Reply::Error(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_errors_type_is_found_wherever_it_stands() {
        let model = kinds();
        let header = |value: &'static str| ("x-amzn-ErrorType", value);
        for (headers, body, code) in [
            (&[][..], r#"{"__type":"Refused"}"#, "Refused"),
            (&[], r#"{"__type":"com.kinds#Refused"}"#, "Refused"),
            (&[], r#"{"__type":"Refused:http://x.com/a#b"}"#, "Refused"),
            (&[], r#"{"__type":"com.kinds#Refused:http://x.com/"}"#, "Refused"),
            (&[header("Refused")], "", "Refused"),
            (&[header("com.kinds#Refused:http://x.com/")], "<html>", "Refused"),
            (&[header("Refused")], r#"{"__type":"Broken","code":"Broken"}"#, "Refused"),
            (&[], r#"{"code":"Broken","__type":"Refused"}"#, "Refused"),
            (&[], r#"{"code":404,"__type":"Refused"}"#, "Refused"),
            (&[], r#"{"code":"com.kinds#Refused"}"#, "Refused"),
            (&[], r#"{"Code":"Refused"}"#, "Refused"),
            (&[header("")], r#"{"__type":"Refused"}"#, "Refused"),
            (&[], r#"{"__type":null,"code":"Refused"}"#, "Refused"),
            (&[], r#"{"__type":{"a":1},"code":7}"#, "418"),
            (&[], r#"{"__type":""}"#, "418"),
            (&[], r#"{"error":{"__type":"Refused"}}"#, "418"),
            (&[], "", "418"),
            (&[], "null", "418"),
            (&[], "[]", "418"),
            (&[], "<html>teapot</html>", "418"),
            (&[], r#"{"__type":"refused"}"#, "refused"),
            (&[], r#"{"__type":"ValidationException"}"#, "ValidationException"),
        ] {
            let error = error(&model, &response(418, headers, body));
            assert_eq!(error.code, code, "{headers:?} {body}");
            assert_eq!(
                error.modeled.as_deref(),
                (code == "Refused").then_some("Refused"),
                "{headers:?} {body}"
            );
        }
    }

    #[test]
    fn an_errors_message_and_members_are_what_it_says() {
        let model = kinds();
        for (body, message, members) in [
            (r#"{"__type":"Refused","message":"a","Message":"b"}"#, Some("a"), &["Message"][..]),
            (r#"{"__type":"Refused","Message":"b"}"#, Some("b"), &["Message"]),
            (r#"{"__type":"Refused","message":null,"errorMessage":"c"}"#, Some("c"), &[]),
            (r#"{"__type":"Refused","message":""}"#, Some(""), &[]),
            (r#"{"__type":"Refused","message":5}"#, None, &[]),
            (r#"{"__type":"Refused","reason":{"word":"w"},"more":1}"#, None, &["reason"]),
            (r#"{"__type":"Other","reason":{"word":"w"}}"#, None, &[]),
        ] {
            let error = error(&model, &response(400, &[("X-AMZN-requestid", "id-1")], body));
            assert_eq!(error.message, message.map(Text::from), "{body}");
            assert_eq!(error.members.keys().collect::<Vec<_>>(), members, "{body}");
            assert_eq!(error.request_id.as_deref(), Some("id-1"));
        }
        let body = r#"{"__type":"Refused","reason":{"number":"w"}}"#;
        let misread =
            decode_response(&model, &model.operations["Echo"], &response(400, &[], body)).unwrap_err();
        assert_eq!(misread.path, "error.reason.number");
    }

    #[test]
    fn success_is_a_status_of_2xx() {
        let model = kinds();
        for (status, success) in
            [(200, true), (204, true), (299, true), (300, false), (304, false), (500, false)]
        {
            let reply =
                decode_response(&model, &model.operations["Ping"], &response(status, &[], "")).unwrap();
            assert_eq!(matches!(reply, Reply::Output(_)), success, "{status}");
        }
    }

    #[test]
    fn errors_are_read_back_as_they_were_written() {
        let plain = kinds();
        let compatible = kinds_with("awsQueryCompatible", serde_json::json!({}));
        for (model, code) in [(&plain, "Refused"), (&compatible, "RefusedAsEver")] {
            let shape = model.shape_named("Refused").unwrap();
            let mut refused = ServiceError::modeled(model, shape, "no");
            assert_eq!((refused.status, refused.code.as_str()), (409, code));
            let written = encode_error(model, &refused).unwrap();
            refused.members.insert("Message".to_owned(), Value::string("no"));
            assert_eq!(error(model, &written), refused);
            let header = |written: &Response| written.headers.get("x-amzn-query-error").map(str::to_owned);
            assert_eq!(header(&written).as_deref(), (code != "Refused").then_some("RefusedAsEver;Sender"));
            assert!(written.body.starts_with(br#"{"__type":"Refused","#));

            for (name, status) in [("Broken", 500), ("Plain", 400)] {
                let meant = ServiceError::modeled(model, model.shape_named(name).unwrap(), "oh");
                let written = encode_error(model, &meant).unwrap();
                assert_eq!((meant.status, &meant), (status, &error(model, &written)));
                assert_eq!(header(&written).is_some(), meant.code != name);
            }
            let mut unknown = ServiceError::new(429, "ThrottlingException", "slow");
            unknown.request_id = Some("id-2".to_owned());
            assert_eq!(error(model, &encode_error(model, &unknown).unwrap()), unknown);
            unknown.modeled = Some("Kinds".to_owned());
            assert!(encode_error(model, &unknown).unwrap_err().hint.is_some());
        }
    }

    #[test]
    fn only_query_compatible_services_have_a_second_code() {
        let headers = [("x-amzn-query-error", "Old.Code;Sender")];
        let body = r#"{"__type":"Refused"}"#;
        assert_eq!(error(&kinds(), &response(400, &headers, body)).code, "Refused");
        let model = kinds_with("awsQueryCompatible", serde_json::json!({}));
        for (value, code) in [
            ("Old.Code;Sender", "Old.Code"),
            ("Old.Code", "Refused"),
            (";Sender", "Refused"),
            ("a;b;c", "Refused"),
        ] {
            let error = error(&model, &response(400, &[("X-Amzn-Query-Error", value)], body));
            assert_eq!((error.code.as_str(), error.modeled.as_deref()), (code, Some("Refused")), "{value}");
        }
    }
}
