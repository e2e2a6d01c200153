//! Errors that a service answers with, whatever the protocol.

use super::ProtocolError;
use crate::api::model::{Fields, Model, Operation, Shape};
use crate::ground::json::Text;

/// An error as a service means it and a client should tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceError {
    /// The code, without namespace and URI.
    pub code: String,
    /// The message.
    pub message: Option<Text>,
    /// The members of the modelled error that are set, the message among them where the model has it.
    pub members: Fields,
    /// The status code.
    pub status: u16,
    /// The request's id.
    pub request_id: Option<String>,
    /// The shape of the error, where the model knows it.
    pub modeled: Option<String>,
}

impl ServiceError {
    /// An error that the model does not know, such as `ValidationException`.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<Text>) -> ServiceError {
        ServiceError {
            code: code.into(),
            message: Some(message.into()),
            members: Fields::new(),
            status,
            request_id: None,
            modeled: None,
        }
    }

    /// An error of the model, with the code and status that its traits give: 400 for the sender's fault and
    /// 500 for the service's where they name none (Smithy 2.0, `error` trait). A code other than the shape's
    /// name is known to query-compatible services only (`awsQueryError` trait).
    pub fn modeled(model: &Model, shape: &Shape, message: impl Into<Text>) -> ServiceError {
        let traits = shape.error.as_ref();
        let by_fault = if traits.is_some_and(|error| error.server_fault) { 500 } else { 400 };
        let status = traits.and_then(|error| error.status).unwrap_or(by_fault);
        let code =
            traits.filter(|_| model.metadata.query_compatible).map_or(&shape.name, |error| &error.code);
        ServiceError { modeled: Some(shape.name.clone()), ..ServiceError::new(status, code, message) }
    }
}

/// The error shape of a type name: one that the operation declares before any of the service, for services also
/// answer with errors that an operation does not list; and by name before by code.
pub(crate) fn error_shape<'m>(model: &'m Model, operation: &Operation, name: &str) -> Option<&'m Shape> {
    let all = || operation.errors.iter().map(|id| model.shape(*id)).chain(model.errors());
    let has_code = |shape: &&Shape| shape.error.as_ref().is_some_and(|error| error.code == name);
    all().find(|shape| shape.name == name).or_else(|| all().find(has_code))
}

/// The wire name of an error's message: the model's, or `message`.
pub(crate) fn message_name(shape: Option<&Shape>) -> &'static str {
    let has = |name: &str| shape.is_some_and(|shape| shape.member(name).is_some());
    ["message", "Message", "errorMessage"].into_iter().find(|name| has(name)).unwrap_or("message")
}

/// `namespace#Name:uri` without namespace and URI, in the order that Smithy's pages give.
pub(crate) fn bare(name: &str) -> &str {
    let name = name.split(':').next().unwrap_or_default();
    name.split_once('#').map_or(name, |(_, name)| name).trim()
}

/// The error shape of that name, which must be one of the model.
pub(crate) fn known_error<'m>(model: &'m Model, name: &str) -> Result<&'m Shape, ProtocolError> {
    model.shape_named(name).filter(|shape| shape.error.is_some()).ok_or_else(|| {
        let known: Vec<&str> = model.errors().map(|shape| shape.name.as_str()).collect();
        ProtocolError::new(format!("an error of {}", model.metadata.service_id), format!("`{name}`"))
            .within("error")
            .hint(format!("the model's errors are: {}", known.join(", ")))
    })
}
