//! What a request says of its own signature, in `Authorization` or in a presigned query.

use super::covered::decode_query;
use super::failure::SignatureFailure;
use super::foreign;
use crate::ground::clock::Time;
use crate::ground::exchange::Request;

/// The one algorithm there is here.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A signature and what was said with it.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) access_key_id: String,
    /// `YYYYMMDD` as it stands in the scope.
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
    /// As listed, lower case.
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
    pub(super) time: Time,
    /// How many seconds a presigned request is good for; `None` for a signature in the header.
    pub(super) expires: Option<i64>,
}

impl Claim {
    /// Reads it, or says what is missing.
    pub(super) fn read(request: &Request) -> Result<Claim, SignatureFailure> {
        if let Some(authorization) = request.headers.get("authorization") {
            return Claim::from_header(authorization, request);
        }
        let query = decode_query(request.query());
        if query.iter().any(|(name, _)| name == "X-Amz-Signature" || name == "X-Amz-Algorithm") {
            return Claim::from_query(&query);
        }
        Err(foreign::otherwise(request))
    }

    fn from_header(authorization: &str, request: &Request) -> Result<Claim, SignatureFailure> {
        let (algorithm, parameters) = authorization.split_once(' ').unwrap_or((authorization, ""));
        check_algorithm(algorithm)?;
        let find = |name: &str| {
            parameters
                .split(',')
                .filter_map(|parameter| parameter.trim().split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        };
        let parts = ["Credential", "Signature", "SignedHeaders"].map(|name| (name, find(name)));
        let date = request.headers.get("x-amz-date").or_else(|| request.headers.get("date"));
        let mut lacking: Vec<String> = parts
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| format!("Authorization header requires '{name}' parameter."))
            .collect();
        if date.is_none() {
            let text = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
            lacking.push(text.to_owned());
        }
        match (parts.map(|(_, value)| value), date) {
            ([Some(credential), Some(signature), Some(headers)], Some(date)) => {
                Claim::put_together(&credential, signature, &headers, date, None)
            }
            _ => Err(SignatureFailure::incomplete(lacking.join(" "))),
        }
    }

    fn from_query(query: &[(String, String)]) -> Result<Claim, SignatureFailure> {
        let find = |name: &str| {
            query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).ok_or_else(|| {
                SignatureFailure::incomplete(format!("AWS query-string parameters must include '{name}'."))
            })
        };
        check_algorithm(find("X-Amz-Algorithm")?)?;
        let expires = find("X-Amz-Expires")?.parse().ok().filter(|seconds| (0..=604_800).contains(seconds));
        let expires = expires.ok_or_else(|| {
            SignatureFailure::incomplete("X-Amz-Expires must be a number of seconds, at most a week.")
        })?;
        let signature = find("X-Amz-Signature")?.to_owned();
        let headers = find("X-Amz-SignedHeaders")?;
        Claim::put_together(find("X-Amz-Credential")?, signature, headers, find("X-Amz-Date")?, Some(expires))
    }

    fn put_together(
        credential: &str,
        signature: String,
        headers: &str,
        date: &str,
        expires: Option<i64>,
    ) -> Result<Claim, SignatureFailure> {
        let [access_key_id, scope_date, region, service, "aws4_request"] =
            credential.split('/').collect::<Vec<_>>()[..]
        else {
            return Err(SignatureFailure::incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, \
                 e.g. keyid/date/region/service/aws4_request, got '{credential}'"
            )));
        };
        // A date that a calendar does not have would be signed as another one.
        let time = Time::from_amz_date(date).filter(|time| time.amz_date() == date).ok_or_else(|| {
            SignatureFailure::incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })?;
        Ok(Claim {
            access_key_id: access_key_id.to_owned(),
            date: scope_date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: headers.split(';').map(str::to_ascii_lowercase).collect(),
            signature,
            time,
            expires,
        })
    }
}

fn check_algorithm(algorithm: &str) -> Result<(), SignatureFailure> {
    if algorithm == ALGORITHM {
        return Ok(());
    }
    Err(foreign::algorithm(algorithm))
}
