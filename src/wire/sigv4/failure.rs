//! Why a signature is refused: AWS's own code and message, and our diagnosis.

use super::canonical::{Canonical, Difference};
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
}

/// What is known of a signature that does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What went wrong, in a sentence, where it could be found out.
    pub cause: Option<String>,
    /// The lines that differ between what was signed and what arrived, where the cause was found.
    pub differences: Vec<Difference>,
    /// The canonical request of what arrived, a session token hidden.
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
        writeln!(out, "canonical request of what arrived:")?;
        write_numbered(out, &self.canonical_request)?;
        writeln!(out, "string to sign of what arrived:")?;
        write_numbered(out, &self.string_to_sign)
    }
}

fn write_numbered(out: &mut std::fmt::Formatter<'_>, text: &str) -> std::fmt::Result {
    text.split('\n').enumerate().try_for_each(|(index, line)| writeln!(out, "{:>4} | {line}", index + 1))
}

impl SignatureFailure {
    fn new(code: &'static str, message: impl Into<String>) -> SignatureFailure {
        SignatureFailure { code, message: message.into(), diagnosis: None }
    }

    /// No signature at all.
    pub(super) fn missing() -> SignatureFailure {
        SignatureFailure::new("MissingAuthenticationTokenException", "Missing Authentication Token")
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
        differences: Vec<Difference>,
    ) -> SignatureFailure {
        let mut failure = SignatureFailure::invalid(
            "The request signature we calculated does not match the signature you provided. Check your AWS \
             Secret Access Key and signing method. Consult the service documentation for details.",
        );
        failure.diagnosis = Some(Box::new(Diagnosis {
            cause,
            differences,
            canonical_request: canonical.request_text(),
            string_to_sign: canonical.string_to_sign_text(),
        }));
        failure
    }
}
