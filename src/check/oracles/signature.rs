//! The signature: made by the case's key, for the service, over all that AWS wants covered.

use super::difference::Difference;
use super::{Oracle, Trial};
use crate::api::outcome::steady;
use crate::check::case::Class;
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::exchange::Request;
use crate::ground::json::Json;
use crate::wire::sigv4::{SignatureFailure, Verified, verify};

const RULE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html";

/// The keys and the region of every client under check.
const ACCESS_KEY: &str = "AKIDTESTING";
const SECRET: &str = "testing";
const REGION: &str = "us-east-1";

const UNEXPLAINED: &str = "it is of another secret key, or more than one part was changed after signing";

/// Judges signatures.
#[derive(Debug)]
pub(super) struct SignatureOracle;

impl Oracle for SignatureOracle {
    fn name(&self) -> OracleName {
        OracleName::Signature
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let requests = trial.evidence.transcript.entries.iter().map(|entry| &entry.request);
        // A retry repeats the defect of the first attempt.
        let first = requests.filter_map(|request| difference(trial, request)).next();
        first.map(|difference| trial.hold(self.name(), Class::Must, RULE, difference)).into_iter().collect()
    }
}

/// The time of a signature is not judged: cases about clocks set it wrong.
fn difference(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    let secret = |_: &str| Some(SECRET.to_owned());
    match verify(request, &secret, None) {
        Ok(verified) => uncovered(trial, request, &verified)
            .or_else(|| unsigned_body(trial, request))
            .or_else(|| scope(trial, &verified)),
        Err(failure) => Some(failed(trial, &failure)),
    }
}

fn invalid(trial: &Trial<'_>, manner: &str, message: String) -> Difference {
    let difference = Difference::of_call(Kind::SignatureInvalid, "signature", &trial.operation.name, message);
    difference.in_manner(manner)
}

fn failed(trial: &Trial<'_>, failure: &SignatureFailure) -> Difference {
    let why = match &failure.diagnosis {
        Some(diagnosis) => diagnosis.cause.as_deref().unwrap_or(UNEXPLAINED),
        None => failure.message.trim_end_matches('.'),
    };
    let message = format!("The signature does not verify: {why}.");
    // The texts that were signed hold times and random ids, so they are not part of the finding.
    invalid(trial, failure.code, steady(&message))
}

/// `host` and every `x-amz-*` field must be covered, as the signing page says.
fn uncovered(trial: &Trial<'_>, request: &Request, verified: &Verified) -> Option<Difference> {
    let names = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let bare =
        names.filter(|name| name.starts_with("x-amz-")).find(|name| !verified.signed_headers.contains(name));
    bare.map(|name| invalid(trial, "uncovered", format!("The header `{name}` is sent but not signed.")))
}

/// Only S3 takes a signature that does not cover the body.
fn unsigned_body(trial: &Trial<'_>, request: &Request) -> Option<Difference> {
    let stated = request.headers.get("x-amz-content-sha256")?;
    let is_hash = stated.len() == 64 && stated.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_hash).then(|| {
        let message = format!("The body is not signed, but `{stated}` in its place.");
        invalid(trial, "payload", message).with(None, Some(Json::string(stated)))
    })
}

fn scope(trial: &Trial<'_>, verified: &Verified) -> Option<Difference> {
    let service = trial.model.metadata.signing_name.as_str();
    let parts = [
        ("service", service, &verified.service),
        ("region", REGION, &verified.region),
        // The signature does not cover it, so that it may be another one and all else be right.
        ("access key", ACCESS_KEY, &verified.access_key_id),
    ];
    let (part, due, is) = parts.into_iter().find(|(_, due, is)| due != is)?;
    let message = format!("The signature is for the {part} `{is}`, not `{due}`.");
    Some(invalid(trial, part, message).with(Some(Json::string(due)), Some(Json::string(is))))
}
