//! [`Json`] to bytes, in the styles that clients and services use on the wire.

use super::text::decode;
use super::{Json, Text};

/// How separators and non-ASCII text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `{"a":1,"b":"é"}`: the JavaScript, Rust, Go and Java SDKs.
    Compact,
    /// `{"a": 1, "b": "\u00e9"}`: Python's `json.dumps`, so boto3, the AWS CLI and moto.
    Python,
}

/// Writes a document; number text goes out as it came in.
pub fn write(value: &Json, style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    write_value(value, style, &mut out);
    out
}

fn write_value(value: &Json, style: Style, out: &mut Vec<u8>) {
    match value {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(text) => out.extend_from_slice(text.as_bytes()),
        Json::String(text) => string_literal(text, style, out),
        Json::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                separate(index, style, out);
                write_value(item, style, out);
            }
            out.push(b']');
        }
        Json::Object(members) => {
            out.push(b'{');
            for (index, (name, item)) in members.iter().enumerate() {
                separate(index, style, out);
                string_literal(name, style, out);
                out.extend_from_slice(if style == Style::Python { b": " } else { b":" });
                write_value(item, style, out);
            }
            out.push(b'}');
        }
    }
}

fn separate(index: usize, style: Style, out: &mut Vec<u8>) {
    if index > 0 {
        out.extend_from_slice(if style == Style::Python { b", " } else { b"," });
    }
}

/// Writes one string with its quotes; what cannot be UTF-8 (a lone surrogate) is always escaped.
pub fn string_literal(text: &Text, style: Style, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.bytes();
    loop {
        let plain = rest.iter().take_while(|byte| is_plain(**byte)).count();
        out.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        let Some((point, length)) = decode(rest) else { break };
        code_point(point, style, out);
        rest = &rest[length..];
    }
    out.push(b'"');
}

fn code_point(point: u32, style: Style, out: &mut Vec<u8>) {
    match point {
        0x22 => out.extend_from_slice(b"\\\""),
        0x5C => out.extend_from_slice(b"\\\\"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x09 => out.extend_from_slice(b"\\t"),
        0x0A => out.extend_from_slice(b"\\n"),
        0x0C => out.extend_from_slice(b"\\f"),
        0x0D => out.extend_from_slice(b"\\r"),
        0x00..0x20 | 0xD800..=0xDFFF => unit_escape(point as u16, out),
        0x7F.. if style == Style::Python => {
            let mut one = Text::default();
            one.push(point);
            one.to_utf16().into_iter().for_each(|unit| unit_escape(unit, out));
        }
        _ => {
            let character = char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Bytes that every style writes as they are.
fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..0x7F) && byte != b'"' && byte != b'\\'
}

fn unit_escape(unit: u16, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
}
