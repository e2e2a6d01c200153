//! The fields of awsJson messages, as they are spelled when written.

use crate::api::model::Model;
use crate::ground::exchange::{OLD_REQUEST_ID, REQUEST_ID};

/// The service's prefix and the operation.
pub(super) const TARGET: &str = "X-Amz-Target";

/// The code of an error.
pub(super) const ERROR_TYPE: &str = "X-Amzn-Errortype";

/// The id of a request, under the names that services use; the first is written.
pub(super) const REQUEST_IDS: [&str; 3] = [REQUEST_ID, OLD_REQUEST_ID, "x-amz-requestid"];

/// The value of `Content-Type`.
pub(super) fn content_type(model: &Model) -> String {
    let version = model.metadata.json_version.as_str();
    format!("application/x-amz-json-{}", if version.is_empty() { "1.0" } else { version })
}
