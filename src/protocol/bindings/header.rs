//! Members in headers: one field per member, comma-separated lists, and the fields of a prefix.
//!
//! Source: <https://smithy.io/2.0/spec/http-bindings.html#httpheader-trait>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;

use crate::api::model::{Member, Model, Shape, ShapeKind, TimestampFormat, Value};
use crate::ground::exchange::Headers;
use crate::ground::json::Text;
use crate::protocol::body::fit::{Fallible, refuse};
use crate::protocol::body::scalar;

const DEFAULT: TimestampFormat = TimestampFormat::HttpDate;

/// Writes a member into its field. A list without items is an empty field.
pub(super) fn write(model: &Model, member: &Member, value: &Value, headers: &mut Headers) -> Fallible<()> {
    let text = match (&model.shape(member.shape).kind, value) {
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            let item = model.shape(*item);
            let texts = items.iter().map(|value| list_item(model, item, member, value));
            texts.collect::<Fallible<Vec<_>>>()?.join(", ")
        }
        _ => text_of(model, member, value)?,
    };
    headers.push(member.wire_name(), field_value(&text)?);
    Ok(())
}

/// A scalar's text; text that holds JSON is written in base64.
fn text_of(model: &Model, member: &Member, value: &Value) -> Fallible<String> {
    let shape = model.shape(member.shape);
    match value {
        Value::String(text) if member.json_text => Ok(STANDARD.encode(text.to_lossy())),
        value => scalar::write(model, shape, member.timestamp_format, DEFAULT, value),
    }
}

/// Text with a comma or a quote stands between quotes, but for dates, whose commas a reader counts.
fn list_item(model: &Model, item: &Shape, member: &Member, value: &Value) -> Fallible<String> {
    let text = scalar::write(model, item, member.timestamp_format, DEFAULT, value)?;
    let quoted = item.kind == ShapeKind::String
        && (text.contains([',', '"']) || text.trim() != text || text.is_empty());
    Ok(if quoted { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) } else { text })
}

/// Text as the octets of UTF-8; a field cannot hold the end of a line.
fn field_value(text: &str) -> Fallible<String> {
    match text.chars().find(|character| matches!(character, '\r' | '\n' | '\0')) {
        Some(control) => Err(refuse("text that a header can hold", format!("U+{:04X}", u32::from(control)))),
        None => Ok(Headers::text(text.as_bytes())),
    }
}

/// Writes the entries of a map as fields of a prefix, but for those that stand there already.
pub(super) fn write_prefixed(
    model: &Model,
    member: &Member,
    value: &Value,
    headers: &mut Headers,
) -> Fallible<()> {
    let (ShapeKind::Map { value: shape, .. }, Value::Map(entries)) = (&model.shape(member.shape).kind, value)
    else {
        return Err(refuse("a map", value.kind()));
    };
    for (key, value) in entries {
        let name = format!("{}{}", prefix(member), key.to_lossy());
        let text = scalar::write(model, model.shape(*shape), None, DEFAULT, value)?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(refuse("the name of a header", format!("`{name}`")));
        }
        if !headers.contains(&name) {
            headers.push(name, field_value(&text)?);
        }
    }
    Ok(())
}

/// What the names of a map's fields begin with; of a member that says nothing, nothing: it takes all fields.
fn prefix(member: &Member) -> &str {
    member.wire_name.as_deref().unwrap_or_default()
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Reads a member from its field; `None` where there is none, or an empty one for what is neither text nor list.
pub(super) fn read(model: &Model, member: &Member, headers: &Headers) -> Fallible<Option<Value>> {
    let name = member.wire_name();
    let Some(first) = headers.get(name) else { return Ok(None) };
    let shape = model.shape(member.shape);
    match &shape.kind {
        ShapeKind::List { item, .. } => {
            let all: Vec<&str> = headers.all(name).filter(|value| !value.trim().is_empty()).collect();
            list(model, member, model.shape(*item), &octets(&all.join(", "))).map(Some)
        }
        ShapeKind::String | ShapeKind::Blob => text(model, member, shape, &octets(first)).map(Some),
        _ if first.trim().is_empty() => Ok(None),
        _ => text(model, member, shape, first.trim()).map(Some),
    }
}

fn text(model: &Model, member: &Member, shape: &Shape, text: &str) -> Fallible<Value> {
    if member.json_text {
        let decoded = STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        return decoded.map(Value::string).ok_or_else(|| refuse("JSON text in base64", format!("`{text}`")));
    }
    scalar::read(model, shape, member.timestamp_format, DEFAULT, text)
}

/// A field's octets as text: UTF-8, or else as they stand.
fn octets(value: &str) -> String {
    String::from_utf8(Headers::octets(value)).unwrap_or_else(|_| value.to_owned())
}

fn list(model: &Model, member: &Member, item: &Shape, text: &str) -> Fallible<Value> {
    let format = member.timestamp_format.or(item.timestamp_format).unwrap_or(DEFAULT);
    let dates = item.kind == ShapeKind::Timestamp && format == TimestampFormat::HttpDate;
    let mut parts = split(text);
    if dates {
        parts = parts.chunks(2).map(|halves| halves.join(", ")).collect();
    }
    let read = parts.iter().map(|part| scalar::read(model, item, member.timestamp_format, DEFAULT, part));
    read.collect::<Fallible<Vec<_>>>().map(Value::List)
}

/// The parts between commas, without the blanks around them; what stands in quotes is one part (RFC 9110, 5.6.4).
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (part, behind) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (part, behind) =
                    rest.split_once(',').map_or((rest, None), |(part, behind)| (part, Some(behind)));
                (part.trim().to_owned(), behind)
            }
        };
        parts.push(part);
        match behind {
            Some(behind) => rest = behind.trim_start(),
            None => break,
        }
    }
    parts
}

/// The text up to the closing quote, and what stands behind the comma after it.
fn unquoted(text: &str) -> (String, Option<&str>) {
    let mut part = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => part.extend(characters.next().map(|(_, escaped)| escaped)),
            '"' => return (part, text[at + 1..].split_once(',').map(|(_, behind)| behind)),
            other => part.push(other),
        }
    }
    (part, None)
}

/// Reads all fields of a prefix as a map; there is always one, be it empty.
pub(super) fn read_prefixed(model: &Model, member: &Member, headers: &Headers) -> Fallible<Value> {
    let prefix = prefix(member);
    let ShapeKind::Map { value: shape, .. } = model.shape(member.shape).kind else {
        return Err(refuse("a map of headers", model.shape(member.shape).name.clone()));
    };
    let mut entries = IndexMap::new();
    for (name, value) in headers.iter() {
        let key = name.get(..prefix.len()).filter(|head| head.eq_ignore_ascii_case(prefix));
        if key.is_some() && name.len() > prefix.len() {
            let value = scalar::read(model, model.shape(shape), None, DEFAULT, &octets(value))?;
            entries.insert(Text::from(&name[prefix.len()..]), value);
        }
    }
    Ok(Value::Map(entries))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_field_is_split_at_commas_outside_of_quotes() {
        for (field, parts) in [
            ("", &[][..]),
            ("a", &["a"]),
            (" a ,b,  c", &["a", "b", "c"]),
            ("a,,b", &["a", "", "b"]),
            ("\"a, b\", c", &["a, b", "c"]),
            (r#""a \"b\" \\", c"#, &[r#"a "b" \"#, "c"]),
            ("\"\"", &[""]),
            ("\"a\" b, c", &["a", "c"]),
            ("\"a, b", &["a, b"]),
            ("a \"b\"", &["a \"b\""]),
        ] {
            assert_eq!(split(field), parts, "{field}");
        }
    }
}
