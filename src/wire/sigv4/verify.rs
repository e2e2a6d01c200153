//! Is this signature the one its key makes?

use super::canonical::Canonical;
use super::claim::Claim;
use super::covered::Covered;
use super::diagnosis;
use super::failure::SignatureFailure;
use super::{chain, version2};
use crate::ground::clock::Time;
use crate::ground::exchange::Request;

/// How many minutes a signature's time may lie off ours.
const WINDOW: i64 = 15;

/// Who signed, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The public name of the key pair.
    pub access_key_id: String,
    /// The region of the scope; empty in S3's version 2, which has none.
    pub region: String,
    /// The service's signing name, as the scope has it.
    pub service: String,
    /// When it was signed; for a presigned URL of version 2, when it ends.
    pub time: Time,
    /// The header fields that the signature of version 4 covers, in lower case.
    pub signed_headers: Vec<String>,
    /// True if the signature stands in the query.
    pub presigned: bool,
}

/// Verifies the signature of a request as it arrived, those of the chunks of its body included. `keys` gives the
/// secret of an access key id; the time is checked only if `now` is given.
pub fn verify(
    request: &Request,
    keys: &dyn Fn(&str) -> Option<String>,
    now: Option<Time>,
) -> Result<Verified, SignatureFailure> {
    if let Some(verified) = version2::verify(request, keys, now) {
        return verified;
    }
    let claim = Claim::read(request)?;
    check_terms(&claim)?;
    if let Some(now) = now {
        check_time(&claim, now)?;
    }
    let secret = keys(&claim.access_key_id).ok_or_else(SignatureFailure::unknown_key)?;
    let covered = Covered::of(request, &claim);
    if covered.signature(&claim.access_key_id, &secret).as_ref() == Some(&claim.signature) {
        chain::verify(request, &claim, &secret)?;
        return Ok(Verified {
            access_key_id: claim.access_key_id,
            region: claim.region,
            service: claim.service,
            time: claim.time,
            signed_headers: claim.signed_headers,
            presigned: claim.expires.is_some(),
        });
    }
    let canonical = Canonical::new(&covered, Some(&claim));
    Err(match diagnosis::suspect(request, &claim, &covered, &secret) {
        Some((cause, signed)) => {
            let differences = Canonical::new(&signed, None).differences(&canonical);
            SignatureFailure::mismatch(&canonical, Some(cause), differences)
        }
        None => SignatureFailure::mismatch(&canonical, diagnosis::oddity(request, &claim), Vec::new()),
    })
}

/// What must hold of any signature before it is computed.
fn check_terms(claim: &Claim) -> Result<(), SignatureFailure> {
    let day = &claim.time.amz_date()[..8];
    if claim.date != day {
        return Err(SignatureFailure::invalid(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{}' != '{day}', from '{}'.",
            claim.date,
            claim.time.amz_date()
        )));
    }
    if !claim.signed_headers.iter().any(|name| name == "host") {
        return Err(SignatureFailure::invalid(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ));
    }
    Ok(())
}

fn check_time(claim: &Claim, now: Time) -> Result<(), SignatureFailure> {
    let age = now.0 - claim.time.0;
    if age < -WINDOW * 60_000 {
        return Err(SignatureFailure::not_yet(claim.time, now, WINDOW));
    }
    match claim.expires {
        Some(seconds) if age > seconds * 1000 => {
            Err(SignatureFailure::url_expired(Time(claim.time.0 + seconds * 1000), now))
        }
        None if age > WINDOW * 60_000 => Err(SignatureFailure::expired(claim.time, now, WINDOW)),
        _ => Ok(()),
    }
}
