//! The door of every server of ours: who asks, for which service, and whether the signature holds.
//!
//! Clients sign with the dummy secret `testing`, whatever their access key id; other pairs can be added. No real
//! key is ever needed here. A wrong signature is answered as AWS does, in the client's own protocol.
//!
//! A request without any signature comes in where its operation needs none (as `InitiateAuth` of Cognito), or where
//! `--anonymous` says so. A body in `aws-chunked` is unpacked at the door: behind it, a request looks as one of a client
//! that does not chunk.

use indexmap::IndexMap;

use crate::ground::clock::Time;
use crate::ground::exchange::{Request, Response};
use crate::protocol::{refusal, request_key};
use crate::wire::sigv4::{self, FailureKind};

pub use crate::wire::sigv4::DUMMY_SECRET;

/// Who may come in.
#[derive(Debug, Clone)]
pub struct Gate {
    secrets: IndexMap<String, String>,
    verify: bool,
    anonymous: bool,
}

/// What is known of a request that may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The service's signing name, empty for an unsigned request.
    pub service: String,
    /// The region, empty for an unsigned request and in S3's signature version 2.
    pub region: String,
    /// The request came without a signature and is meant to: it goes on without one.
    pub anonymous: bool,
    /// The request with its body out of `aws-chunked`, where it was in it.
    unchunked: Option<Request>,
}

impl Admitted {
    /// The request to go on with, for the one that arrived.
    pub fn request<'a>(&'a self, arrived: &'a Request) -> &'a Request {
        self.unchunked.as_ref().unwrap_or(arrived)
    }
}

/// A request that may not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What the client is told.
    pub response: Response,
    /// What was asked, for the report.
    pub request: String,
    /// Why, with the stage that differs, for the report.
    pub message: String,
}

impl Default for Gate {
    /// Verifies; the dummy secret only.
    fn default() -> Gate {
        Gate { secrets: IndexMap::new(), verify: true, anonymous: false }
    }
}

impl Gate {
    /// A gate that lets every signature pass, for `--signature ignore`.
    pub fn ignoring() -> Gate {
        Gate { verify: false, ..Gate::default() }
    }

    /// Lets requests in that carry no signature at all, for `--anonymous`.
    pub fn allow_anonymous(&mut self) {
        self.anonymous = true;
    }

    /// Accepts another pair of credentials, from `--credentials ID:SECRET`.
    pub fn accept(&mut self, access_key_id: impl Into<String>, secret: impl Into<String>) {
        self.secrets.insert(access_key_id.into(), secret.into());
    }

    /// Lets a request in, or says why not. A signature's age is checked only if `now` is given.
    pub fn admit(&self, request: &Request, now: Option<Time>) -> Result<Admitted, Box<Refused>> {
        self.admit_knowing(request, now, &|_| false)
    }

    /// As [`Gate::admit`], where it is known which requests ask for an operation that needs no signature.
    pub fn admit_knowing(
        &self,
        request: &Request,
        now: Option<Time>,
        needs_none: &dyn Fn(&Request) -> bool,
    ) -> Result<Admitted, Box<Refused>> {
        let mut anonymous = false;
        if self.verify {
            let secret =
                |id: &str| Some(self.secrets.get(id).map_or(DUMMY_SECRET, String::as_str).to_owned());
            match sigv4::verify(request, &secret, now) {
                Ok(_) => {}
                Err(failure)
                    if failure.kind == FailureKind::Unsigned && (self.anonymous || needs_none(request)) =>
                {
                    anonymous = true;
                }
                Err(failure) => return Err(refuse(request, &failure)),
            }
        }
        let unchunked = sigv4::unchunked(request).map_err(|failure| refuse(request, &failure))?;
        let scope = request.credential_scope();
        Ok(Admitted {
            service: scope.as_ref().map(|scope| scope.service.clone()).unwrap_or_default(),
            region: scope.map(|scope| scope.region).unwrap_or_default(),
            anonymous,
            unchunked,
        })
    }
}

fn refuse(request: &Request, failure: &sigv4::SignatureFailure) -> Box<Refused> {
    let mut message = failure.message.clone();
    if let Some(diagnosis) = &failure.diagnosis {
        message = format!("{message}\n{diagnosis}");
    }
    let hint = match failure.kind {
        FailureKind::Unsigned => {
            "\nhint: the request carries no signature; --anonymous lets such requests in"
        }
        FailureKind::Unsupported => {
            "\nhint: --signature ignore lets requests in without verifying how they are signed"
        }
        FailureKind::Other => "",
    };
    Box::new(Refused {
        response: refusal(request, 400, failure.code, &failure.message),
        request: title(request),
        message: message + hint,
    })
}

/// What names the operation, or method and path, of a request that no model was asked about.
fn title(request: &Request) -> String {
    match request_key(request) {
        Some(key) => key.text,
        None => format!("{} {}", request.method, request.path()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_speaks_the_clients_protocol() {
        let mut request = Request { method: "POST".into(), target: "/".into(), ..Request::default() };
        request.headers.push("X-Amz-Target", "SageMaker.ListModels");
        request.headers.push("Content-Type", "application/x-amz-json-1.1");
        let refused = Gate::default().admit(&request, None).unwrap_err();
        assert_eq!(refused.request, "SageMaker.ListModels");
        assert!(String::from_utf8_lossy(&refused.response.body).contains("MissingAuthenticationToken"));
        assert_eq!(Gate::ignoring().admit(&request, None).unwrap().service, "");
        let xml = refusal(&Request::default(), 400, "Code", "a<b");
        assert!(String::from_utf8_lossy(&xml.body).contains("a&lt;b"));
    }
}
