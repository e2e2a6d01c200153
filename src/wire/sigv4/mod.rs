//! AWS Signature Version 4, and S3's version 2: sign, verify, and say what differs when a signature is wrong.
//!
//! Signatures are computed by the vendor's own crate, `aws-sigv4`, for signing and verifying alike: to verify
//! is to sign again with the headers the client listed, and to compare. The canonicalizer beside it never
//! decides anything; it makes the texts that a diagnosis shows.
//!
//! | how a request is signed | read by | the signature is computed by |
//! |---|---|---|
//! | `Authorization` or a presigned query, version 4 | `claim` | `aws-sigv4` |
//! | a body in chunks, each signed (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, `…-TRAILER`) | `chunks`, `chain` | `aws-sigv4` |
//! | a body in unsigned chunks with a trailer (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`) | `chunks` | nobody |
//! | S3's version 2, `Authorization` or presigned | `version2` | us, with ring's HMAC-SHA1 |
//! | SigV4a, bearer tokens, POST policies, other versions | `foreign`, which names them | nobody: they are refused |
//!
//! A body in chunks is read and never written: [`unchunked`] makes the plain request of it that is signed anew.
//!
//! The rules: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

mod canonical;
mod chain;
mod chunks;
mod claim;
mod covered;
mod diagnosis;
mod failure;
mod foreign;
mod keyring;
mod sign;
mod verify;
mod version2;

pub use canonical::{LineDifference, Part, SignedText, explain};
pub use chunks::unchunked;
pub use failure::{Diagnosis, FailureKind, SignatureFailure};
pub use sign::{Unsignable, sign};
pub use verify::{Verified, verify};

/// The secret key of all dummy credentials.
pub const DUMMY_SECRET: &str = "testing";
/// The access key id that clients are given.
pub const DUMMY_ACCESS_KEY_ID: &str = "AKIASHAPETAPE0000000";

/// Keys to sign with. Neither the secret key nor the token shows in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public name of the key pair.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
}

impl Credentials {
    /// Keys without a session token.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Credentials {
        Credentials {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
        }
    }

    /// The dummy credentials that servers of ours accept: for show, and good for nothing else.
    pub fn dummy() -> Credentials {
        Credentials::new(DUMMY_ACCESS_KEY_ID, DUMMY_SECRET)
    }

    /// The parts that must never be stored.
    pub fn secrets(&self) -> Vec<String> {
        let parts = [Some(&self.access_key_id), Some(&self.secret_access_key), self.session_token.as_ref()];
        parts.into_iter().flatten().cloned().collect()
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}
