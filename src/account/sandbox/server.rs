//! The account on the wire: decodes requests, calls, encodes answers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::{Sandbox, SandboxOptions};
use crate::api::model::Model;
use crate::ground::clock::Clock;
use crate::ground::exchange::{Answer, Handler, Pending, REQUEST_ID, Request, Response};
use crate::protocol::{self, ServiceError, refusal, request_key};
use crate::wire::gate::Gate;

/// Serves accounts of one service: one for each session, all alike at their start.
pub struct SandboxServer {
    model: Arc<Model>,
    options: SandboxOptions,
    gate: Gate,
    clock: Option<Arc<dyn Clock>>,
    /// The account that all others are made after; never called.
    first: Sandbox,
    accounts: Mutex<BTreeMap<String, Arc<Sandbox>>>,
    requests: AtomicU64,
}

impl std::fmt::Debug for SandboxServer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SandboxServer").field("options", &self.options).finish_non_exhaustive()
    }
}

impl SandboxServer {
    /// A server behind a gate. The age of signatures is checked only with a clock; nothing else here reads one.
    pub fn new(
        model: Arc<Model>,
        options: SandboxOptions,
        gate: Gate,
        clock: Option<Arc<dyn Clock>>,
    ) -> SandboxServer {
        let first = Sandbox::new(Arc::clone(&model), options.clone());
        let (accounts, requests) = (Mutex::default(), AtomicU64::new(0));
        SandboxServer { model, options, gate, clock, first, accounts, requests }
    }

    /// The account of a session's path prefix; `""` is that of requests without one.
    pub fn account(&self, session: &str) -> Arc<Sandbox> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(accounts.entry(session.to_owned()).or_insert_with(|| Arc::new(self.first.another())))
    }

    /// Forgets all accounts: each session starts anew.
    pub fn reset(&self) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn answer(&self, request: &Request) -> Response {
        let now = self.clock.as_ref().map(|clock| clock.now());
        if let Err(refused) = self.gate.admit(request, now) {
            return refused.response;
        }
        let Some(operation) = protocol::operation_of(&self.model, request) else {
            let target = request_key(request).map_or("none".to_owned(), |key| key.text);
            let message = format!("There is no operation of that target: {target}.");
            return refusal(request, 400, "UnknownOperationException", &message);
        };
        let input = match protocol::decode_request(&self.model, request) {
            Ok((_, input)) => input,
            Err(error) => return refusal(request, 400, "SerializationException", &error.to_string()),
        };
        let outcome = self.account(request.session_prefix()).call(&operation.name, &input);
        let written = match &outcome {
            Ok(output) => protocol::encode_response(&self.model, operation, output),
            Err(error) => self.error(error),
        };
        written.unwrap_or_else(|error| refusal(request, 500, "InternalFailure", &error.to_string()))
    }

    fn error(&self, error: &ServiceError) -> Result<Response, protocol::ProtocolError> {
        protocol::encode_error(&self.model, error)
    }

    /// An id in the form of a UUID that depends on the seed and the number of the request.
    fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let hash = Sha256::digest(format!("{}/request/{number}", self.options.seed));
        let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }
}

impl Handler for SandboxServer {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        let mut response = self.answer(&request);
        response.headers.set(REQUEST_ID, self.request_id());
        Box::pin(std::future::ready(Answer::Response(response)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::latest;
    use crate::ground::clock::{FixedClock, Time};
    use crate::wire::sigv4::{Credentials, sign};

    const NOW: Time = Time(1_700_000_000_000);

    fn server() -> SandboxServer {
        let clock = Arc::new(FixedClock::at(NOW));
        SandboxServer::new(latest().unwrap(), SandboxOptions::default(), Gate::default(), Some(clock))
    }

    fn request(target: &str, body: &str, secret: &str, at: Time) -> Request {
        let mut request = Request {
            method: "POST".into(),
            target: "/".into(),
            body: body.as_bytes().to_vec(),
            ..Request::default()
        };
        request.headers.push("Host", "127.0.0.1");
        request.headers.push("X-Amz-Target", target);
        request.headers.push("Content-Type", "application/x-amz-json-1.1");
        sign(&mut request, &Credentials::new("AKID", secret), "us-east-1", "sagemaker", at).unwrap();
        request
    }

    fn told(server: &SandboxServer, request: &Request) -> (u16, String) {
        let response = server.answer(request);
        (response.status, String::from_utf8_lossy(&response.body).into_owned())
    }

    #[test]
    fn requests_are_answered_on_the_wire_as_the_service_does() {
        let server = server();
        for (request, status, part) in [
            (request("SageMaker.ListModels", "{}", "testing", NOW), 200, r#"{"Models":[]}"#),
            (request("SageMaker.ListModels", "{}", "wrong", NOW), 400, "InvalidSignatureException"),
            (request("SageMaker.ListModels", "{}", "testing", Time(0)), 400, "Signature expired"),
            (request("SageMaker.ListMonsters", "{}", "testing", NOW), 400, "UnknownOperationException"),
            (request("SageMaker.ListModels", "{", "testing", NOW), 400, "SerializationException"),
            (
                request("SageMaker.DescribeTrainingJob", r#"{"TrainingJobName":"x"}"#, "testing", NOW),
                400,
                r#"{"__type":"ResourceNotFound","Message":"#,
            ),
        ] {
            let (got, body) = told(&server, &request);
            assert_eq!(got, status, "{body}");
            assert!(body.contains(part), "{body}");
        }
    }

    #[test]
    fn sessions_have_accounts_of_their_own() {
        let server = server();
        server.account("/a").call("CreateModel", &crate::api::model::Value::default()).ok();
        assert!(!Arc::ptr_eq(&server.account("/a"), &server.account("")));
        assert!(Arc::ptr_eq(&server.account("/a"), &server.account("/a")));
    }
}
