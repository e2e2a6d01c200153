//! Who a request says it comes from and for what: the credential of its signature, and what of the query is that
//! signature's own.

use super::Request;

/// The credential of a signed request: `KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialScope {
    /// The access key id.
    pub access_key_id: String,
    /// `YYYYMMDD`; empty in S3's version 2, which has no date.
    pub date: String,
    /// The region; empty in S3's version 2, which has none, and where SigV4a's set names all.
    pub region: String,
    /// The service's signing name.
    pub service: String,
}

/// What S3's version 2 puts into a query to sign it.
const VERSION_2_PARAMETERS: [&str; 3] = ["AWSAccessKeyId", "Signature", "Expires"];

/// What version 4 puts into a query to sign it, in lower case, and the tokens that go with either version.
const VERSION_4_PARAMETERS: [&str; 10] = [
    "x-amz-algorithm",
    "x-amz-content-sha256",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-region-set",
    "x-amz-s3session-token",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
];

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
        let Some(credential) = field.or_else(query) else {
            let key = self.version_2_key()?;
            return Some(CredentialScope {
                access_key_id: key.to_owned(),
                date: String::new(),
                region: String::new(),
                service: "s3".to_owned(),
            });
        };
        if self.is_sigv4a() {
            return self.scope_of_sigv4a(&credential);
        }
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

    fn is_sigv4a(&self) -> bool {
        const ALGORITHM: &str = "AWS4-ECDSA-P256-SHA256";
        let field = self.headers.get("authorization").is_some_and(|field| field.starts_with(ALGORITHM));
        field || parameter(self.query(), "X-Amz-Algorithm") == Some(ALGORITHM)
    }

    /// SigV4a's credential has no region; the set of regions stands beside it, and one of them is enough to sign for.
    fn scope_of_sigv4a(&self, credential: &str) -> Option<CredentialScope> {
        let mut parts = credential.rsplitn(4, '/');
        let (_terminator, service, date, key) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let regions = self.headers.get("x-amz-region-set");
        let regions = regions.or_else(|| parameter(self.query(), "X-Amz-Region-Set")).unwrap_or_default();
        let region = regions.split([',', '%']).map(str::trim).find(|region| !region.contains('*'));
        Some(CredentialScope {
            access_key_id: key.to_owned(),
            date: date.to_owned(),
            region: region.unwrap_or_default().to_owned(),
            service: service.to_owned(),
        })
    }

    /// The access key id that the client signed with, from `Authorization` or a presigned query.
    pub fn access_key_id(&self) -> Option<&str> {
        let header = self.headers.get("authorization").and_then(|value| after(value, "Credential="));
        let credential = header.or_else(|| after(self.query(), "X-Amz-Credential="));
        let id = credential.and_then(|credential| credential.split(['/', '%', ',', '&', ' ']).next());
        id.or_else(|| self.version_2_key()).filter(|id| !id.is_empty())
    }

    /// The access key id of S3's version 2: of `Authorization: AWS KEY:SIGNATURE`, or of a presigned query.
    pub fn version_2_key(&self) -> Option<&str> {
        if let Some(field) = self.headers.get("authorization") {
            return Some(field.strip_prefix("AWS ")?.rsplit_once(':')?.0);
        }
        let values = VERSION_2_PARAMETERS.map(|name| parameter(self.query(), name));
        let [Some(key), Some(_), Some(_)] = values else { return None };
        Some(key)
    }

    /// The query without what signs the request.
    pub fn unsigned_query(&self) -> String {
        let version_2 = self.version_2_key().is_some();
        let kept = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            let signs = VERSION_4_PARAMETERS.iter().any(|other| name.eq_ignore_ascii_case(other));
            !(signs || version_2 && VERSION_2_PARAMETERS.contains(&name))
        };
        self.query().split('&').filter(kept).collect::<Vec<_>>().join("&")
    }
}

/// The value of a query's parameter, as it stands there.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

/// The text after the first `mark`.
fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_signs_a_query_is_told_from_what_asks() {
        let cases = [
            ("a=1&X-Amz-Signature=0&x-amz-acl=private", "a=1&x-amz-acl=private", None),
            ("X-Amz-Credential=K%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&b=2", "b=2", Some("K")),
            (
                "versionId=3&AWSAccessKeyId=K&Signature=s%3D&Expires=9&x-amz-security-token=t",
                "versionId=3",
                Some("K"),
            ),
            ("Signature=mine&Expires=9", "Signature=mine&Expires=9", None),
        ];
        for (query, kept, key) in cases {
            let request = Request { target: format!("/b/k?{query}"), ..Request::default() };
            assert_eq!(request.unsigned_query(), kept);
            assert_eq!(request.access_key_id(), key, "{query}");
        }
        let mut request = Request::default();
        request.headers.push(
            "Authorization",
            "AWS4-ECDSA-P256-SHA256 Credential=K/20261121/s3/aws4_request, SignedHeaders=host, Signature=30",
        );
        request.headers.push("X-Amz-Region-Set", "*,eu-west-1");
        let scope = request.credential_scope().unwrap();
        assert_eq!((scope.service.as_str(), scope.region.as_str()), ("s3", "eu-west-1"));
        let mut request = Request { target: "/b?acl".into(), ..Request::default() };
        request.headers.push("Authorization", "AWS KEY:c2ln");
        let scope = request.credential_scope().unwrap();
        assert_eq!((scope.access_key_id.as_str(), scope.service.as_str()), ("KEY", "s3"));
        assert_eq!(request.unsigned_query(), "acl");
    }
}
