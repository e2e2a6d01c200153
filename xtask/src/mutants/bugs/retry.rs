//! Bugs of attempts: how many, which, and what they carry.

use std::sync::Arc;

use shapetape::clients::builtin::{FailedAttempt, Remedy};
use shapetape::ground::exchange::Request;
use shapetape::ground::json::{Json, Style, Text, parse, write};
use shapetape::wire::sigv4::Credentials;

use crate::mutants::bug::Plant::{Attempt, Late, Parts, Remedy as Retry, SentBody};
use crate::mutants::bug::{Bug, narrow, wide};

const ATTEMPTS: (&str, &str) = ("retry", "attempts-differ");
const SIGNATURE: (&str, &str) = ("signature", "signature-invalid");
const TOKEN: (&str, &str) = ("idempotency", "idempotency-token");

fn unless(is: bool, remedy: Option<Remedy>) -> Option<Remedy> {
    remedy.filter(|_| !is)
}

fn code<'a>(fault: &FailedAttempt<'a>) -> &'a str {
    fault.error.map_or("", |error| &error.code)
}

fn status(fault: &FailedAttempt<'_>) -> u16 {
    fault.response.map_or(0, |response| response.status)
}

/// Changes the member that is a token.
fn with_token(request: &mut Request, change: fn(&mut Json)) {
    if let Ok(Json::Object(mut members)) = parse(&request.body) {
        for (_, value) in members.iter_mut().filter(|(name, _)| is_token(name)) {
            change(value);
            request.body = Vec::new();
        }
        if request.body.is_empty() {
            request.body = write(&Json::Object(members), Style::Compact);
        }
    }
}

fn is_token(name: &Text) -> bool {
    ["ClientRequestToken", "ClientToken", "RequestToken"].iter().any(|token| *name == *token)
}

#[rustfmt::skip]
pub(super) const BUGS: &[Bug] = &[
    wide("clock-not-set", "a clock that the service calls wrong is tried again", ("retry", "attempts-differ"),
        Retry(|_, remedy| remedy.map(|remedy| if matches!(remedy, Remedy::SetClock(_)) { Remedy::Again } else { remedy })))
        .by("header X-Amz-Date"),
    wide("never-again", "nothing is tried again", ATTEMPTS, Retry(|_, _| None)),
    wide("everything-again", "every error is tried again", ATTEMPTS,
        Retry(|_, remedy| remedy.or(Some(Remedy::Again)))),
    narrow("envelope-again", "an error in a success's envelope is tried again", ("agreement", "disagreement"),
        Retry(|fault, remedy| remedy.or((status(fault) == 200).then_some(Remedy::Again)))).by("requests"),
    narrow("slow-down-not-again", "the code SlowDown is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(code(fault) == "SlowDown", remedy))),
    narrow("ec2-throttled-not-again", "the code EC2ThrottledException is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(code(fault) == "EC2ThrottledException", remedy))),
    narrow("timeout-code-not-again", "the code RequestTimeoutException is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(code(fault) == "RequestTimeoutException", remedy))),
    narrow("429-not-again", "status 429 is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(status(fault) == 429, remedy))),
    narrow("504-not-again", "status 504 is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(status(fault) == 504, remedy))),
    narrow("break-not-again", "a connection that breaks is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(fault.response.is_none(), remedy))),
    narrow("modeled-500-not-again", "status 500 with an error of the model is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(fault.error.is_some_and(|error| error.modeled.is_some()), remedy))),
    narrow("html-503-not-again", "status 503 with a page of HTML is not tried again", ATTEMPTS,
        Retry(|fault, remedy| unless(fault.response.is_some_and(|response| response.status == 503
            && response.body.starts_with(b"<")), remedy))),
    wide("one-attempt-more", "four attempts are made where three are allowed", ATTEMPTS,
        Parts(|parts| parts.start.retry.max_attempts = 4)),
    wide("one-attempt-fewer", "two attempts are made where three are allowed", ATTEMPTS,
        Parts(|parts| parts.start.retry.max_attempts = 2)),
    wide("invocation-changes", "`amz-sdk-invocation-id` changes from attempt to attempt", ATTEMPTS,
        Attempt(|_, request, number| request.headers.set("amz-sdk-invocation-id", format!("call-{number}")))),
    wide("attempts-not-numbered", "`amz-sdk-request` says attempt 1 each time", ATTEMPTS,
        Attempt(|_, request, _| request.headers.set("amz-sdk-request", "attempt=1; max=3"))),
    wide("most-attempts-misstated", "`amz-sdk-request` says that there may be 5 attempts", ATTEMPTS,
        Attempt(|_, request, number| request.headers.set("amz-sdk-request", format!("attempt={number}; max=5"))))
        .by("header amz-sdk-request, max"),
    wide("body-changes", "the body of a second attempt has white space more", ATTEMPTS,
        Attempt(|_, request, number| if number > 1 { request.body.push(b' ') })),
    wide("request-comes-late", "one request more is sent when the call has returned", ATTEMPTS, Late),
    wide("wrong-secret", "requests are signed with another secret", SIGNATURE,
        Parts(|parts| parts.start.credentials = Credentials::new("AKIDTESTING", "guessing"))),
    wide("wrong-access-key", "requests are signed in the name of another access key", SIGNATURE,
        Parts(|parts| parts.start.credentials = Credentials::new("AKIDOTHER", "testing"))).by("signature, access key"),
    wide("wrong-region", "requests are signed for another region", SIGNATURE,
        Parts(|parts| parts.start.region = "eu-west-1".to_owned())).by("signature, region"),
    wide("wrong-service", "requests are signed for another service", SIGNATURE,
        Parts(|parts| Arc::make_mut(&mut parts.model).metadata.signing_name = "states".to_owned())).by("signature, service"),
    wide("body-not-signed", "`UNSIGNED-PAYLOAD` is signed in place of the body", SIGNATURE,
        Attempt(|_, request, _| request.headers.set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"))).by("signature, payload"),
    wide("other-path-signed", "another path is signed than is sent", SIGNATURE,
        // The URL that is sent has no segment `%2E`; the one that is signed has.
        Attempt(|_, request, _| request.target = "/%2E".to_owned())),
    narrow("second-attempt-badly-signed", "second attempts are signed for another path", SIGNATURE,
        Attempt(|_, request, number| if number == 2 { request.target = "/%2E".to_owned() })),
    wide("token-not-filled-in", "idempotency tokens are not filled in", TOKEN,
        SentBody(|_, body| if let Json::Object(members) = body { members.retain(|(name, _)| !is_token(name)) })),
    wide("token-no-uuid", "idempotency tokens are filled in with a counter", TOKEN,
        Attempt(|_, request, _| with_token(request, |token| *token = Json::string("token-1")))),
    wide("token-changes", "a second attempt has another idempotency token", TOKEN,
        Attempt(|_, request, number| if number > 1 {
            with_token(request, |token| *token = Json::string("6f1b3d0c-93a5-4f3f-8e57-0c5b5a0f9b11"));
        })),
];
