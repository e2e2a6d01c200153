//! Paths of paginators over JSON of the wire.

use crate::ground::json::{Json, Style, parse, write};

/// What a JMESPath finds; `None` where it finds nothing or cannot be followed.
pub(super) fn search(document: &Json, path: &str) -> Option<Json> {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.');
    if plain {
        // Exact to the written text, which the library's own values are not.
        return path.split('.').try_fold(document, |value, name| value.get(name)).cloned();
    }
    let text = String::from_utf8(write(document, Style::Compact)).ok()?;
    let document = jmespath::Variable::from_json(&text).ok()?;
    let found = jmespath::compile(path).ok()?.search(document).ok()?;
    parse(found.to_string().as_bytes()).ok().filter(|found| *found != Json::Null)
}

#[cfg(test)]
mod tests {
    use super::{parse, search};

    #[test]
    fn plain_and_other_paths_are_followed() {
        let document = parse(br#"{"A":{"B":"x"},"C":[{"D":1},{"D":2}]}"#).unwrap();
        for (path, found) in
            [("A.B", Some("\"x\"")), ("C[-1].D", Some("2")), ("X || A.B", Some("\"x\"")), ("A.X", None)]
        {
            assert_eq!(search(&document, path), found.map(|json| parse(json.as_bytes()).unwrap()), "{path}");
        }
    }
}
