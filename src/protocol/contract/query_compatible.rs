//! What is left of awsQuery in services that once spoke it: a field of the request, and codes of errors.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>, `awsQueryCompatible` trait.

use super::ServiceError;
use crate::api::model::{Model, Shape};
use crate::ground::exchange::Headers;

/// Sent to services that once spoke awsQuery.
pub(crate) const QUERY_MODE: &str = "x-amzn-query-mode";

/// The code that an error had in awsQuery, `Code;Fault`.
pub(crate) const QUERY_ERROR: &str = "x-amzn-query-error";

/// `Code;Fault`, where a query-compatible service knows the error by another code than the shape's name.
pub(crate) fn query_error(model: &Model, shape: &Shape, error: &ServiceError) -> Option<String> {
    let traits =
        shape.error.as_ref().filter(|_| model.metadata.query_compatible && error.code != shape.name)?;
    Some(format!("{};{}", error.code, if traits.server_fault { "Receiver" } else { "Sender" }))
}

/// The code that a query-compatible service keeps from its past.
pub(crate) fn query_code(model: &Model, headers: &Headers) -> Option<String> {
    let value = headers.get(QUERY_ERROR).filter(|_| model.metadata.query_compatible)?;
    let (code, fault) = value.split_once(';')?;
    (!code.is_empty() && !fault.contains(';')).then(|| code.to_owned())
}
