//! Replay against a bare hyper responder, recording against the upstream alone.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use shapetape::api::model;
use shapetape::ground::clock::{SystemClock, Time};
use shapetape::ground::exchange::{Answer, Handler, Headers, Pending, Request, Response};
use shapetape::tape::cassette::{self, Header, Interaction};
use shapetape::tape::matcher::Models;
use shapetape::tape::record::{RecordHandler, Setup, Upstream, Upstreams};
use shapetape::tape::replay::{Exhausted, ReplayHandler, ReplayOptions, Session};
use shapetape::wire::gate::Gate;
use shapetape::wire::serve::{self, Server, ServerHandle};
use shapetape::wire::sigv4::{Credentials, sign};

use super::{Line, ROUNDS, load};
use crate::project;

/// The recording that is played.
const CASSETTE: &str = "cassettes/sagemaker/lifecycle-moto.json";

/// Always the same answer.
struct Fixed(Response);

impl Handler for Fixed {
    fn handle<'a>(&'a self, _: Request) -> Pending<'a, Answer> {
        let answer = self.0.clone().into();
        Box::pin(async move { answer })
    }
}

/// A replay with signatures verified and bodies decoded, against hyper that answers the same bytes unread.
pub(super) async fn replay() -> Result<Line> {
    let cassette = cassette::load(&project::root().join(CASSETTE))?;
    let interaction = described(&cassette.interactions)?;
    let answer = interaction.response().to_response(&Headers::new());
    let bare = hyper(answer.body.clone()).await?;
    let options = ReplayOptions { exhausted: Exhausted::Repeat, ..ReplayOptions::default() };
    let session = Session::new(Models::new([model::latest()?]), std::slice::from_ref(&cassette), options);
    let ours = start(Arc::new(ReplayHandler::new(Gate::default(), session))).await?;
    let mut pairs = Vec::new();
    for _ in 0..ROUNDS {
        let without = load::rate(bare, &request(interaction, bare)?).await?;
        pairs.push((without, load::rate(address(&ours)?, &request(interaction, address(&ours)?)?).await?));
    }
    ours.stop().await;
    Ok(Line::new("replay, of a bare hyper responder", pairs, None))
}

/// A recording with every exchange redacted, scanned and in the journal, against its upstream alone.
pub(super) async fn record() -> Result<Line> {
    let cassette = cassette::load(&project::root().join(CASSETTE))?;
    let interaction = described(&cassette.interactions)?;
    let upstream = start(Arc::new(Fixed(interaction.response().to_response(&Headers::new())))).await?;
    let folder = tempfile::tempdir()?;
    let mut pairs = Vec::new();
    for round in 0..ROUNDS {
        let direct = address(&upstream)?;
        let without = load::rate(direct, &request(interaction, direct)?).await?;
        let mut upstreams = Upstreams::default();
        upstreams.for_others(Upstream::at(&upstream.endpoint(), Credentials::new("testing", "testing"))?);
        let setup = Setup {
            gate: Gate::default(),
            upstreams,
            models: Models::new([model::latest()?]),
            clock: Arc::new(SystemClock),
            header: Header::default(),
            secrets: Vec::new(),
            old: None,
        };
        let recorder = Arc::new(RecordHandler::new(&folder.path().join(format!("{round}.json")), setup)?);
        let ours = start(recorder.clone()).await?;
        pairs.push((without, load::rate(address(&ours)?, &request(interaction, address(&ours)?)?).await?));
        ours.stop().await;
        recorder.finish(true)?;
    }
    upstream.stop().await;
    Ok(Line::new("record, of the upstream alone", pairs, None))
}

/// A look at something, which may be had any number of times.
fn described(interactions: &[Interaction]) -> Result<&Interaction> {
    let describes =
        |one: &&Interaction| one.operation.as_ref().is_some_and(|name| name.starts_with("Describe"));
    interactions.iter().find(describes).context("the cassette describes nothing")
}

/// The recorded request, signed for a listener.
fn request(interaction: &Interaction, address: SocketAddr) -> Result<Request> {
    let mut request = interaction.request().to_request();
    request.headers.set("Host", address.to_string());
    request.headers.set("Content-Length", request.body.len().to_string());
    let keys = Credentials::new("AKIDTESTING", "testing");
    sign(&mut request, &keys, "us-east-1", "sagemaker", Time(1_700_000_000_000))?;
    Ok(request)
}

async fn start(handler: Arc<dyn Handler>) -> Result<ServerHandle> {
    Ok(Server::bind(serve::ServerOptions::default()).await?.run(handler))
}

fn address(server: &ServerHandle) -> Result<SocketAddr> {
    server.endpoint().trim_start_matches("http://").parse().context("the listener has no address")
}

/// A responder that reads the body, and nothing of it.
async fn hyper(body: Vec<u8>) -> Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let body = Bytes::from(body);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let body = body.clone();
            // A socket that takes no options serves as well, only slower.
            let _ = socket.set_nodelay(true);
            tokio::spawn(async move {
                let answer = service_fn(move |request: hyper::Request<Incoming>| {
                    let body = body.clone();
                    async move {
                        // What the client sends is read to its end, so that the connection stays in step.
                        let _ = request.into_body().collect().await;
                        Ok::<_, Infallible>(hyper::Response::new(Full::new(body)))
                    }
                });
                let serving = hyper::server::conn::http1::Builder::new();
                // A client that goes away ends its connection, which is no failure.
                let _ = serving.serve_connection(TokioIo::new(socket), answer).await;
            });
        }
    });
    Ok(address)
}
