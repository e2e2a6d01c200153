//! awsQuery: a form that names the operation, and XML in an envelope.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>.

mod error;
mod response;
mod speech;

pub(crate) use speech::AwsQuery;
