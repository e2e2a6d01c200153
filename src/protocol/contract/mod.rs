//! What a protocol is: the trait that each protocol's folder fills, and the words in which it speaks.
//!
//! Adding a protocol: a folder beside `aws_json` with a type that implements [`Protocol`], one line in
//! `protocol/spoken.rs`, and a reader in `check/oracles/request/`. A folder takes the format of its bodies from
//! `protocol/body` and names nothing of another protocol's folder.

mod error;
mod error_form;
mod protocol;
mod query_compatible;
mod rules;
mod service_error;

pub use error::ProtocolError;
pub(crate) use error::{clipped, shown};
pub use error_form::{CodePlace, ErrorForm};
pub use protocol::{Protocol, Reply, RequestKey};
pub(crate) use query_compatible::{QUERY_ERROR, QUERY_MODE, query_code, query_error};
pub use rules::Rules;
pub use service_error::ServiceError;
pub(crate) use service_error::{bare, error_shape, known_error, message_name};
