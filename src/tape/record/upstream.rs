//! Where recorded answers come from: a service at a URL, or a `Handler` of ours.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use crate::ground::clock::Clock;
use crate::ground::exchange::{Answer, Endpoint, Framing, Handler, Headers, Request, Response};
use crate::wire::client::{HttpClient, Incoming, Trust, is_http_url};
use crate::wire::sigv4::{self, Credentials};

/// How long an upstream may take to connect, and to begin each part of its answer.
const PATIENCE: Duration = Duration::from_secs(70);

/// Fields of a client's request that are the recorder's own business towards its upstream.
const NOT_FORWARDED: [&str; 9] = [
    "host",
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// Why an upstream gave no answer that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpstreamError {
    /// No upstream was given for the service.
    None(String),
    /// The request could not be signed or sent.
    Unreachable {
        /// The upstream.
        url: String,
        /// What happened.
        what: String,
    },
    /// The user's own credentials cannot be had.
    Credentials {
        /// Why.
        what: String,
    },
    /// The account is not the one that was named.
    Account {
        /// The account that was named.
        account: String,
        /// What STS said.
        what: String,
    },
    /// Something answered that is not the service.
    NotTheService {
        /// The upstream.
        url: String,
        /// What was asked.
        operation: String,
        /// What came.
        what: String,
        /// What to do.
        hint: String,
    },
}

impl UpstreamError {
    /// What happened, without the hint.
    fn message(&self) -> String {
        match self {
            UpstreamError::None(service) => format!("no upstream for the service `{service}`"),
            UpstreamError::Unreachable { url, what } => format!("{url}: {what}"),
            UpstreamError::Credentials { what } => format!("no AWS credentials: {what}"),
            UpstreamError::Account { account, what } => format!("--account {account}: {what}"),
            UpstreamError::NotTheService { url, operation, what, .. } => {
                format!("{url} answered {operation} with {what}, which is not the service's answer")
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            UpstreamError::None(service) => format!("name one with --upstream {service}=URL"),
            UpstreamError::Unreachable { .. } => "is the upstream running, and is its URL right?".to_owned(),
            UpstreamError::Credentials { .. } => {
                "log in as for the AWS CLI; AWS_PROFILE names a profile".to_owned()
            }
            UpstreamError::Account { .. } => {
                "nothing was called; name the account you mean, or change AWS_PROFILE".to_owned()
            }
            UpstreamError::NotTheService { hint, .. } => hint.clone(),
        }
    }
}

impl std::fmt::Display for UpstreamError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}\nhint: {}", self.message(), self.hint())
    }
}

impl std::error::Error for UpstreamError {}

/// One upstream.
#[derive(Clone)]
pub enum Upstream {
    /// A service at a URL, and the credentials to sign with, for it alone.
    Http {
        /// Its kind, for the cassette's head: `url` or `aws`.
        kind: &'static str,
        /// `http://…` or `https://…`, without a path or with one that is put before the request's.
        url: String,
        /// The recorder's own credentials.
        credentials: Credentials,
        /// The client that sends.
        client: HttpClient,
    },
    /// A handler in this process; it gets the request as the client sent it.
    Inside {
        /// Its kind, for the cassette's head.
        kind: String,
        /// The handler.
        handler: Arc<dyn Handler>,
    },
}

impl std::fmt::Debug for Upstream {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Upstream::Http { url, .. } => write!(out, "Http({url})"),
            Upstream::Inside { kind, .. } => write!(out, "Inside({kind})"),
        }
    }
}

impl Upstream {
    /// A service at a URL. No proxy of the environment, no redirects, no decompression, no retries.
    pub fn at(url: &str, credentials: Credentials) -> Result<Upstream, UpstreamError> {
        Upstream::of_kind("url", url, credentials)
    }

    /// As [`Upstream::at`], with its own kind in the cassette's head.
    pub(super) fn of_kind(
        kind: &'static str,
        url: &str,
        credentials: Credentials,
    ) -> Result<Upstream, UpstreamError> {
        let unreachable = |what: String| UpstreamError::Unreachable { url: url.to_owned(), what };
        if !is_http_url(url) {
            return Err(unreachable("not an http(s) URL".to_owned()));
        }
        let client = HttpClient::new(PATIENCE, PATIENCE, Trust::System);
        let client = client.map_err(|error| unreachable(error.to_string()))?;
        Ok(Upstream::Http { kind, url: url.trim_end_matches('/').to_owned(), credentials, client })
    }

    /// What the cassette's head says of it. A URL stays out: it may name a machine.
    pub fn kind(&self) -> &str {
        match self {
            Upstream::Http { kind, .. } => kind,
            Upstream::Inside { kind, .. } => kind,
        }
    }

    /// The name in errors.
    pub fn name(&self) -> &str {
        match self {
            Upstream::Http { url, .. } => url,
            Upstream::Inside { kind, .. } => kind,
        }
    }

    /// Sends a request on and waits for the whole answer. It is signed anew for `service`, the signing name; for none
    /// where that is empty.
    pub async fn forward(
        &self,
        request: &Request,
        region: &str,
        service: &str,
        clock: &dyn Clock,
    ) -> Result<Response, UpstreamError> {
        match self {
            Upstream::Inside { handler, .. } => match handler.handle(request.clone()).await {
                Answer::Response(response) => Ok(response),
                Answer::Raw(_) => Err(self.unreachable("it answers with bytes that are no response")),
            },
            Upstream::Http { url, credentials, client, .. } => {
                let signed = self.resigned(url, request, credentials, region, service, clock)?;
                let answer = client.send(url, signed).await;
                let answer = answer.map_err(|error| self.unreachable(&error.to_string()))?;
                Ok(incoming(answer, request.method == "HEAD").await)
            }
        }
    }

    fn unreachable(&self, what: &str) -> UpstreamError {
        UpstreamError::Unreachable { url: self.name().to_owned(), what: what.to_owned() }
    }

    /// The request for the upstream's host, signed with the recorder's own credentials.
    fn resigned(
        &self,
        url: &str,
        request: &Request,
        credentials: &Credentials,
        region: &str,
        service: &str,
        clock: &dyn Clock,
    ) -> Result<Request, UpstreamError> {
        let mut out = Request { target: request.resource().to_owned(), prefix: 0, ..request.clone() };
        if !out.target.starts_with('/') {
            out.target.insert(0, '/');
        }
        let Endpoint { authority: host, path, .. } = Endpoint::of(url);
        out.target.insert_str(0, path);
        out.headers.retain(|name, _| !NOT_FORWARDED.iter().any(|other| name.eq_ignore_ascii_case(other)));
        let mut headers: Headers = [("Host", host)].into_iter().collect();
        out.headers.iter().for_each(|(name, value)| headers.push(name, value));
        out.headers = headers;
        if !service.is_empty() {
            sigv4::sign(&mut out, credentials, region, service, clock.now())
                .map_err(|error| self.unreachable(&error.to_string()))?;
        }
        Ok(out)
    }
}

/// The whole answer; one that breaks off is kept as far as it came. The answer to a HEAD tells the length of a body
/// that does not follow.
async fn incoming(mut answer: Incoming, head_only: bool) -> Response {
    let (status, headers) = (answer.status, std::mem::take(&mut answer.headers));
    let declared: Option<u64> = headers.get("content-length").and_then(|length| length.parse().ok());
    let chunked = headers.get("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
    let mut body = Vec::new();
    let whole = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    let bodiless = head_only || status == 304;
    let framing = match (declared, chunked, whole) {
        (_, true, true) => Framing::Chunked,
        (_, true, false) => Framing::CutChunked,
        (Some(declared), _, _) if bodiless => Framing::HeadOnly(declared),
        (Some(_), _, true) => Framing::Length,
        (Some(declared), _, false) => Framing::Cut(usize::try_from(declared).unwrap_or(usize::MAX)),
        (None, ..) => Framing::Close,
    };
    let mut response = Response { status, headers, body, framing };
    if !response.may_have_body() && framing == Framing::Close {
        response.framing = Framing::Length;
    }
    response
}

/// The upstreams of one recording: by service, and one for all others.
#[derive(Debug, Clone, Default)]
pub struct Upstreams {
    by_service: IndexMap<String, Upstream>,
    other: Option<Upstream>,
}

impl Upstreams {
    /// Sends a service's requests to an upstream.
    pub fn for_service(&mut self, service: impl Into<String>, upstream: Upstream) {
        self.by_service.insert(service.into(), upstream);
    }

    /// Sends all other services' requests to an upstream.
    pub fn for_others(&mut self, upstream: Upstream) {
        self.other = Some(upstream);
    }

    /// The upstream of a service: never the internet by itself.
    pub fn of(&self, service: &str) -> Result<&Upstream, UpstreamError> {
        self.by_service.get(service).or(self.other.as_ref()).ok_or_else(|| {
            UpstreamError::None(if service.is_empty() { "?".to_owned() } else { service.to_owned() })
        })
    }

    /// The kinds for the cassette's head.
    pub fn kinds(&self) -> String {
        let mut kinds: Vec<_> =
            self.by_service.iter().map(|(name, one)| format!("{name}={}", one.kind())).collect();
        kinds.extend(self.other.as_ref().map(|other| other.kind().to_owned()));
        kinds.join(" ")
    }
}
