//! awsJson 1.0 and 1.1.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html> and its sister page of 1.0.

mod error;
mod headers;
mod message;
mod speech;

pub(crate) use speech::AwsJson;
