//! A signature does not match: which one part, had it been another, would make it match?
//!
//! A signature tells nothing of what it covers, so the usual suspects are tried: the request is signed again
//! with one part changed, and the change that gives the client's signature is what happened.

use super::claim::Claim;
use super::covered::{Covered, PathForm, Payload, UNSIGNED, listed};
use crate::ground::exchange::Request;

/// What the client signed in place of what arrived, and the sentence that says so.
pub(super) fn suspect(
    request: &Request,
    claim: &Claim,
    covered: &Covered,
    secret: &str,
) -> Option<(String, Covered)> {
    let lists: [fn(&Request, &Covered) -> Vec<Trial>; 7] =
        [methods, hosts, paths, bodies, fields, lists, scopes];
    lists
        .into_iter()
        .flat_map(|list| list(request, covered))
        .find(|trial| trial.signed.signature(&claim.access_key_id, secret).as_ref() == Some(&claim.signature))
        .map(|trial| (trial.cause, trial.signed))
}

/// What is wrong at first sight, though what was signed cannot be found out.
pub(super) fn oddity(request: &Request, claim: &Claim) -> Option<String> {
    let absent = claim.signed_headers.iter().find(|name| !request.headers.contains(name));
    if let Some(name) = absent {
        return Some(format!("the header {name} is signed but did not arrive"));
    }
    if !claim.signed_headers.is_sorted() {
        return Some("the list of signed headers is not in alphabetical order".to_owned());
    }
    None
}

/// A request as the client may have signed it.
struct Trial {
    cause: String,
    signed: Covered,
}

fn trial(covered: &Covered, cause: impl Into<String>, change: impl FnOnce(&mut Covered)) -> Trial {
    let mut signed = covered.clone();
    change(&mut signed);
    Trial { cause: cause.into(), signed }
}

/// A presigned URL is good for one method.
fn methods(_: &Request, covered: &Covered) -> Vec<Trial> {
    let method = |name: &str| {
        trial(covered, format!("the method {name} was signed"), |it| it.method = name.to_owned())
    };
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].map(method).into()
}

/// Host and port get lost or added on the way through proxies and endpoint settings.
fn hosts(request: &Request, covered: &Covered) -> Vec<Trial> {
    let host = request.headers.get("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let (region, service) = (&covered.region, &covered.service);
    let mut candidates = vec![
        (name.to_owned(), "the host was signed without its port"),
        (format!("{host}:80"), "the host was signed with a port that did not arrive"),
        (format!("{host}:443"), "the host was signed with a port that did not arrive"),
        (host.to_ascii_lowercase(), "the host was signed in lower case"),
        (format!("{service}.{region}.amazonaws.com"), "the host of AWS itself was signed"),
        (format!("api.{service}.{region}.amazonaws.com"), "the host of AWS itself was signed"),
    ];
    for field in ["x-forwarded-host", "x-original-host"] {
        let forwarded = request.headers.get(field).map(str::to_owned);
        candidates.extend(forwarded.map(|host| (host, "the host that a proxy replaced was signed")));
    }
    let forwarded = request.headers.get("forwarded").and_then(|value| value.split_once("host="));
    if let Some((_, rest)) = forwarded {
        let host = rest.split([';', ',']).next().unwrap_or_default().trim_matches('"');
        candidates.push((host.to_owned(), "the host that a proxy replaced was signed"));
    }
    let changed = |(host, cause): (String, &str)| trial(covered, cause, |it| it.set_header("host", &host));
    candidates.into_iter().map(changed).collect()
}

/// Path and query: encoded once or twice, with or without what an endpoint puts before or after it.
fn paths(request: &Request, covered: &Covered) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (doubled, normalized) in [(true, true), (false, true), (true, false), (false, false)] {
        let times = if doubled { "twice" } else { "once" };
        let dots = if normalized { "normalized" } else { "as it is" };
        let cause = format!("the path was signed percent-encoded {times}, {dots}");
        trials.push(trial(covered, cause, |it| it.path_form = PathForm { doubled, normalized }));
    }
    let (path, query) = covered.target.split_once('?').unwrap_or((&covered.target, ""));
    let mark = if query.is_empty() { "" } else { "?" };
    let mut target =
        |cause: &str, target: String| trials.push(trial(covered, cause, |it| it.target = target));
    let prefix = request.session_prefix();
    if let Some(rest) = path.strip_prefix(prefix).filter(|_| !prefix.is_empty()) {
        let slash = if rest.starts_with('/') { "" } else { "/" };
        target("the path was signed without the endpoint's prefix", format!("{slash}{rest}{mark}{query}"));
    }
    let closed = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    target("the path was signed with its closing slash otherwise", format!("{closed}{mark}{query}"));
    target("the path was not signed, / in its place", format!("/{mark}{query}"));
    target("the query was not signed", path.to_owned());
    trials
}

/// The body: another one than was sent, none, or not signed.
fn bodies(request: &Request, covered: &Covered) -> Vec<Trial> {
    let body = |cause: &str, payload| trial(covered, cause, |it| it.payload = payload);
    let trimmed = request.body.trim_ascii_end().to_vec();
    let longer = [&request.body[..], b"\n"].concat();
    let mut trials = vec![
        body("the body is not signed, but the hash of an empty one", Payload::Bytes(Vec::new())),
        body("the body was declared unsigned", Payload::Stated(UNSIGNED.to_owned())),
        body("the body was signed without its closing white space", Payload::Bytes(trimmed)),
        body("the body was signed with a line end that did not arrive", Payload::Bytes(longer)),
        body("the body was signed, not declared unsigned", Payload::Bytes(request.body.clone())),
    ];
    let stated = request.headers.get("x-amz-content-sha256");
    trials.extend(stated.map(|hash| {
        body(
            "another body was signed: the one x-amz-content-sha256 tells of",
            Payload::Stated(hash.to_owned()),
        )
    }));
    trials
}

/// Fields that are changed after signing: by a retry, or by whatever sends the request.
fn fields(request: &Request, covered: &Covered) -> Vec<Trial> {
    let mut trials = Vec::new();
    let mut field = |name: &str, value: &str| {
        let cause = format!("the header {name} was changed after signing");
        trials.push(trial(covered, cause, |it| it.set_header(name, value)));
    };
    for (name, value) in &covered.headers {
        match name.as_str() {
            "content-type" => {
                let bare = value.split(';').next().unwrap_or_default().trim_end();
                let json = ["application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json"];
                json.into_iter().chain([bare, ""]).for_each(|other| field(name, other));
            }
            "content-length" => {
                [request.body.len().to_string(), "0".to_owned()].iter().for_each(|other| field(name, other));
            }
            "amz-sdk-request" => {
                let rest = value.split_once(';').map_or("", |(_, rest)| rest);
                let mark = if rest.is_empty() { "" } else { ";" };
                (1..=5).for_each(|attempt| field(name, &format!("attempt={attempt}{mark}{rest}")));
            }
            "host" | "x-amz-date" => {}
            _ => field(name, ""),
        }
    }
    trials
}

/// The list of signed headers: one too few, or one too many.
fn lists(request: &Request, covered: &Covered) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, _) in request.headers.iter() {
        let name = name.to_ascii_lowercase();
        if name == "authorization" {
            continue;
        }
        let known = covered.headers.iter().any(|(field, _)| *field == name);
        trials.push(if known {
            let cause = format!("the header {name} is listed as signed, but was not");
            trial(covered, cause, |it| it.drop_header(&name))
        } else {
            let cause = format!("the header {name} was signed, but is not listed");
            trial(covered, cause, |it| it.headers.extend(listed(&request.headers, &[name])))
        });
    }
    trials
}

/// Region and service of the scope.
fn scopes(request: &Request, covered: &Covered) -> Vec<Trial> {
    let region = |region: &&str| {
        trial(covered, format!("the signing key is for the region {region}"), |it| {
            it.region = (*region).to_owned()
        })
    };
    let host = request.headers.get("host").unwrap_or_default();
    let target = request.headers.get("x-amz-target").unwrap_or_default();
    let of_target = target.split(['.', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let service = |name: String| {
        trial(covered, format!("the signing key is for the service {name}"), |it| it.service = name)
    };
    let names = host.split(['.', ':']).map(str::to_owned).chain([of_target]).filter(|name| !name.is_empty());
    REGIONS.iter().map(region).chain(names.map(service)).collect()
}

/// The regions of AWS, from botocore's `endpoints.json` (1.44.5).
const REGIONS: [&str; 39] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

#[cfg(test)]
mod tests {
    use super::super::{Credentials, sign, verify};
    use super::*;
    use crate::ground::clock::Time;

    /// A request that its client signed with one part taken otherwise.
    fn signed_otherwise(change: impl FnOnce(&mut Covered)) -> Request {
        let mut request = Request { method: "PUT".to_owned(), body: b"{} ".to_vec(), ..Request::default() };
        request.target = "/s1/a%20b//c/?x=1".to_owned();
        request.prefix = 3;
        request.headers = [("Host", "localhost:1"), ("X-Own", "1")].into_iter().collect();
        sign(&mut request, &Credentials::new("AKID", "testing"), "us-east-1", "states", Time(0)).unwrap();
        let claim = Claim::read(&request).unwrap();
        let mut covered = Covered::of(&request, &claim);
        change(&mut covered);
        let signature = covered.signature("AKID", "testing").unwrap();
        let authorization = request.headers.get("authorization").unwrap();
        let other = authorization.replace(&claim.signature, &signature);
        request.headers.set("authorization", other);
        request
    }

    #[test]
    fn what_was_signed_otherwise_is_named() {
        type Change = fn(&mut Covered);
        let cases: [(&str, Change); 12] = [
            ("percent-encoded once, normalized", |it| it.path_form.doubled = false),
            ("percent-encoded twice, as it is", |it| it.path_form.normalized = false),
            ("without the endpoint's prefix", |it| it.target = "/a%20b//c/?x=1".to_owned()),
            ("closing slash otherwise", |it| it.target = "/s1/a%20b//c?x=1".to_owned()),
            ("the path was not signed", |it| it.target = "/?x=1".to_owned()),
            ("the query was not signed", |it| it.target = "/s1/a%20b//c/".to_owned()),
            ("the hash of an empty one", |it| it.payload = Payload::Bytes(Vec::new())),
            ("declared unsigned", |it| it.payload = Payload::Stated(UNSIGNED.to_owned())),
            ("without its port", |it| it.set_header("host", "localhost")),
            ("host of AWS itself", |it| it.set_header("host", "states.us-east-1.amazonaws.com")),
            ("header x-own is listed as signed, but was not", |it| it.drop_header("x-own")),
            ("for the region eu-central-1", |it| it.region = "eu-central-1".to_owned()),
        ];
        let keys = |_: &str| Some("testing".to_owned());
        assert!(verify(&signed_otherwise(|_| {}), &keys, None).is_ok());
        for (cause, change) in cases {
            let diagnosis = *verify(&signed_otherwise(change), &keys, None).unwrap_err().diagnosis.unwrap();
            assert!(diagnosis.cause.clone().unwrap_or_default().contains(cause), "{cause}: {diagnosis}");
            assert!(!diagnosis.differences.is_empty(), "{cause}: {diagnosis}");
        }
        let wrong_key = verify(&signed_otherwise(|_| {}), &|_| Some("other".to_owned()), None).unwrap_err();
        assert_eq!(wrong_key.diagnosis.unwrap().cause, None);
    }
}
