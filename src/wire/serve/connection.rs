//! One connection: request, answer, and again until one side ends it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::arrival::{self, Arrival, Arrived};
use super::host::Hosts;
use super::play::{self, ConnectionState, Form};
use super::wire::{Transport, Wire};
use super::{ServerOptions, refusal};
use crate::ground::exchange::{Handler, Response};

/// How many requests are being answered, over all connections.
pub(super) type Busy = Arc<watch::Sender<usize>>;

/// One of them, counted until it is dropped.
struct Exchange<'a>(&'a Busy);

impl<'a> Exchange<'a> {
    fn begin(busy: &'a Busy) -> Exchange<'a> {
        busy.send_modify(|busy| *busy += 1);
        Exchange(busy)
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|busy| *busy -= 1);
    }
}

/// What a connection knows of its server.
pub(super) struct Connection {
    pub(super) local: IpAddr,
    pub(super) hosts: Arc<Hosts>,
    pub(super) options: Arc<ServerOptions>,
    pub(super) handler: Arc<dyn Handler>,
    pub(super) stopping: watch::Receiver<bool>,
    pub(super) busy: Busy,
}

impl Connection {
    /// Serves the socket to its end. Failures of the socket end it and have nobody to be told to.
    pub(super) async fn serve<T: Transport>(mut self, socket: T) {
        let mut wire = Wire::new(socket);
        loop {
            tokio::select! {
                biased;
                _ = self.stopping.wait_for(|stop| *stop) => return,
                begins = wire.begins() => if !begins { return },
            }
            let exchange = Exchange::begin(&self.busy);
            match self.exchange(&mut wire).await {
                Ok(ConnectionState::Open) => {}
                Ok(ConnectionState::Close) => {
                    if play::hang_up(&mut wire.socket).await {
                        drop(exchange);
                        play::drain(wire.socket).await;
                    }
                    return;
                }
                Ok(ConnectionState::Reset) => {
                    wire.socket.break_on_drop();
                    drop(wire);
                    return drop(exchange);
                }
                Err(_) => return,
            }
        }
    }

    /// One request and its answer.
    async fn exchange<T: Transport>(&self, wire: &mut Wire<T>) -> io::Result<ConnectionState> {
        let patience = self.options.patience;
        let arrived = timeout(patience, arrival::next(wire, &self.options))
            .await
            .unwrap_or_else(|_| Arrived::Refused(refusal::too_slow(patience.as_secs())));
        let arrival = match arrived {
            Arrived::Request(arrival) => arrival,
            Arrived::Refused(response) => return refuse(&mut wire.socket, response, patience).await,
            Arrived::Http2 => return play::play(&mut wire.socket, refusal::http2(), PLAIN, patience).await,
            Arrived::Gone => return Ok(ConnectionState::Close),
        };
        if let Some(response) = self.objection(&arrival) {
            return refuse(&mut wire.socket, response, patience).await;
        }
        let Arrival { request, old, last, .. } = arrival;
        let form = Form { head_only: request.method == "HEAD", old, last };
        let answer = self.handler.handle(request).await;
        play::play(&mut wire.socket, answer, form, patience).await
    }

    /// Why a well-formed request is not given to the handler.
    fn objection(&self, arrival: &Arrival) -> Option<Response> {
        if arrival.request.method == "CONNECT" {
            return Some(refusal::no_tunnel());
        }
        if self.options.any_host {
            return None;
        }
        let mut fields = arrival.request.headers.all("host");
        let host = match (fields.next(), fields.next()) {
            (Some(host), None) => Some(host),
            (None, None) if arrival.old => None,
            _ => return Some(refusal::host_missing()),
        };
        arrival
            .authority
            .as_deref()
            .into_iter()
            .chain(host)
            .find(|host| !self.hosts.allows(host, self.local))
            .map(refusal::misdirected)
    }
}

/// The form of our own answers, after which the connection ends.
const PLAIN: Form = Form { head_only: false, old: false, last: true };

/// Answers a connection over the limit, and ends it.
pub(super) async fn turn_away<T: Transport>(mut socket: T, limit: usize) {
    let told = refuse(&mut socket, refusal::crowded(limit), Duration::from_secs(1)).await.is_ok();
    if told && play::hang_up(&mut socket).await {
        play::drain(socket).await;
    }
}

async fn refuse<T: Transport>(
    socket: &mut T,
    response: Response,
    patience: Duration,
) -> io::Result<ConnectionState> {
    play::play(socket, response.into(), PLAIN, patience).await
}
