//! Signatures over chunks and trailers, computed by `aws-sigv4`.

use aws_credential_types::Credentials as Keys;
use aws_sigv4::sign::v4::{SigningParams, sign_chunk, sign_trailer};
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;

use super::canonical::sha256;
use super::claim::Claim;
use crate::ground::exchange::Headers;

/// What signs the parts of one request's body.
pub(super) struct Keyring<'a> {
    identity: Identity,
    claim: &'a Claim,
}

impl<'a> Keyring<'a> {
    pub(super) fn of(claim: &'a Claim, secret: &str) -> Keyring<'a> {
        let identity = Keys::new(&claim.access_key_id, secret, None, None, "shapetape").into();
        Keyring { identity, claim }
    }

    fn parameters(&self) -> Option<SigningParams<'_, ()>> {
        SigningParams::builder()
            .identity(&self.identity)
            .region(&self.claim.region)
            .name(&self.claim.service)
            .time(self.claim.time.to_system())
            .settings(())
            .build()
            .ok()
    }

    /// The signature of a chunk that follows the signature `before`.
    pub(super) fn chunk(&self, data: &[u8], before: &str) -> Option<String> {
        let signed = sign_chunk(&Bytes::copy_from_slice(data), before, &self.parameters()?).ok()?;
        Some(signed.into_parts().1)
    }

    /// The signature of a trailer; `None` for fields that HTTP does not allow.
    pub(super) fn trailer(&self, fields: &Headers, before: &str) -> Option<String> {
        let mut signed = aws_smithy_runtime_api::http::Headers::new();
        for (name, value) in fields.iter() {
            signed.try_append(name.to_owned(), value.to_owned()).ok()?;
        }
        Some(sign_trailer(&signed, before, &self.parameters()?).ok()?.into_parts().1)
    }

    /// The text that the signature of a chunk covers, for people to read.
    pub(super) fn chunk_text(&self, data: &[u8], before: &str) -> String {
        self.text("PAYLOAD", before, &format!("{}\n{}", sha256(b""), sha256(data)))
    }

    /// The text that the signature of a trailer covers, for people to read.
    pub(super) fn trailer_text(&self, fields: &Headers, before: &str) -> String {
        let mut lines: Vec<String> = fields.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        lines.sort();
        self.text("TRAILER", before, &sha256(lines.concat().as_bytes()))
    }

    fn text(&self, of: &str, before: &str, hashes: &str) -> String {
        let Claim { date, region, service, time, .. } = self.claim;
        let time = time.amz_date();
        format!("AWS4-HMAC-SHA256-{of}\n{time}\n{date}/{region}/{service}/aws4_request\n{before}\n{hashes}")
    }
}
