//! Who a request says it comes from and for what: the scope of its SigV4 credential.

use super::Request;

/// The credential of a signed request: `KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialScope {
    /// The access key id.
    pub access_key_id: String,
    /// `YYYYMMDD`.
    pub date: String,
    /// The region.
    pub region: String,
    /// The service's signing name.
    pub service: String,
}

impl Request {
    /// The credential scope, from the `Authorization` field or a presigned query.
    pub fn credential_scope(&self) -> Option<CredentialScope> {
        let field = self.headers.get("authorization").and_then(|field| {
            let (_, rest) = field.split_once("Credential=")?;
            rest.split([',', ' ']).next().map(str::to_owned)
        });
        let query = || {
            let pair = self.query().split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
            Some(pair.replace("%2F", "/").replace("%2f", "/"))
        };
        let credential = field.or_else(query)?;
        // An access key id of a test may hold anything but the last four parts are fixed.
        let mut parts = credential.rsplitn(5, '/');
        let (_terminator, service, region, date, key) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(CredentialScope {
            access_key_id: key.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }
}
