//! The head of a request: its line and its fields, each held to the text that asks for it.

use super::Trial;
use super::difference::Difference;
use super::request::{PROTOCOL, RuleSource, invalid};
use super::user_agent;
use crate::api::model::Value;
use crate::check::case::Class;
use crate::ground::exchange::{Endpoint, Request};
use crate::ground::json::Json;

const HOST: RuleSource<'_> = RuleSource { class: Class::Must, rule: "RFC 9112, section 3.2" };
const LENGTH: RuleSource<'_> = RuleSource { class: Class::Must, rule: "RFC 9112, section 6" };
const QUERY_MODE: RuleSource<'_> = RuleSource {
    class: Class::Must,
    rule: "https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait",
};
const CODING: RuleSource<'_> = RuleSource {
    class: Class::Should,
    rule: "https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait",
};
/// No specification speaks of it; the SDKs send it to S3 alone.
const EXPECT: RuleSource<'_> = RuleSource {
    class: Class::Should,
    rule: "https://github.com/boto/botocore/blob/1.44.5/botocore/handlers.py#L1590",
};

/// All that is wrong with the head.
pub(super) fn differences(trial: &Trial<'_>, request: &Request) -> Vec<(RuleSource<'static>, Difference)> {
    let metadata = &trial.model.metadata;
    let target = format!("{}.{}", metadata.target_prefix, trial.operation.name);
    let version = metadata.json_version.as_str();
    let version = if version.is_empty() { "1.0" } else { version };
    let content_type = format!("application/x-amz-json-{version}");
    let query_mode = metadata.query_compatible.then(|| the_only(trial, request, "x-amzn-query-mode", "true"));
    let checks = [
        (PROTOCOL, line(trial, "method", "POST", &request.method)),
        (PROTOCOL, line(trial, "target", "/", request.resource())),
        (HOST, host(trial, request)),
        (QUERY_MODE, query_mode.flatten()),
        (PROTOCOL, the_only(trial, request, "X-Amz-Target", &target)),
        (PROTOCOL, the_only(trial, request, "Content-Type", &content_type)),
        (LENGTH, length(trial, request)),
        (CODING, coding(trial, request)),
        (EXPECT, expect(trial, request)),
        (user_agent::SOURCE, user_agent::difference(trial, request)),
    ];
    checks.into_iter().filter_map(|(source, difference)| Some((source, difference?))).collect()
}

fn line(trial: &Trial<'_>, part: &str, due: &str, is: &str) -> Option<Difference> {
    (due != is).then(|| {
        invalid(trial, part, format!("The {part} of the request should be `{due}` and is `{is}`."))
            .with(Some(Json::string(due)), Some(Json::string(is)))
    })
}

/// One `Host`, which is the authority of the endpoint: its name and, as it is no default one, its port.
fn host(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    let due = Endpoint::of(&trial.evidence.endpoint).authority;
    let found: Vec<&str> = request.headers.all("host").collect();
    // What an operation puts before the host is part of its target; a client may be told not to put it there.
    let prefixed = prefix(trial).map(|prefix| prefix + due);
    if matches!(found.as_slice(), [one] if *one == due || Some(*one) == prefixed.as_deref()) {
        return None;
    }
    let found: Vec<String> = found.iter().map(|host| without_port(host, due)).collect();
    the_one(trial, "Host", &without_port(due, due), &found)
}

/// What the operation puts before the host: <https://smithy.io/2.0/spec/endpoint-traits.html#endpoint-trait>.
fn prefix(trial: &Trial<'_>) -> Option<String> {
    let template = trial.operation.host_prefix.clone()?;
    let Value::Structure(given) = &trial.case.call.input else { return Some(template) };
    let labels = given.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    Some(labels.fold(template, |prefix, (name, text)| prefix.replace(&format!("{{{name}}}"), text)))
}

/// A host without the number of its port, which is another in each run.
fn without_port(host: &str, due: &str) -> String {
    let port = |host: &str| {
        let (name, port) = host.rsplit_once(':')?;
        port.bytes().all(|byte| byte.is_ascii_digit()).then(|| (name.to_owned(), port.to_owned()))
    };
    match (port(host), port(due)) {
        (Some((name, port)), Some((_, due))) if port == due => format!("{name}:PORT"),
        (Some((name, _)), _) => format!("{name}:OTHER"),
        (None, _) => host.to_owned(),
    }
}

/// A field that must be there once with one value.
fn the_only(trial: &Trial<'_>, request: &Request, name: &str, due: &str) -> Option<Difference> {
    let found: Vec<&str> = request.headers.all(name).collect();
    if found == [due] { None } else { the_one(trial, name, due, &found) }
}

/// The difference of a field from the one value that it should have.
fn the_one<S: AsRef<str>>(trial: &Trial<'_>, name: &str, due: &str, found: &[S]) -> Option<Difference> {
    let texts: Vec<&str> = found.iter().map(AsRef::as_ref).collect();
    let actual = match texts.as_slice() {
        [] => None,
        [one] => Some(Json::string(*one)),
        many => Some(Json::Array(many.iter().map(|value| Json::string(*value)).collect())),
    };
    let message = match &actual {
        None => format!("The header `{name}` is missing; it should be `{due}`."),
        Some(_) => format!("The header `{name}` should be `{due}` and is `{}`.", texts.join("`, `")),
    };
    let difference = invalid(trial, &format!("header {name}"), message);
    Some(difference.with(Some(Json::string(due)), actual))
}

/// A length that is the body's, or a transfer coding.
fn length(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    let due = request.body.len();
    let found: Vec<&str> = request.headers.all("content-length").collect();
    match found.as_slice() {
        [] if request.headers.contains("transfer-encoding") => None,
        [length] if length.parse() == Ok(due) => None,
        _ => {
            let message = format!(
                "`Content-Length` should be {due} and is {}.",
                if found.is_empty() { "missing".to_owned() } else { found.join(", ") }
            );
            let actual = found.first().map(|length| Json::string(*length));
            let difference = invalid(trial, "header Content-Length", message);
            Some(difference.with(Some(Json::string(due.to_string())), actual))
        }
    }
}

/// No content coding but those that the operation takes.
fn coding(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    let taken = &trial.operation.request_codings;
    let is_taken = |coding: &str| taken.iter().any(|one| one.eq_ignore_ascii_case(coding));
    let value = request.headers.all("content-encoding").find(|value| !is_taken(value.trim()))?;
    let message =
        format!("The body is sent with the content coding `{value}`, which the operation does not accept.");
    Some(invalid(trial, "header Content-Encoding", message).with(None, Some(Json::string(value))))
}

fn expect(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    let value = request.headers.get("expect")?;
    let difference =
        invalid(trial, "header Expect", "`Expect` is sent, which no AWS client does for awsJson.");
    Some(difference.with(None, Some(Json::string(value))))
}
