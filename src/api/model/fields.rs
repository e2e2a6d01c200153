//! Reading the fields of model files, which are JSON; and the error for a name that is not there.

use serde_json::{Map, Value as Source};

use super::{Bound, ModelError, XmlNamespace};

/// An object's members; `None` for anything else.
pub(super) type Object = Map<String, Source>;

pub(super) fn text(source: &Source, key: &str) -> Option<String> {
    source.get(key).and_then(Source::as_str).map(str::to_owned)
}

pub(super) fn flag(source: &Source, key: &str) -> bool {
    source.get(key).and_then(Source::as_bool).unwrap_or(false)
}

pub(super) fn number<N: TryFrom<u64>>(source: &Source, key: &str) -> Option<N> {
    source.get(key).and_then(Source::as_u64).and_then(|number| N::try_from(number).ok())
}

/// One string or a list of strings.
pub(super) fn texts(source: Option<&Source>) -> Vec<String> {
    match source {
        Some(Source::String(one)) => vec![one.clone()],
        Some(Source::Array(items)) => items.iter().filter_map(Source::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The items of a list that may be missing.
pub(super) fn items<'a>(source: &'a Source, key: &str) -> &'a [Source] {
    source.get(key).and_then(Source::as_array).map_or(&[], Vec::as_slice)
}

/// A namespace; botocore also writes a bare URI.
pub(super) fn namespace(source: &Source) -> Option<XmlNamespace> {
    let uri = source.as_str().map(str::to_owned).or_else(|| text(source, "uri"))?;
    Some(XmlNamespace { uri, prefix: text(source, "prefix").filter(|prefix| !prefix.is_empty()) })
}

/// A limit, its decimal text kept.
pub(super) fn bound(source: &Source, key: &str) -> Option<Bound> {
    source.get(key).filter(|bound| bound.is_number()).map(|bound| Bound(bound.to_string()))
}

/// Where in a model file something is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct ModelPlace<'a>(pub(super) &'a str);

impl ModelPlace<'_> {
    pub(super) fn error(self, path: &str, what: impl Into<String>) -> ModelError {
        ModelError::new(format!("{}: {path}", self.0), what)
    }

    /// The object under `key`, empty where the key is missing.
    pub(super) fn object<'a>(
        self,
        path: &str,
        source: &'a Source,
        key: &str,
    ) -> Result<Option<&'a Object>, ModelError> {
        match source.get(key) {
            None => Ok(None),
            Some(Source::Object(object)) => Ok(Some(object)),
            Some(_) => Err(self.error(&format!("{path}.{key}"), "is not an object")),
        }
    }

    /// `name` is used at `path`, but there is no such `kind`; the nearest known names are the hint.
    pub(super) fn missing<'a>(
        self,
        path: &str,
        kind: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> ModelError {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = match similar::get_close_matches(name, &known, 3, 0.7).as_slice() {
            [] => "the file may be cut or edited: compare it with the original".to_owned(),
            near => format!("is it {}?", near.join(" or ")),
        };
        self.error(path, format!("refers to a missing {kind} `{name}`")).hint(hint)
    }
}
