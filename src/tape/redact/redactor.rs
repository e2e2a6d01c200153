//! The door: live messages in, [`Redacted`] ones out.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::walk::{Guide, TextPlace, rebuild};
use super::{Placeholder, Redacted, SecretKind, find};
use crate::api::model::{Model, Operation, ShapeId};
use crate::ground::exchange::{Body, Content, Headers, Request, Response, StoredRequest, StoredResponse};
use crate::ground::json::{Text, parse};

/// Something that no rule named and that looks like a secret all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Where it stood: `response.output.Note`.
    pub place: String,
    /// What stands there now.
    pub placeholder: String,
}

/// Redacts the messages of one cassette; the same value gets the same placeholder in all of them.
#[derive(Debug, Default)]
pub struct Redactor {
    table: IndexMap<(SecretKind, String), String>,
    taken: BTreeSet<String>,
    known: Vec<String>,
    suspects: Vec<Suspect>,
}

impl Redactor {
    /// A redactor that also knows secrets by value: the recorder's own credentials.
    pub fn new(known: impl IntoIterator<Item = String>) -> Redactor {
        Redactor {
            known: known.into_iter().filter(|secret| secret.len() > 8).collect(),
            ..Redactor::default()
        }
    }

    /// Keeps these placeholders from being given to other values: a cassette is added to.
    pub fn reserve(&mut self, placeholders: &[Placeholder]) {
        for placeholder in placeholders {
            self.taken.insert(placeholder.value.clone());
            self.table.insert((placeholder.kind, placeholder.value.clone()), placeholder.value.clone());
        }
    }

    /// Redacts a request.
    pub fn request(
        &mut self,
        model: Option<(&Model, &Operation)>,
        request: &Request,
    ) -> Redacted<StoredRequest> {
        let stored = StoredRequest::of(request);
        let input = model.and_then(|(_, operation)| operation.input);
        let guide = guide(model, input);
        let text = |name: &str| TextPlace { path: format!("request.{name}"), name: None, sensitive: false };
        Redacted(StoredRequest {
            path: self.text(text("path"), &stored.path),
            query: self.text(text("query"), &stored.query),
            headers: self.headers("request", &stored.headers),
            content: self.content("request", stored.content, guide),
            ..stored
        })
    }

    /// Redacts a response.
    pub fn response(
        &mut self,
        model: Option<(&Model, &Operation)>,
        response: &Response,
    ) -> Redacted<StoredResponse> {
        let stored = StoredResponse::of(response);
        let output = model.filter(|_| response.status < 300).and_then(|(_, operation)| operation.output);
        Redacted(StoredResponse {
            headers: self.headers("response", &stored.headers),
            content: self.content("response", stored.content, guide(model, output)),
            ..stored
        })
    }

    /// A text that stands in a cassette's head.
    pub fn note(&mut self, path: &str, text: &str) -> Redacted<String> {
        Redacted(self.text(TextPlace { path: path.to_owned(), name: None, sensitive: false }, text))
    }

    /// The table of the cassette's head, in order of first use.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        self.table
            .iter()
            .map(|((kind, _), value)| Placeholder { value: value.clone(), kind: *kind })
            .collect()
    }

    /// What the scanner found so far.
    pub fn suspects(&self) -> &[Suspect] {
        &self.suspects
    }

    fn headers(&mut self, side: &str, headers: &Headers) -> Headers {
        let redacted = headers.iter().map(|(name, value)| {
            let place = TextPlace { path: format!("{side}.headers.{name}"), name: None, sensitive: false };
            (name.to_owned(), self.text(place, value))
        });
        redacted.collect()
    }

    fn content(&mut self, side: &str, content: Content, guide: Guide<'_>) -> Content {
        let body = match content.body {
            Body::Json(json, style) => Body::Json(
                rebuild(&json, guide, &mut |place, text| {
                    let place = TextPlace { path: format!("{side}{}", place.path), ..place };
                    self.wide_text(place, text)
                }),
                style,
            ),
            Body::Text(text) => Body::Text(self.document_text(side, text, guide)),
            Body::Bytes(bytes) => self.bytes(side, bytes),
        };
        Content { body, ..content }
    }

    /// Text that may be JSON in a style of its own: what is sensitive in it is replaced where it stands.
    fn document_text(&mut self, side: &str, mut text: String, guide: Guide<'_>) -> String {
        if let Ok(json) = parse(text.as_bytes()) {
            let mut sensitive = Vec::new();
            rebuild(&json, guide, &mut |place, value| {
                sensitive.extend(
                    value.as_str().filter(|value| place.sensitive && !value.is_empty()).map(str::to_owned),
                );
                value.clone()
            });
            for value in sensitive {
                let placeholder = self.placeholder(SecretKind::Sensitive, &value);
                text = text.replace(&value, &placeholder);
            }
        }
        self.text(TextPlace { path: side.to_owned(), name: None, sensitive: false }, &text)
    }

    /// Bytes that hold a secret in clear are replaced whole: they cannot be cut without breaking their form.
    fn bytes(&mut self, side: &str, bytes: Vec<u8>) -> Body {
        let readable = Headers::text(&bytes);
        let place = TextPlace { path: side.to_owned(), name: None, sensitive: false };
        if self.text(place, &readable) == readable {
            Body::Bytes(bytes)
        } else {
            Body::Text(self.suspect(side, &readable))
        }
    }

    fn wide_text(&mut self, place: TextPlace<'_>, text: &Text) -> Text {
        match text.as_str() {
            Some(narrow) => self.text(place, narrow).into(),
            // Lone surrogates are no part of any credential; a sensitive member is replaced whatever it holds.
            None if place.sensitive => self.placeholder(SecretKind::Sensitive, &text.to_lossy()).into(),
            None => text.clone(),
        }
    }

    fn text(&mut self, place: TextPlace<'_>, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for span in find(text, place.name, place.sensitive) {
            out.push_str(&text[from..span.range.start]);
            let value = &text[span.range.clone()];
            let placeholder = match span.kind {
                SecretKind::Suspect => self.suspect(&place.path, value),
                kind => self.placeholder(kind, value),
            };
            out.push_str(&placeholder);
            from = span.range.end;
        }
        out.push_str(&text[from..]);
        for secret in self.known.clone() {
            if out.contains(&secret) {
                let placeholder = self.suspect(&place.path, &secret);
                out = out.replace(&secret, &placeholder);
            }
        }
        out
    }

    fn suspect(&mut self, place: &str, value: &str) -> String {
        let placeholder = self.placeholder(SecretKind::Suspect, value);
        if placeholder != value {
            self.suspects.push(Suspect { place: place.to_owned(), placeholder: placeholder.clone() });
        }
        placeholder
    }

    fn placeholder(&mut self, kind: SecretKind, value: &str) -> String {
        if let Some(placeholder) = self.table.get(&(kind, value.to_owned())) {
            return placeholder.clone();
        }
        // A value that looks like a placeholder already stands for itself, so that redacting twice changes nothing.
        let own = kind.is_placeholder(value) && !self.taken.contains(value);
        let placeholder = if own { value.to_owned() } else { self.next_free(kind, value) };
        self.taken.insert(placeholder.clone());
        self.table.insert((kind, value.to_owned()), placeholder.clone());
        placeholder
    }

    fn next_free(&self, kind: SecretKind, value: &str) -> String {
        (1..)
            .map(|number| kind.placeholder(number, value))
            .find(|text| !self.taken.contains(text))
            .unwrap_or_default()
    }
}

fn guide<'a>(model: Option<(&'a Model, &Operation)>, shape: Option<ShapeId>) -> Guide<'a> {
    model.and_then(|(model, _)| Some((model, model.shape(shape?))))
}
