//! Percent-encoding of labels and query parts (RFC 3986, section 2).

use std::fmt::Write as _;

use crate::protocol::contract::{ProtocolError, clipped};

/// Encodes all but the unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    encode_but(text, |byte| matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

/// The same, with slashes as they are: for greedy labels.
pub(super) fn encode_path(text: &str) -> String {
    encode_but(text, |byte| matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/'))
}

fn encode_but(text: &str, plain: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes a part of a path; what is no escape stays as it is.
pub(super) fn decode_path(text: &str) -> String {
    String::from_utf8_lossy(&bytes(text, false)).into_owned()
}

/// Decodes a label, which must be UTF-8.
pub(super) fn decode(text: &str) -> Result<String, ProtocolError> {
    utf8(bytes(text, false), text)
}

/// The parts of a query, decoded; `+` is a blank, as clients of forms write it. One without `=` has an empty value.
pub(crate) fn query(text: &str) -> Result<Vec<(String, String)>, ProtocolError> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    let decoded = parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Ok((utf8(bytes(name, true), name)?, utf8(bytes(value, true), value)?))
    });
    decoded.collect()
}

fn utf8(bytes: Vec<u8>, text: &str) -> Result<String, ProtocolError> {
    String::from_utf8(bytes)
        .map_err(|_| ProtocolError::new("UTF-8 in percent-encoding", format!("`{}`", clipped(text))))
}

fn bytes(text: &str, plus: bool) -> Vec<u8> {
    let text = text.as_bytes();
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let escaped = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten().and_then(hex);
        match (escaped, byte) {
            (Some(byte), _) => {
                out.push(byte);
                at += 2;
            }
            (None, b'+') if plus => out.push(b' '),
            (None, byte) => out.push(*byte),
        }
        at += 1;
    }
    out
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits =
        std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}
