//! [`Json`] cut to what a person reads: long text, long lists and deep nesting are shown by their beginning.

use super::{Json, Text};

/// Text longer than this many characters is cut.
const TEXT: usize = 200;

/// How much of cut text is kept.
const KEPT: usize = 60;

/// Lists and objects of more items are cut.
const ITEMS: usize = 100;

/// What nests deeper is left out.
const DEPTH: usize = 24;

/// A document without what nobody reads; what was left out is counted in its place.
pub fn abridge(value: &Json) -> Json {
    cut(value, 0)
}

fn cut(value: &Json, depth: usize) -> Json {
    match value {
        Json::Array(items) if depth >= DEPTH && !items.is_empty() => note("deeper items", items.len()),
        Json::Object(members) if depth >= DEPTH && !members.is_empty() => {
            note("deeper members", members.len())
        }
        Json::Array(items) => {
            let kept = items.iter().take(ITEMS).map(|item| cut(item, depth + 1));
            let more = (items.len() > ITEMS).then(|| note("more items", items.len() - ITEMS));
            Json::Array(kept.chain(more).collect())
        }
        Json::Object(members) => {
            let kept = members.iter().take(ITEMS).map(|(name, item)| (text(name), cut(item, depth + 1)));
            let more = members.len().saturating_sub(ITEMS);
            let more = (more > 0).then(|| (Text::from("…"), note("more members", more)));
            Json::Object(kept.chain(more).collect())
        }
        Json::String(long) => Json::String(text(long)),
        Json::Number(digits) if digits.len() > TEXT => note("digits", digits.len()),
        short => short.clone(),
    }
}

fn note(what: &str, count: usize) -> Json {
    Json::string(format!("… {count} {what}"))
}

fn text(text: &Text) -> Text {
    let length = text.length();
    if length <= TEXT {
        return text.clone();
    }
    let mut out = Text::default();
    text.code_points().take(KEPT).for_each(|point| out.push(point));
    out.push_str(&format!("… {} more characters", length - KEPT));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::{parse, pretty};

    #[test]
    fn what_is_long_is_counted_and_what_is_short_stays() {
        let short = parse(br#"{"a":[1,{"b":"\ud800"}],"c":null}"#).unwrap();
        assert_eq!(abridge(&short), short);
        let deep = (0..1000).fold(Json::Null, |inner, _| Json::Array(vec![inner]));
        let long = Json::object([
            ("text", Json::string("x".repeat(65_536))),
            ("list", Json::Array(vec![Json::Null; 1000])),
            ("deep", deep),
        ]);
        let shown = pretty(&abridge(&long));
        assert!(shown.len() < 4000, "{shown}");
        for part in ["… 65476 more characters", "… 900 more items", "… 1 deeper items"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}
