//! Bugs of errors.

use shapetape::api::model::Value;
use shapetape::ground::exchange::Response;
use shapetape::ground::json::{Json, parse};
use shapetape::protocol::Reply;

use crate::mutants::bug::Plant::{Arrived, Error, Read};
use crate::mutants::bug::{Bug, narrow, wide};

const CODE: (&str, &str) = ("error", "code-differs");
const CLASS: (&str, &str) = ("error", "class-differs");

fn written_type(response: &Response) -> Option<String> {
    let body = parse(&response.body).ok()?;
    body.get("__type").and_then(Json::as_str).map(str::to_owned)
}

fn is_json(response: &Response) -> bool {
    matches!(parse(&response.body), Ok(Json::Object(_)))
}

#[rustfmt::skip]
pub(super) const BUGS: &[Bug] = &[
    wide("namespace-kept", "the namespace stays in the code", CODE,
        Error(|response, error| if let Some(kind) = written_type(response).filter(|kind| kind.contains('#')) { error.code = kind })),
    narrow("uri-kept", "the URI after the code stays", CODE,
        Error(|response, error| if let Some(kind) = written_type(response).filter(|kind| kind.contains(":http")) { error.code = kind })),
    narrow("header-not-read", "a code in `X-Amzn-Errortype` is not read", CODE,
        Arrived(|_, response| response.headers.remove("x-amzn-errortype"))),
    narrow("code-member-not-read", "a code in the member `code` is not read", CODE,
        Arrived(|_, response| if written_type(response).is_none() && let Ok(Json::Object(mut members)) = parse(&response.body) {
            members.retain(|(name, _)| *name != "code");
            response.body = shapetape::ground::json::write(&Json::Object(members), shapetape::ground::json::Style::Compact);
        })),
    wide("class-always-generic", "errors of the model are given the generic class", CLASS, Error(|_, error| error.modeled = None)),
    narrow("one-class-wrong", "ResourceInUse is given the class ResourceLimitExceeded", CLASS,
        Error(|_, error| if error.modeled.as_deref() == Some("ResourceInUse") { error.modeled = Some("ResourceLimitExceeded".to_owned()) })),
    narrow("capital-message-lost", "the message is not read from `Message`", ("error", "message-differs"),
        Error(|response, error| if parse(&response.body).is_ok_and(|body| body.get("Message").is_some()) { error.message = None })),
    wide("status-always-400", "the status of every error is 400", ("error", "value-differs"),
        Error(|_, error| error.status = 400)).by("error.status"),
    wide("error-request-id-made-up", "the request id of errors is another one than the answer's", ("error", "value-differs"),
        Error(|_, error| error.request_id = error.request_id.as_ref().map(|id| format!("{id}0")))).by("error.requestId"),
    narrow("error-members-lost", "members of errors beside the message are lost", ("error", "member-missing"),
        Error(|_, error| error.members.retain(|name, _| name.eq_ignore_ascii_case("message")))),
    narrow("error-member-made-up", "errors of the model are given a member that was not sent", ("error", "member-unexpected"),
        Error(|_, error| if error.modeled.is_some() { error.members.insert("Resource".to_owned(), Value::string("x")); })),
    narrow("error-member-as-other-text", "texts of members of errors are given in capitals", ("error", "value-differs"),
        Error(|_, error| for (name, value) in &mut error.members {
            if let (false, Some(text)) = (name.eq_ignore_ascii_case("message"), value.as_str()) { *value = Value::string(text.to_uppercase()) }
        })).by(""),
    narrow("error-member-as-list", "texts of members of errors are given as lists", ("error", "type-differs"),
        Error(|_, error| for (name, value) in &mut error.members {
            if !name.eq_ignore_ascii_case("message") && value.as_str().is_some() { *value = Value::List(vec![value.clone()]) }
        })),
    wide("error-swallowed", "errors are given as empty outputs", ("error", "output-instead-of-error"),
        Read(|_, _, read| match read {
            Ok(Reply::Error(error)) if error.status < 500 => Ok(Reply::Output(Value::default())),
            other => other,
        })),
    narrow("403-swallowed", "an HTML page with status 403 is given as an empty output", ("error", "output-instead-of-error"),
        Read(|_, response, read| if response.status == 403 && !is_json(response) { Ok(Reply::Output(Value::default())) } else { read })),
    narrow("text-for-success", "a success that is no JSON object is given as an empty output", ("never", "output-instead-of-error"),
        Read(|_, response, read| if response.status == 200 && !is_json(response) { Ok(Reply::Output(Value::default())) } else { read })),
];
