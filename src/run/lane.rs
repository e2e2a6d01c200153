//! A lane: one client and one listener, kept for many cases.

use std::sync::Arc;

use super::RunError;
use crate::case::{Case, Evidence};
use crate::driver::Client;
use crate::exchange::{Answer, Transcript};
use crate::json::{Json, parse};
use crate::script::Script;
use crate::serve::{Options, Server, ServerHandle};

/// One client and one listener.
pub struct Lane {
    client: Box<dyn Client>,
    script: Arc<Script>,
    server: ServerHandle,
    previous: Option<Json>,
}

impl Lane {
    /// Opens a listener for a client.
    pub async fn open(client: Box<dyn Client>) -> Result<Lane, RunError> {
        let script = Arc::new(Script::new());
        let server = Server::bind(Options::default()).await?.run(script.clone());
        Ok(Lane { client, script, server, previous: None })
    }

    /// Runs one trial: plays the case's answers to the client's call, and keeps what both sides saw.
    pub async fn trial(&mut self, case: &Case) -> Evidence {
        self.script.open(case.answers.clone());
        let endpoint = self.server.endpoint();
        let outcome = self.client.run(&case.operation, &case.call, &endpoint).await;
        let transcript = self.script.close();
        let last = last_body(&transcript);
        let hello = self.client.hello();
        Evidence {
            client: hello.client.clone(),
            version: hello.version.clone(),
            timestamp_digits: hello.timestamp_digits,
            outcome,
            transcript,
            late: 0,
            previous: std::mem::replace(&mut self.previous, last),
        }
    }

    /// How many requests came after the outcome of the last trial.
    pub fn late(&self) -> usize {
        self.script.late()
    }

    /// Ends the client and the listener.
    pub async fn close(self) {
        self.client.stop().await;
        self.server.stop().await;
    }
}

/// The body of the last answer of a trial, where it was JSON.
fn last_body(transcript: &Transcript) -> Option<Json> {
    match &transcript.entries.last()?.answer {
        Answer::Response(response) => parse(&response.body).ok(),
        Answer::Raw(_) => None,
    }
}
