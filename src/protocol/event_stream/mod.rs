//! Event streams: messages and their bytes, and events by shape.
//!
//! A member that is an event stream is a list of union values, one per event; an exception that the union has is the
//! last of them. The other members of a message travel in its first event where the protocol has no other place
//! (`initial-request`, `initial-response`). Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>.

mod event;
mod frame;
mod header;
mod stream;

pub use frame::{FrameError, Message, messages};
pub use header::{EventHeader, HeaderValue};
pub(crate) use stream::{
    EventFormat, INITIAL_REQUEST, INITIAL_RESPONSE, StreamError, decode, encode, stream_member,
};

/// The `Content-Type` of a body that is an event stream.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

#[cfg(test)]
mod tests;
