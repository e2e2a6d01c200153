//! The HTTP client of every part that sends: pooled connections, no proxy, no redirects, no decompression, no
//! retries.

use std::sync::Arc;
use std::time::Duration;

use crate::ground::exchange::{Endpoint, Headers, Request};

/// Whom a client trusts over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The authorities of this machine.
    System,
    /// Nobody: for listeners of this program, which need no TLS.
    Nobody,
}

/// A request that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It cannot be written as HTTP.
    #[error("{0}")]
    Request(String),
    /// A time-out passed.
    #[error("{0}")]
    Timeout(String),
    /// Anything else on the way: the error with all its causes.
    #[error("{0}")]
    Transport(String),
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub struct HttpClient(reqwest::Client);

impl HttpClient {
    /// A client that waits so long for a connection, and for each part of an answer.
    pub fn new(connect: Duration, read: Duration, trust: Trust) -> Result<HttpClient, SendError> {
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(connect)
            .read_timeout(read);
        match trust {
            Trust::Nobody => {
                let tls = no_tls().map_err(|error| SendError::Transport(error.to_string()))?;
                builder = builder.tls_backend_preconfigured(tls);
            }
            Trust::System => install_crypto(),
        }
        builder.build().map(HttpClient).map_err(|error| failed(&error))
    }

    /// Sends a request to the host of an endpoint, and waits for the head of the answer.
    pub async fn send(&self, endpoint: &str, request: Request) -> Result<Incoming, SendError> {
        let request = outgoing(endpoint, request)?;
        let answer = self.0.execute(request).await.map_err(|error| failed(&error))?;
        let headers = answer.headers().iter();
        let headers = headers.map(|(name, value)| (name.as_str(), Headers::text(value.as_bytes()))).collect();
        Ok(Incoming { status: answer.status().as_u16(), headers, answer })
    }
}

/// An answer whose body is still to come.
#[derive(Debug)]
pub struct Incoming {
    /// The status.
    pub status: u16,
    /// The fields as they arrived.
    pub headers: Headers,
    answer: reqwest::Response,
}

impl Incoming {
    /// The next part of the body; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<bytes::Bytes>, SendError> {
        self.answer.chunk().await.map_err(|error| failed(&error))
    }
}

/// Whether a text is the URL of an HTTP server.
pub fn is_http_url(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Makes ring the one crypto provider of the whole program: before any client is built that trusts the system. A second
/// call finds it installed already.
pub fn install_crypto() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

fn no_tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

/// The request for the wire.
fn outgoing(endpoint: &str, request: Request) -> Result<reqwest::Request, SendError> {
    let url = reqwest::Url::parse(&Endpoint::of(endpoint).url(&request.target))
        .map_err(|error| SendError::Request(format!("{endpoint}: {error}")))?;
    let method = reqwest::Method::from_bytes(request.method.as_bytes());
    let mut out = reqwest::Request::new(method.map_err(|error| SendError::Request(error.to_string()))?, url);
    for (name, value) in request.headers.iter() {
        let wrong = |error: String| SendError::Request(format!("header {name}: {error}"));
        let field =
            http::HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        let value = http::HeaderValue::from_bytes(&Headers::octets(value));
        out.headers_mut().append(field, value.map_err(|error| wrong(error.to_string()))?);
    }
    *out.body_mut() = Some(request.body.into());
    Ok(out)
}

fn failed(error: &reqwest::Error) -> SendError {
    let what = with_causes(error);
    if error.is_timeout() { SendError::Timeout(what) } else { SendError::Transport(what) }
}

/// An error with all its causes.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
