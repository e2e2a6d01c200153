//! `${name}` and `${unique:name}`: finding references in texts and putting values in their place.

use std::collections::BTreeMap;

use crate::ground::json::{Json, Text};

/// A reference inside a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference<'a> {
    /// `${name}`: a variable.
    Variable(&'a str),
    /// `${unique:name}`: a name that no other run has used.
    Unique(&'a str),
}

impl Reference<'_> {
    /// The variable that holds its value.
    fn key(self) -> String {
        match self {
            Reference::Variable(name) => name.to_owned(),
            Reference::Unique(name) => format!("unique:{name}"),
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it stands; `$${` has become `${`.
    Text(String),
    /// A reference.
    Reference(Reference<'a>),
    /// `${` without an end, or with something inside that is no name.
    Broken(&'a str),
}

/// Takes a text apart.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            plain.push_str(&rest[..at]);
            plain.push('{');
            rest = &rest[at + 2..];
            continue;
        }
        plain.push_str(&rest[..at]);
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        let Some(end) = rest[at..].find('}') else {
            pieces.push(Piece::Broken(&rest[at..]));
            return pieces;
        };
        let whole = &rest[at..=at + end];
        pieces.push(reference(whole));
        rest = &rest[at + end + 1..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

fn reference(whole: &str) -> Piece<'_> {
    let inner = &whole[2..whole.len() - 1];
    let (unique, name) = match inner.strip_prefix("unique:") {
        Some(name) => (true, name),
        None => (false, inner),
    };
    if !is_name(name) {
        return Piece::Broken(whole);
    }
    Piece::Reference(if unique { Reference::Unique(name) } else { Reference::Variable(name) })
}

/// Letters, digits, `-` and `_`, beginning with a letter.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A reference that cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{reference}`: {what}")]
pub struct BindError {
    /// The reference, or the text it stands in.
    pub reference: String,
    /// Why it cannot be filled.
    pub what: String,
}

/// Puts the variables' values into every text of a document, member names included. A text that is one
/// reference and nothing else becomes the value itself, whatever its kind; inside other text a value must be
/// text, a number or a boolean. Unique names stand in `variables` as `unique:name`.
pub fn bind(document: &Json, variables: &BTreeMap<String, Json>) -> Result<Json, BindError> {
    Ok(match document {
        Json::String(text) => bind_text(text, variables)?,
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| bind(item, variables)).collect::<Result<_, _>>()?)
        }
        Json::Object(members) => Json::Object(
            members
                .iter()
                .map(|(name, item)| Ok((bind_name(name, variables)?, bind(item, variables)?)))
                .collect::<Result<_, BindError>>()?,
        ),
        leaf => leaf.clone(),
    })
}

/// As [`bind`], but a reference without a value stays as it is written.
pub(super) fn bind_known(document: &Json, variables: &BTreeMap<String, Json>) -> Json {
    match document {
        Json::String(text) => bind_text(text, variables).unwrap_or_else(|_| {
            let text = text.to_lossy();
            let known = pieces(&text).into_iter().map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Broken(text) => text.to_owned(),
                Piece::Reference(reference) => {
                    let value = look_up(reference, variables).and_then(|value| spoken(&text, value));
                    value.unwrap_or_else(|_| format!("${{{}}}", reference.key()))
                }
            });
            Json::string(known.collect::<String>())
        }),
        Json::Array(items) => Json::Array(items.iter().map(|item| bind_known(item, variables)).collect()),
        Json::Object(members) => {
            let known = |(name, item): &(Text, Json)| {
                let bound = bind_name(name, variables).unwrap_or_else(|_| name.clone());
                (bound, bind_known(item, variables))
            };
            Json::Object(members.iter().map(known).collect())
        }
        leaf => leaf.clone(),
    }
}

fn bind_name(name: &Text, variables: &BTreeMap<String, Json>) -> Result<Text, BindError> {
    match bind_text(name, variables)? {
        Json::String(text) => Ok(text),
        other => Ok(Text::from(spoken(&name.to_lossy(), &other)?)),
    }
}

fn bind_text(text: &Text, variables: &BTreeMap<String, Json>) -> Result<Json, BindError> {
    let Some(plain) = text.as_str().filter(|plain| plain.contains("${")) else {
        return Ok(Json::String(text.clone()));
    };
    let pieces = pieces(plain);
    if let [Piece::Reference(reference)] = pieces.as_slice() {
        return look_up(*reference, variables).cloned();
    }
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::Reference(reference) => out.push_str(&spoken(plain, look_up(reference, variables)?)?),
            Piece::Broken(text) => {
                return Err(BindError { reference: text.to_owned(), what: "is no reference".to_owned() });
            }
        }
    }
    Ok(Json::string(out))
}

fn look_up<'a>(
    reference: Reference<'_>,
    variables: &'a BTreeMap<String, Json>,
) -> Result<&'a Json, BindError> {
    let key = reference.key();
    variables.get(&key).ok_or_else(|| BindError {
        reference: format!("${{{key}}}"),
        what: "has no value: the step that should have captured it did not run or had no such output"
            .to_owned(),
    })
}

/// A value inside other text.
fn spoken(whole: &str, value: &Json) -> Result<String, BindError> {
    match value {
        Json::String(text) => Ok(text.to_lossy()),
        Json::Number(text) => Ok(text.clone()),
        Json::Bool(value) => Ok(value.to_string()),
        other => Err(BindError {
            reference: whole.to_owned(),
            what: format!("{} cannot stand inside other text", other.kind()),
        }),
    }
}

/// The names of the unique references in a document, in order.
pub(super) fn unique_names(document: &Json, out: &mut Vec<String>) {
    match document {
        Json::String(text) => {
            let text = text.to_lossy();
            let pieces = pieces(&text);
            out.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Reference(Reference::Unique(name)) => Some((*name).to_owned()),
                _ => None,
            }));
        }
        Json::Array(items) => items.iter().for_each(|item| unique_names(item, out)),
        Json::Object(members) => members.iter().for_each(|(name, item)| {
            unique_names(&Json::String(name.clone()), out);
            unique_names(item, out);
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::parse;

    #[test]
    fn references_are_filled_wherever_text_stands() {
        let variables = BTreeMap::from([
            ("n".to_owned(), Json::number(3)),
            ("list".to_owned(), Json::Array(vec![Json::Bool(true)])),
            ("unique:job".to_owned(), Json::string("job-1a2b")),
        ]);
        for (before, after) in [
            (r#"{"a":"${n}","b":"x-${n}-y"}"#, r#"{"a":3,"b":"x-3-y"}"#),
            (r#"["${list}", {"${unique:job}": 1}]"#, r#"[[true], {"job-1a2b": 1}]"#),
            (r#""$${n} costs $5 and ${n}$""#, r#""${n} costs $5 and 3$""#),
        ] {
            let bound = bind(&parse(before.as_bytes()).unwrap(), &variables).unwrap();
            assert_eq!(bound, parse(after.as_bytes()).unwrap());
        }
        for broken in ["${missing}", "x ${list}", "${", "${no name}", "${unique:other}"] {
            assert!(bind(&Json::string(broken), &variables).is_err(), "{broken}");
        }
    }
}
