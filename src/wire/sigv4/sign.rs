//! Signing a request anew, for a recorder that forwards it and for a client of our own.

use super::Credentials;
use super::canonical::sha256;
use super::claim::ALGORITHM;
use super::covered::{CONTENT_HASH, Covered, PathForm, Payload, is_s3, listed, payload};
use crate::ground::clock::Time;
use crate::ground::exchange::Request;

/// Why a request cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// Each chunk of the body carries a signature of the client's own keys.
    #[error("the body is signed in chunks ({0})\nhint: turn chunked signing off in the client")]
    SignedChunks(String),
    /// AWS wants the host signed.
    #[error("a request without a Host field cannot be signed")]
    NoHost,
    /// The target is no URI, or a field is not text.
    #[error("the request to {0:?} has a target or a field that cannot be signed")]
    Malformed(String),
}

/// Fields that a hop on the way may change, add or take away, and so are not signed.
const UNSIGNED_FIELDS: [&str; 14] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "keep-alive",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-amzn-trace-id",
];

/// Signs the request for its `Host` and target as they stand; what an earlier signature left is removed.
pub fn sign(
    request: &mut Request,
    credentials: &Credentials,
    region: &str,
    service: &str,
    time: Time,
) -> Result<(), Unsignable> {
    strip(request);
    if !request.headers.contains("host") {
        return Err(Unsignable::NoHost);
    }
    request.headers.push("X-Amz-Date", time.amz_date());
    if let Some(token) = &credentials.session_token {
        request.headers.push("X-Amz-Security-Token", token.as_str());
    }
    let payload = signed_payload(request, service)?;
    let names = signed_names(request);
    let covered = Covered {
        method: request.method.clone(),
        target: request.target.clone(),
        headers: listed(&request.headers, &names),
        payload,
        path_form: PathForm::of(service),
        time,
        region: region.to_owned(),
        service: service.to_owned(),
    };
    let key = &credentials.access_key_id;
    let signature = covered
        .signature(key, &credentials.secret_access_key)
        .ok_or_else(|| Unsignable::Malformed(request.target.clone()))?;
    let scope = format!("{}/{region}/{service}/aws4_request", &time.amz_date()[..8]);
    let names = names.join(";");
    request.headers.push(
        "Authorization",
        format!("{ALGORITHM} Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"),
    );
    Ok(())
}

/// Takes an earlier signature away, from fields and query.
fn strip(request: &mut Request) {
    let kept = request.unsigned_query();
    if kept.len() < request.query().len() {
        let path = request.target.split('?').next().unwrap_or_default();
        request.target = if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") };
    }
    for name in [
        "authorization",
        "date",
        "x-amz-date",
        "x-amz-region-set",
        "x-amz-s3session-token",
        "x-amz-security-token",
    ] {
        request.headers.remove(name);
    }
}

/// The payload to sign. S3 wants its hash in a field too.
fn signed_payload(request: &mut Request, service: &str) -> Result<Payload, Unsignable> {
    let payload = payload(request, service, false);
    match &payload {
        Payload::Stated(text) if text.starts_with("STREAMING-AWS4") => {
            return Err(Unsignable::SignedChunks(text.clone()));
        }
        Payload::Bytes(bytes) if request.headers.contains(CONTENT_HASH) || is_s3(service) => {
            request.headers.set(CONTENT_HASH, sha256(bytes));
        }
        _ => {}
    }
    Ok(payload)
}

fn signed_names(request: &Request) -> Vec<String> {
    let mut names: Vec<String> = request
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .filter(|name| {
            !UNSIGNED_FIELDS.contains(&name.as_str())
                && !name.starts_with("proxy-")
                && !name.starts_with("x-forwarded-")
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
