//! One request, one whole response, and how a failure of either is told.

use std::time::Duration;

use super::failure::failure;
use crate::api::outcome::{ClientFault, Stage};
use crate::clients::DriverError;
use crate::clients::pipe::Timeouts;
use crate::ground::exchange::{Framing, Request, Response};
use crate::wire::client::{HttpClient, SendError, Trust};

/// A pool of connections.
pub(super) struct ConnectionPool {
    client: HttpClient,
}

/// A body larger than this is not read to its end.
const LARGEST: usize = 64 << 20;

impl ConnectionPool {
    pub(super) fn new(timeouts: Timeouts) -> Result<ConnectionPool, DriverError> {
        let wait = |milliseconds: u32| Duration::from_millis(u64::from(milliseconds));
        let (connect, read) = (wait(timeouts.connect_ms), wait(timeouts.read_ms));
        let client = HttpClient::new(connect, read, Trust::Nobody)
            .map_err(|error| DriverError::new("builtin", error.to_string()))?;
        Ok(ConnectionPool { client })
    }

    /// Sends a request and reads the whole response.
    pub(super) async fn exchange(&self, endpoint: &str, request: Request) -> Result<Response, ClientFault> {
        let mut answer = self.client.send(endpoint, request).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                let message = format!("the body is longer than {LARGEST} bytes");
                return Err(failure(Stage::Transport, "TransportError", message));
            }
        }
        Ok(Response { status: answer.status, headers: answer.headers, body, framing: Framing::Length })
    }
}

fn failed(error: SendError) -> ClientFault {
    let (stage, class, message) = match error {
        SendError::Request(what) => (Stage::Serialize, "SerializeError", what),
        SendError::Timeout(what) => (Stage::Timeout, "TimeoutError", what),
        SendError::Transport(what) => (Stage::Transport, "TransportError", what),
    };
    failure(stage, class, message)
}
