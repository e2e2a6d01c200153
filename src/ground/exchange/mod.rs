//! HTTP as data: requests, responses, what was seen on a wire, and the one trait every server of ours is made of.
//!
//! Nothing here opens a socket. `serve` turns sockets into [`Request`]s and [`Answer`]s into bytes; `record`,
//! `replay`, `script` and `sandbox` are [`Handler`]s.

mod content;
mod handler;
mod headers;
mod message;
mod scope;
mod stored;
mod transcript;

pub use content::{Body, Coding, Content};
pub use handler::{Answer, Handler, Pending, WireStep};
pub use headers::Headers;
pub use message::{Framing, Request, Response};
pub use scope::CredentialScope;
pub use stored::{StoredRequest, StoredResponse};
pub use transcript::{Entry, Mismatch, Transcript};
