//! Everything a signature covers, and the signature over it, computed by `aws-sigv4`.

use std::borrow::Cow;

use aws_credential_types::Credentials as Keys;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;

use super::claim::Claim;
use crate::ground::clock::Time;
use crate::ground::exchange::{Headers, Request};

/// How the path is written into the canonical request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathForm {
    /// Percent signs are encoded once more.
    pub(super) doubled: bool,
    /// Dot segments and doubled slashes are taken out.
    pub(super) normalized: bool,
}

impl PathForm {
    /// S3 takes the path as it is, every other service encodes and normalizes it.
    pub(super) fn of(service: &str) -> PathForm {
        let others = !is_s3(service);
        PathForm { doubled: others, normalized: others }
    }
}

/// The signing names for which paths are neither encoded twice nor normalized: those that botocore 1.44.5's endpoint
/// rules (`endpoint-rule-set-1.json` of `s3` and `s3control`) give with `disableDoubleEncoding`. `s3tables`,
/// `s3vectors` and `s3files` are not among them and sign as every other service.
const S3_NAMES: [&str; 4] = ["s3", "s3express", "s3-outposts", "s3-object-lambda"];

/// Whether a signing name is one of S3's own.
pub(super) fn is_s3(service: &str) -> bool {
    S3_NAMES.contains(&service)
}

/// The payload as it enters the canonical request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Payload {
    /// The hash of these bytes.
    Bytes(Vec<u8>),
    /// This text in place of a hash: `UNSIGNED-PAYLOAD` and its like.
    Stated(String),
}

/// What is signed.
#[derive(Debug, Clone)]
pub(super) struct Covered {
    pub(super) method: String,
    /// Path and query, without the signature of a presigned one.
    pub(super) target: String,
    /// The fields listed as signed, in lower case; a field listed and not sent stands here empty.
    pub(super) headers: Vec<(String, String)>,
    pub(super) payload: Payload,
    pub(super) path_form: PathForm,
    pub(super) time: Time,
    pub(super) region: String,
    pub(super) service: String,
}

impl Covered {
    /// What the claim's signature would have to cover if the request arrived as it was signed.
    pub(super) fn of(request: &Request, claim: &Claim) -> Covered {
        Covered {
            method: request.method.clone(),
            target: without_signature(&request.target),
            headers: listed(&request.headers, &claim.signed_headers),
            payload: payload(request, &claim.service, claim.expires.is_some()),
            path_form: PathForm::of(&claim.service),
            time: claim.time,
            region: claim.region.clone(),
            service: claim.service.clone(),
        }
    }

    /// Sets a field that is covered already, once or often, to one value.
    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        self.drop_header(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a field out.
    pub(super) fn drop_header(&mut self, name: &str) {
        self.headers.retain(|(field, _)| field != name);
    }

    /// The signature under these keys; `None` where the request cannot be signed at all, as for a target
    /// that is no URI.
    pub(super) fn signature(&self, access_key_id: &str, secret_access_key: &str) -> Option<String> {
        let identity: Identity = Keys::new(access_key_id, secret_access_key, None, None, "shapetape").into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(self.time.to_system())
            .settings(self.settings())
            .build()
            .ok()?
            .into();
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| name != "x-amz-date")
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let body = match &self.payload {
            Payload::Bytes(bytes) => SignableBody::Bytes(bytes),
            Payload::Stated(text) => SignableBody::Precomputed(text.clone()),
        };
        // The host that counts is the field's; this one only makes the target a URI.
        let uri = format!("http://host{}", self.target);
        let request = SignableRequest::new(&self.method, uri, headers, body).ok()?;
        sign(request, &parameters).ok().map(|output| output.into_parts().1)
    }

    /// Nothing is added to what was listed: the crate puts in host and date by itself, so they are excluded
    /// where the client did not sign them.
    fn settings(&self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.percent_encoding_mode =
            if self.path_form.doubled { PercentEncodingMode::Double } else { PercentEncodingMode::Single };
        settings.uri_path_normalization_mode = UriPathNormalizationMode::from(self.path_form.normalized);
        let unlisted = |name: &&str| !self.headers.iter().any(|(field, _)| field == name);
        settings.excluded_headers =
            Some(["host", "x-amz-date"].into_iter().filter(unlisted).map(Cow::Borrowed).collect());
        settings
    }
}

/// The listed fields of a request, in the list's order.
pub(super) fn listed(headers: &Headers, names: &[String]) -> Vec<(String, String)> {
    let mut covered = Vec::new();
    for name in names {
        let before = covered.len();
        covered.extend(headers.all(name).map(|value| (name.clone(), utf8(value))));
        if covered.len() == before {
            covered.push((name.clone(), String::new()));
        }
    }
    covered
}

/// Clients sign the bytes of a value, and the crate takes them as UTF-8.
fn utf8(value: &str) -> String {
    String::from_utf8_lossy(&Headers::octets(value)).into_owned()
}

/// The target without `X-Amz-Signature`, which cannot cover itself.
fn without_signature(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("X-Amz-Signature=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// What stands for the body: its own hash, unless the client says that the body is not signed, in a field or, in a
/// presigned URL, in a parameter of that name.
pub(super) fn payload(request: &Request, service: &str, presigned: bool) -> Payload {
    let mut query = if presigned { decode_query(request.query()) } else { Vec::new() }.into_iter();
    let parameter =
        || query.find(|(name, _)| name.eq_ignore_ascii_case(CONTENT_HASH)).map(|(_, value)| value);
    let stated = request.headers.get(CONTENT_HASH).map(str::to_owned).or_else(parameter);
    match stated {
        Some(stated) if stated == UNSIGNED || stated.starts_with("STREAMING-") => Payload::Stated(stated),
        None if presigned && is_s3(service) => Payload::Stated(UNSIGNED.to_owned()),
        _ => Payload::Bytes(request.body.clone()),
    }
}

/// The field for the hash of the body, or for what stands in its place.
pub(super) const CONTENT_HASH: &str = "x-amz-content-sha256";

/// What S3 clients put in place of a body's hash.
pub(super) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Names and values of a query, decoded as `aws-sigv4` does: percent signs, and `+` as a space.
pub(super) fn decode_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let escaped = match (first, others) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &others[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
