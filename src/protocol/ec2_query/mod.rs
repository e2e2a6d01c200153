//! ec2Query: a form in EC2's dialect, and XML without an envelope.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>.

mod error;
mod response;
mod speech;

pub(crate) use speech::Ec2Query;
