//! A request reduced to what it asks.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Leaf;
use super::leaves::Gathered;
use crate::api::model::Model;
use crate::ground::exchange::{Content, Request};
use crate::ground::json::parse;
use crate::protocol;
use crate::tape::redact::SecretKind;

/// The models at hand, by the service name of a signature's scope.
#[derive(Debug, Clone, Default)]
pub struct Models(IndexMap<String, Arc<Model>>);

impl Models {
    /// These models.
    pub fn new(models: impl IntoIterator<Item = Arc<Model>>) -> Models {
        Models(models.into_iter().map(|model| (model.metadata.signing_name.clone(), model)).collect())
    }

    /// The model of a service.
    pub fn get(&self, service: &str) -> Option<&Arc<Model>> {
        self.0.get(service)
    }

    /// Whether the request asks for an operation that clients call without a signature.
    pub fn needs_no_signature(&self, request: &Request) -> bool {
        let service = self.service_of("", request);
        let operation = self.get(&service).and_then(|model| protocol::operation_of(model, request));
        operation.is_some_and(|operation| operation.unsigned)
    }

    /// The service of a request: as its signature says, or, unsigned, the one whose operations it names.
    pub fn service_of(&self, signed: &str, request: &Request) -> String {
        if !signed.is_empty() {
            return signed.to_owned();
        }
        let named = self.0.iter().find(|(_, model)| protocol::operation_of(model, request).is_some());
        named.map(|(service, _)| service.clone()).unwrap_or_default()
    }
}

/// What a request asks, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The service.
    pub service: String,
    /// The operation, where the service has a model and the request names one of its operations.
    pub operation: Option<String>,
    /// Equal for equal questions.
    pub key: String,
    /// What is asked, leaf by leaf, in canonical order.
    pub leaves: Vec<Leaf>,
    /// The secrets in it, in the order of the leaves.
    pub secrets: Vec<(SecretKind, String)>,
    /// Its idempotency tokens by path.
    pub tokens: Vec<Leaf>,
}

impl Question {
    /// Reads a request: by its shapes where the service has a model, as plain HTTP where not.
    pub fn of(models: &Models, service: &str, request: &Request) -> Question {
        let mut gathered = Gathered::default();
        let mut operation = None;
        let modelled = models.get(service).and_then(|model| {
            let found = protocol::operation_of(model, request)?;
            operation = Some(found.name.clone());
            let (_, input) = protocol::decode_request(model, request).ok()?;
            if let Some(shape) = found.input {
                gathered.value(model, model.shape(shape), &input);
            }
            Some(())
        });
        if modelled.is_none() {
            plain(request, operation.is_some(), &mut gathered);
        }
        Question::new(service, operation, gathered)
    }

    fn new(service: &str, operation: Option<String>, gathered: Gathered) -> Question {
        let mut key = format!("{service}\n{}\n", operation.as_deref().unwrap_or_default());
        for leaf in &gathered.leaves {
            key.push_str(&leaf.path);
            key.push('=');
            key.push_str(&leaf.text);
            key.push('\n');
        }
        for token in &gathered.tokens {
            key.push_str(&token.path);
            key.push('\n');
        }
        Question {
            service: service.to_owned(),
            operation,
            key,
            leaves: gathered.leaves,
            secrets: gathered.secrets,
            tokens: gathered.tokens,
        }
    }

    /// Service and operation, or method and path, as messages name a request.
    pub fn title(&self) -> String {
        match &self.operation {
            Some(operation) => operation.clone(),
            None => {
                let part = |path: &str| {
                    self.leaves
                        .iter()
                        .find(|leaf| leaf.path == path)
                        .map_or("", |leaf| leaf.text.trim_matches('"'))
                };
                format!("{} {} {}", self.service, part("method"), part("path"))
            }
        }
    }

    /// Whether it carries text that the answer of another interaction gave out: an ARN, a name, a token.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.leaves.iter().filter(|leaf| leaf.text.starts_with('"')).map(|leaf| leaf.text.trim_matches('"'))
    }
}

/// A request of a service without a model: method, path, query, target and body. With `body_only` the operation
/// is known but its input did not decode.
fn plain(request: &Request, body_only: bool, gathered: &mut Gathered) {
    if !body_only {
        gathered.part("method", &request.method);
        gathered.part("path", request.path());
        let query = request.unsigned_query();
        let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_unstable();
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            gathered.part(&format!("query {name}"), value);
        }
        if let Some(key) = protocol::request_key(request) {
            gathered.part(key.part, &key.text);
        }
    }
    let body = Content::read(&request.headers, &request.body).body.to_bytes();
    let form = request.headers.get("content-type").is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
    match parse(&body) {
        Ok(json) => gathered.json(&json, "", None),
        Err(_) if form => {
            let text = String::from_utf8_lossy(&body).into_owned();
            let mut pairs: Vec<_> = text.split('&').collect();
            pairs.sort_unstable();
            for pair in pairs {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                gathered.part(&format!("form {name}"), value);
            }
        }
        Err(_) if body.is_empty() => {}
        Err(_) => match std::str::from_utf8(&body) {
            Ok(text) => gathered.part("body", text),
            Err(_) => gathered.part("body", &crate::ground::exchange::Body::to_base64(&body)),
        },
    }
}
