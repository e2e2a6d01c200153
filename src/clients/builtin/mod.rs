//! Our own client: it needs nothing but a model, and every other client is compared with it.
//!
//! `protocol` writes and reads its messages, `sigv4` signs them; here are the parts of an SDK around those:
//! connections, retries, idempotency tokens, the paginator, the waiter. Rules and numbers are those of the SDKs'
//! reference, <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.

mod attempts;
mod failure;
mod pages;
mod path;
mod poll;
mod retry;
mod seams;
mod token;
mod transport;

use std::sync::Arc;
use std::time::Duration;

pub use pages::{NextPage, Repeated};
pub use poll::PollResult;
pub use retry::{FailedAttempt, Remedy};
pub use seams::{ReferenceSeams, Seams};

use self::retry::RetryQuota;
use self::token::Tokens;
use self::transport::ConnectionPool;
use super::{Client, DriverError};
use crate::api::model::{Model, Operation};
use crate::api::outcome::{Outcome, Stage, typed};
use crate::check::case::{Call, Mode, NoOutcome};
use crate::clients::pipe::{Start, Started};
use crate::ground::clock::Clock;
use crate::ground::exchange::Pending;
use crate::protocol::Reply;

/// How long the built-in client is at work on one request.
pub const PACE: Duration = Duration::from_micros(500);

/// What the built-in client is made of.
#[derive(Clone)]
pub struct BuiltinParts {
    /// The API it speaks.
    pub model: Arc<Model>,
    /// Region, credentials, retries and time-outs.
    pub start: Start,
    /// Where the time of its signatures comes from.
    pub clock: Arc<dyn Clock>,
    /// Makes its idempotency tokens and invocation ids the same each time; without it they are random.
    pub seed: Option<u64>,
    /// Its own rules, or those of a decorator around them.
    pub seams: Arc<dyn Seams>,
    /// How long a call may take, all attempts, pages and polls together.
    pub deadline: Duration,
}

impl BuiltinParts {
    /// The client as it is meant to be.
    pub fn new(model: Arc<Model>, start: Start, clock: Arc<dyn Clock>) -> BuiltinParts {
        let deadline = super::Limits::default().answer;
        BuiltinParts { model, start, clock, seed: None, seams: Arc::new(ReferenceSeams), deadline }
    }
}

/// The built-in client.
pub struct BuiltinClient {
    parts: BuiltinParts,
    hello: Started,
    tokens: Tokens,
    session: Session,
}

/// What `fresh` renews: connections, retry quota, what was learnt of the server's clock.
struct Session {
    transport: ConnectionPool,
    quota: RetryQuota,
    skew: i64,
}

impl Session {
    fn new(start: &Start) -> Result<Session, DriverError> {
        Ok(Session { transport: ConnectionPool::new(start.timeouts)?, quota: RetryQuota::default(), skew: 0 })
    }
}

impl BuiltinClient {
    /// A client of those parts.
    pub fn new(parts: BuiltinParts) -> Result<BuiltinClient, DriverError> {
        let tokens = match parts.seed {
            Some(seed) => Tokens::seeded(seed),
            None => Tokens::random().map_err(|error| DriverError::new("builtin", error.to_string()))?,
        };
        let session = Session::new(&parts.start)?;
        Ok(BuiltinClient { hello: hello(), tokens, session, parts })
    }

    async fn perform(&mut self, operation: &str, call: &Call, endpoint: &str) -> Outcome {
        let model = Arc::clone(&self.parts.model);
        let Some(operation) = model.operation(operation) else {
            return unsupported(format!("{} has no operation {operation}", model.metadata.service_id));
        };
        if call.fresh {
            match Session::new(&self.parts.start) {
                Ok(session) => self.session = session,
                Err(error) => {
                    let fault = failure::failure(Stage::Unknown, "ClientError", error.to_string());
                    return Outcome::ClientError(fault);
                }
            }
        }
        match &call.mode {
            Mode::Call => self.call(operation, call, endpoint).await,
            Mode::Paginate { max_pages } => self.paginate(operation, &call.input, endpoint, *max_pages).await,
            Mode::Wait { waiter, delay_ms, max_attempts } => match model.waiters.get(waiter) {
                Some(waiter) => {
                    let pace = (Duration::from_millis(u64::from(*delay_ms)), *max_attempts);
                    self.wait(waiter, &call.input, endpoint, pace).await
                }
                None => unsupported(format!("{} has no waiter {waiter}", model.metadata.service_id)),
            },
        }
    }

    async fn call(&mut self, operation: &Operation, call: &Call, endpoint: &str) -> Outcome {
        match self.send(operation, &call.input, endpoint, Feature::Call).await {
            Ok(answer) => match answer.reply {
                Reply::Output(output) => {
                    Outcome::Output { output: typed::encode(&output), request_id: answer.request_id }
                }
                Reply::Error(error) => failure::told(error),
            },
            Err(fault) => Outcome::ClientError(fault),
        }
    }
}

/// What a request is part of; the SDKs tell it in `User-Agent`, and so do we.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feature {
    Call,
    Paginator,
    Waiter,
}

impl Client for BuiltinClient {
    fn hello(&self) -> &Started {
        &self.hello
    }

    fn run<'a>(
        &'a mut self,
        operation: &'a str,
        call: &'a Call,
        endpoint: &'a str,
    ) -> Pending<'a, Result<Outcome, NoOutcome>> {
        let deadline = self.parts.deadline;
        let performed = self.perform(operation, call, endpoint);
        Box::pin(async move { tokio::time::timeout(deadline, performed).await.map_err(|_| NoOutcome::Hung) })
    }

    fn stop(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async {})
    }
}

fn hello() -> Started {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Started {
        client: "builtin".to_owned(),
        version,
        language: "rust".to_owned(),
        runtime: env!("CARGO_PKG_RUST_VERSION").to_owned(),
        capabilities: ["call", "paginate", "wait"].map(str::to_owned).to_vec(),
        timestamp_digits: 9,
        issues: None,
    }
}

fn unsupported(reason: String) -> Outcome {
    Outcome::Unsupported { reason, issue: None }
}
