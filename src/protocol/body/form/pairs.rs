//! `application/x-www-form-urlencoded` as an ordered list of decoded pairs.

use std::fmt::Write as _;

use crate::protocol::contract::{ProtocolError, clipped};

/// Keys and values in the order of the body, doubled keys kept.
pub(crate) type Pairs = Vec<(String, String)>;

/// Reads a form; `+` is a blank, as most clients write it. A part without `=` has an empty value.
pub(crate) fn parse(body: &[u8]) -> Result<Pairs, ProtocolError> {
    let parts = body.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| {
        let equals = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
        let value = part.get(equals + 1..).unwrap_or_default();
        Ok((decoded(&part[..equals])?, decoded(value)?))
    });
    pairs.collect()
}

/// Writes a form, everything but RFC 3986's unreserved characters escaped.
pub(crate) fn write(pairs: &Pairs) -> Vec<u8> {
    let mut out = String::new();
    for (key, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        encode(key, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out.into_bytes()
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// A percent sign without two digits stands for itself.
fn decoded(part: &[u8]) -> Result<String, ProtocolError> {
    let digit = |at: usize| part.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(part.len());
    let mut at = 0;
    while let Some(byte) = part.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
                at += 2;
            }
            (b'+', ..) => bytes.push(b' '),
            (other, ..) => bytes.push(*other),
        }
        at += 1;
    }
    String::from_utf8(bytes).map_err(|_| {
        let shown = String::from_utf8_lossy(part);
        ProtocolError::new("a form in UTF-8", format!("`{}`", clipped(&shown))).within("body")
    })
}
