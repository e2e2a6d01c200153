//! One request, one response.

use super::{ATTEMPT, Headers};

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// `POST`, `GET` …
    pub method: String,
    /// Path and query as written on the request line, session prefix included: what the client signed.
    pub target: String,
    /// How many bytes at the start of `target` are the session's path prefix (`/s1` is 3), 0 without one.
    pub prefix: usize,
    /// The fields as they arrived.
    pub headers: Headers,
    /// The body after transfer coding, before content coding.
    pub body: Vec<u8>,
}

impl Request {
    /// The path without session prefix and query; never empty.
    pub fn path(&self) -> &str {
        let path = self.resource().split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() { "/" } else { path }
    }

    /// The query without its question mark.
    pub fn query(&self) -> &str {
        self.resource().split_once('?').map_or("", |(_, query)| query)
    }

    /// The session's path prefix, `""` without one.
    pub fn session_prefix(&self) -> &str {
        self.target.get(..self.prefix).unwrap_or_default()
    }

    /// The number of the attempt, as the SDKs tell it.
    pub fn attempt(&self) -> Option<usize> {
        let field = self.headers.get(ATTEMPT)?;
        field.split(';').find_map(|part| part.trim().strip_prefix("attempt="))?.parse().ok()
    }

    /// The target without the session's prefix.
    pub fn resource(&self) -> &str {
        self.target.get(self.prefix..).unwrap_or(&self.target)
    }
}

/// How the end of a response's body is told to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// `Content-Length`.
    #[default]
    Length,
    /// `Transfer-Encoding: chunked`, in one chunk.
    Chunked,
    /// Neither: the body ends with the connection.
    Close,
    /// `Content-Length` of so many bytes, and the connection ends before they all came.
    Cut(usize),
    /// `Transfer-Encoding: chunked`, and the connection ends before the last chunk.
    CutChunked,
    /// No body follows: `Content-Length` tells the length of the one that a GET would bring, as in the answer to a
    /// HEAD (RFC 9110, section 8.6).
    HeadOnly(u64),
}

/// A response to be sent, or as it came from an upstream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The fields; those that frame the body (`Content-Length`, `Transfer-Encoding`) are left to [`Framing`].
    pub headers: Headers,
    /// The body after transfer coding, before content coding.
    pub body: Vec<u8>,
    /// How the body ends.
    pub framing: Framing,
}

impl Response {
    /// A response of status and body, framed by its length.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Response {
        Response { status, headers: Headers::new(), body: body.into(), framing: Framing::Length }
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Response {
        self.headers.push(name, value);
        self
    }

    /// The reason phrase of the status code, for the status line.
    pub fn reason(&self) -> &'static str {
        http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown")
    }

    /// The whole response as bytes on the wire; `Date` is never added.
    pub fn to_wire(&self) -> Vec<u8> {
        let mut out = self.head_to_wire();
        match self.framing {
            Framing::Chunked | Framing::CutChunked => self.write_chunks(&mut out),
            Framing::HeadOnly(_) => {}
            _ if self.may_have_body() => out.extend_from_slice(&self.body),
            _ => {}
        }
        out
    }

    fn write_chunks(&self, out: &mut Vec<u8>) {
        if !self.body.is_empty() {
            out.extend_from_slice(format!("{:x}\r\n", self.body.len()).as_bytes());
            out.extend_from_slice(&self.body);
            out.extend_from_slice(b"\r\n");
        }
        if self.framing == Framing::Chunked {
            out.extend_from_slice(b"0\r\n\r\n");
        }
    }

    /// Status line and fields, with the empty line that ends them: all of the answer to a `HEAD`.
    ///
    /// The field that frames the body keeps its place and spelling if the fields have it and stands at the
    /// end if not; its value is always that of the body and framing at hand.
    pub fn head_to_wire(&self) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, self.reason()).into_bytes();
        let mut framing = self.framing_field();
        for (name, value) in self.headers.iter() {
            if framing.as_ref().is_some_and(|(field, _)| field.eq_ignore_ascii_case(name)) {
                if let Some((_, value)) = framing.take() {
                    push_field(&mut out, name, value.as_bytes());
                }
            } else if !FRAMING_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name)) {
                push_field(&mut out, name, &Headers::octets(value));
            }
        }
        if let Some((name, value)) = framing {
            push_field(&mut out, name, value.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out
    }

    /// The field that tells the client where the body ends.
    fn framing_field(&self) -> Option<(&'static str, String)> {
        match self.framing {
            Framing::Chunked | Framing::CutChunked => Some(("Transfer-Encoding", "chunked".to_owned())),
            Framing::Length if self.may_have_body() => Some(("Content-Length", self.body.len().to_string())),
            Framing::Cut(declared) => Some(("Content-Length", declared.to_string())),
            Framing::HeadOnly(length) => Some(("Content-Length", length.to_string())),
            _ => None,
        }
    }

    /// Whether the connection ends before the whole body came.
    pub fn is_cut(&self) -> bool {
        matches!(self.framing, Framing::Cut(_) | Framing::CutChunked)
    }

    /// Whether the connection ends with this response.
    pub fn closes(&self) -> bool {
        matches!(self.framing, Framing::Close | Framing::Cut(_) | Framing::CutChunked)
            || self.headers.all("connection").any(|value| value.eq_ignore_ascii_case("close"))
    }

    /// RFC 9110, section 6.4.1: 1xx, 204 and 304 have no content.
    pub fn may_have_body(&self) -> bool {
        !(self.status < 200 || self.status == 204 || self.status == 304)
    }
}

/// The fields that frame a body.
const FRAMING_FIELDS: [&str; 2] = ["Content-Length", "Transfer-Encoding"];

/// Writes one field line.
fn push_field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::{Framing, Response};

    #[test]
    fn the_framing_field_keeps_its_place_and_tells_the_truth() {
        let mut response = Response::new(200, "{}").with("content-LENGTH", "99").with("X-After", "1");
        assert_eq!(response.to_wire(), b"HTTP/1.1 200 OK\r\ncontent-LENGTH: 2\r\nX-After: 1\r\n\r\n{}");
        response.framing = Framing::Chunked;
        let chunked: &[u8] =
            b"HTTP/1.1 200 OK\r\nX-After: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        assert_eq!(response.to_wire(), chunked);
        response.framing = Framing::Close;
        assert_eq!(response.to_wire(), b"HTTP/1.1 200 OK\r\nX-After: 1\r\n\r\n{}");
        response.framing = Framing::Cut(7);
        assert!(response.to_wire().ends_with(b"content-LENGTH: 7\r\nX-After: 1\r\n\r\n{}"));
        response.framing = Framing::HeadOnly(12);
        assert!(response.to_wire().ends_with(b"content-LENGTH: 12\r\nX-After: 1\r\n\r\n"));
        response.framing = Framing::Length;
        response.status = 204;
        assert_eq!(response.to_wire(), b"HTTP/1.1 204 No Content\r\nX-After: 1\r\n\r\n");
    }
}
