//! An answer onto the socket, as it is written.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::wire::Transport;
use crate::ground::exchange::{Answer, Framing, Response, WireStep};

/// How long a closed connection is drained, so that unread input does not turn the close into a reset
/// that takes the answer with it.
const LINGER: Duration = Duration::from_secs(1);

/// How a connection goes on after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectionState {
    /// The next request may come.
    Open,
    /// No more is sent (FIN).
    Close,
    /// Broken off (RST).
    Reset,
}

/// What of the request shapes the form of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// `HEAD`: the answer ends with its fields.
    pub(super) head_only: bool,
    /// HTTP/1.0: chunks are not understood, RFC 9112, section 6.1.
    pub(super) old: bool,
    /// The connection ends with this answer.
    pub(super) last: bool,
}

/// Writes the answer; raw ones exactly, whatever the form asked for.
pub(super) async fn play<T: Transport>(
    socket: &mut T,
    answer: Answer,
    form: Form,
    patience: Duration,
) -> io::Result<ConnectionState> {
    match answer {
        Answer::Response(response) => {
            let last = form.last || response.closes();
            write(socket, &render(response, form), patience).await?;
            Ok(if last { ConnectionState::Close } else { ConnectionState::Open })
        }
        Answer::Raw(steps) => play_steps(socket, steps, patience).await,
    }
}

fn render(mut response: Response, form: Form) -> Vec<u8> {
    match response.framing {
        Framing::Chunked if form.old => response.framing = Framing::Close,
        // The client of a GET would wait for a body that does not come.
        Framing::HeadOnly(_) if !form.head_only && response.may_have_body() => {
            response.framing = Framing::Length;
        }
        _ => {}
    }
    if form.head_only { response.head_to_wire() } else { response.to_wire() }
}

async fn play_steps<T: Transport>(
    socket: &mut T,
    steps: Vec<WireStep>,
    patience: Duration,
) -> io::Result<ConnectionState> {
    for step in steps {
        match step {
            WireStep::Bytes(bytes) => write(socket, &bytes, patience).await?,
            WireStep::Pause(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            WireStep::Close => return Ok(ConnectionState::Close),
            WireStep::Reset => return Ok(ConnectionState::Reset),
        }
    }
    Ok(ConnectionState::Open)
}

/// Writes all of it, giving up on a client that takes nothing in for as long as `patience`.
async fn write<T: Transport>(socket: &mut T, mut bytes: &[u8], patience: Duration) -> io::Result<()> {
    while !bytes.is_empty() {
        match timeout(patience, socket.write(bytes)).await?? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => bytes = &bytes[written..],
        }
    }
    timeout(patience, socket.flush()).await?
}

/// Closes the sending side; false where there is no connection any more.
pub(super) async fn hang_up<T: Transport>(socket: &mut T) -> bool {
    socket.shutdown().await.is_ok()
}

/// Takes in what the client still sends after the sending side was closed, for a while.
pub(super) async fn drain<T: Transport>(mut socket: T) {
    let mut rest = [0; 4096];
    let drained = async { while matches!(socket.read(&mut rest).await, Ok(1..)) {} };
    let _ = timeout(LINGER, drained).await;
}
