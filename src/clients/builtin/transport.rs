//! One request, one response, over pooled connections: no proxy, no redirects, no decompression, no retries.

use std::sync::Arc;
use std::time::Duration;

use super::failure::failure;
use crate::api::outcome::{ClientFault, Stage};
use crate::clients::DriverError;
use crate::clients::pipe::Timeouts;
use crate::ground::exchange::{Framing, Headers, Request, Response};

/// A pool of connections.
pub(super) struct Transport {
    client: reqwest::Client,
}

/// A body larger than this is not read to its end.
const LARGEST: usize = 64 << 20;

impl Transport {
    pub(super) fn new(timeouts: Timeouts) -> Result<Transport, DriverError> {
        let broken = |error: &dyn std::fmt::Display| DriverError::new("builtin", error.to_string());
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| broken(&error))?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_millis(u64::from(timeouts.connect_ms)))
            .read_timeout(Duration::from_millis(u64::from(timeouts.read_ms)))
            .build()
            .map_err(|error| broken(&error))?;
        Ok(Transport { client })
    }

    /// Sends a request and reads the whole response.
    pub(super) async fn exchange(&self, request: reqwest::Request) -> Result<Response, ClientFault> {
        let mut answer = self.client.execute(request).await.map_err(|error| failed(&error))?;
        let headers = answer.headers().iter();
        let mut response = Response {
            status: answer.status().as_u16(),
            headers: headers.map(|(name, value)| (name.as_str(), Headers::text(value.as_bytes()))).collect(),
            body: Vec::new(),
            framing: Framing::Length,
        };
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
            response.body.extend_from_slice(&chunk);
            if response.body.len() > LARGEST {
                let message = format!("the body is longer than {LARGEST} bytes");
                return Err(failure(Stage::Transport, "TransportError", message));
            }
        }
        Ok(response)
    }
}

/// TLS that trusts nobody: this client speaks to listeners of this program, which need none.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

/// The request for the wire.
pub(super) fn outgoing(endpoint: &str, request: Request) -> Result<reqwest::Request, ClientFault> {
    let wrong = |what: String| failure(Stage::Serialize, "SerializeError", what);
    let origin_end = endpoint.find("://").map_or(0, |place| place + 3);
    let path_start = endpoint[origin_end..].find('/').map_or(endpoint.len(), |place| place + origin_end);
    let url = reqwest::Url::parse(&format!("{}{}", &endpoint[..path_start], request.target))
        .map_err(|error| wrong(format!("{endpoint}: {error}")))?;
    let method =
        reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    let mut out = reqwest::Request::new(method, url);
    for (name, value) in request.headers.iter() {
        let named =
            http::HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        let value = http::HeaderValue::from_bytes(&Headers::octets(value));
        out.headers_mut().append(named, value.map_err(|error| wrong(format!("header {name}: {error}")))?);
    }
    *out.body_mut() = Some(request.body.into());
    Ok(out)
}

fn failed(error: &reqwest::Error) -> ClientFault {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        message = format!("{message}: {inner}");
        cause = inner.source();
    }
    match error.is_timeout() {
        true => failure(Stage::Timeout, "TimeoutError", message),
        false => failure(Stage::Transport, "TransportError", message),
    }
}
