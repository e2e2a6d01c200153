//! Page tokens: opaque, and good only for the list, filter and sort they were given for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest, Sha256};

use crate::api::model::Fields;
use crate::api::model::Value;
use crate::api::outcome::typed;
use crate::ground::json::{Style, write};

/// Where a page ended: the sort key and the number of its last item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PagePosition {
    pub(super) key: String,
    pub(super) ordinal: u64,
}

/// What a token is bound to: the operation and everything in the input but token and page size.
pub(super) fn binding(operation: &str, input: &Fields, paging: &[&str]) -> String {
    let kept: Fields = input
        .iter()
        .filter(|(name, _)| !paging.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let text = write(&typed::encode(&Value::Structure(sorted(kept))), Style::Compact);
    digest(&[operation.as_bytes(), &text])
}

fn sorted(mut fields: Fields) -> Fields {
    fields.sort_keys();
    fields
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The token of the page after a position.
pub(super) fn write_token(binding: &str, position: &PagePosition) -> String {
    let text = format!("{binding}\n{}\n{}", position.ordinal, position.key);
    BASE64.encode(format!("{}\n{text}", digest(&[text.as_bytes()])))
}

/// The position of a token; `None` for one of another list or filter, or that was never given out.
pub(super) fn read_token(binding: &str, token: &str) -> Option<PagePosition> {
    let text = String::from_utf8(BASE64.decode(token).ok()?).ok()?;
    let (check, text) = text.split_once('\n')?;
    let mut parts = text.splitn(3, '\n');
    let (bound, ordinal, key) = (parts.next()?, parts.next()?, parts.next()?);
    (digest(&[text.as_bytes()]) == check && bound == binding)
        .then_some(PagePosition { ordinal: ordinal.parse().ok()?, key: key.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_own_list_and_filter_only() {
        let filter = |text: &str| Fields::from_iter([("NameContains".to_owned(), Value::string(text))]);
        let paging = |mut fields: Fields| {
            fields.insert("MaxResults".to_owned(), Value::Integer(3));
            fields
        };
        let own = binding("ListModels", &filter("a"), &["MaxResults"]);
        assert_eq!(own, binding("ListModels", &paging(filter("a")), &["MaxResults"]));
        let position = PagePosition { key: "two\nlines".to_owned(), ordinal: 7 };
        let token = write_token(&own, &position);
        assert_eq!(read_token(&own, &token), Some(position));
        for other in [binding("ListModels", &filter("b"), &[]), binding("ListEndpoints", &filter("a"), &[])] {
            assert_eq!(read_token(&other, &token), None);
        }
        assert_eq!(read_token(&own, &token[1..]), None);
        assert_eq!(read_token(&own, "x"), None);
    }
}
