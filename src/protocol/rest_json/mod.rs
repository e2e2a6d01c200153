//! restJson1: HTTP bindings around JSON documents.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>.

mod document;
mod error;
mod speech;

/// restJson1.
#[derive(Debug)]
pub(crate) struct RestJson;

/// The `Content-Type` of a document.
const CONTENT_TYPE: &str = "application/json";
