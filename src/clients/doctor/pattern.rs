//! Patterns of JSON: what an answer, or a request's body, may look like.
//!
//! A pattern is JSON. Objects must have the pattern's members and may have more (clients fill in what a model
//! requires); arrays must agree item by item; numbers agree by value. Four objects have a meaning of their own:
//! `{"%any":true}` is anything that is there, `{"%absent":true}` is a member that is not there, `{"%oneOf":[…]}` is one of
//! these, `{"%none":true}` is an object without members.

use crate::ground::json::{Json, Style, write};

/// Where and how a document differs from a pattern.
pub(super) fn mismatch(pattern: &Json, found: Option<&Json>, path: &str) -> Option<String> {
    if let Some(result) = special(pattern, found, path) {
        return result;
    }
    let Some(found) = found else {
        return Some(format!("{path} is missing: {} is expected", shown(pattern)));
    };
    match (pattern, found) {
        (Json::Object(members), Json::Object(_)) => members.iter().find_map(|(name, pattern)| {
            mismatch(pattern, found.get(&name.to_lossy()), &format!("{path}.{name}"))
        }),
        (Json::Array(patterns), Json::Array(items)) if patterns.len() == items.len() => {
            let mut pairs = patterns.iter().zip(items).enumerate();
            pairs.find_map(|(index, (pattern, item))| {
                mismatch(pattern, Some(item), &format!("{path}[{index}]"))
            })
        }
        (Json::Number(expected), Json::Number(number)) if same_number(expected, number) => None,
        _ if pattern == found => None,
        _ => Some(format!("{path} is {}, but {} is expected", shown(found), shown(pattern))),
    }
}

/// What a pattern with a meaning of its own says; `None` for every other.
fn special(pattern: &Json, found: Option<&Json>, path: &str) -> Option<Option<String>> {
    let [(word, argument)] = pattern.as_object()? else { return None };
    Some(match word.as_str()? {
        "%any" => found.is_none().then(|| format!("{path} is missing")),
        "%absent" => found.map(|found| format!("{path} is {}, but nothing is expected", shown(found))),
        "%none" => match found.and_then(Json::as_object) {
            Some([]) => None,
            _ => Some(format!("{path} is {}, but {{}} is expected", found.map_or("missing".into(), shown))),
        },
        "%oneOf" => {
            let choices = argument.as_array()?;
            let complaints: Vec<_> =
                choices.iter().map_while(|choice| mismatch(choice, found, path)).collect();
            if complaints.len() < choices.len() { None } else { complaints.into_iter().next() }
        }
        _ => return None,
    })
}

fn same_number(a: &str, b: &str) -> bool {
    // Equal texts first: whole numbers beyond 2^53 have no exact f64.
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// A document, cut for a message.
pub(super) fn shown(json: &Json) -> String {
    const MOST: usize = 160;
    let text = String::from_utf8_lossy(&write(json, Style::Compact)).into_owned();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::parse;

    #[test]
    fn patterns_match_what_they_say() {
        for (pattern, found, complaint) in [
            (r#"{"a":1}"#, r#"{"a":1.0,"b":2}"#, None),
            (r#"{"a":1}"#, r#"{"a":"1"}"#, Some("answer.a is \"1\", but 1 is expected")),
            (r#"{"a":{"%any":true}}"#, r#"{"a":null}"#, None),
            (r#"{"a":{"%any":true}}"#, "{}", Some("answer.a is missing")),
            (r#"{"a":{"%absent":true}}"#, r#"{"a":null}"#, Some("answer.a is null, but nothing")),
            (r#"{"a":{"%oneOf":[1,{"%absent":true}]}}"#, "{}", None),
            (r#"{"a":{"%oneOf":[1,2]}}"#, r#"{"a":3}"#, Some("answer.a is 3, but 1 is")),
            (r#"[1,[2]]"#, r#"[1,[3]]"#, Some("answer[1][0] is 3")),
            (r#"[1]"#, r#"[1,1]"#, Some("answer is [1,1], but [1] is")),
            (r#"{"%none":true}"#, r#"{"a":1}"#, Some("answer is {\"a\":1}, but {}")),
            ("9007199254740993", "9007199254740993", None),
        ] {
            let found = parse(found.as_bytes()).unwrap();
            let said = mismatch(&parse(pattern.as_bytes()).unwrap(), Some(&found), "answer");
            match complaint {
                None => assert_eq!(said, None, "{pattern}"),
                Some(start) => assert!(said.as_ref().is_some_and(|said| said.starts_with(start)), "{said:?}"),
            }
        }
    }
}
