//! What every server command has in common: address, gate, sessions, the ready line.

use std::net::SocketAddr;
use std::sync::Arc;

use shapetape::ground::exchange::{Answer, Request};
use shapetape::ground::json::{Json, Style, write};
use shapetape::protocol::refusal;
use shapetape::wire::gate::Gate;
use shapetape::wire::serve::{Server, ServerHandle, ServerOptions, Sessions};

use super::Failure;
use super::environment::ACCESS_KEY_ID;
use super::term::give;

/// The flags of every server.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ServerArguments {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Host name, besides the loopback names, that requests may carry in `Host`, such as a container's;
    /// repeatable
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Credentials to accept, besides any access key id with the secret `testing`; repeatable
    #[arg(long, value_name = "ID:SECRET")]
    credentials: Vec<String>,
    /// Whether the signatures of requests are verified
    #[arg(long, value_enum, default_value = "verify")]
    signature: Signature,
    /// Let requests in that carry no signature, as a client without credentials sends them
    #[arg(long)]
    anonymous: bool,
    /// Region that clients are given
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
    /// How clients reach the server: by its endpoint URL (`reverse`), or as a CONNECT proxy (`forward`, not
    /// built yet)
    #[arg(long, value_enum, default_value = "reverse")]
    proxy: Proxy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Signature {
    /// A wrong signature is refused, as AWS does
    Verify,
    /// Every request passes
    Ignore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Proxy {
    /// By the server's endpoint URL
    Reverse,
    /// As a CONNECT proxy: not built yet
    Forward,
}

impl ServerArguments {
    /// Who may come in.
    pub(crate) fn gate(&self) -> Result<Gate, Failure> {
        let mut gate = if self.signature == Signature::Ignore { Gate::ignoring() } else { Gate::default() };
        if self.anonymous {
            gate.allow_anonymous();
        }
        for pair in &self.credentials {
            let (id, secret) = pair
                .split_once(':')
                .filter(|(id, secret)| !id.is_empty() && !secret.is_empty())
                .ok_or_else(|| Failure::usage("--credentials takes ID:SECRET, both not empty"))?;
            gate.accept(id, secret);
        }
        Ok(gate)
    }

    /// Whether each server may take a free port of its own.
    pub(crate) fn any_port(&self) -> bool {
        self.listen.port() == 0
    }

    /// Starts serving sessions.
    pub(crate) async fn serve(&self, sessions: Arc<Sessions>) -> Result<ServerHandle, Failure> {
        if self.proxy == Proxy::Forward {
            return Err(Failure::usage(
                "--proxy forward is not built yet\nhint: point the client at the endpoint URL (AWS_ENDPOINT_URL)",
            ));
        }
        let options = ServerOptions {
            listen: self.listen,
            allow_hosts: self.allow_host.clone(),
            ..ServerOptions::default()
        };
        let server = Server::bind(options).await.map_err(Failure::run)?;
        Ok(server.run(sessions))
    }

    /// Tells on stdout where clients find us.
    pub(crate) fn ready(&self, endpoint: &str, cassettes: usize, interactions: usize) {
        let line = Json::object([
            ("listening", Json::string(endpoint)),
            ("region", Json::string(&self.region)),
            (
                "credentials",
                Json::object([
                    ("accessKeyId", Json::string(ACCESS_KEY_ID)),
                    ("secretAccessKey", Json::string("testing")),
                ]),
            ),
            ("cassettes", Json::number(cassettes)),
            ("interactions", Json::number(interactions)),
        ]);
        give(&String::from_utf8_lossy(&write(&line, Style::Compact)));
    }
}

/// Sessions of a listener; a request of none is told so.
pub(crate) fn sessions() -> Arc<Sessions> {
    Arc::new(Sessions::new(|request: &Request| {
        let message =
            format!("no session answers {}: open one first, or use its path prefix", request.path());
        Answer::from(refusal(request, 400, "NoSuchSessionException", &message))
    }))
}
