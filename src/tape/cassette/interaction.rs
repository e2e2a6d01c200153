//! What a cassette holds.

use indexmap::IndexMap;

use crate::ground::exchange::{StoredRequest, StoredResponse};
use crate::ground::json::Json;
use crate::tape::redact::{Placeholder, Redacted};

/// What stands at the head of a cassette: where it comes from and how to read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The scenario or file it was recorded from.
    pub scenario: String,
    /// The date of the API model it was recorded with, empty for services without a model.
    pub api: String,
    /// What answered: `sandbox`, `aws`, or the kind of another upstream.
    pub upstream: String,
    /// The client's own name for itself, the product part of its User-Agent.
    pub client: String,
    /// The program that recorded it, with version.
    pub recorder: String,
    /// The region of the signatures.
    pub region: String,
    /// The redaction rules that were in force.
    pub redaction: Vec<String>,
    /// The placeholders and what kind of value each stands for.
    pub placeholders: Vec<Placeholder>,
    /// Values that the scenario made up, kept so that a replay uses the same.
    pub variables: IndexMap<String, String>,
}

/// One call as stored: its request and the responses to its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    /// Its number in the cassette, from 1.
    pub id: u32,
    /// The service, as in the signature's scope.
    pub service: String,
    /// The operation, where the service has a model.
    pub operation: Option<String>,
    pub(super) request: StoredRequest,
    pub(super) attempts: Vec<StoredResponse>,
}

impl Interaction {
    /// A call and the answer to its first attempt.
    pub fn new(
        id: u32,
        service: impl Into<String>,
        operation: Option<String>,
        request: Redacted<StoredRequest>,
        response: Redacted<StoredResponse>,
    ) -> Interaction {
        Interaction {
            id,
            service: service.into(),
            operation,
            request: request.into_inner(),
            attempts: vec![response.into_inner()],
        }
    }

    /// Adds the answer to another attempt of the same call.
    pub fn push_attempt(&mut self, response: Redacted<StoredResponse>) {
        self.attempts.push(response.into_inner());
    }

    /// The request.
    pub fn request(&self) -> &StoredRequest {
        &self.request
    }

    /// The answers to its attempts in order; there is at least one.
    pub fn attempts(&self) -> &[StoredResponse] {
        &self.attempts
    }

    /// The answer that ended the call.
    pub fn response(&self) -> &StoredResponse {
        &self.attempts[self.attempts.len() - 1]
    }

    /// The interaction as it stands in the cassette's file.
    pub fn to_json(&self) -> Json {
        super::write::interaction(self)
    }

    /// Service and operation, or method and path, as messages name an interaction.
    pub fn title(&self) -> String {
        match &self.operation {
            Some(operation) => operation.clone(),
            None => format!("{} {} {}", self.service, self.request.method, self.request.path),
        }
    }
}

/// A whole cassette.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cassette {
    /// Its head.
    pub header: Header,
    /// Its interactions in the order of recording.
    pub interactions: Vec<Interaction>,
}
