//! Why a signature is refused: AWS's own code and message, and our diagnosis.

use super::canonical::{Canonical, LineDifference};
use crate::ground::clock::Time;

/// A refused signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct SignatureFailure {
    /// The error code of the JSON protocols, which answer it with status 400 (DynamoDB Developer Guide,
    /// "Error handling"; IAM User Guide, "Troubleshoot Signature Version 4 signing").
    pub code: &'static str,
    /// The message that goes with it, in AWS's words.
    pub message: String,
    /// What we found out; only for a signature that could be computed and did not match.
    pub diagnosis: Option<Box<Diagnosis>>,
    /// What kind of refusal it is, for whoever knows a way around it.
    pub kind: FailureKind,
}

/// The kinds of refusals that a server's flags have an answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailureKind {
    /// The request is not signed.
    Unsigned,
    /// The request is signed in a way that is known and not verified here.
    Unsupported,
    /// Anything else.
    #[default]
    Other,
}

/// What is known of a signature that does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What went wrong, in a sentence, where it could be found out.
    pub cause: Option<String>,
    /// The lines that differ between what was signed and what arrived, where the cause was found.
    pub differences: Vec<LineDifference>,
    /// The canonical request of what arrived, a session token hidden; empty where the signature covers none, as in
    /// S3's version 2 and in the chunks of a body.
    pub canonical_request: String,
    /// The string to sign of what arrived.
    pub string_to_sign: String,
}

impl std::fmt::Display for Diagnosis {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unknown = "no single part explains it: the secret key differs, or more than one part was changed";
        writeln!(out, "{}", self.cause.as_deref().unwrap_or(unknown))?;
        for difference in &self.differences {
            writeln!(out, "{difference}")?;
        }
        if !self.canonical_request.is_empty() {
            writeln!(out, "canonical request of what arrived:")?;
            write_numbered(out, &self.canonical_request)?;
        }
        writeln!(out, "string to sign of what arrived:")?;
        write_numbered(out, &self.string_to_sign)
    }
}

fn write_numbered(out: &mut std::fmt::Formatter<'_>, text: &str) -> std::fmt::Result {
    text.split('\n').enumerate().try_for_each(|(index, line)| writeln!(out, "{:>4} | {line}", index + 1))
}

impl SignatureFailure {
    fn new(code: &'static str, message: impl Into<String>) -> SignatureFailure {
        SignatureFailure { code, message: message.into(), diagnosis: None, kind: FailureKind::Other }
    }

    /// No signature at all.
    pub(super) fn missing() -> SignatureFailure {
        let failure =
            SignatureFailure::new("MissingAuthenticationTokenException", "Missing Authentication Token");
        SignatureFailure { kind: FailureKind::Unsigned, ..failure }
    }

    /// A way of signing that is not verified: AWS's words for an algorithm that it does not know, where it is one, and
    /// ours for what it is.
    pub(super) fn unsupported(algorithm: &str, told: &str) -> SignatureFailure {
        let unknown = format!("Unsupported AWS 'algorithm': '{algorithm}'. {told}");
        SignatureFailure {
            kind: FailureKind::Unsupported,
            ..SignatureFailure::incomplete(unknown.trim_end())
        }
    }

    /// A request that is signed elsewhere than in `Authorization` or its query, in a way that is not verified.
    pub(super) fn elsewhere(told: &str) -> SignatureFailure {
        SignatureFailure { kind: FailureKind::Unsupported, ..SignatureFailure::incomplete(told) }
    }

    /// A body that is not in chunks as its fields say.
    pub(super) fn broken_body(what: String) -> SignatureFailure {
        SignatureFailure::new("IncompleteBody", format!("The aws-chunked body cannot be read: {what}."))
    }

    /// A chunk whose signature is another one than ours. `number` counts from 1, the closing chunk included.
    pub(super) fn bad_chunk(
        number: usize,
        of: usize,
        length: usize,
        cause: String,
        string_to_sign: String,
    ) -> SignatureFailure {
        SignatureFailure::mismatched(
            &format!(
                "The signature of chunk {number} of {of} ({length} bytes) does not match, though that of the \
                 request does."
            ),
            Diagnosis {
                cause: Some(cause),
                differences: Vec::new(),
                canonical_request: String::new(),
                string_to_sign,
            },
        )
    }

    /// A trailer whose signature is another one than ours.
    pub(super) fn bad_trailer(cause: String, string_to_sign: String) -> SignatureFailure {
        SignatureFailure::mismatched(
            "The signature of the trailer does not match, though those of the request and of all chunks do.",
            Diagnosis {
                cause: Some(cause),
                differences: Vec::new(),
                canonical_request: String::new(),
                string_to_sign,
            },
        )
    }

    fn mismatched(part: &str, diagnosis: Diagnosis) -> SignatureFailure {
        let mut message =
            "The request signature we calculated does not match the signature you provided. Check your AWS \
             Secret Access Key and signing method. Consult the service documentation for details."
                .to_owned();
        if !part.is_empty() {
            message = format!("{message} {part}");
        }
        let failure = SignatureFailure::invalid(message);
        SignatureFailure { diagnosis: Some(Box::new(diagnosis)), ..failure }
    }

    /// A presigned URL after its end.
    pub(super) fn url_expired(until: Time, now: Time) -> SignatureFailure {
        let (until, now) = (until.amz_date(), now.amz_date());
        SignatureFailure::invalid(format!(
            "Signature expired: the presigned URL was good until {until}; it is {now} now."
        ))
    }

    /// A signature that lacks a part, or whose part cannot be read.
    pub(super) fn incomplete(message: impl Into<String>) -> SignatureFailure {
        SignatureFailure::new("IncompleteSignatureException", message)
    }

    /// An access key id that nobody has.
    pub(super) fn unknown_key() -> SignatureFailure {
        let message = "The security token included in the request is invalid.";
        SignatureFailure::new("UnrecognizedClientException", message)
    }

    /// A signature that may not be used as it is: wrong scope, wrong time, host not signed.
    pub(super) fn invalid(message: impl Into<String>) -> SignatureFailure {
        SignatureFailure::new("InvalidSignatureException", message)
    }

    /// Signed too long ago.
    pub(super) fn expired(signed: Time, now: Time, window: i64) -> SignatureFailure {
        let earliest = Time(now.0 - window * 60_000).amz_date();
        let (signed, now) = (signed.amz_date(), now.amz_date());
        SignatureFailure::invalid(format!(
            "Signature expired: {signed} is now earlier than {earliest} ({now} - {window} min.)"
        ))
    }

    /// Signed in the future.
    pub(super) fn not_yet(signed: Time, now: Time, window: i64) -> SignatureFailure {
        let latest = Time(now.0 + window * 60_000).amz_date();
        let (signed, now) = (signed.amz_date(), now.amz_date());
        SignatureFailure::invalid(format!(
            "Signature not yet current: {signed} is still later than {latest} ({now} + {window} min.)"
        ))
    }

    /// A signature that is another one than ours.
    pub(super) fn mismatch(
        canonical: &Canonical,
        cause: Option<String>,
        differences: Vec<LineDifference>,
    ) -> SignatureFailure {
        SignatureFailure::mismatched(
            "",
            Diagnosis {
                cause,
                differences,
                canonical_request: canonical.request_text(),
                string_to_sign: canonical.string_to_sign_text(),
            },
        )
    }
}
