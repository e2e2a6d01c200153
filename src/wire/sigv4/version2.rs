//! S3's signature version 2: HMAC-SHA1 over a text without region and body, in `Authorization: AWS KEY:SIGNATURE` or
//! in a presigned query. boto3 presigns with it by default in us-east-1.
//!
//! `aws-sigv4` does not know it, so text and comparison are ours; the HMAC is ring's.
//!
//! The rules: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>.

use ring::hmac;

use super::canonical::{Canonical, Line, Part};
use super::covered::decode_query;
use super::failure::SignatureFailure;
use super::verify::Verified;
use crate::ground::clock::Time;
use crate::ground::exchange::{Body, Headers, Request};

/// The parameters of a query that ask for another resource than the path alone, and so are signed: those of the rules
/// and those that botocore 1.44.5 (`HmacV1Auth`) signs beside them.
const SUBRESOURCES: [&str; 35] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// A signature of version 2 and what was said with it.
struct Claim {
    access_key_id: String,
    signature: String,
    /// Seconds since 1970, as the query has them; `None` for a signature in the header.
    expires: Option<String>,
}

impl Claim {
    fn read(request: &Request) -> Option<Claim> {
        let access_key_id = request.version_2_key()?;
        if let Some(field) = request.headers.get("authorization") {
            let signature = field.rsplit_once(':')?.1.to_owned();
            return Some(Claim { access_key_id: access_key_id.to_owned(), signature, expires: None });
        }
        let find = |name: &str| parameter(request, name);
        Some(Claim {
            access_key_id: find("AWSAccessKeyId")?,
            signature: find("Signature")?,
            expires: Some(find("Expires")?),
        })
    }
}

/// Verifies a signature of version 2; `None` if the request does not carry one.
pub(super) fn verify(
    request: &Request,
    keys: &dyn Fn(&str) -> Option<String>,
    now: Option<Time>,
) -> Option<Result<Verified, SignatureFailure>> {
    let claim = Claim::read(request)?;
    Some(check(request, claim, keys, now))
}

fn check(
    request: &Request,
    claim: Claim,
    keys: &dyn Fn(&str) -> Option<String>,
    now: Option<Time>,
) -> Result<Verified, SignatureFailure> {
    let time = time(request, &claim)?;
    if let (Some(now), Some(_)) = (now, &claim.expires)
        && now > time
    {
        return Err(SignatureFailure::url_expired(time, now));
    }
    let secret = keys(&claim.access_key_id).ok_or_else(SignatureFailure::unknown_key)?;
    let matches = |text: &Signed| text.signature(&secret) == claim.signature;
    let arrived: Vec<Signed> =
        resources(request).iter().map(|path| Signed::of(request, &claim, path)).collect();
    if arrived.iter().any(matches) {
        return Ok(Verified {
            access_key_id: claim.access_key_id,
            region: String::new(),
            service: "s3".to_owned(),
            time,
            signed_headers: Vec::new(),
            presigned: claim.expires.is_some(),
        });
    }
    let suspects =
        arrived.iter().flat_map(|text| text.suspects().into_iter().map(move |other| (text, other)));
    let suspect = suspects.into_iter().find(|(_, (_, signed))| matches(signed));
    let canonical = |text: &Signed| Canonical::of_text(text.0.clone());
    Err(match (suspect, arrived.last()) {
        (Some((text, (cause, signed))), _) => {
            let differences = canonical(&signed).differences(&canonical(text));
            SignatureFailure::mismatch(&canonical(text), Some(cause), differences)
        }
        (None, text) => SignatureFailure::mismatch(
            &text.map_or_else(|| Canonical::of_text(Vec::new()), canonical),
            None,
            Vec::new(),
        ),
    })
}

/// When a URL ends, or when a request was signed.
fn time(request: &Request, claim: &Claim) -> Result<Time, SignatureFailure> {
    let Some(expires) = &claim.expires else {
        return Ok(request.headers.get("x-amz-date").and_then(Time::from_amz_date).unwrap_or(Time(0)));
    };
    let seconds: Option<i64> = expires.parse().ok().filter(|seconds| *seconds >= 0);
    let milliseconds = seconds.and_then(|seconds| seconds.checked_mul(1000));
    milliseconds.map(Time).ok_or_else(|| {
        SignatureFailure::incomplete(format!(
            "Expires must be a number of seconds since 1970. Got '{expires}'."
        ))
    })
}

/// The paths that the client may have signed: with or without the endpoint's prefix, which boto3 leaves out, and with
/// the bucket in front that stands in the host.
fn resources(request: &Request) -> Vec<String> {
    let whole = request.target.split('?').next().unwrap_or_default().to_owned();
    let mut paths = vec![request.path().to_owned(), whole];
    let host = request.headers.get("host").unwrap_or_default();
    if let Some((bucket, _)) = host.split_once(".s3.").or_else(|| host.split_once(".s3-")) {
        paths.push(format!("/{bucket}{}", request.path()));
    }
    paths.dedup();
    paths
}

/// The text that is signed.
#[derive(Clone, Default)]
struct Signed(Vec<Line>);

impl Signed {
    fn of(request: &Request, claim: &Claim, path: &str) -> Signed {
        let field = |name: &str| {
            let parameter = || claim.expires.as_ref().and_then(|_| parameter(request, name));
            request.headers.get(name).map(utf8).or_else(parameter).unwrap_or_default()
        };
        let time = match &claim.expires {
            Some(expires) => expires.clone(),
            None if request.headers.contains("x-amz-date") => String::new(),
            None => field("date"),
        };
        let mut lines = vec![
            Line { part: Part::Method, text: request.method.clone() },
            Line { part: Part::Header("content-md5".to_owned()), text: field("content-md5") },
            Line { part: Part::Header("content-type".to_owned()), text: field("content-type") },
            Line { part: Part::Time, text: time },
        ];
        lines.extend(amz_fields(request, claim).into_iter().map(|(name, value)| {
            let text = format!("{name}:{value}");
            Line { part: Part::Header(name), text }
        }));
        lines.push(Line { part: Part::Path, text: format!("{path}{}", subresources(request)) });
        Signed(lines)
    }

    fn signature(&self, secret: &str) -> String {
        let text: Vec<&str> = self.0.iter().map(|line| line.text.as_str()).collect();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        Body::to_base64(hmac::sign(&key, text.join("\n").as_bytes()).as_ref())
    }

    /// The same text with one line otherwise, as the client may have signed it.
    fn suspects(&self) -> Vec<(String, Signed)> {
        let mut found = Vec::new();
        for (index, line) in self.0.iter().enumerate() {
            let mut other = |cause: String, text: &str| {
                let mut signed = self.clone();
                signed.0[index].text = text.to_owned();
                found.push((cause, signed));
            };
            match &line.part {
                Part::Method => ["GET", "HEAD", "PUT", "POST", "DELETE"]
                    .iter()
                    .for_each(|method| other(format!("the method {method} was signed"), method)),
                Part::Header(name) if name.starts_with("content-") => {
                    other(format!("the header {name} was added after signing"), "");
                }
                Part::Header(name) => {
                    let mut signed = self.clone();
                    signed.0.remove(index);
                    found.push((format!("the header {name} was added after signing"), signed));
                }
                Part::Path => {
                    let (path, query) = line.text.split_once('?').unwrap_or((&line.text, ""));
                    other("the query was not signed".to_owned(), path);
                    let decoded = decode_query(path).into_iter().next().map(|(path, _)| path);
                    let mark = if query.is_empty() { "" } else { "?" };
                    other(
                        "the path was signed without percent-encoding".to_owned(),
                        &format!("{}{mark}{query}", decoded.unwrap_or_default()),
                    );
                }
                _ => {}
            }
        }
        found
    }
}

/// The `x-amz-` fields in order of their names; a presigned query holds those that the client does not send.
fn amz_fields(request: &Request, claim: &Claim) -> Vec<(String, String)> {
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| name.starts_with("x-amz-"));
    names.sort_unstable();
    names.dedup();
    let joined = |name: &String| {
        request.headers.all(name).map(|value| utf8(value).trim().to_owned()).collect::<Vec<_>>().join(",")
    };
    let mut fields: Vec<_> = names.iter().map(|name| (name.clone(), joined(name))).collect();
    if claim.expires.is_some() {
        let query = decode_query(request.query()).into_iter();
        let moved = query.filter(|(name, _)| name.starts_with("x-amz-") && !request.headers.contains(name));
        fields.extend(moved.map(|(name, value)| (name, value.trim().to_owned())));
        fields.sort();
    }
    fields
}

/// The signed parameters of the query, sorted, their values decoded.
fn subresources(request: &Request) -> String {
    let mut pairs: Vec<&str> = request.query().split('&').collect();
    pairs.retain(|pair| SUBRESOURCES.contains(&pair.split('=').next().unwrap_or_default()));
    pairs.sort_by_key(|pair| pair.split('=').next());
    let written = pairs.iter().map(|pair| match pair.split_once('=') {
        Some((name, _)) => {
            let value = decode_query(pair).into_iter().next().map(|(_, value)| value).unwrap_or_default();
            format!("{name}={value}")
        }
        None => (*pair).to_owned(),
    });
    let written: Vec<String> = written.collect();
    if written.is_empty() { String::new() } else { format!("?{}", written.join("&")) }
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    decode_query(request.query()).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn utf8(value: &str) -> String {
    String::from_utf8_lossy(&Headers::octets(value)).into_owned()
}
