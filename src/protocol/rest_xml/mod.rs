//! restXml: HTTP bindings around XML documents, with what is particular to S3.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>, and of S3
//! <https://smithy.io/2.0/aws/customizations/s3-customizations.html>:
//!
//! - Its errors stand without an `ErrorResponse` around them, and their code in the answer to a `HEAD` is nowhere.
//! - An error may come with status 200, where the service began its answer before it knew the end.
//! - The output of GetBucketLocation is the root element itself.
//! - The bucket may stand in the host name.

mod bucket;
mod document;
mod error;
mod speech;

/// restXml.
#[derive(Debug)]
pub(crate) struct RestXml;

/// The `Content-Type` of a document.
const CONTENT_TYPE: &str = "application/xml";
