//! What we answer ourselves, without asking the handler. Each text says what was wrong and what to do.

use super::MAX_HEAD;
use crate::ground::exchange::{Answer, Response, WireStep};

/// 400: not HTTP/1.1.
pub(super) fn malformed(error: &hyper::Error) -> Response {
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    refuse(
        400,
        &format!(
            "this is no HTTP/1.1 request ({cause}). The endpoint is plain http://, without TLS or HTTP/2."
        ),
    )
}

/// HTTP/2 with prior knowledge: its own frames, for an answer of HTTP/1.1 would be a broken frame to such a client.
/// The code HTTP_1_1_REQUIRED (RFC 9113, section 7) and our text are what it shows.
pub(super) fn http2() -> Answer {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const GOAWAY_AFTER_STREAM_0: [u8; 6] = [7, 0, 0, 0, 0, 0];
    const HTTP_1_1_REQUIRED: [u8; 4] = [0, 0, 0, 0xd];
    let text =
        "shapetape: this endpoint speaks HTTP/1.1 only. Turn HTTP/2 with prior knowledge off in the client.";
    let mut frames = SETTINGS.to_vec();
    let length = u32::try_from(text.len() + 8).unwrap_or_default();
    frames.extend_from_slice(&length.to_be_bytes()[1..]);
    frames.extend_from_slice(&GOAWAY_AFTER_STREAM_0);
    frames.extend_from_slice(&[0; 4]);
    frames.extend_from_slice(&HTTP_1_1_REQUIRED);
    frames.extend_from_slice(text.as_bytes());
    Answer::Raw(vec![WireStep::Bytes(frames), WireStep::Close])
}

/// 400: the body ended early or its chunks are not chunks.
pub(super) fn broken_body() -> Response {
    refuse(400, "the request's body ended early, or is not chunked as its Transfer-Encoding says.")
}

/// 400: RFC 9112, section 3.2.
pub(super) fn host_missing() -> Response {
    refuse(400, "a request of HTTP/1.1 must have one Host field.")
}

/// 408: too slow.
pub(super) fn too_slow(seconds: u64) -> Response {
    refuse(408, &format!("the request did not arrive within {seconds} seconds."))
}

/// 413: body over the limit.
pub(super) fn body_too_large(limit: usize) -> Response {
    refuse(413, &format!("the request's body is over the limit of {limit} bytes."))
}

/// 421: RFC 9110, section 15.5.20. A web page that points its own name at the loopback gets this.
pub(super) fn misdirected(host: &str) -> Response {
    let shown: String = host.chars().filter(|character| !character.is_control()).take(100).collect();
    refuse(421, &format!("the host {shown} is not served here. Start with --allow-host {shown} to allow it."))
}

/// 431: request line and fields over the limit.
pub(super) fn head_too_large() -> Response {
    refuse(431, &format!("the request's fields are too many, or over the limit of {MAX_HEAD} bytes."))
}

/// 501: CONNECT.
pub(super) fn no_tunnel() -> Response {
    refuse(501, "CONNECT is not served: give the client this address as its endpoint, not as its proxy.")
}

/// 503: too many connections.
pub(super) fn crowded(limit: usize) -> Response {
    refuse(503, &format!("{limit} connections are open, which is the limit."))
}

fn refuse(status: u16, text: &str) -> Response {
    Response::new(status, format!("shapetape: {text}\n"))
        .with("Content-Type", "text/plain; charset=utf-8")
        .with("Connection", "close")
}
