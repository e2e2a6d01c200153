//! Errors that a service answers with: the forms in which their code and message travel.

use crate::api::model::{Fields, Model, Operation, Shape};
use crate::ground::exchange::{Headers, Response};
use crate::ground::json::{Json, Text};

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

/// The id of the request, from the header that carries it.
pub fn request_id(response: &Response) -> Option<String> {
    let names = ["x-amzn-requestid", "x-amz-request-id", "x-amz-requestid"];
    names.iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

/// The type that an error names, bare: the header before `__type` before `code`.
///
/// Smithy lists the three places and gives no order ("Operation error serialization",
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>); this one is that of the Go and Rust SDKs.
/// A modelled member may also be called `code` (aws/aws-sdk-go-v2#2476), so it comes last and counts only as
/// text.
pub(super) fn error_type(headers: &Headers, body: Option<&Json>) -> Option<String> {
    let in_body = |key: &str| body.and_then(|body| body.get(key)).and_then(Json::as_str);
    let mut places = [headers.get("x-amzn-errortype"), in_body("__type"), in_body("code"), in_body("Code")]
        .into_iter()
        .flatten()
        .map(bare);
    places.find(|name| !name.is_empty()).map(str::to_owned)
}

/// `namespace#Name:uri` without namespace and URI, in the order that Smithy's page gives.
fn bare(name: &str) -> &str {
    let name = name.split(':').next().unwrap_or_default();
    name.split_once('#').map_or(name, |(_, name)| name).trim()
}

/// The message, under the names that services use; Smithy leaves it to the model.
pub(super) fn message(body: Option<&Json>) -> Option<Text> {
    ["message", "Message", "errorMessage"].iter().find_map(|key| match body?.get(key) {
        Some(Json::String(text)) => Some(text.clone()),
        _ => None,
    })
}

/// The code that a query-compatible service keeps from its past, from `Code;Fault`
/// (<https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>, `awsQueryCompatible` trait).
pub(super) fn query_code(model: &Model, headers: &Headers) -> Option<String> {
    let value = headers.get("x-amzn-query-error").filter(|_| model.metadata.query_compatible)?;
    let (code, fault) = value.split_once(';')?;
    (!code.is_empty() && !fault.contains(';')).then(|| code.to_owned())
}

/// The error shape of a type name: one that the operation declares before any of the service, for services also
/// answer with errors that an operation does not list; and by name before by code.
pub(super) fn error_shape<'m>(model: &'m Model, operation: &Operation, name: &str) -> Option<&'m Shape> {
    let all = || operation.errors.iter().map(|id| model.shape(*id)).chain(model.errors());
    let has_code = |shape: &&Shape| shape.error.as_ref().is_some_and(|error| error.code == name);
    all().find(|shape| shape.name == name).or_else(|| all().find(has_code))
}
