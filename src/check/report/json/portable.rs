//! JSON that every parser takes: RFC 7493, "The I-JSON message format".
//!
//! Clients are shown strings with lone surrogates and numbers beyond a double, and their findings quote both. Many
//! programs that read reports refuse them, so a report spells them out as text.

use crate::ground::json::{Json, Text};

/// The same document without lone surrogates, which become the text `\\ud800`, and without numbers beyond a
/// double, which become strings.
pub(super) fn json(json: Json) -> Json {
    match json {
        Json::Number(text) if !fits_double(&text) => Json::string(text),
        Json::String(told) => Json::String(text(told)),
        Json::Array(items) => Json::Array(items.into_iter().map(self::json).collect()),
        Json::Object(members) => {
            Json::Object(members.into_iter().map(|(name, value)| (text(name), self::json(value))).collect())
        }
        other => other,
    }
}

fn fits_double(number: &str) -> bool {
    number.parse().is_ok_and(f64::is_finite)
}

fn text(told: Text) -> Text {
    if told.as_str().is_some() {
        return told;
    }
    let spelt = |point| char::from_u32(point).map_or_else(|| format!("\\u{point:04x}"), String::from);
    Text::from(told.code_points().map(spelt).collect::<String>())
}

#[cfg(test)]
mod tests {
    use crate::ground::json::{Style, parse, write};

    #[test]
    fn what_strict_parsers_refuse_is_spelt_out_and_nothing_else_changes() {
        for (document, portable) in [
            (r#"{"a\ud800b":["\udfff","\ud83d\ude00"]}"#, r#"{"a\\ud800b":["\\udfff","\ud83d\ude00"]}"#),
            (
                "[1e400,-1e999,1.5e300,0.10,12345678901234567890]",
                r#"["1e400","-1e999",1.5e300,0.10,12345678901234567890]"#,
            ),
            (r#"{"a":null,"b":[true,{}]}"#, r#"{"a":null,"b":[true,{}]}"#),
        ] {
            let told = write(&super::json(parse(document.as_bytes()).unwrap()), Style::Compact);
            assert_eq!(told, write(&parse(portable.as_bytes()).unwrap(), Style::Compact), "{document}");
            serde_json::from_slice::<serde_json::Value>(&told).unwrap();
        }
    }
}
