//! The errors that the account answers with: declared by the operation or, as the service does it, not.

use super::account::Record;
use super::call::CallContext;
use super::catalogue::{ResourceKind, split};
use super::table::ErrorTemplate;
use crate::api::model::{Model, Operation};
use crate::protocol::ServiceError;

/// A call that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefusedCall {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) status: u16,
}

impl RefusedCall {
    /// The error as the model knows it, where it does.
    pub(super) fn modelled(self, model: &Model) -> ServiceError {
        match model.errors().find(|shape| shape.name == self.code) {
            Some(shape) => ServiceError::modeled(model, shape, self.message),
            None => ServiceError::new(self.status, self.code, self.message),
        }
    }
}

/// An error of a code, with status 400.
pub(super) fn error(code: &str, message: impl Into<String>) -> RefusedCall {
    RefusedCall { code: code.to_owned(), message: message.into(), status: 400 }
}

/// `ValidationException`, which no operation declares and all may give.
pub(super) fn invalid(message: impl Into<String>) -> RefusedCall {
    error("ValidationException", message)
}

/// Whether the operation declares an error.
pub(super) fn declares(model: &Model, operation: &Operation, code: &str) -> bool {
    operation.errors.iter().any(|id| model.shape(*id).name == code)
}

/// `code` where the operation declares it, else `ValidationException`.
fn declared_or_invalid<'a>(model: &Model, operation: &Operation, code: &'a str) -> &'a str {
    if declares(model, operation, code) { code } else { "ValidationException" }
}

/// A name that leads nowhere.
pub(super) fn missing(call: &CallContext<'_>, kind: &ResourceKind, name: &str) -> RefusedCall {
    told(kind.rules.missing.as_ref(), usual_missing(call, kind, name), name)
}

/// A name of another resource, in an input, that leads nowhere.
pub(super) fn usual_missing(call: &CallContext<'_>, kind: &ResourceKind, name: &str) -> RefusedCall {
    let code = declared_or_invalid(call.model, call.operation, "ResourceNotFound");
    let tail = || call.account.arn(&format!("{}/{}", split(&kind.name, '-'), name.to_lowercase()));
    let arn = if name.starts_with("arn:") { name.to_owned() } else { tail() };
    error(code, format!("Could not find {} \"{arn}\".", kind.words))
}

/// A name that is taken.
pub(super) fn taken(call: &CallContext<'_>, kind: &ResourceKind, record: &Record) -> RefusedCall {
    let code = declared_or_invalid(call.model, call.operation, "ResourceInUse");
    let message = format!("Cannot create already existing {} \"{}\".", kind.words, record.arn);
    told(kind.rules.taken.as_ref(), error(code, message), &record.name)
}

/// The usual error with the parts that the table has of its own.
fn told(own: Option<&ErrorTemplate>, usual: RefusedCall, name: &str) -> RefusedCall {
    let Some(own) = own else { return usual };
    RefusedCall {
        code: own.code.clone().unwrap_or(usual.code),
        message: own.message.as_ref().map_or(usual.message, |text| text.replace("${name}", name)),
        ..usual
    }
}

/// A quota of the account that is used up.
pub(super) fn limit(what: &str, most: impl std::fmt::Display, used: impl std::fmt::Display) -> RefusedCall {
    error(
        "ResourceLimitExceeded",
        format!(
            "The account-level service limit '{what}' is {most} Instances, with current utilization of {used} \
             Instances and a request delta of 1 Instances."
        ),
    )
}
