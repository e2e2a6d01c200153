//! Requests and responses as a cassette keeps them: without what differs from run to run.

use super::{ATTEMPT, Content, Framing, Headers, INVOCATION_ID, Request, Response};

/// Request fields that are never kept: credentials, signatures, times, attempts, hops and the client's name.
/// What of them is worth knowing stands in the cassette's head.
const DROPPED_FROM_REQUESTS: [&str; 24] = [
    "accept",
    "accept-encoding",
    INVOCATION_ID,
    ATTEMPT,
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "date",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-region-set",
    "x-amz-s3session-token",
    "x-amz-security-token",
    "x-amz-user-agent",
    "x-amzn-trace-id",
];

/// Response fields that are never kept. `Date` would become some SDKs' clock when it is replayed.
const DROPPED_FROM_RESPONSES: [&str; 9] = [
    "age",
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "proxy-authenticate",
    "set-cookie",
    "trailer",
    "transfer-encoding",
];

/// A request as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    /// The method.
    pub method: String,
    /// The path, without session prefix.
    pub path: String,
    /// The query, without its question mark and without signing parameters.
    pub query: String,
    /// The fields that stay the same from run to run.
    pub headers: Headers,
    /// The body.
    pub content: Content,
}

impl StoredRequest {
    /// What of a request is worth keeping.
    pub fn of(request: &Request) -> StoredRequest {
        StoredRequest {
            method: request.method.clone(),
            path: request.path().to_owned(),
            query: request.unsigned_query(),
            headers: kept(&request.headers, &DROPPED_FROM_REQUESTS),
            content: Content::read(&request.headers, &request.body),
        }
    }

    /// The request as one that could have arrived, for decoding.
    pub fn to_request(&self) -> Request {
        let target =
            if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) };
        Request {
            method: self.method.clone(),
            target,
            prefix: 0,
            headers: self.headers.clone(),
            body: self.content.body.to_bytes(),
        }
    }
}

/// A response as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The status code.
    pub status: u16,
    /// The fields that stay the same from run to run.
    pub headers: Headers,
    /// The body.
    pub content: Content,
    /// How the body ended.
    pub framing: Framing,
}

impl StoredResponse {
    /// What of a response is worth keeping.
    pub fn of(response: &Response) -> StoredResponse {
        let content = Content::read(&response.headers, &response.body);
        let mut headers = kept(&response.headers, &DROPPED_FROM_RESPONSES);
        if content.coding.is_some() {
            headers.remove("content-encoding");
        }
        StoredResponse { status: response.status, headers, content, framing: response.framing }
    }

    /// The response for a client that sent these request fields: the recorded coding is applied again only if
    /// the client accepts it.
    pub fn to_response(&self, asked: &Headers) -> Response {
        let mut headers = self.headers.clone();
        let mut body = self.content.body.to_bytes();
        if let Some(coding) = self.content.coding.filter(|coding| coding.accepted_by(asked)) {
            headers.set("Content-Encoding", coding.name());
            body = coding.apply(&body);
        }
        Response { status: self.status, headers, body, framing: self.framing }
    }
}

fn kept(headers: &Headers, dropped: &[&str]) -> Headers {
    headers.iter().filter(|(name, _)| !dropped.iter().any(|other| name.eq_ignore_ascii_case(other))).collect()
}
