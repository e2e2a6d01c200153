//! Redacting a cassette again: by the rules of today, after an edit by hand, or with secrets that are known by now.

use super::{Cassette, CassetteError, Interaction, render};
use crate::api::model::{Model, Operation};
use crate::ground::exchange::{Headers, StoredRequest, StoredResponse};
use crate::ground::json::{self, Json};
use crate::tape::redact::{Placeholder, Redactor, SecretKind};

/// Something in a cassette's file that must not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The line of the file, from 1.
    pub line: usize,
    /// The rule that it breaks: a kind of placeholder, or `header` for a field that is never kept.
    pub rule: &'static str,
}

/// What was made of a cassette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// The cassette without what leaked.
    pub cassette: Cassette,
    /// What leaked, by line.
    pub leaks: Vec<Leak>,
}

/// Reads a cassette's text and redacts all of it again. `model_of` finds the model of a service; `known` are
/// secrets to look for by value.
pub fn scrub<'m>(
    place: &str,
    text: &[u8],
    model_of: &dyn Fn(&str) -> Option<&'m Model>,
    known: impl IntoIterator<Item = String>,
) -> Result<Scrubbed, CassetteError> {
    let mut cassette = super::parse(place, text)?;
    let mut redactor = Redactor::new(known);
    redactor.reserve(&cassette.header.placeholders);
    for interaction in &mut cassette.interactions {
        let model = model_of(&interaction.service);
        let operation = interaction.operation.as_ref().and_then(|name| model?.operation(name));
        again(&mut redactor, model.zip(operation), interaction);
    }
    let header = &mut cassette.header;
    let named = [&mut header.scenario, &mut header.upstream, &mut header.client, &mut header.recorder];
    for text in named.into_iter().chain(header.variables.values_mut()) {
        *text = redactor.note("header", text).into_inner();
    }
    header.placeholders = redactor.placeholders();
    let leaks = leaks(text, &cassette);
    Ok(Scrubbed { cassette, leaks })
}

/// Redacts one interaction again; codings and framing stay as they were recorded.
fn again(redactor: &mut Redactor, model: Option<(&Model, &Operation)>, interaction: &mut Interaction) {
    let stored = &interaction.request;
    let mut request: StoredRequest = redactor.request(model, &stored.to_request()).into_inner();
    request.content.coding = stored.content.coding;
    interaction.request = request;
    for stored in &mut interaction.attempts {
        let response = stored.to_response(&Headers::new());
        let mut response: StoredResponse = redactor.response(model, &response).into_inner();
        response.content.coding = stored.content.coding;
        *stored = response;
    }
}

/// Every place of the text that is another in the scrubbed cassette.
fn leaks(text: &[u8], scrubbed: &Cassette) -> Vec<Leak> {
    let (Ok(before), Ok(after)) = (json::parse(text), json::parse(render(scrubbed).as_bytes())) else {
        return Vec::new();
    };
    let mut search =
        Search { text, placeholders: &scrubbed.header.placeholders, steps: Vec::new(), leaks: Vec::new() };
    for (name, before) in before.as_object().unwrap_or_default() {
        let name = name.to_lossy();
        if name != "placeholders"
            && let Some(after) = after.get(&name)
        {
            search.within(&name, before, after);
        }
    }
    search.leaks.dedup();
    search.leaks
}

/// The way through two documents side by side.
struct Search<'a> {
    text: &'a [u8],
    placeholders: &'a [Placeholder],
    steps: Vec<String>,
    leaks: Vec<Leak>,
}

impl Search<'_> {
    fn within(&mut self, step: &str, before: &Json, after: &Json) {
        self.steps.push(step.to_owned());
        self.compare(before, after);
        self.steps.pop();
    }

    fn compare(&mut self, before: &Json, after: &Json) {
        match (before, after) {
            (Json::Object(members), Json::Object(others)) => {
                for (index, (name, inner)) in members.iter().enumerate() {
                    // A secret in a key changes the key, not its place.
                    let other = after.get(&name.to_lossy()).or_else(|| {
                        self.found(&name.to_lossy(), &others.get(index)?.0.to_lossy());
                        Some(&others.get(index)?.1)
                    });
                    if let Some(other) = other {
                        self.within(&name.to_lossy(), inner, other);
                    }
                }
            }
            (Json::Array(items), Json::Array(others)) if items.len() == others.len() => {
                for (index, (inner, other)) in items.iter().zip(others).enumerate() {
                    self.within(&index.to_string(), inner, other);
                }
            }
            (Json::Array(items), Json::Array(others)) => {
                for (index, inner) in items.iter().enumerate().filter(|(_, inner)| !others.contains(inner)) {
                    self.within(&index.to_string(), inner, &Json::Null);
                }
            }
            (Json::String(before), Json::String(after)) if before != after => {
                self.found(&before.to_lossy(), &after.to_lossy());
            }
            (Json::String(_), Json::Null) => self.push("header"),
            _ => {}
        }
    }

    /// A text that became another: the rule is that of the placeholder that came in.
    fn found(&mut self, before: &str, after: &str) {
        let came = |placeholder: &&Placeholder| {
            after.contains(&placeholder.value) && !before.contains(&placeholder.value)
        };
        let kind =
            self.placeholders.iter().find(came).map_or(SecretKind::Suspect, |placeholder| placeholder.kind);
        self.push(kind.name());
    }

    fn push(&mut self, rule: &'static str) {
        let steps: Vec<&str> = self.steps.iter().map(String::as_str).collect();
        self.leaks.push(Leak { line: json::line_of(self.text, &steps), rule });
    }
}
