//! AWS Signature Version 4: sign, verify, and say what differs when a signature is wrong.
//!
//! Signatures are computed by the vendor's own crate, `aws-sigv4`, for signing and verifying alike: to verify
//! is to sign again with the headers the client listed, and to compare. The canonicalizer beside it never
//! decides anything; it makes the texts that a diagnosis shows.
//!
//! The rules: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

mod canonical;
mod claim;
mod covered;
mod diagnosis;
mod failure;
mod sign;
mod verify;

pub use canonical::{Difference, Part, Text, explain};
pub use failure::{Diagnosis, SignatureFailure};
pub use sign::{Unsignable, sign};
pub use verify::{Verified, verify};

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
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}
