//! Errors that a service may answer with, and how often a client tries again.

use super::subject::Subject;
use crate::api::model::{Fields, Shape, Value};
use crate::check::case::{CountRange, Expected, ExpectedError};
use crate::ground::exchange::Response;
use crate::ground::json::{Json, Style, Text, write};
use crate::protocol::ServiceError;

/// How many attempts the lanes' clients make: the driver protocol's `maxAttempts`.
pub(super) const ATTEMPTS: u32 = 3;

/// Codes that say "slow down": the same list in botocore (`retries/standard.py`), the JavaScript SDK
/// (`service-error-classification`) and the Rust SDK (`aws-runtime`, `classifiers.rs`).
pub(super) const THROTTLING: [&str; 14] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// One error and the message it is sent with.
#[derive(Debug, Clone)]
pub(super) struct Fault<'a> {
    pub(super) code: String,
    pub(super) status: u16,
    /// The error's shape, where the operation declares it.
    pub(super) shape: Option<&'a Shape>,
    /// Its members, the message among them.
    pub(super) members: Fields,
}

/// A response that tells an error's code, so spelled, in one of the places for it.
pub(super) type Written<'a> = fn(&Fault<'a>, &Subject<'_>, &str) -> Response;

/// The header that may tell an error's code.
const ERROR_TYPE: &str = "X-Amzn-Errortype";

/// What the errors of variants say.
pub(super) const MESSAGE: &str = "The request cannot be served: try \"another\" one.";

impl<'a> Fault<'a> {
    /// An error that the model does not know.
    pub(super) fn unmodeled(code: &str, status: u16) -> Fault<'a> {
        Fault { code: code.to_owned(), status, shape: None, members: Fields::new() }
    }

    /// The JSON of its members, without its type.
    pub(super) fn body(&self, subject: &Subject<'_>) -> Json {
        let plain = || Json::object([("message", Json::string(MESSAGE))]);
        let view = |shape| subject.protocol.view_error(subject.model(), shape, &self.members).ok();
        self.shape.and_then(view).map_or_else(plain, |view| view.root)
    }

    /// The JSON with `__type`.
    pub(super) fn typed_body(&self, subject: &Subject<'_>, kind: &str) -> Json {
        let mut body = self.body(subject);
        if let Json::Object(members) = &mut body {
            members.insert(0, (Text::from("__type"), Json::string(kind)));
        }
        body
    }

    /// The response with that body.
    pub(super) fn response(&self, subject: &Subject<'_>, body: &Json) -> Response {
        subject.response(self.status, write(body, Style::Compact))
    }

    /// The response that tells its code, so spelled, in `__type`.
    pub(super) fn in_type(&self, subject: &Subject<'_>, code: &str) -> Response {
        self.response(subject, &self.typed_body(subject, code))
    }

    /// The response that tells it in the header.
    pub(super) fn in_header(&self, subject: &Subject<'_>, code: &str) -> Response {
        self.response(subject, &self.body(subject)).with(ERROR_TYPE, code)
    }

    /// The response that tells it in the header and has no body.
    pub(super) fn without_body(&self, subject: &Subject<'_>, code: &str) -> Response {
        subject.response(self.status, "").with(ERROR_TYPE, code)
    }

    /// The response that tells it in `code`.
    pub(super) fn in_code(&self, subject: &Subject<'_>, code: &str) -> Response {
        self.response(subject, &with_member(self.body(subject), "code", Json::string(code)))
    }

    /// The name of the member that is the message.
    pub(super) fn message_member(&self) -> Option<&'a str> {
        let names = self.shape?.members()?.keys();
        names.map(String::as_str).find(|name| name.eq_ignore_ascii_case("message"))
    }

    /// What the caller must get.
    pub(super) fn expected(&self) -> ExpectedError {
        let mut members = self.members.clone();
        members.retain(|name, _| Some(name.as_str()) != self.message_member());
        // An error that has no member for a message need not show one.
        let told = self.shape.is_none() || self.message_member().is_some();
        ExpectedError {
            code: self.code.clone(),
            message: told.then(|| Text::from(MESSAGE)),
            modeled: self.shape.map(|shape| shape.name.clone()),
            members,
            status: self.status,
        }
    }

    /// The same without a word on the message.
    pub(super) fn expected_silent(&self) -> ExpectedError {
        ExpectedError { message: None, members: Fields::new(), ..self.expected() }
    }

    /// How many requests an answer that stays so takes.
    pub(super) fn requests(&self) -> CountRange {
        let again = self.status >= 500 || THROTTLING.contains(&self.code.as_str());
        let may = self.shape.and_then(|shape| shape.error.as_ref()).is_some_and(|error| error.retryable);
        match (again, may) {
            (true, _) => CountRange::exactly(ATTEMPTS),
            // Smithy's `retryable` trait: a client may try again, and some look at it.
            (false, true) => CountRange::between(1, ATTEMPTS),
            (false, false) => CountRange::exactly(1),
        }
    }

    pub(super) fn is_error(&self) -> Expected {
        Expected::Error(self.expected())
    }
}

/// An object with one member more.
pub(super) fn with_member(mut body: Json, name: &str, value: Json) -> Json {
    if let Json::Object(members) = &mut body {
        members.push((Text::from(name), value));
    }
    body
}

impl<'a> Subject<'a> {
    /// An error of the model as the service would send it, with required members and its message.
    pub(super) fn modeled(&self, shape: &'a Shape) -> Fault<'a> {
        let error = ServiceError::modeled(self.model(), shape, MESSAGE);
        let members = match self.values.minimal(shape.id) {
            Value::Structure(members) => members,
            _ => Fields::new(),
        };
        let mut fault = Fault { code: error.code, status: error.status, shape: Some(shape), members };
        if let Some(name) = fault.message_member() {
            fault.members.insert(name.to_owned(), Value::string(MESSAGE));
        }
        fault
    }

    /// The errors that the operation declares.
    pub(super) fn modeled_faults(&self) -> Vec<Fault<'a>> {
        self.operation.errors.iter().map(|id| self.modeled(self.shape(*id))).collect()
    }

    /// Those, and one that the model does not know.
    pub(super) fn faults(&self) -> Vec<Fault<'a>> {
        let mut faults = self.modeled_faults();
        faults.push(Fault::unmodeled("ValidationException", 400));
        faults
    }
}
