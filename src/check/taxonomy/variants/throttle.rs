//! TH: throttling and server errors, then success: `fault^k, OK`.

use crate::check::case::Class::Agree;
use crate::check::case::Expected::{Error, OneOf, Open};
use crate::check::case::{CountRange, Expected};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::fault::{ATTEMPTS, Fault, MESSAGE, THROTTLING, Written};
use crate::check::taxonomy::place::take;
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::exchange::{Answer, Response};

/// The answer so many times, then a success.
fn then_success(subject: &Subject<'_>, fault: &Answer, times: u32) -> FormParts {
    let mut answers = vec![fault.clone(); times as usize];
    answers.push(subject.plain_success());
    subject.plays(answers, subject.plain_output(), CountRange::exactly(times + 1))
}

/// The same where a client may also take the fault for an error at once.
fn perhaps(subject: &Subject<'_>, fault: &Answer, error: Expected) -> FormParts {
    let parts = then_success(subject, fault, 1);
    let result = OneOf(vec![parts.result.clone(), error]);
    FormParts { result, requests: CountRange::between(1, 2), ..parts }
}

/// TH1.
pub(in crate::check::taxonomy) fn codes(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for code in THROTTLING {
        let places: [(&str, Written<'_>); 3] =
            [("type", Fault::in_type), ("header", Fault::in_header), ("code", Fault::in_code)];
        for (name, write) in places {
            sheet.add(format!("{code}-{name}"), move || {
                then_success(subject, &write(&Fault::unmodeled(code, 400), subject, code).into(), 1)
            });
        }
    }
    if subject.is_named() {
        sheet.add("twice", move || then_success(subject, &subject.fault(400, "SlowDown", MESSAGE), 2));
    }
}

fn page(subject: &Subject<'_>, status: u16, content_type: &str, body: &str) -> Answer {
    let mut response = subject.response(status, body);
    response.headers.set("Content-Type", content_type);
    response.into()
}

const HTML: &str = "<!DOCTYPE html><html><body><h1>Try later</h1></body></html>";

/// TH2.
pub(in crate::check::taxonomy) fn too_many_empty(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || then_success(subject, &subject.response(429, "").into(), 1));
}

/// TH3.
pub(in crate::check::taxonomy) fn too_many_html(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || then_success(subject, &page(subject, 429, "text/html", HTML), 1));
}

/// TH4.
pub(in crate::check::taxonomy) fn too_many_requests(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || {
        let fault = Fault::unmodeled("TooManyRequests", 400);
        perhaps(subject, &subject.fault(400, "TooManyRequests", MESSAGE), Error(fault.expected_silent()))
    });
}

const SERVER: [u16; 4] = [500, 502, 503, 504];

/// TH5.
pub(in crate::check::taxonomy) fn server_json(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for status in SERVER {
        sheet.add(status.to_string(), move || {
            then_success(subject, &subject.fault(status, "InternalFailure", MESSAGE), 1)
        });
    }
}

/// TH6.
pub(in crate::check::taxonomy) fn server_other(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let all = SERVER.iter().flat_map(|status| [(*status, "html", HTML), (*status, "empty", "")]);
    for (status, form, body) in all {
        sheet.add(format!("{status}-{form}"), move || {
            then_success(subject, &page(subject, status, "text/html", body), 1)
        });
    }
}

/// TH7.
pub(in crate::check::taxonomy) fn odd_status(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for status in [501, 505, 408] {
        sheet.add(status.to_string(), move || {
            let fault = Fault::unmodeled("SomeFailure", status);
            perhaps(subject, &subject.fault(status, "SomeFailure", MESSAGE), Error(fault.expected_silent()))
        });
    }
}

/// TH8.
pub(in crate::check::taxonomy) fn exhausted(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let last = |subject: &Subject<'_>, fault: Fault<'_>, first: &[(u16, &str)]| {
        let mut answers: Vec<Answer> =
            first.iter().map(|(status, code)| subject.fault(*status, code, "an earlier attempt")).collect();
        let body = fault.typed_body(subject, &fault.code);
        answers.push(fault.response(subject, &body).into());
        subject.plays(answers, fault.is_error(), CountRange::exactly(ATTEMPTS)).fresh()
    };
    sheet.add("throttled", move || {
        let fault = Fault::unmodeled("ThrottlingException", 400);
        last(subject, fault, &[(400, "SlowDown"), (400, "RequestLimitExceeded")])
    });
    if subject.is_named() {
        sheet.add("server", move || {
            last(
                subject,
                Fault::unmodeled("InternalFailure", 500),
                &[(503, "ServiceUnavailable"), (502, "Bad")],
            )
        });
        sheet.add("mixed", move || {
            last(
                subject,
                Fault::unmodeled("ServiceUnavailable", 503),
                &[(429, "SlowDown"), (500, "Internal")],
            )
        });
        sheet.add("then-not", move || {
            let fault = Fault::unmodeled("ValidationException", 400);
            let parts = last(subject, fault, &[(503, "ServiceUnavailable")]);
            FormParts { requests: CountRange::exactly(2), ..parts }
        });
    }
}

/// TH9. `Date: now±seconds` is filled in when the answer is played.
pub(in crate::check::taxonomy) fn clock_skew(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let codes = [
        "InvalidSignatureException",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "AuthFailure",
        "RequestExpired",
        "RequestInTheFuture",
    ];
    let offsets = [("hour-ahead", "now+3600"), ("hour-behind", "now-3600"), ("years-ahead", "now+126230400")];
    let all = codes.iter().flat_map(|code| offsets.map(|(form, date)| (*code, form, date)));
    for (code, form, date) in all {
        sheet.add(format!("{code}-{form}"), move || {
            let dated = |answer: Answer, date: &str| match answer {
                Answer::Response(response) => response.with("Date", date).into(),
                raw => raw,
            };
            let fault = Fault::unmodeled(code, 403);
            let error = Error(fault.expected_silent());
            let parts = perhaps(subject, &dated(subject.fault(403, code, MESSAGE), date), error);
            // The true date at the end, so that the client's clock is right again.
            let answers = match parts.answers.as_slice() {
                [fault, success] => vec![fault.clone(), dated(success.clone(), "now")],
                _ => parts.answers.clone(),
            };
            FormParts { answers, ..parts }
        });
    }
}

/// TH10.
pub(in crate::check::taxonomy) fn retry_after(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let make = move |header: &str, value: &str| {
        let answer = match subject.fault(503, "ServiceUnavailable", MESSAGE) {
            Answer::Response(response) => response.with(header, value).into(),
            raw => raw,
        };
        FormParts { result: Open, ..then_success(subject, &answer, 1) }
    };
    sheet.add("zero", move || make("Retry-After", "0"));
    sheet.add("millis", move || make("x-amz-retry-after", "10"));
    sheet.add_slow("second", 1_000, move || make("Retry-After", "1"));
    sheet.add("text", move || make("Retry-After", "soon"));
}

/// TH11.
pub(in crate::check::taxonomy) fn transient(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for code in ["RequestTimeout", "RequestTimeoutException"] {
        sheet.add(code, move || then_success(subject, &subject.fault(400, code, MESSAGE), 1));
    }
    sheet.add("InternalError", move || {
        let fault = Fault::unmodeled("InternalError", 400);
        subject
            .plays(
                vec![subject.fault(400, "InternalError", MESSAGE), subject.plain_success()],
                Error(fault.expected()),
                CountRange::exactly(1),
            )
            .class(Agree)
    });
}

/// TH12.
pub(in crate::check::taxonomy) fn not_again(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || {
        let fault = Fault::unmodeled("ValidationException", 400);
        let answers = vec![subject.fault(400, "ValidationException", MESSAGE), subject.plain_success()];
        subject.plays(answers, fault.is_error(), CountRange::exactly(1))
    });
}

/// TH13.
pub(in crate::check::taxonomy) fn same_token(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for place in subject.places(Side::Input).iter().filter(|place| subject.is_token(place)) {
        sheet.add(place.label(), move || {
            let mut input = subject.with_usual(Side::Input, place);
            take(&mut input, &place.steps);
            let answer = Response::new(503, "").into();
            let parts = then_success(subject, &answer, 2);
            FormParts { call: subject.call_with(input), ..parts }.at(Side::Input, place)
        });
    }
}
