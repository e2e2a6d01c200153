//! ER: errors, in all the forms in which services write their code and message.

use crate::api::model::Value;
use crate::check::case::Class::Agree;
use crate::check::case::Expected::{Error, OneOf, Refusal};
use crate::check::case::{CountRange, ExpectedError};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::fault::{ATTEMPTS, Fault, MESSAGE, with_member};
use crate::check::taxonomy::subject::Subject;
use crate::ground::exchange::Response;
use crate::ground::json::{Json, Style, write};

/// How a code is written: bare, with namespace, with URI, with both.
type Spelling = fn(&str) -> String;

const BARE: Spelling = |code| code.to_owned();
const NAMESPACE: Spelling = |code| format!("aws.protocoltests.json#{code}");
const URI: Spelling = |code| format!("{code}:http://internal.amazon.com/coral/com.amazon.coral.validate/");
const BOTH: Spelling = |code| NAMESPACE(&URI(code));

fn error(subject: &Subject<'_>, fault: &Fault<'_>, response: Response) -> FormParts {
    subject.plays(vec![response.into()], fault.is_error(), fault.requests())
}

/// The requests of an answer whose code may be read as another one, which is not tried again.
fn at_most(fault: &Fault<'_>) -> CountRange {
    CountRange::between(1, fault.requests().most)
}

/// One form for each error of the operation and for one that it does not declare.
fn each<'a>(
    sheet: &mut Sheet<'a>,
    form: &str,
    make: impl Fn(&'a Subject<'a>, &Fault<'a>) -> FormParts + Copy + 'a,
) {
    let subject = sheet.subject;
    for fault in subject.faults() {
        let name = if form.is_empty() { fault.code.clone() } else { format!("{}-{form}", fault.code) };
        sheet.add(name, move || make(subject, &fault));
    }
}

fn in_type(sheet: &mut Sheet<'_>, spell: Spelling) {
    each(sheet, "", move |subject, fault| error(subject, fault, fault.in_type(subject, &spell(&fault.code))));
}

/// ER1.
pub(in crate::check::taxonomy) fn bare(sheet: &mut Sheet<'_>) {
    in_type(sheet, BARE);
}

/// ER1b.
pub(in crate::check::taxonomy) fn other_case(sheet: &mut Sheet<'_>) {
    each(sheet, "", |subject, fault| {
        let spelled = fault.code[..1].to_lowercase() + &fault.code[1..];
        let response = fault.response(subject, &fault.typed_body(subject, &spelled));
        let as_sent = ExpectedError { code: spelled, modeled: None, ..fault.expected_silent() };
        FormParts {
            result: OneOf(vec![Error(fault.expected_silent()), Error(as_sent)]),
            requests: at_most(fault),
            ..error(subject, fault, response)
        }
    });
}

/// ER2.
pub(in crate::check::taxonomy) fn with_namespace(sheet: &mut Sheet<'_>) {
    in_type(sheet, NAMESPACE);
}

/// ER3.
pub(in crate::check::taxonomy) fn with_uri(sheet: &mut Sheet<'_>) {
    in_type(sheet, URI);
}

/// ER4.
pub(in crate::check::taxonomy) fn with_both(sheet: &mut Sheet<'_>) {
    in_type(sheet, BOTH);
}

/// ER5.
pub(in crate::check::taxonomy) fn in_header(sheet: &mut Sheet<'_>) {
    let forms: [(&str, &str, Spelling); 5] = [
        ("bare", "X-Amzn-Errortype", BARE),
        ("namespace", "X-Amzn-Errortype", NAMESPACE),
        ("uri", "X-Amzn-Errortype", URI),
        ("both", "X-Amzn-Errortype", BOTH),
        ("lower", "x-amzn-errortype", BARE),
    ];
    for (form, header, spell) in forms {
        each(sheet, form, move |subject, fault| {
            let response = fault.response(subject, &fault.body(subject)).with(header, spell(&fault.code));
            error(subject, fault, response)
        });
    }
    each(sheet, "no-body", |subject, fault| {
        let response = fault.without_body(subject, &fault.code);
        FormParts { result: Error(fault.expected_silent()), ..error(subject, fault, response) }
    });
}

/// ER6.
pub(in crate::check::taxonomy) fn in_code(sheet: &mut Sheet<'_>) {
    each(sheet, "text", |subject, fault| error(subject, fault, fault.in_code(subject, &fault.code)));
    each(sheet, "number", |subject, fault| {
        let body = with_member(fault.typed_body(subject, &fault.code), "code", Json::number(404));
        error(subject, fault, fault.response(subject, &body))
            .class(Agree)
            .rule("aws/aws-sdk-go-v2#2476: `code` may be a number beside `__type`")
    });
}

/// ER7.
pub(in crate::check::taxonomy) fn conflicts(sheet: &mut Sheet<'_>) {
    const OTHER: &str = "OtherException";
    let either = |subject: &Subject<'_>, fault: &Fault<'_>, response: Response| {
        let other = ExpectedError { code: OTHER.to_owned(), modeled: None, ..fault.expected_silent() };
        let result = OneOf(vec![Error(fault.expected_silent()), Error(other)]);
        FormParts { result, requests: at_most(fault), ..error(subject, fault, response) }
    };
    each(sheet, "header", move |subject, fault| {
        let body = fault.typed_body(subject, OTHER);
        let response = fault.response(subject, &body).with("X-Amzn-Errortype", fault.code.as_str());
        either(subject, fault, response)
    });
    each(sheet, "code", move |subject, fault| {
        let body = with_member(fault.typed_body(subject, &fault.code), "code", Json::string(OTHER));
        either(subject, fault, fault.response(subject, &body))
    });
    each(sheet, "nested", |subject, fault| {
        let inner = Json::object([("__type", Json::string(OTHER)), ("code", Json::string(OTHER))]);
        let body = with_member(fault.typed_body(subject, &fault.code), "detail", inner);
        error(subject, fault, fault.response(subject, &body))
    });
}

/// ER8.
pub(in crate::check::taxonomy) fn messages(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let forms: [(&str, &str, Json); 6] = [
        ("lower", "message", Json::string(MESSAGE)),
        ("upper", "Message", Json::string(MESSAGE)),
        ("errorMessage", "errorMessage", Json::string(MESSAGE)),
        ("null", "message", Json::Null),
        ("missing", "", Json::Null),
        ("empty", "message", Json::string("")),
    ];
    let make = move |fault: &Fault<'_>, name: &str, value: &Json| {
        let mut body = Json::object([("__type", Json::string(&fault.code))]);
        if !name.is_empty() {
            body = with_member(body, name, value.clone());
        }
        let message = match (name, value) {
            ("message" | "Message", Json::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let due = ExpectedError { message, ..fault.expected_silent() };
        FormParts { result: Error(due), ..error(subject, fault, fault.response(subject, &body)) }
    };
    for (form, name, value) in forms {
        for fault in subject.faults() {
            let value = value.clone();
            sheet.add(format!("{}-{form}", fault.code), move || make(&fault, name, &value));
        }
    }
    let fault = Fault::unmodeled("ValidationException", 400);
    sheet.add_slow("64k", 20, move || make(&fault, "message", &Json::string("m".repeat(64 << 10))));
}

/// An answer that says no code.
fn nameless(
    sheet: &mut Sheet<'_>,
    form: &str,
    status: u16,
    content_type: Option<&'static str>,
    body: &'static str,
) {
    let subject = sheet.subject;
    sheet.add(form, move || {
        let mut response = subject.response(status, body);
        if let Some(content_type) = content_type {
            response.headers.set("Content-Type", content_type);
        }
        subject.plays(vec![response.into()], Refusal, CountRange::exactly(1))
    });
}

/// ER9.
pub(in crate::check::taxonomy) fn without_code(sheet: &mut Sheet<'_>) {
    for (form, body) in
        [("empty", ""), ("null", "null"), ("list", "[]"), ("string", "\"x\""), ("object", "{}")]
    {
        nameless(sheet, form, 400, None, body);
    }
}

/// ER10.
pub(in crate::check::taxonomy) fn plain_text(sheet: &mut Sheet<'_>) {
    nameless(sheet, "400", 400, Some("text/plain"), "Bad Request");
    nameless(sheet, "403", 403, Some("text/plain; charset=utf-8"), "Forbidden: {not JSON}");
}

/// ER11.
pub(in crate::check::taxonomy) fn html(sheet: &mut Sheet<'_>) {
    const PAGE: &str = "<!DOCTYPE html><html><head><title>Error</title></head><body>no</body></html>";
    nameless(sheet, "400", 400, Some("text/html"), PAGE);
    nameless(sheet, "403", 403, Some("text/html; charset=utf-8"), PAGE);
    nameless(sheet, "413", 413, Some("text/html"), PAGE);
}

/// ER12.
pub(in crate::check::taxonomy) fn xml(sheet: &mut Sheet<'_>) {
    const DOCUMENT: &str = "<?xml version=\"1.0\"?>\n<ErrorResponse><Error><Type>Sender</Type>\
         <Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>";
    nameless(sheet, "400", 400, Some("text/xml"), DOCUMENT);
    nameless(sheet, "403", 403, Some("application/xml"), DOCUMENT);
}

/// ER13.
pub(in crate::check::taxonomy) fn unmodeled(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.operation.errors.is_empty() {
        return;
    }
    for (code, status) in [
        ("AccessDeniedException", 403),
        ("ResourceNotFoundException", 404),
        ("UnknownOperationException", 404),
    ] {
        let fault = Fault::unmodeled(code, status);
        sheet.add(code, move || {
            error(subject, &fault, fault.response(subject, &fault.typed_body(subject, code)))
        });
    }
}

/// ER14.
pub(in crate::check::taxonomy) fn query_error(sheet: &mut Sheet<'_>) {
    let compatible = sheet.subject.model().metadata.query_compatible;
    for (form, header) in
        [("present", Some("AWS.Legacy.Code;Sender")), ("broken", Some(";")), ("absent", None)]
    {
        each(sheet, form, move |subject, fault| {
            let body = fault.typed_body(subject, &fault.code);
            let mut response = fault.response(subject, &body);
            if let Some(header) = header {
                response.headers.push("x-amzn-query-error", header);
            }
            let mut due = fault.expected_silent();
            let mut requests = fault.requests();
            if compatible && form == "present" {
                due.code = "AWS.Legacy.Code".to_owned();
                requests = at_most(fault);
            }
            FormParts { result: Error(due), requests, ..error(subject, fault, response) }
        });
    }
}

/// ER15.
pub(in crate::check::taxonomy) fn members(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for mut fault in subject.modeled_faults() {
        sheet.add(format!("{}-unknown", fault.code), {
            let fault = fault.clone();
            move || {
                let body = fault.typed_body(subject, &fault.code);
                let extra = Json::object([("Inner", Json::Array(vec![Json::Null]))]);
                let body = with_member(with_member(body, "Extra", extra), "requestId", Json::number(1));
                error(subject, &fault, fault.response(subject, &body))
            }
        });
        let Some(shape) = fault.shape.filter(|shape| shape.members().is_some_and(|all| all.len() > 1)) else {
            continue;
        };
        if let Value::Structure(members) = subject.values.maximal(shape.id, 0) {
            fault.members = members;
        }
        if let Some(name) = fault.message_member() {
            fault.members.insert(name.to_owned(), Value::string(MESSAGE));
        }
        sheet.add(format!("{}-all", fault.code), move || {
            error(subject, &fault, fault.response(subject, &fault.typed_body(subject, &fault.code)))
        });
    }
}

/// ER16.
pub(in crate::check::taxonomy) fn odd_types(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for (form, value) in
        [("null", Json::Null), ("number", Json::number(7)), ("object", Json::object([("a", Json::Null)]))]
    {
        sheet.add(form, move || {
            let body = Json::object([("__type", value.clone()), ("message", Json::string(MESSAGE))]);
            let response = subject.response(400, write(&body, Style::Compact));
            subject.plays(vec![response.into()], Refusal, CountRange::exactly(1))
        });
    }
}

/// ER17.
pub(in crate::check::taxonomy) fn redirects(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for status in [301, 307] {
        sheet.add(status.to_string(), move || {
            let response = subject.response(status, "").with("Location", "/elsewhere");
            subject.plays(vec![response.into(), subject.plain_success()], Refusal, CountRange::exactly(1))
        });
    }
}

/// ER18.
pub(in crate::check::taxonomy) fn wrong_status(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for fault in subject.modeled_faults().into_iter().filter(|fault| fault.status < 500) {
        sheet.add(fault.code.clone(), move || {
            let sent = Fault { status: 500, ..fault.clone() };
            let response = sent.response(subject, &sent.typed_body(subject, &sent.code));
            let result = Error(sent.expected());
            subject.plays(vec![response.into()], result, CountRange::exactly(ATTEMPTS))
        });
    }
}
