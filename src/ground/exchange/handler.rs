//! The one trait of everything that answers: request in, answer out.

use std::future::Future;
use std::pin::Pin;

use super::{Request, Response};

/// One thing done to the socket by a raw answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireStep {
    /// Write these bytes as they are.
    Bytes(Vec<u8>),
    /// Write nothing for so many milliseconds.
    Pause(u64),
    /// Close the connection in order (FIN).
    Close,
    /// Break the connection (RST).
    Reset,
}

/// What goes back to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A well-formed response.
    Response(Response),
    /// Bytes, pauses and breaks, exactly so; the connection stays open unless a step ends it.
    Raw(Vec<WireStep>),
}

impl From<Response> for Answer {
    fn from(response: Response) -> Answer {
        Answer::Response(response)
    }
}

/// A future that an object-safe trait can return.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Anything that answers requests: recorder, replayer, sandbox, script.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Requests of one connection come one after another, those of several at once.
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer>;
}

impl<H: Handler + ?Sized> Handler for std::sync::Arc<H> {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        (**self).handle(request)
    }
}
