//! Ways of signing that are known by sight and not verified: what a refusal says of each.

use super::failure::SignatureFailure;
use crate::ground::exchange::Request;

/// What clients of AWS put into `Authorization`, or into `X-Amz-Algorithm`, beside AWS4-HMAC-SHA256.
const ALGORITHMS: [(&str, &str); 5] = [
    (
        "AWS4-ECDSA-P256-SHA256",
        "The client signed with SigV4a, which covers a set of regions by an elliptic curve and is not verified here. \
         AWS_AUTH_SCHEME_PREFERENCE=sigv4 makes most SDKs sign with SigV4.",
    ),
    (
        "Bearer",
        "The client sent a bearer token in place of a signature, which proves nothing here and is not verified.",
    ),
    ("Basic", "The client sent a user name and a password in place of a signature."),
    ("AWS3-HTTPS", "The client signed with Signature Version 3, which AWS has given up."),
    ("AWS3", "The client signed with Signature Version 3, which AWS has given up."),
];

/// The refusal of a signature by another algorithm than AWS4-HMAC-SHA256.
pub(super) fn algorithm(name: &str) -> SignatureFailure {
    let known = ALGORITHMS.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    SignatureFailure::unsupported(name, known.map_or("", |(_, told)| told))
}

/// The refusal of a request without `Authorization` and without a signature of version 4 in its query: signed in a way
/// that is known by sight, or not at all.
pub(super) fn otherwise(request: &Request) -> SignatureFailure {
    let kind = request.headers.get("content-type").unwrap_or_default();
    if request.method == "POST" && kind.starts_with("multipart/form-data") && has_policy(&request.body) {
        return SignatureFailure::elsewhere(
            "The request is an upload as a browser sends it, with a policy that is signed in a form field (presigned \
             POST), which is not verified here.",
        );
    }
    let form =
        if kind.starts_with("application/x-www-form-urlencoded") { request.body.as_slice() } else { b"" };
    if has_version_2(request.query().as_bytes()) || has_version_2(form) {
        return SignatureFailure::elsewhere(
            "The client signed with Signature Version 2, which is verified here for S3 alone.",
        );
    }
    SignatureFailure::missing()
}

/// Whether a form has the fields of a POST policy.
fn has_policy(body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&body[..body.len().min(16 << 10)]).to_ascii_lowercase();
    head.contains("name=\"policy\"") && head.contains("signature\"")
}

/// Whether a query has the parameters of Signature Version 2.
fn has_version_2(query: &[u8]) -> bool {
    query.split(|byte| *byte == b'&').any(|pair| pair == b"SignatureVersion=2")
}
