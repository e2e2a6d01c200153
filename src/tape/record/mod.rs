//! Records: verifies what comes in, signs anew for the upstream only, forwards, redacts, notes, answers.
//!
//! Nothing is redacted before it is forwarded, nothing is stored before it is redacted, and no answer reaches the
//! client before it is in the journal.

mod aws;
#[cfg(feature = "aws")]
mod credential_http;
mod handler;
mod tape;
mod upstream;

pub use aws::{check_account, own_credentials};
pub use handler::{RecordHandler, Setup};
pub use tape::{RecordError, RecordReport};
pub use upstream::{Upstream, UpstreamError, Upstreams};
