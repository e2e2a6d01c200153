//! [`Json`] for people and diffs: two spaces a level, small leaves on one line, a newline at the end.

use super::{Json, Style, string_literal, write};

/// Arrays and objects without nested containers that fit this many bytes stay on one line.
const INLINE: usize = 72;

/// Writes a document to be read and compared line by line.
pub fn pretty(value: &Json) -> String {
    let mut out = Vec::new();
    lay_out(value, 0, &mut out);
    out.push(b'\n');
    String::from_utf8_lossy(&out).into_owned()
}

fn lay_out(value: &Json, depth: usize, out: &mut Vec<u8>) {
    match value {
        Json::Array(items) if !items.is_empty() && !fits(value) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                new_line(index, depth + 1, out);
                lay_out(item, depth + 1, out);
            }
            close(depth, b']', out);
        }
        Json::Object(members) if !members.is_empty() && !fits(value) => {
            out.push(b'{');
            for (index, (name, item)) in members.iter().enumerate() {
                new_line(index, depth + 1, out);
                string_literal(name, Style::Compact, out);
                out.extend_from_slice(b": ");
                lay_out(item, depth + 1, out);
            }
            close(depth, b'}', out);
        }
        _ => out.extend(one_line(value)),
    }
}

/// Whether a container is flat and short enough for one line.
fn fits(value: &Json) -> bool {
    let flat = |item: &Json| {
        !matches!(item, Json::Array(items) if !items.is_empty())
            && !matches!(item, Json::Object(members) if !members.is_empty())
    };
    let leaves = match value {
        Json::Array(items) => items.iter().all(flat),
        Json::Object(members) => members.iter().all(|(_, item)| flat(item)),
        _ => true,
    };
    leaves && one_line(value).len() <= INLINE
}

/// Python's spacing with raw UTF-8.
fn one_line(value: &Json) -> Vec<u8> {
    match value {
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(one_line).collect();
            [&b"["[..], &items.join(&b", "[..]), b"]"].concat()
        }
        Json::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, item)| {
                    let mut out = Vec::new();
                    string_literal(name, Style::Compact, &mut out);
                    out.extend_from_slice(b": ");
                    out.extend(one_line(item));
                    out
                })
                .collect();
            [&b"{"[..], &members.join(&b", "[..]), b"}"].concat()
        }
        leaf => write(leaf, Style::Compact),
    }
}

fn new_line(index: usize, depth: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', depth * 2));
}

fn close(depth: usize, mark: u8, out: &mut Vec<u8>) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', depth * 2));
    out.push(mark);
}
