//! The form of typed JSON: what no shape is needed to see.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::api::model::Timestamp;
use crate::api::outcome::typed::tag;
use crate::ground::json::Json;

/// What is wrong with the form of a value, if anything is.
pub(super) fn fault(json: &Json, path: &str) -> Option<String> {
    match json {
        Json::String(text) if text.as_str().is_none() => {
            Some(format!("{path} holds a lone surrogate, which is written as $utf16"))
        }
        Json::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| fault(item, &format!("{path}[{index}]")))
        }
        Json::Object(members) => match tag(json) {
            Some((tag, inner)) => tagged(tag, inner, path),
            None => members.iter().find_map(|(name, member)| fault(member, &format!("{path}.{name}"))),
        },
        _ => None,
    }
}

fn tagged(tag: &str, inner: &Json, path: &str) -> Option<String> {
    let text = inner.as_str();
    let (holds, wanted) = match tag {
        "$map" => {
            let members = inner.as_object();
            let fault = members?.iter().find_map(|(name, member)| fault(member, &format!("{path}.{name}")));
            return fault;
        }
        "$document" => return None,
        "$int" => (text.is_some_and(is_integer), "the digits of a whole number"),
        "$float" => {
            (matches!(text, Some("NaN" | "Infinity" | "-Infinity")), "`NaN`, `Infinity` or `-Infinity`")
        }
        "$timestamp" => (text.is_some_and(is_moment), "decimal epoch seconds without trailing zeros"),
        "$blob" | "$utf16" => (text.is_some_and(|text| BASE64.decode(text).is_ok()), "base64"),
        "$unknown" => (text.is_some(), "the name of the arm"),
        _ => {
            return Some(format!(
                "{path} has the only key `{tag}`, so it must be wrapped: {{\"$map\":{{…}}}}"
            ));
        }
    };
    let found = super::pattern::shown(inner);
    (!holds).then(|| format!("{path}.{tag} must hold {wanted} as a string, found {found}"))
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Written as [`Timestamp::to_epoch_text`] writes it.
fn is_moment(text: &str) -> bool {
    Timestamp::from_epoch_text(text).is_some_and(|time| time.to_epoch_text() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::parse;

    #[test]
    fn values_are_held_to_their_form() {
        for (value, complaint) in [
            (
                r#"{"a":[1,null,"x",{"$int":"-5"},{"$float":"NaN"},{"$blob":""},{"$document":{"$x":1}}]}"#,
                None,
            ),
            (r#"{"$map":{"$blob":{"$timestamp":"1.5"}}}"#, None),
            (r#"{"t":{"$timestamp":"1.50"}}"#, Some("output.t.$timestamp must hold decimal")),
            (r#"{"t":{"$timestamp":1.5}}"#, Some("output.t.$timestamp must hold decimal")),
            (r#"{"t":{"$timestamp":"1e9"}}"#, Some("output.t.$timestamp must hold decimal")),
            (r#"{"i":{"$int":5}}"#, Some("output.i.$int must hold")),
            (r#"[{"$float":"nan"}]"#, Some("output[0].$float must hold")),
            (r#"{"b":{"$blob":"*"}}"#, Some("output.b.$blob must hold base64")),
            (r#"{"m":{"$key":"x"}}"#, Some("output.m has the only key `$key`")),
            (r#"{"s":"\ud800"}"#, Some("output.s holds a lone surrogate")),
        ] {
            let found = fault(&parse(value.as_bytes()).unwrap(), "output");
            match complaint {
                None => assert_eq!(found, None, "{value}"),
                Some(start) => {
                    assert!(found.as_ref().is_some_and(|found| found.starts_with(start)), "{found:?}")
                }
            }
        }
    }
}
