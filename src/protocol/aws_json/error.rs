//! Errors: the forms in which their code and message travel.

use super::headers::{ERROR_TYPE, REQUEST_IDS, content_type};
use super::message::read_body;
use crate::api::model::{Fields, Model, Operation, Shape, Value};
use crate::ground::exchange::{Request, Response};
use crate::ground::json::{self, Json, Style, Text};
use crate::protocol::body::coding;
use crate::protocol::body::json::{decode_body, encode_body, error_type, message};
use crate::protocol::contract::{
    CodePlace, ErrorForm, ProtocolError, QUERY_ERROR, Reply, ServiceError, error_shape, known_error,
    message_name, query_code, query_error,
};
use crate::protocol::event_stream::{INITIAL_RESPONSE, StreamError};

/// The member that holds an error's code.
const TYPE: &str = "__type";

/// Smithy names the three places and gives no order ("Operation error serialization",
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>); it prefers `__type` for new servers.
pub(super) const FORM: ErrorForm = ErrorForm {
    within: &[],
    code: &[CodePlace::Member(TYPE), CodePlace::Header(ERROR_TYPE), CodePlace::Member("code")],
    decorated: true,
    message: &["message", "Message", "errorMessage"],
    query_code: Some(QUERY_ERROR),
};

/// A status of 2xx carries the output, any other an error; so does an event stream that ends in one.
pub(super) fn decode_response(
    model: &Model,
    operation: &Operation,
    response: &Response,
) -> Result<Reply, ProtocolError> {
    if !(200..300).contains(&response.status) {
        return decode_error(model, operation, response).map(Reply::Error);
    }
    let (headers, body) = (&response.headers, &response.body);
    let (output, ending) = read_body(model, operation.output, headers, body, INITIAL_RESPONSE, "output")?;
    let told = |error: StreamError| Reply::Error(error.told(response.status, request_id(response)));
    Ok(ending.map_or(Reply::Output(output), told))
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
    let name = error_type(response.headers.get(ERROR_TYPE), body.as_ref());
    let shape = name.as_ref().and_then(|name| error_shape(model, operation, name));
    let members = match (shape, &body) {
        (Some(shape), Some(body)) => members_of(model, shape, body)?,
        _ => Fields::new(),
    };
    let code = query_code(model, &response.headers).or(name).unwrap_or_else(|| response.status.to_string());
    Ok(ServiceError {
        code,
        message: message(FORM.message, body.as_ref()),
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
    let mut members = vec![(Text::from(TYPE), Json::string(shape.map_or(&error.code, |shape| &shape.name)))];
    members.extend(modeled_members(model, shape, error)?);
    let message_name = message_name(shape);
    if let Some(message) = &error.message
        && !members.iter().any(|(name, _)| *name == message_name)
    {
        members.push((message_name.into(), Json::String(message.clone())));
    }
    let body = json::write(&Json::Object(members), Style::Compact);
    let mut response = Response::new(error.status, body).with("Content-Type", content_type(model));
    if let Some(id) = &error.request_id {
        response.headers.push(REQUEST_IDS[0], id);
    }
    if let Some(value) = shape.and_then(|shape| query_error(model, shape, error)) {
        response.headers.push(QUERY_ERROR, value);
    }
    Ok(response)
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

/// The id of the request, from the header that carries it.
pub(super) fn request_id(response: &Response) -> Option<String> {
    REQUEST_IDS.iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

/// The error in a Coral envelope, `{"Output":{"__type":"…"},"Version":"1.0"}`, which some services send with
/// status 200 (aws/aws-sdk-go-v2#1461): taken as an output it would be an empty success.
pub(super) fn in_success(response: &Response) -> Option<String> {
    if !response.body.starts_with(b"{") || !response.body.windows(8).any(|part| part == b"\"Output\"") {
        return None;
    }
    let body = json::parse(&response.body).ok()?;
    body.get("Version")?;
    body.at(&["Output", TYPE]).and_then(Json::as_str).map(str::to_owned)
}

/// An error of which nothing but the request is known; it tells its code in both places.
pub(super) fn refusal(request: &Request, status: u16, code: &str, message: &str) -> Response {
    let content_type = request.headers.get("content-type").unwrap_or_default();
    let body = Json::object([(TYPE, Json::string(code)), ("message", Json::string(message))]);
    let kind = if content_type.contains("x-amz-json") { content_type } else { "application/json" };
    Response::new(status, json::write(&body, Style::Compact))
        .with("Content-Type", kind)
        .with("X-Amzn-ErrorType", code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::kinds::{kinds, kinds_with};

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
