//! Placeholders bound on replay to what the session's client really sends.

use indexmap::IndexMap;

use super::walk::{TextPlace, rebuild};
use super::{Placeholder, SecretKind, find};
use crate::ground::exchange::{Body, Content, Headers, StoredResponse};

/// Replaces each secret value of a text by a mark of its kind, the same for every value, and appends the values
/// to `values`. Two texts that differ in their secrets only become equal.
pub fn generalize(
    text: &str,
    name: Option<&str>,
    sensitive: bool,
    values: &mut Vec<(SecretKind, String)>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in find(text, name, sensitive) {
        out.push_str(&text[from..span.range.start]);
        out.push('\u{1}');
        out.push_str(span.kind.name());
        out.push('\u{1}');
        values.push((span.kind, text[span.range.clone()].to_owned()));
        from = span.range.end;
    }
    out.push_str(&text[from..]);
    out
}

/// Why two requests that look alike cannot be the same: a placeholder would have to stand for two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What the recording has.
    pub recorded: String,
    /// What it is bound to in this session, if it is a placeholder.
    pub bound: Option<String>,
    /// What was sent.
    pub sent: String,
}

/// What one session's placeholders stand for.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    table: IndexMap<String, SecretKind>,
    bound: IndexMap<String, String>,
}

impl Bindings {
    /// Nothing bound yet.
    pub fn new(placeholders: &[Placeholder]) -> Bindings {
        let table =
            placeholders.iter().map(|placeholder| (placeholder.value.clone(), placeholder.kind)).collect();
        Bindings { table, bound: IndexMap::new() }
    }

    /// Binds the recorded secrets to the sent ones, or says why that cannot be. On a conflict nothing is bound.
    pub fn bind(
        &mut self,
        recorded: &[(SecretKind, String)],
        sent: &[(SecretKind, String)],
    ) -> Result<(), Conflict> {
        let mut next = self.bound.clone();
        for ((kind, recorded), (_, sent)) in recorded.iter().zip(sent) {
            let conflict = |bound: Option<&String>| Conflict {
                recorded: recorded.clone(),
                bound: bound.cloned(),
                sent: sent.clone(),
            };
            // A placeholder itself comes from an answer that was given out before anything was bound to it; the
            // same program may know the value from elsewhere, too.
            if recorded == sent {
                continue;
            }
            match (self.table.get(recorded), next.get(recorded)) {
                (Some(known), None) if known == kind => {
                    next.insert(recorded.clone(), sent.clone());
                }
                (Some(_), Some(bound)) if bound == sent => {}
                (Some(_), bound) => return Err(conflict(bound)),
                (None, _) => return Err(conflict(None)),
            }
        }
        self.bound = next;
        Ok(())
    }

    /// The response as this session must see it: bound values in place of their placeholders. Without a bound
    /// placeholder in it, it comes back as it is.
    pub fn write_back(&self, response: &StoredResponse) -> StoredResponse {
        if self.bound.iter().all(|(placeholder, value)| placeholder == value) {
            return response.clone();
        }
        let body = match &response.content.body {
            Body::Json(json, style) => {
                let back = rebuild(json, None, &mut |_: TextPlace<'_>, text| match text.as_str() {
                    Some(narrow) => self.text(narrow).into(),
                    None => text.clone(),
                });
                Body::Json(back, *style)
            }
            Body::Text(text) => Body::Text(self.text(text)),
            Body::Bytes(bytes) => Body::Bytes(bytes.clone()),
        };
        let headers: Headers =
            response.headers.iter().map(|(name, value)| (name.to_owned(), self.text(value))).collect();
        StoredResponse {
            headers,
            content: Content { body, coding: response.content.coding },
            ..response.clone()
        }
    }

    fn text(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (placeholder, value) in &self.bound {
            match self.table.get(placeholder) {
                // Twelve digits may also be part of a longer number: only whole account ids are replaced.
                Some(SecretKind::AccountId) if out.contains(placeholder.as_str()) => {
                    let spans = find(&out, None, false);
                    for span in spans.into_iter().rev() {
                        if out[span.range.clone()] == **placeholder {
                            out.replace_range(span.range, value);
                        }
                    }
                }
                _ => out = out.replace(placeholder.as_str(), value),
            }
        }
        out
    }
}
