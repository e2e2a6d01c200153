//! TR: the bytes around the body: framing, breaks, pauses, interim responses, odd headers.

use crate::check::case::Class::{Agree, Must, Should};
use crate::check::case::CountRange;
use crate::check::case::Expected::{Error, OneOf, Refusal};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::fault::{ATTEMPTS, Fault};
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::exchange::{Answer, Coding, WireStep};
use crate::ground::json::{Style, write};

/// The minimal output's body; white space makes every one long enough to be cut anywhere.
fn body(subject: &Subject<'_>) -> Vec<u8> {
    let mut body = write(&subject.json(&subject.minimal(Side::Output)), Style::Compact);
    body.extend_from_slice(b"                ");
    body
}

/// Status line and headers without those that frame the body, and without the empty line at the end.
fn head(subject: &Subject<'_>) -> String {
    let content_type = subject.protocol.content_type(subject.model());
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nx-amzn-RequestId: 7f0c7a3e-4b7c-4d0e-9d43\r\n"
    )
}

/// The head with more header lines, an empty line, and bytes.
fn message(subject: &Subject<'_>, lines: &str, bytes: &[u8]) -> Vec<u8> {
    [head(subject).as_bytes(), lines.as_bytes(), b"\r\n", bytes].concat()
}

fn with_length(subject: &Subject<'_>) -> Vec<u8> {
    let body = body(subject);
    message(subject, &format!("Content-Length: {}\r\n", body.len()), &body)
}

fn raw(steps: impl IntoIterator<Item = WireStep>) -> Answer {
    Answer::Raw(steps.into_iter().collect())
}

fn bytes(bytes: impl Into<Vec<u8>>) -> WireStep {
    WireStep::Bytes(bytes.into())
}

/// A whole and correct response, whatever its form.
fn whole(subject: &Subject<'_>, steps: Vec<WireStep>) -> FormParts {
    subject.plays(vec![raw(steps)], subject.plain_output(), CountRange::exactly(1))
}

/// A response that clients may take or refuse, once or until their attempts are used up.
fn odd(subject: &Subject<'_>, steps: Vec<WireStep>) -> FormParts {
    let result = OneOf(vec![subject.plain_output(), Refusal]);
    subject.plays(vec![raw(steps)], result, CountRange::between(1, ATTEMPTS)).class(Agree)
}

/// A break, then a success.
fn broken(subject: &Subject<'_>, steps: Vec<WireStep>) -> FormParts {
    let answers = vec![raw(steps), subject.plain_success()];
    let result = OneOf(vec![subject.plain_output(), Refusal]);
    subject.plays(answers, result, CountRange::between(1, 2))
}

/// TR1.
pub(in crate::check::taxonomy) fn shorter_than_said(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let cut = move || {
        let body = body(subject);
        let lines = format!("Content-Length: {}\r\n", body.len() + 10);
        vec![bytes(message(subject, &lines, &body)), WireStep::Close]
    };
    sheet.add("then-whole", move || broken(subject, cut()));
    sheet.add("always", move || {
        subject.plays(vec![raw(cut())], Refusal, CountRange::between(1, ATTEMPTS)).fresh()
    });
    sheet.add("half", move || {
        let whole = with_length(subject);
        broken(subject, vec![bytes(&whole[..whole.len() - 12]), WireStep::Close])
    });
}

fn chunk(data: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat()
}

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

/// TR2.
pub(in crate::check::taxonomy) fn chunks_cut(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("no-last-chunk", move || {
        let steps = vec![bytes(message(subject, CHUNKED, &chunk(&body(subject)))), WireStep::Close];
        broken(subject, steps)
    });
    sheet.add("within-a-chunk", move || {
        let mut all = message(subject, CHUNKED, &chunk(&body(subject)));
        all.truncate(all.len() - 8);
        broken(subject, vec![bytes(all), WireStep::Close])
    });
    sheet.add("no-size", move || {
        broken(subject, vec![bytes(message(subject, CHUNKED, b"zz\r\n")), WireStep::Close])
    });
}

/// TR3.
pub(in crate::check::taxonomy) fn no_answer(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let then_success = move |steps: Vec<WireStep>| {
        let answers = vec![raw(steps), subject.plain_success()];
        subject.plays(answers, subject.plain_output(), CountRange::exactly(2))
    };
    sheet.add("close", move || then_success(vec![WireStep::Close]));
    sheet.add("reset", move || then_success(vec![WireStep::Reset]));
    sheet.add("half-a-line", move || then_success(vec![bytes("HTTP/1.1 20"), WireStep::Close]).class(Agree));
}

/// TR4.
pub(in crate::check::taxonomy) fn kept_alive_and_closed(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("idle", move || {
        let page = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        let answers = vec![raw([bytes(page), WireStep::Close]), subject.plain_success()];
        subject.plays(answers, subject.plain_output(), CountRange::exactly(2)).class(Should)
    });
    sheet.add("said", move || {
        let body = body(subject);
        let lines = format!("Content-Length: {}\r\nConnection: close\r\n", body.len());
        whole(subject, vec![bytes(message(subject, &lines, &body)), WireStep::Close])
    });
}

/// TR5.
pub(in crate::check::taxonomy) fn framings(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("tiny-chunks", move || {
        let body = body(subject);
        let chunks: Vec<u8> = body.iter().flat_map(|byte| chunk(&[*byte])).collect();
        whole(subject, vec![bytes(message(subject, CHUNKED, &[&chunks[..], b"0\r\n\r\n"].concat()))])
    });
    sheet.add("extensions", move || {
        let body = body(subject);
        let data =
            [format!("{:X};a=b;c=\"d e\"\r\n", body.len()).as_bytes(), &body, b"\r\n0;last\r\n\r\n"].concat();
        whole(subject, vec![bytes(message(subject, CHUNKED, &data))])
    });
    sheet.add("trailers", move || {
        let data = [&chunk(&body(subject))[..], b"0\r\nx-checksum: abc\r\nx-other: d\r\n\r\n"].concat();
        whole(subject, vec![bytes(message(subject, CHUNKED, &data))])
    });
    sheet.add("until-close", move || {
        whole(subject, vec![bytes(message(subject, "", &body(subject))), WireStep::Close])
    });
}

/// TR6. Whether the client asked for the coding shows in its request: then it must read it.
pub(in crate::check::taxonomy) fn codings(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let coded = move |body: Vec<u8>| {
        let response = subject.response(200, body).with("Content-Encoding", Coding::Gzip.name());
        let result = OneOf(vec![subject.plain_output(), Refusal]);
        subject.plays(vec![response.into()], result, CountRange::between(1, ATTEMPTS)).class(Agree)
    };
    sheet.add("gzip", move || coded(Coding::Gzip.apply(&body(subject))));
    sheet.add("only-said", move || coded(body(subject)));
    sheet.add("error", move || {
        let fault = Fault::unmodeled("ValidationException", 400);
        let plain = write(&fault.typed_body(subject, &fault.code), Style::Compact);
        let response = subject.response(400, Coding::Gzip.apply(&plain));
        let response = response.with("Content-Encoding", Coding::Gzip.name());
        let result = OneOf(vec![Error(fault.expected_silent()), Refusal]);
        subject.plays(vec![response.into()], result, CountRange::exactly(1)).class(Agree)
    });
}

/// TR7.
pub(in crate::check::taxonomy) fn slow(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let pause = WireStep::Pause;
    sheet.add_slow("drip", 1_000, move || {
        let all = with_length(subject);
        let (head, body) = all.split_at(all.len() - body(subject).len());
        let drops = body.iter().flat_map(|byte| [pause(10), bytes([*byte])]);
        whole(subject, std::iter::once(bytes(head)).chain(drops).collect())
    });
    sheet.add_slow("slow-headers", 600, move || {
        let all = with_length(subject);
        let (first, rest) = all.split_at(20);
        let (second, third) = rest.split_at(30);
        whole(subject, vec![bytes(first), pause(250), bytes(second), pause(250), bytes(third)])
    });
    sheet.add_slow("stall-before", 2_500, move || {
        broken(subject, vec![pause(3_000), bytes(with_length(subject))])
    });
    sheet.add_slow("stall-within", 2_500, move || {
        let all = with_length(subject);
        let (first, rest) = all.split_at(all.len() - 10);
        broken(subject, vec![bytes(first), pause(3_000), bytes(rest)])
    });
}

/// TR8.
pub(in crate::check::taxonomy) fn interim(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for (form, lines) in [
        ("continue", "HTTP/1.1 100 Continue\r\n\r\n"),
        ("early-hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"),
        ("both", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"),
    ] {
        sheet.add(form, move || {
            whole(subject, vec![bytes([lines.as_bytes(), &with_length(subject)].concat())])
        });
    }
}

/// TR9.
pub(in crate::check::taxonomy) fn headers(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let spelled = move |spell: fn(&str) -> String| {
        let all = with_length(subject);
        let text = String::from_utf8_lossy(&all).into_owned();
        let (head, rest) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let lines = head.split("\r\n").enumerate().map(|(index, line)| match line.split_once(": ") {
            Some((name, value)) if index > 0 => format!("{}: {value}", spell(name)),
            _ => line.to_owned(),
        });
        let lines: Vec<String> = lines.collect();
        vec![bytes(format!("{}\r\n\r\n{rest}", lines.join("\r\n")))]
    };
    sheet.add("lower", move || whole(subject, spelled(str::to_lowercase)).class(Must));
    sheet.add("upper", move || whole(subject, spelled(str::to_uppercase)).class(Must));
    let with_line = move |line: &str| {
        let body = body(subject);
        vec![bytes(message(subject, &format!("{line}\r\nContent-Length: {}\r\n", body.len()), &body))]
    };
    sheet.add("doubled", move || {
        odd(subject, with_line("x-amzn-RequestId: another\r\nX-Twice: 1\r\nX-Twice: 2"))
    });
    sheet.add("folded", move || odd(subject, with_line("X-Folded: one\r\n  two\r\n\tthree")));
    sheet.add("no-space", move || whole(subject, with_line("X-Tight:value\r\nX-Empty:")));
    sheet.add("latin", move || odd(subject, with_line("X-Latin: caf\u{E9}")));
    sheet.add_slow("64k", 20, move || odd(subject, with_line(&format!("X-Long: {}", "v".repeat(64 << 10)))));
    sheet.add_slow("many", 20, move || {
        let lines: Vec<String> = (0..200).map(|number| format!("X-Number-{number}: {number}")).collect();
        odd(subject, with_line(&lines.join("\r\n")))
    });
}

/// TR10.
pub(in crate::check::taxonomy) fn http_1_0(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let old = |all: Vec<u8>| bytes([b"HTTP/1.0", &all[b"HTTP/1.1".len()..]].concat());
    sheet.add("length", move || whole(subject, vec![old(with_length(subject)), WireStep::Close]));
    sheet.add("until-close", move || {
        whole(subject, vec![old(message(subject, "", &body(subject))), WireStep::Close])
    });
}

/// TR11.
pub(in crate::check::taxonomy) fn longer_than_said(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || {
        let more = [&with_length(subject)[..], b"HTTP and more"].concat();
        odd(subject, vec![bytes(more), WireStep::Close])
    });
}

/// TR12.
pub(in crate::check::taxonomy) fn both_framings(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let both = move |lines: fn(usize) -> String| {
        let body = body(subject);
        let data = [&chunk(&body)[..], b"0\r\n\r\n"].concat();
        odd(subject, vec![bytes(message(subject, &lines(body.len()), &data)), WireStep::Close])
    };
    sheet.add("length-and-chunked", move || both(|length| format!("Content-Length: {length}\r\n{CHUNKED}")));
    sheet.add("chunked-and-length", move || {
        both(|length| format!("{CHUNKED}Content-Length: {}\r\n", length / 2))
    });
    sheet.add("two-lengths", move || {
        let body = body(subject);
        let lines = format!("Content-Length: {0}\r\nContent-Length: {0}\r\n", body.len());
        odd(subject, vec![bytes(message(subject, &lines, &body)), WireStep::Close])
    });
    sheet.add("unlike-lengths", move || {
        let body = body(subject);
        let lines = format!("Content-Length: {}\r\nContent-Length: {}\r\n", body.len(), body.len() + 3);
        odd(subject, vec![bytes(message(subject, &lines, &body)), WireStep::Close])
    });
}
