//! Where the built-in client can be taken apart: each rule is one method, and a decorator that replaces one is
//! a client with one bug.

use super::pages::{self, NextPage};
use super::poll::{self, PollResult};
use super::retry::{self, FailedAttempt, Remedy};
use crate::api::model::{AcceptorMatcher, Model, Operation, Paginator, Value};
use crate::ground::exchange::{Request, Response};
use crate::protocol::{self, ProtocolError, Reply};

/// The rules of the client.
pub trait Seams: Send + Sync {
    /// Writes a request.
    fn encode(&self, model: &Model, operation: &Operation, input: &Value) -> Result<Request, ProtocolError> {
        protocol::encode_request(model, operation, input)
    }

    /// Reads a response.
    fn decode(
        &self,
        model: &Model,
        operation: &Operation,
        response: &Response,
    ) -> Result<Reply, ProtocolError> {
        protocol::decode_response(model, operation, response)
    }

    /// Whether an attempt that failed is worth another.
    fn remedy(&self, fault: &FailedAttempt<'_>) -> Option<Remedy> {
        retry::remedy(fault)
    }

    /// What the next page is asked with, after a page.
    fn next_page(&self, paginator: &Paginator, output: &Value) -> NextPage {
        pages::next_page(paginator, output)
    }

    /// Whether an acceptor matches the answer to a poll.
    fn accepts(&self, matcher: &AcceptorMatcher, poll: &PollResult<'_>) -> bool {
        poll::accepts(matcher, poll)
    }

    /// The last word on a request before it is signed.
    fn finish(&self, _operation: &Operation, _request: &mut Request) {}
}

/// The client as it is meant to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReferenceSeams;

impl Seams for ReferenceSeams {}
