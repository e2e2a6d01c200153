//! Bugs of what is given to the caller.

use shapetape::api::model::{Timestamp, Value};
use shapetape::ground::exchange::Response;
use shapetape::ground::json::{Json, Text, parse};
use shapetape::protocol::Reply;

use crate::mutants::bug::Plant::{Arrived, ArrivedBody, ArrivedLeaf, Output, Read};
use crate::mutants::bug::{Bug, each, each_json, forget, narrow, wide};

const MISSING: (&str, &str) = ("response", "member-missing");
const UNEXPECTED: (&str, &str) = ("response", "member-unexpected");
const VALUE: (&str, &str) = ("response", "value-differs");
const REFUSED: (&str, &str) = ("response", "error-instead-of-output");

/// Spoils a body, so that it is refused.
fn refuse(response: &mut Response) {
    response.body = b"no".to_vec();
}

fn any(json: &Json, rule: &dyn Fn(&Json) -> bool) -> bool {
    rule(json)
        || match json {
            Json::Array(items) => items.iter().any(|inner| any(inner, rule)),
            Json::Object(members) => members.iter().any(|(_, inner)| any(inner, rule)),
            _ => false,
        }
}

fn moments(value: &mut Value, change: fn(&mut Timestamp)) {
    each(value, &mut |value| {
        if let Value::Timestamp(time) = value {
            change(time);
        }
    });
}

fn texts(value: &mut Value, change: fn(&str) -> String) {
    each(value, &mut |value| {
        if let Some(text) = value.as_str() {
            *value = Value::string(change(text));
        }
    });
}

fn integers(value: &mut Value, change: fn(i64) -> i64) {
    each(value, &mut |value| {
        if let Value::Integer(number) = value {
            *number = change(*number);
        }
    });
}

/// Nanoseconds of a second.
const NANOS: i128 = 1_000_000_000;

#[rustfmt::skip]
pub(super) const BUGS: &[Bug] = &[
    wide("zero-not-given", "integers that are 0 are not given", MISSING,
        Output(|_, output| forget(output, |_, value| *value == Value::Integer(0)))),
    wide("false-not-given", "booleans that are false are not given", MISSING,
        Output(|_, output| forget(output, |_, value| *value == Value::Boolean(false)))),
    wide("empty-text-not-given", "empty strings are not given", MISSING,
        Output(|_, output| forget(output, |_, value| value.as_str() == Some("")))),
    wide("empty-list-not-given", "empty lists are not given", MISSING,
        Output(|_, output| forget(output, |_, value| value.items().is_some_and(<[_]>::is_empty)))),
    wide("empty-map-not-given", "empty maps are not given", MISSING,
        Output(|_, output| forget(output, |_, value| matches!(value, Value::Map(entries) if entries.is_empty())))),
    wide("null-as-empty", "null is given as an empty text or refused", REFUSED,
        ArrivedBody(|_, body| each_json(body, &mut |json| if *json == Json::Null { *json = Json::string("") }))),
    narrow("null-items-not-given", "nulls of sparse lists are not given", VALUE,
        ArrivedBody(|_, body| each_json(body, &mut |json| if let Json::Array(items) = json { items.retain(|item| *item != Json::Null) }))),
    wide("time-in-seconds", "timestamps lose their fraction", VALUE, Output(|_, output| moments(output, |time| time.nanos = 0))),
    narrow("millisecond-early", "timestamps at .001 are a millisecond early", VALUE,
        Output(|_, output| moments(output, |time| if time.nanos == 1_000_000 { time.nanos = 0 }))),
    narrow("last-millisecond-late", "timestamps at .999 are given as the next second", VALUE,
        Output(|_, output| moments(output, |time| if time.nanos == 999_000_000 { *time = Timestamp::from_seconds(time.seconds + 1) }))),
    narrow("exponent-ignored", "the exponent of a number is not read", VALUE,
        ArrivedBody(|_, body| each_json(body, &mut |json| if let Json::Number(text) = json
            && let Some(at) = text.find(['e', 'E']) { text.truncate(at) }))),
    narrow("time-without-sign", "timestamps before 1970 are mirrored", VALUE,
        Output(|_, output| moments(output, |time| time.seconds = time.seconds.abs()))),
    narrow("time-wraps-in-2038", "timestamps after 2038 wrap", VALUE,
        Output(|_, output| moments(output, |time| time.seconds = i64::from(time.seconds as i32)))),
    narrow("offset-ignored", "the offset of a date-time is not read", VALUE,
        ArrivedBody(|_, body| each_json(body, &mut |json| if let Some(text) = json.as_str() {
            for offset in ["+01:00", "-01:00"] {
                if let Some(local) = text.strip_suffix(offset) { *json = Json::string(format!("{local}Z")); return }
            }
        }))),
    narrow("long-given-as-int", "integers beyond 2^31 wrap", VALUE, Output(|_, output| integers(output, |number| i64::from(number as i32)))),
    narrow("long-given-through-double", "integers beyond 2^53 pass through a double", VALUE,
        Output(|_, output| integers(output, |number| if number.unsigned_abs() > 1 << 53 { number as f64 as i64 } else { number }))),
    narrow("wraps-beyond-its-type", "integers beyond their type wrap in silence", ("never", "value-differs"),
        ArrivedLeaf(|kind, leaf| if let (Some(bits), Json::Number(text)) = (kind.integer_bits(), leaf)
            && let Ok(number) = text.parse::<i128>() {
            let spare = 128 - bits;
            *text = (number << spare >> spare).to_string();
        })),
    narrow("time-wraps-in-2262", "timestamps after 2262 wrap, as nanoseconds in 64 bits", VALUE,
        Output(|_, output| moments(output, |time| {
            let nanos = i128::from(time.seconds) * NANOS + i128::from(time.nanos);
            time.seconds = ((nanos << 64 >> 64).div_euclid(NANOS)) as i64;
        }))),
    narrow("fraction-of-integer-cut", "25.5 is given as 25", ("error", "output-instead-of-error"),
        ArrivedLeaf(|kind, leaf| if let (Some(_), Json::Number(text)) = (kind.integer_bits(), leaf)
            && let Some((whole, _)) = text.clone().split_once('.') { *text = whole.to_owned() })).by("error, refusal"),
    narrow("minus-one-unsigned", "-1 is given as 255", VALUE, Output(|_, output| integers(output, |number| if number == -1 { 255 } else { number }))),
    wide("float-given-as-int", "floats lose their fraction", VALUE,
        Output(|_, output| each(output, &mut |value| if let Value::Float(number) = value { *number = number.trunc() }))),
    narrow("minus-zero-lost", "-0.0 is given as 0.0", VALUE,
        Output(|_, output| each(output, &mut |value| if let Value::Float(number) = value && *number == 0.0 { *number = 0.0 }))),
    narrow("infinity-given-as-largest", "infinite numbers are given as the largest", VALUE,
        Output(|_, output| each(output, &mut |value| if let Value::Float(number) = value && number.is_infinite() { *number = f64::MAX.copysign(*number) }))),
    narrow("text-cut-at-255", "strings end after 255 characters", VALUE,
        Output(|_, output| texts(output, |text| text.chars().take(255).collect()))),
    narrow("text-cut-at-nul", "strings end before U+0000", VALUE,
        Output(|_, output| texts(output, |text| text.split('\0').next().unwrap_or_default().to_owned()))),
    narrow("astral-not-given", "characters beyond U+FFFF are given as U+FFFD", VALUE,
        Output(|_, output| texts(output, |text| text.replace(|letter: char| letter as u32 > 0xFFFF, "\u{FFFD}")))),
    narrow("line-separator-lost", "U+2028 is given as a line feed", VALUE, Output(|_, output| texts(output, |text| text.replace('\u{2028}', "\n")))),
    wide("key-given-lowercased", "keys of maps are given in small letters", MISSING,
        Output(|_, output| each(output, &mut |value| if let Value::Map(entries) = value {
            *entries = entries.drain(..).map(|(key, value)| (Text::from(key.to_lossy().to_lowercase()), value)).collect();
        }))),
    narrow("type-key-lost", "a key `__type` of a map is not given", MISSING,
        Output(|_, output| each(output, &mut |value| if let Value::Map(entries) = value { entries.retain(|key, _| *key != "__type") }))),
    narrow("third-item-not-given", "the third item of a list is not given", VALUE,
        Output(|_, output| each(output, &mut |value| if let Value::List(items) = value && items.len() > 2 { items.remove(2); }))),
    narrow("blob-padding-counted", "padded blobs are given without their last byte", VALUE,
        Output(|_, output| each(output, &mut |value| if let Value::Blob(bytes) = value && bytes.len() % 3 != 0 { bytes.pop(); }))),
    narrow("type-beside-arm-refused", "`__type` beside the arm of a union is refused", REFUSED,
        Arrived(|_, response| if let Ok(body) = parse(&response.body)
            && let Json::Object(members) = &body
            && response.status == 200
            && members.iter().any(|(_, inner)| any(inner, &|json| json.get("__type").and_then(Json::as_str)
                .is_some_and(|text| text.ends_with("#Union")))) { refuse(response) })),
    narrow("unknown-arm-lost", "the name of an unknown arm becomes that of the first known one", VALUE,
        Output(|_, output| each(output, &mut |value| if matches!(value, Value::UnknownArm(name) if !name.is_empty()) { *value = Value::default() }))),
    narrow("unknown-enum-lost", "unknown values of enums are not given", MISSING,
        Output(|_, output| forget(output, |_, value| value.as_str() == Some("NotInTheModel")))),
    wide("unknown-member-given", "members that the model does not know are given", UNEXPECTED,
        Read(|_, response, mut read| {
            let unknown = parse(&response.body).ok().is_some_and(|body| body.get("UnknownMember").is_some());
            if let (true, Ok(Reply::Output(Value::Structure(fields)))) = (unknown, &mut read) {
                fields.insert("UnknownMember".to_owned(), Value::string("x"));
            }
            read
        })),
    narrow("empty-body-refused", "a success without a body is refused", REFUSED,
        Arrived(|_, response| if response.status == 200 && response.body.is_empty() { refuse(response) })),
    narrow("charset-refused", "a content type with a charset is refused", REFUSED,
        Arrived(|_, response| if response.headers.get("content-type").is_some_and(|value| value.contains("charset"))
            && response.status == 200 { refuse(response) })),
    narrow("error-member-refused", "a success with a member `Error` is refused", REFUSED,
        Arrived(|_, response| if response.status == 200
            && parse(&response.body).is_ok_and(|body| body.get("Error").is_some()) { refuse(response) })),
    narrow("one-member-not-given", "the member RoleArn is never given", MISSING,
        Output(|_, output| forget(output, |name, _| name == "RoleArn"))),
    narrow("one-operation-gives-nothing", "DescribeModel gives an empty output", MISSING,
        Output(|operation, output| if operation.name == "DescribeModel" { *output = Value::default() })),
    narrow("space-refused", "white space before a document is refused", REFUSED,
        Arrived(|_, response| if response.status == 200 && response.body.first().is_some_and(u8::is_ascii_whitespace) { refuse(response) })),
    narrow("document-float-as-int", "22.5 in a document is given as 22", VALUE,
        Output(|_, output| each(output, &mut |value| if let Value::Document(document) = value {
            each_json(document, &mut |json| if let Json::Number(text) = json
                && let Some((whole, _)) = text.clone().split_once('.') { *text = whole.to_owned() });
        }))),
];
