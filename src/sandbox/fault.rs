//! The errors that the account answers with: declared by the operation or, as the service does it, not.

use super::account::{Account, Record};
use super::catalogue::Kind;
use super::table::Fault;
use crate::model::{Model, Operation};
use crate::protocol::ServiceError;

/// A call that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) status: u16,
}

impl Refused {
    /// The error as the model knows it, where it does.
    pub(super) fn modelled(self, model: &Model) -> ServiceError {
        match model.errors().find(|shape| shape.name == self.code) {
            Some(shape) => ServiceError::modeled(model, shape, self.message),
            None => ServiceError::new(self.status, self.code, self.message),
        }
    }
}

/// An error of a code, with status 400.
pub(super) fn error(code: &str, message: impl Into<String>) -> Refused {
    Refused { code: code.to_owned(), message: message.into(), status: 400 }
}

/// `ValidationException`, which no operation declares and all may give.
pub(super) fn invalid(message: impl Into<String>) -> Refused {
    error("ValidationException", message)
}

/// Whether the operation declares an error.
fn declares(model: &Model, operation: &Operation, code: &str) -> bool {
    operation.errors.iter().any(|id| model.shape(*id).name == code)
}

/// `code` where the operation declares it, else `ValidationException`.
fn declared_or_invalid<'a>(model: &Model, operation: &Operation, code: &'a str) -> &'a str {
    if declares(model, operation, code) { code } else { "ValidationException" }
}

/// A name that leads nowhere.
pub(super) fn missing(
    model: &Model,
    operation: &Operation,
    account: &Account,
    kind: &Kind,
    name: &str,
) -> Refused {
    let code = declared_or_invalid(model, operation, "ResourceNotFound");
    let arn = if name.starts_with("arn:") {
        name.to_owned()
    } else {
        account.arn(&format!("{}/{}", super::catalogue::split(&kind.name, '-'), name.to_lowercase()))
    };
    let usual = format!("Could not find {} \"{arn}\".", kind.words);
    told(kind.rules.missing.as_ref(), code, usual, name, &arn)
}

/// A name that is taken.
pub(super) fn taken(model: &Model, operation: &Operation, kind: &Kind, record: &Record) -> Refused {
    let code = declared_or_invalid(model, operation, "ResourceInUse");
    let usual = format!("Cannot create already existing {} \"{}\".", kind.words, record.arn);
    told(kind.rules.taken.as_ref(), code, usual, &record.name, &record.arn)
}

fn told(fault: Option<&Fault>, code: &str, usual: String, name: &str, arn: &str) -> Refused {
    let code = fault.and_then(|fault| fault.code.as_deref()).unwrap_or(code);
    let message = fault.and_then(|fault| fault.message.as_ref());
    let message = message.map(|text| text.replace("${name}", name).replace("${arn}", arn));
    error(code, message.unwrap_or(usual))
}

/// A quota of the account that is used up.
pub(super) fn limit(what: &str, most: usize, used: usize) -> Refused {
    error(
        "ResourceLimitExceeded",
        format!(
            "The account-level service limit '{what}' is {most} Instances, with current utilization of {used} \
             Instances and a request delta of 1 Instances."
        ),
    )
}
