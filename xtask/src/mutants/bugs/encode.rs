//! Bugs of what is sent.

use shapetape::api::model::{Timestamp, Value};
use shapetape::ground::exchange::Request;
use shapetape::ground::json::{Json, Text};

use crate::mutants::bug::Plant::{Attempt, Input, Sent, SentBody};
use crate::mutants::bug::{Bug, each, each_json, forget, forget_json, narrow, wide};

const INVALID: (&str, &str) = ("request", "request-invalid");
const MISSING: (&str, &str) = ("request", "member-missing");
const UNEXPECTED: (&str, &str) = ("request", "member-unexpected");
const VALUE: (&str, &str) = ("request", "value-differs");
const TYPE: (&str, &str) = ("request", "type-differs");

/// The first double that is not every integer near it.
const EXACT: i64 = 1 << 53;

#[rustfmt::skip]
pub(super) const BUGS: &[Bug] = &[
    wide("zero-not-sent", "integers that are 0 are left out of the request", MISSING,
        SentBody(|_, body| forget_json(body, |_, value| *value == Json::number(0)))),
    wide("false-not-sent", "booleans that are false are left out of the request", MISSING,
        SentBody(|_, body| forget_json(body, |_, value| *value == Json::Bool(false)))),
    wide("empty-text-not-sent", "empty strings are left out of the request", MISSING,
        SentBody(|_, body| forget_json(body, |_, value| *value == Json::string("")))),
    wide("empty-list-not-sent", "empty lists are left out of the request", MISSING,
        SentBody(|_, body| forget_json(body, |_, value| *value == Json::Array(Vec::new())))),
    wide("empty-object-not-sent", "empty maps and structures are left out of the request", MISSING,
        Input(|_, input| forget(input, |_, value| match value {
            Value::Map(entries) => entries.is_empty(),
            Value::Structure(fields) => fields.is_empty(),
            _ => false,
        }))),
    wide("member-twice", "the first member is written twice", INVALID,
        SentBody(|_, body| if let Json::Object(members) = body { members.extend(members.first().cloned()) })),
    wide("absent-as-null", "a member that is not set is sent as null", UNEXPECTED,
        SentBody(|_, body| if let Json::Object(members) = body
            && members.iter().all(|(name, _)| *name != "Tags") { members.push((Text::from("Tags"), Json::Null)) })),
    wide("wrong-target", "`X-Amz-Target` names another service", INVALID,
        Sent(|operation, request| request.headers.set("X-Amz-Target", format!("Other.{}", operation.name)))),
    narrow("one-target-misspelt", "`X-Amz-Target` of StopTrainingJob is written with a small letter", INVALID,
        Sent(|operation, request| if operation.name == "StopTrainingJob" {
            let target = request.headers.get("X-Amz-Target").unwrap_or_default().replace("Stop", "stop");
            request.headers.set("X-Amz-Target", target);
        })),
    wide("content-type-1-0", "`Content-Type` is that of awsJson 1.0", INVALID,
        Sent(|_, request| request.headers.set("Content-Type", "application/x-amz-json-1.0"))),
    narrow("input-for-no-input", "operations without input are sent a member", INVALID,
        SentBody(|operation, body| if operation.input.is_none() { *body = Json::object([("dryRun", Json::Bool(false))]) })).by("input"),
    wide("content-type-remembered-otherwise", "`Content-Type` is another one than before", ("snapshot", "snapshot-differs"),
        Sent(|_, request| request.headers.set("Content-Type", "application/x-amz-json-1.1; charset=utf-8"))).by("requests"),
    wide("coding-stated", "`Content-Encoding: identity` is sent", INVALID,
        Sent(|_, request| request.headers.set("Content-Encoding", "identity"))).by("header Content-Encoding"),
    wide("expect-sent", "`Expect: 100-continue` is sent", INVALID,
        Sent(|_, request| request.headers.set("Expect", "100-continue"))),
    wide("agent-not-sent", "no `User-Agent` is sent", INVALID,
        Attempt(|_, request, _| request.headers.remove("User-Agent"))).by("header User-Agent, missing"),
    wide("agent-with-two-slashes", "`User-Agent` has a word that is no product", INVALID, Attempt(|_, request, _| {
        let agent = request.headers.get("User-Agent").unwrap_or_default().to_owned();
        request.headers.set("User-Agent", format!("{agent} api/sagemaker/1.0"));
    })).by("header User-Agent, form"),
    wide("method-put", "the method is PUT", INVALID, Sent(|_, request| request.method = "PUT".to_owned())),
    wide("path-api", "the path is not `/`", INVALID, Sent(|_, request| request.target = "/api/".to_owned())),
    wide("query-sent", "a query is sent", INVALID, Sent(|_, request| request.target = "/?Version=1".to_owned())),
    wide("host-without-port", "`Host` has no port", INVALID,
        Attempt(|_, request, _| with_host(request, |host| host.split(':').next().unwrap_or_default().to_owned()))),
    wide("host-of-another-port", "`Host` has another port than the endpoint", INVALID,
        Attempt(|_, request, _| with_host(request, |host| format!("{host}0")))),
    wide("host-twice", "`Host` is sent twice", INVALID, Attempt(|_, request, _| {
        let host = request.headers.get("host").unwrap_or_default().to_owned();
        request.headers.push("Host", host);
    })),
    narrow("host-without-port-again", "second attempts go to a `Host` without its port", INVALID,
        Attempt(|_, request, number| if number == 2 { with_host(request, |host| host.split(':').next().unwrap_or_default().to_owned()) })),
    narrow("no-body-for-no-input", "an input without members is sent as no body at all", INVALID,
        Sent(|_, request| if request.body == b"{}" { request.body.clear() })).by("body"),
    narrow("no-length-for-no-input", "an input without members is sent without a length", INVALID,
        Sent(|_, request| if request.body == b"{}" { request.body.clear() })).by("header Content-Length"),
    wide("fraction-not-sent", "timestamps are sent in whole seconds", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Timestamp(time) = value { time.nanos = 0 }))),
    narrow("last-millisecond-rounded", "timestamps at .999 are sent as the next second", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Timestamp(time) = value
            && time.nanos == 999_000_000 { *time = Timestamp::from_seconds(time.seconds + 1) }))),
    narrow("negative-fraction", "timestamps before 1970 with a fraction are a second late", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Timestamp(time) = value
            && time.seconds < 0 && time.nanos != 0 { time.seconds += 1 }))),
    narrow("time-as-text", "times are sent as text", TYPE,
        SentBody(|_, body| each_json(body, &mut |json| if let Json::Object(members) = json {
            for (name, value) in members.iter_mut() {
                if let (true, Json::Number(text)) = (name.to_lossy().contains("Time"), &*value) {
                    *value = Json::string(text.clone());
                }
            }
        }))),
    wide("float-truncated", "floats are sent without their fraction", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Float(number) = value { *number = number.trunc() }))),
    wide("integer-as-float", "integers are sent with `.0`", TYPE,
        SentBody(|_, body| each_json(body, &mut |json| if let Json::Number(text) = json
            && !text.contains(['.', 'e', 'E']) { text.push_str(".0") }))),
    narrow("long-through-double", "integers beyond 2^53 pass through a double", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Integer(number) = value
            && number.unsigned_abs() > EXACT.unsigned_abs() { *number = *number as f64 as i64 }))),
    narrow("long-as-int", "integers beyond 2^31 wrap", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Integer(number) = value { *number = i64::from(*number as i32) }))),
    narrow("nan-as-null", "NaN is sent as null", MISSING,
        SentBody(|_, body| each_json(body, &mut |json| if *json == Json::string("NaN") { *json = Json::Null }))),
    narrow("blob-cut-at-nul", "blobs end before their first byte 0", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Blob(bytes) = value {
            let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
            bytes.truncate(end);
        }))),
    narrow("text-trimmed", "white space around strings is not sent", VALUE,
        Input(|_, input| each(input, &mut |value| if let Some(text) = value.as_str() {
            *value = Value::string(text.trim_matches(' '));
        }))),
    narrow("astral-lost", "characters beyond U+FFFF are sent as `?`", VALUE,
        Input(|_, input| each(input, &mut |value| if let Some(text) = value.as_str() {
            *value = Value::string(text.replace(|letter: char| letter as u32 > 0xFFFF, "?"));
        }))),
    narrow("one-member-renamed", "one member is sent under another name", MISSING,
        SentBody(|_, body| each_json(body, &mut |json| if let Json::Object(members) = json {
            for (name, _) in members.iter_mut().filter(|(name, _)| *name == "ModelName") { *name = Text::from("modelName") }
        }))),
    wide("key-lowercased", "keys of maps are sent in small letters", MISSING,
        Input(|_, input| each(input, &mut |value| if let Value::Map(entries) = value {
            *entries = entries.drain(..).map(|(key, value)| (Text::from(key.to_lossy().to_lowercase()), value)).collect();
        }))),
    narrow("third-item-not-sent", "the third item of a list is not sent", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::List(items) = value
            && items.len() > 2 { items.remove(2); }))),
    wide("list-reversed", "lists are sent from back to front", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::List(items) = value { items.reverse() }))),
    narrow("null-items-not-sent", "nulls of sparse lists are not sent", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::List(items) = value { items.retain(|item| *item != Value::Null) }))),
    narrow("two-arms", "a union is sent with a second arm", UNEXPECTED,
        SentBody(|operation, body| if operation.name == "PutChoices" {
            each_json(body, &mut |json| if let Json::Object(members) = json
                && members.len() == 1 && members[0].0 == "Int32" { members.push((Text::from("Text"), Json::string("x"))) });
        })),
    narrow("deep-not-sent", "what lies more than four levels deep is not sent", MISSING,
        Input(|_, input| cut(input, 5))),
    narrow("document-numbers-as-text", "numbers of documents are sent as text", VALUE,
        Input(|_, input| each(input, &mut |value| if let Value::Document(document) = value {
            each_json(document, &mut |json| if let Json::Number(text) = json { *json = Json::string(text.clone()) });
        }))),
    narrow("one-operation-empty", "DescribeModel is sent without its input", MISSING,
        Input(|operation, input| if operation.name == "DescribeModel" { *input = Value::default() })),
];

fn with_host(request: &mut Request, change: fn(&str) -> String) {
    let host = change(request.headers.get("host").unwrap_or_default());
    request.headers.set("Host", host);
}

/// Leaves out the members of structures below a level.
fn cut(value: &mut Value, levels: u32) {
    match value {
        Value::Structure(fields) if levels == 0 => fields.clear(),
        Value::Structure(fields) => fields.values_mut().for_each(|value| cut(value, levels - 1)),
        Value::List(items) => items.iter_mut().for_each(|value| cut(value, levels.saturating_sub(1))),
        Value::Map(entries) => entries.values_mut().for_each(|value| cut(value, levels.saturating_sub(1))),
        _ => {}
    }
}
