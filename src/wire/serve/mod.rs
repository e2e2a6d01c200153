//! The sockets: listens, reads requests, gives them to a [`Handler`](crate::ground::exchange::Handler), writes answers.
//!
//! hyper reads and we write. One hyper connection is made for each exchange, parses one request with its
//! framing, `Expect: 100-continue` and limits, and is taken apart again before it could answer; the answer
//! is then written to the bare socket, byte by byte. So a replayer decides on every header's case and place,
//! no `Date` is ever added, and a raw answer's cuts, pauses and resets reach the client as they are.
//!
//! What hyper does not hand on is lost to everything behind it: field names arrive in lower case, fields of
//! one name stand together where the first stood, and a `Content-Length` beside `Transfer-Encoding` is gone.
//!
//! Everything past the listener is generic over [`Transport`], so that a TLS stream can take the place of
//! TCP.

mod arrival;
mod connection;
mod host;
mod play;
mod refusal;
mod server;
mod sessions;
mod wire;

pub use server::{Server, ServerHandle};
pub use sessions::{SessionError, Sessions};
pub use wire::Transport;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How a server listens and what it puts up with.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names allowed in `Host` besides loopback's and the listening address.
    pub allow_hosts: Vec<String>,
    /// Serve a request whatever its `Host` is, none and two as well: what came is then judged by others.
    pub any_host: bool,
    /// The largest request body that is read, in bytes.
    pub max_body: usize,
    /// How many connections may be open at once.
    pub max_connections: usize,
    /// How long a request may take to arrive, and a client to take in the next bytes of an answer.
    pub patience: Duration,
}

impl Default for ServerOptions {
    /// A free port of the loopback, 32 MiB of body, 1024 connections, 30 seconds.
    fn default() -> ServerOptions {
        ServerOptions {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_hosts: Vec::new(),
            any_host: false,
            max_body: 32 << 20,
            max_connections: 1024,
            patience: Duration::from_secs(30),
        }
    }
}

/// The largest block of request line and fields that is read.
const MAX_HEAD: usize = 64 << 10;

/// Why a server cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program has the port.
    #[error("{address} is taken by another program\nhint: {}", FREE_PORT)]
    Taken {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The machine does not have the address.
    #[error("this machine has no address {}\nhint: {}", address.ip(), OWN_ADDRESS)]
    NotOurs {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Anything else the system says.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The system's own words.
        source: std::io::Error,
    },
}

const FREE_PORT: &str = "stop it, or listen on port 0 to get a free port";
const OWN_ADDRESS: &str = "listen on 127.0.0.1 or on 0.0.0.0";

impl ServeError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            ServeError::Taken { .. } => Some(FREE_PORT),
            ServeError::NotOurs { .. } => Some(OWN_ADDRESS),
            ServeError::Listen { .. } => None,
        }
    }
}
