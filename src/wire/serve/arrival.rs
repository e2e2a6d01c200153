//! One request off the wire, with hyper as the reader.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;

use super::wire::{Hearing, Transport, Wire};
use super::{MAX_HEAD, ServerOptions, refusal};
use crate::ground::exchange::{Headers, Request, Response};

/// Field lines a request may have; the space they take is limited by [`MAX_HEAD`].
const MAX_FIELDS: usize = 512;

/// How an HTTP/2 client begins that knows beforehand that its server speaks it (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\n";

/// What came of waiting for a request.
pub(super) enum Arrived {
    /// A whole request.
    Request(Arrival),
    /// Bytes that will not be answered with more than this, after which the connection ends.
    Refused(Response),
    /// HTTP/2 without being asked whether it is spoken here.
    Http2,
    /// The client left.
    Gone,
}

/// A request, and what the answer must know of its connection.
pub(super) struct Arrival {
    pub(super) request: Request,
    /// Host and port of a target in absolute form, which stand above the `Host` field.
    pub(super) authority: Option<String>,
    /// HTTP/1.0: no chunks, and no `Host` demanded.
    pub(super) old: bool,
    /// The client asked for the connection to end with this exchange.
    pub(super) last: bool,
}

/// Reads the next request from bytes of which some are there.
pub(super) async fn next<T: Transport>(wire: &mut Wire<T>, options: &ServerOptions) -> Arrived {
    let interim = AtomicBool::new(false);
    let (deliver, mut delivered) = mpsc::channel(1);
    let service = service_fn(|request: http::Request<Incoming>| {
        interim.store(true, Ordering::Relaxed);
        let deliver = deliver.clone();
        async move {
            // The receiver waits for as long as hyper polls this.
            let _ = deliver.send(collect(request, options.max_body).await).await;
            std::future::pending::<Result<http::Response<Empty<Bytes>>, Infallible>>().await
        }
    });
    let mut connection = reader().serve_connection(TokioIo::new(Hearing::new(wire, &interim)), service);
    let arrived = tokio::select! {
        biased;
        Some(arrived) = delivered.recv() => arrived,
        ended = &mut connection => gave_up(ended.err()),
    };
    let unused = connection.into_parts().read_buf;
    if unused.starts_with(PREFACE) && !matches!(arrived, Arrived::Request(_)) {
        return Arrived::Http2;
    }
    wire.put_back(&unused);
    arrived
}

fn reader() -> http1::Builder {
    let mut reader = http1::Builder::new();
    // A client may close its sending side and still wait for the answer.
    reader.half_close(true).max_headers(MAX_FIELDS).max_header_size(MAX_HEAD).max_buf_size(MAX_HEAD);
    reader
}

/// What hyper's end without a request means.
fn gave_up(error: Option<hyper::Error>) -> Arrived {
    match error {
        Some(error) if error.is_parse_too_large() => Arrived::Refused(refusal::head_too_large()),
        Some(error) if error.is_parse() => Arrived::Refused(refusal::malformed(&error)),
        _ => Arrived::Gone,
    }
}

/// The whole request in our own type, or why not.
async fn collect(request: http::Request<Incoming>, max_body: usize) -> Arrived {
    let (head, body) = request.into_parts();
    // Refused before the first read of the body, so that no `100 Continue` asks the client to send it.
    if body.size_hint().lower() > max_body as u64 {
        return Arrived::Refused(refusal::body_too_large(max_body));
    }
    match Limited::new(body, max_body).collect().await {
        Ok(body) => {
            let trailer = body.trailers().cloned().unwrap_or_default();
            Arrived::Request(arrival(&head, &trailer, body.to_bytes().into()))
        }
        Err(error) if error.is::<LengthLimitError>() => Arrived::Refused(refusal::body_too_large(max_body)),
        Err(_) => Arrived::Refused(refusal::broken_body()),
    }
}

fn arrival(head: &http::request::Parts, trailer: &http::HeaderMap, body: Vec<u8>) -> Arrival {
    // A checksum that follows its body is a field like one that stands before it. Any other trailer may not be
    // taken for a header (RFC 9110, section 6.5.1), and goes.
    let checksums = trailer.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-checksum-"));
    let headers: Headers = head
        .headers
        .iter()
        .chain(checksums)
        .map(|(name, value)| (name.as_str(), Headers::text(value.as_bytes())))
        .collect();
    let old = head.version < http::Version::HTTP_11;
    let close = headers
        .all("connection")
        .flat_map(|value| value.split(','))
        .any(|option| option.trim().eq_ignore_ascii_case("close"));
    let request = Request {
        method: head.method.as_str().to_owned(),
        // RFC 9112, section 3.2.2: a server accepts the absolute form; clients sign path and query alone.
        target: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
        prefix: 0,
        headers,
        body,
    };
    let authority = head.uri.authority().map(ToString::to_string);
    Arrival { request, authority, old, last: old || close }
}
