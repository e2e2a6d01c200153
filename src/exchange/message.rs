//! One request, one response.

use super::Headers;

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
    /// `Content-Length` of the whole, then the connection ends after this many bytes.
    Cut(usize),
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
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, self.reason()).into_bytes();
        for (name, value) in self.headers.iter() {
            if name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding") {
                continue;
            }
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend(Headers::octets(value));
            out.extend_from_slice(b"\r\n");
        }
        match self.framing {
            Framing::Length | Framing::Cut(_) if self.may_have_body() => {
                out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", self.body.len()).as_bytes());
            }
            Framing::Chunked => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n"),
            _ => out.extend_from_slice(b"\r\n"),
        }
        match self.framing {
            Framing::Cut(length) => out.extend_from_slice(&self.body[..length.min(self.body.len())]),
            Framing::Chunked => {
                if !self.body.is_empty() {
                    out.extend_from_slice(format!("{:x}\r\n", self.body.len()).as_bytes());
                    out.extend_from_slice(&self.body);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(b"0\r\n\r\n");
            }
            _ if self.may_have_body() => out.extend_from_slice(&self.body),
            _ => {}
        }
        out
    }

    /// Whether the connection ends with this response.
    pub fn closes(&self) -> bool {
        matches!(self.framing, Framing::Close | Framing::Cut(_))
            || self.headers.all("connection").any(|value| value.eq_ignore_ascii_case("close"))
    }

    /// RFC 9110, section 6.4.1: 1xx, 204 and 304 have no content.
    fn may_have_body(&self) -> bool {
        !(self.status < 200 || self.status == 204 || self.status == 304)
    }
}
