//! What a document tells of an error: its type, and its message.

use crate::ground::json::{Json, Text};
use crate::protocol::contract::bare;

/// The type that an error names, bare: the field before `__type` before `code`.
///
/// Smithy lists the three places and gives no order ("Operation error serialization",
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>); this one is that of the Go and Rust SDKs.
/// A modelled member may also be called `code` (aws/aws-sdk-go-v2#2476), so it comes last and counts only as
/// text.
pub(crate) fn error_type(field: Option<&str>, body: Option<&Json>) -> Option<String> {
    let in_body = |key: &str| body.and_then(|body| body.get(key)).and_then(Json::as_str);
    let mut places =
        [field, in_body("__type"), in_body("code"), in_body("Code")].into_iter().flatten().map(bare);
    places.find(|name| !name.is_empty()).map(str::to_owned)
}

/// The message, under the names that services use; Smithy leaves it to the model.
pub(crate) fn message(names: &[&str], body: Option<&Json>) -> Option<Text> {
    names.iter().find_map(|key| match body?.get(key) {
        Some(Json::String(text)) => Some(text.clone()),
        _ => None,
    })
}
