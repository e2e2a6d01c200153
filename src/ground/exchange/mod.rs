//! HTTP as data: requests, responses, what was seen on a wire, and the one trait every server of ours is made of.
//!
//! Nothing here opens a socket. `serve` turns sockets into [`Request`]s and [`Answer`]s into bytes; `record`,
//! `replay`, `script` and `sandbox` are [`Handler`]s.

mod content;
mod endpoint;
mod handler;
mod headers;
mod message;
mod names;
mod scope;
mod stored;
mod transcript;

pub use content::{Body, Coding, Content};
pub use endpoint::Endpoint;
pub use handler::{Answer, Handler, Pending, WireStep};
pub use headers::Headers;
pub use message::{Framing, Request, Response};
pub use names::{ATTEMPT, INVOCATION_ID, OLD_REQUEST_ID, REQUEST_ID};
pub use scope::CredentialScope;
pub use stored::{StoredRequest, StoredResponse};
pub use transcript::{Entry, Mismatch, Transcript};
