//! rpcV2Cbor: a path that names service and operation around a CBOR body.
//!
//! Source: <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>.

mod error;
mod message;
mod speech;

pub(crate) use speech::RpcV2Cbor;
