//! The content of a message, decoded as far as it can be put back together byte for byte.
//!
//! A body whose content coding can be undone is kept decoded, with the coding noted; a document that a known
//! JSON style writes back to the same bytes is kept as JSON, else as text, else as bytes.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::Headers;
use crate::ground::json::{Json, Style, parse, write};

/// A decoded body never grows beyond this, so that a small coded one cannot fill the memory.
const DECODED_LIMIT: u64 = 256 << 20;

/// A content coding that we can undo and apply: RFC 9110, section 8.4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// `gzip`
    Gzip,
    /// `deflate`, which is zlib
    Deflate,
}

impl Coding {
    /// The name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
        }
    }

    /// The coding of that name.
    pub fn from_name(name: &str) -> Option<Coding> {
        [Coding::Gzip, Coding::Deflate]
            .into_iter()
            .find(|coding| coding.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Whether an `Accept-Encoding` field allows it: named with a weight above zero (RFC 9110, section 12.5.3).
    pub fn accepted_by(self, headers: &Headers) -> bool {
        headers.all("accept-encoding").flat_map(|value| value.split(',')).any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let named =
                parts.next().is_some_and(|name| name.eq_ignore_ascii_case(self.name()) || name == "*");
            named
                && !parts.any(|part| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0)))
        })
    }

    fn undo(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let reader: Box<dyn std::io::Read + '_> = match self {
            Coding::Gzip => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
            Coding::Deflate => Box::new(flate2::read::ZlibDecoder::new(bytes)),
        };
        let length = reader.take(DECODED_LIMIT + 1).read_to_end(&mut out).ok()? as u64;
        (length <= DECODED_LIMIT).then_some(out)
    }

    /// The bytes in this coding; the same bytes for the same input, whatever the day.
    pub fn apply(self, bytes: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::default();
        let coded = match self {
            Coding::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Coding::Deflate => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
        };
        // Writing to memory has no way to fail.
        coded.unwrap_or_default()
    }
}

/// A body in the most readable form that gives the same bytes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A JSON document in one of the known styles.
    Json(Json, Style),
    /// UTF-8 text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Body {
    /// The most readable form of these bytes.
    pub fn of(bytes: &[u8]) -> Body {
        if let Ok(json) = parse(bytes)
            && let Some(style) =
                [Style::Compact, Style::Python].into_iter().find(|style| write(&json, *style) == bytes)
        {
            return Body::Json(json, style);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Body::Text(text.to_owned()),
            Err(_) => Body::Bytes(bytes.to_vec()),
        }
    }

    /// The body as JSON shows it, and the name of its form there: `body` for a document, `text`, or `base64`.
    pub fn named(self) -> (&'static str, Json) {
        match self {
            Body::Json(json, _) => ("body", json),
            Body::Text(text) => ("text", Json::string(text)),
            Body::Bytes(bytes) => ("base64", Json::string(Body::to_base64(&bytes))),
        }
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Body::Json(json, style) => write(json, *style),
            Body::Text(text) => text.clone().into_bytes(),
            Body::Bytes(bytes) => bytes.clone(),
        }
    }

    /// True for no bytes at all.
    pub fn is_empty(&self) -> bool {
        match self {
            Body::Json(..) => false,
            Body::Text(text) => text.is_empty(),
            Body::Bytes(bytes) => bytes.is_empty(),
        }
    }

    /// Bytes as base64 text, where neither JSON nor text will do.
    pub fn to_base64(bytes: &[u8]) -> String {
        BASE64.encode(bytes)
    }

    /// The bytes of base64 text.
    pub fn from_base64(text: &str) -> Option<Vec<u8>> {
        BASE64.decode(text).ok()
    }
}

/// A body and the coding it had on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The body, decoded.
    pub body: Body,
    /// The coding it came in.
    pub coding: Option<Coding>,
}

impl Content {
    /// Decodes a body as its `Content-Encoding` says; a coding that we do not know, or that does not undo,
    /// leaves the bytes as they are (and the field with them).
    pub fn read(headers: &Headers, bytes: &[u8]) -> Content {
        let coding = headers.get("content-encoding").and_then(Coding::from_name);
        match coding.and_then(|coding| Some((coding, coding.undo(bytes)?))) {
            Some((coding, decoded)) => Content { body: Body::of(&decoded), coding: Some(coding) },
            None => Content { body: Body::of(bytes), coding: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_takes_the_most_readable_form_that_gives_its_bytes_back() {
        let cases: [(&[u8], &str); 7] = [
            (b"{\"a\":1.50,\"a\":2}", "body"),
            (b"{\"a\": \"\\u00e9\"}", "body"),
            (b"{ \"a\":1}", "text"),
            (b"", "text"),
            (b"<html>", "text"),
            (b"\xff\x00", "base64"),
            (b"{\"a\":\"\\u0041\"}", "text"),
        ];
        for (bytes, form) in cases {
            let body = Body::of(bytes);
            assert_eq!(body.to_bytes(), bytes);
            assert_eq!(body.named().0, form, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn codings_are_undone_noted_and_applied_only_where_accepted() {
        for coding in [Coding::Gzip, Coding::Deflate] {
            let headers: Headers = [("Content-Encoding", coding.name())].into_iter().collect();
            let content = Content::read(&headers, &coding.apply(b"{\"a\":1}"));
            assert_eq!((content.coding, content.body.to_bytes()), (Some(coding), b"{\"a\":1}".to_vec()));
            assert_eq!(Content::read(&headers, b"plain").coding, None);
        }
        for (field, accepted) in
            [("gzip, deflate", true), ("identity", false), ("gzip;q=0", false), ("*", true)]
        {
            let headers: Headers = [("accept-encoding", field)].into_iter().collect();
            assert_eq!(Coding::Gzip.accepted_by(&headers), accepted, "{field}");
        }
    }
}
