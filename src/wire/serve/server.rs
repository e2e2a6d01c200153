//! The listener: binding, accepting within a limit, stopping.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::connection::{self, Busy, Connection};
use super::host::Hosts;
use super::{ServeError, ServerOptions};
use crate::ground::exchange::Handler;

/// How long exchanges under way may take to end when the server is stopped.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait after the system refused to accept, as when file descriptors run out.
const BREATH: Duration = Duration::from_millis(50);

/// A bound listener that does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    options: ServerOptions,
}

impl Server {
    /// Takes the port.
    pub async fn bind(options: ServerOptions) -> Result<Server, ServeError> {
        let address = options.listen;
        let failed = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::AddrInUse => ServeError::Taken { address },
            std::io::ErrorKind::AddrNotAvailable => ServeError::NotOurs { address },
            _ => ServeError::Listen { address, source },
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Server { listener, address, options })
    }

    /// The address in force, with the port that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What a client on this machine takes as its endpoint.
    pub fn endpoint(&self) -> String {
        endpoint(self.address)
    }

    /// Answers with `handler` from now on, in tasks of the current tokio runtime.
    pub fn run(self, handler: Arc<dyn Handler>) -> ServerHandle {
        let (stop, stopping) = watch::channel(false);
        let (address, busy) = (self.address, Arc::new(watch::Sender::new(0)));
        let task = tokio::spawn(self.accept(handler, stopping, busy.clone()));
        ServerHandle { address, stop, busy, task }
    }

    async fn accept(self, handler: Arc<dyn Handler>, mut stopping: watch::Receiver<bool>, busy: Busy) {
        let hosts = Arc::new(Hosts::new(self.address.ip(), &self.options.allow_hosts));
        let options = Arc::new(self.options);
        let mut open = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stopping.wait_for(|stop| *stop) => break,
                Some(_) = open.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((socket, _)) = accepted else {
                tokio::time::sleep(BREATH).await;
                continue;
            };
            let connection = Connection {
                local: local_address(&socket, self.address),
                hosts: hosts.clone(),
                options: options.clone(),
                handler: handler.clone(),
                stopping: stopping.clone(),
                busy: busy.clone(),
            };
            if open.len() < options.max_connections {
                open.spawn(connection.serve(socket));
            } else {
                open.spawn(connection::turn_away(socket, options.max_connections));
            }
        }
        drop(self.listener);
        let all_ended = async { while open.join_next().await.is_some() {} };
        // What is left after the grace is cut off when `open` is dropped.
        let _ = tokio::time::timeout(GRACE, all_ended).await;
    }
}

/// A running server; dropping it closes the listener and breaks all connections.
#[derive(Debug)]
pub struct ServerHandle {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    busy: Busy,
    task: JoinHandle<()>,
}

impl ServerHandle {
    /// The address in force.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What a client on this machine takes as its endpoint.
    pub fn endpoint(&self) -> String {
        endpoint(self.address)
    }

    /// Waits until every request that has come is answered, its connection closed where that is part of the
    /// answer; no longer than `limit`. A client that is told of its answer may be faster than the close.
    pub async fn settled(&self, limit: Duration) {
        let _ = tokio::time::timeout(limit, self.busy.subscribe().wait_for(|busy| *busy == 0)).await;
    }

    /// Stops in order: no new connection, idle ones closed, exchanges under way ended (within two seconds).
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let _ = (&mut self.task).await;
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The URL of an address; one that means "all of this machine" becomes the loopback.
fn endpoint(address: SocketAddr) -> String {
    let reachable = match address {
        SocketAddr::V4(all) if all.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, all.port()).into(),
        SocketAddr::V6(all) if all.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, all.port()).into(),
        other => other,
    };
    format!("http://{reachable}")
}

/// The address the client reached us by, which a listener on all addresses cannot know beforehand.
fn local_address(socket: &TcpStream, listening: SocketAddr) -> std::net::IpAddr {
    socket.local_addr().unwrap_or(listening).ip()
}
