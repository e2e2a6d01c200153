//! Value ⇄ wire, the client's half and the server's: requests, responses and errors, protocol by protocol.
//!
//! - `view`: a body as a tree that can be edited, neutral of its format.
//! - `contract`: the trait [`Protocol`], errors, and the words that all protocols share.
//! - `body`: one folder per format of bodies, and content coding.
//! - `event_stream`: streams of events, their frames and what they say.
//! - `bindings`: members spread over path, query, headers and body, for the protocols that do so.
//! - `aws_json` (awsJson 1.0 and 1.1), `aws_query`, `ec2_query`, `rest_json`, `rest_xml`, `rpc_v2_cbor`: one folder
//!   per protocol.
//! - `spoken`: the one place where the protocol of a model or a request is chosen.
//! - `messages`: whole messages in the protocol of their model; most callers need no more.

mod aws_json;
mod aws_query;
mod bindings;
mod body;
mod contract;
mod ec2_query;
mod endpoint;
pub mod event_stream;
#[cfg(test)]
mod kinds;
mod messages;
mod rest_json;
mod rest_xml;
mod rpc_v2_cbor;
mod spoken;
pub mod view;

pub use bindings::operation_at;
pub use body::checksum::{Checksum, add_checksum, verify_checksums};
pub use contract::{CodePlace, ErrorForm, Protocol, ProtocolError, Reply, RequestKey, Rules, ServiceError};
pub use endpoint::{address, host_prefix};
pub use messages::{
    decode_request, decode_response, encode_error, encode_request, encode_response, operation_of, request_id,
};
pub use spoken::{protocol_named, protocol_of, refusal, request_key};
