//! The HTTP client under `aws-config`, which asks STS and instance metadata for the user's own credentials: the
//! recorder's own reqwest, so that the program has one HTTP stack and one TLS provider.

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;

use crate::wire::client::install_crypto;

/// A client for `aws-config`. Proxies of the environment are used, as the SDKs do; redirects are not followed.
pub(super) fn client() -> Result<SharedHttpClient, reqwest::Error> {
    install_crypto();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    Ok(http_client_fn(move |settings: &HttpConnectorSettings, _: &RuntimeComponents| {
        SharedHttpConnector::new(Connector { client: client.clone(), settings: settings.clone() })
    }))
}

#[derive(Debug)]
struct Connector {
    client: reqwest::Client,
    settings: HttpConnectorSettings,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, limit) = (self.client.clone(), self.limit());
        HttpConnectorFuture::new(async move {
            let mut outgoing = outgoing(request)?;
            *outgoing.timeout_mut() = limit;
            let answer = client.execute(outgoing).await.map_err(failed)?;
            incoming(answer).await
        })
    }
}

impl Connector {
    /// How long one request may take: as long as connecting and reading may together. Where there is no instance
    /// metadata service, its address does not answer at all.
    fn limit(&self) -> Option<std::time::Duration> {
        match (self.settings.connect_timeout(), self.settings.read_timeout()) {
            (Some(connect), Some(read)) => Some(connect + read),
            (connect, read) => connect.or(read),
        }
    }
}

/// Credential requests are small: their bodies are in memory.
fn outgoing(request: HttpRequest) -> Result<reqwest::Request, ConnectorError> {
    let other = |error| ConnectorError::other(error, None);
    let body = request.body().bytes().map(<[u8]>::to_vec);
    let body = body.ok_or_else(|| other("a streamed body was not expected".into()))?;
    let request = request.try_into_http1x().map_err(|error| other(error.into()))?.map(|_| body);
    request.try_into().map_err(|error: reqwest::Error| other(error.into()))
}

async fn incoming(answer: reqwest::Response) -> Result<HttpResponse, ConnectorError> {
    let other = |error| ConnectorError::other(error, None);
    let status = StatusCode::try_from(answer.status().as_u16()).map_err(|error| other(error.into()))?;
    let headers = answer.headers().clone();
    let body = answer.bytes().await.map_err(failed)?.to_vec();
    let mut response = HttpResponse::new(status, body.into());
    for (name, value) in &headers {
        let value = value.to_str().map_err(|error| other(error.into()))?;
        response.headers_mut().append(name.as_str().to_owned(), value.to_owned());
    }
    Ok(response)
}

fn failed(error: reqwest::Error) -> ConnectorError {
    if error.is_timeout() { ConnectorError::timeout(error.into()) } else { ConnectorError::io(error.into()) }
}
