//! The recorder as a `Handler`.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::tape::Tape;
use super::{RecordError, RecordReport, UpstreamError, Upstreams};
use crate::ground::clock::Clock;
use crate::ground::exchange::{Answer, Handler, OLD_REQUEST_ID, Pending, REQUEST_ID, Request, Response};
use crate::ground::json::parse;
use crate::protocol::{self, refusal};
use crate::tape::cassette::{Cassette, Header, Interaction};
use crate::tape::matcher::{Models, Question};
use crate::tape::replay::Session;
use crate::wire::gate::{Admitted, Gate};

/// The error code that a client gets where its upstream is not the service. No SDK retries it.
const STOPPED: &str = "RecordingStoppedException";

/// What a recording needs.
pub struct Setup {
    /// Who may come in.
    pub gate: Gate,
    /// Where answers come from.
    pub upstreams: Upstreams,
    /// The models to read requests by.
    pub models: Models,
    /// The time of signatures.
    pub clock: Arc<dyn Clock>,
    /// The cassette's head as far as it is known.
    pub header: Header,
    /// Secrets known by value: the recorder's own credentials.
    pub secrets: Vec<String>,
    /// In mode `new`, the session over the old cassette: what matches is replayed, the rest recorded.
    pub old: Option<(Cassette, Session)>,
}

/// Records one cassette.
pub struct RecordHandler {
    gate: Gate,
    upstreams: Upstreams,
    models: Models,
    clock: Arc<dyn Clock>,
    /// The region to sign for where the client's signature names none.
    region: String,
    old: Option<Mutex<Session>>,
    tape: Mutex<Tape>,
    /// Why the recording is not whole: kept apart, so that a request that is refused waits for no other.
    failures: Mutex<Vec<String>>,
}

impl RecordHandler {
    /// Opens the journal of a cassette that is to be written at `path`.
    pub fn new(path: &Path, setup: Setup) -> Result<RecordHandler, RecordError> {
        let header = Header { upstream: setup.upstreams.kinds(), ..setup.header };
        let region = if header.region.is_empty() { "us-east-1".to_owned() } else { header.region.clone() };
        let mut tape = Tape::new(path, header, setup.secrets)?;
        let old = setup.old.map(|(cassette, session)| {
            tape.keep(cassette);
            Mutex::new(session)
        });
        Ok(RecordHandler {
            gate: setup.gate,
            upstreams: setup.upstreams,
            models: setup.models,
            clock: setup.clock,
            region,
            old,
            tape: Mutex::new(tape),
            failures: Mutex::default(),
        })
    }

    /// Ends the recording; `whole` is false where the command or scenario failed.
    pub fn finish(&self, whole: bool) -> Result<RecordReport, RecordError> {
        let failures = locked(&self.failures).clone();
        locked(&self.tape).finish(whole, failures)
    }

    /// The interaction noted last, as the cassette will have it.
    pub fn last(&self) -> Option<Interaction> {
        locked(&self.tape).last()
    }

    async fn respond(&self, request: Request) -> Response {
        let open = |request: &Request| self.models.needs_no_signature(request);
        let admitted = match self.gate.admit_knowing(&request, None, &open) {
            Ok(admitted) => admitted,
            Err(refused) => {
                locked(&self.failures).push(format!("{}: {}", refused.request, refused.message));
                return refused.response;
            }
        };
        let request = admitted.request(&request);
        let service = self.models.service_of(&admitted.service, request);
        if let Some(response) = self.replayed(&service, request) {
            return response;
        }
        match self.recorded(&service, &admitted, request).await {
            Ok(response) => response,
            Err(message) => {
                locked(&self.failures).push(message.clone());
                refusal(request, 400, STOPPED, &message)
            }
        }
    }

    fn replayed(&self, service: &str, request: &Request) -> Option<Response> {
        let old = self.old.as_ref()?;
        let question = Question::of(&self.models, service, request);
        let response = locked(old).answer_if_recorded(&question, request)?;
        locked(&self.tape).replayed += 1;
        Some(response)
    }

    async fn recorded(
        &self,
        service: &str,
        admitted: &Admitted,
        request: &Request,
    ) -> Result<Response, String> {
        let upstream = self.upstreams.of(service).map_err(|error| error.to_string())?;
        let model = self.models.get(service);
        let operation = model.and_then(|model| protocol::operation_of(model, request));
        let region = if admitted.region.is_empty() { &self.region } else { &admitted.region };
        // What comes without a signature goes on without one: no key of the recorder's may stand behind it.
        let signer = if admitted.anonymous { "" } else { service };
        let response = upstream
            .forward(request, region, signer, self.clock.as_ref())
            .await
            .map_err(|error| error.to_string())?;
        if model.is_some() {
            let name = operation.map_or("a request", |operation| operation.name.as_str());
            is_the_service(upstream.name(), name, &response).map_err(|error| error.to_string())?;
        }
        let known = model.zip(operation).map(|(model, operation)| (model.as_ref(), operation));
        locked(&self.tape).note(service, known, request, &response).map_err(|error| error.to_string())?;
        Ok(response)
    }
}

/// The value of a lock. One left by a panic is whole: an interaction is added in one step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A service that speaks JSON answers with JSON, or with nothing, or says by a request id that it is AWS; a web
/// server's error page, a login page and another protocol's XML are none of these.
fn is_the_service(url: &str, operation: &str, response: &Response) -> Result<(), UpstreamError> {
    let header = |name: &str| response.headers.get(name).unwrap_or_default().to_ascii_lowercase();
    let kind = header("content-type");
    let signed = response.headers.contains(REQUEST_ID) || response.headers.contains(OLD_REQUEST_ID);
    let markup = kind.contains("html") || kind.contains("xml") || response.body.first() == Some(&b'<');
    let redirect = (300..400).contains(&response.status);
    let json = response.body.is_empty() || kind.contains("json") || parse(&response.body).is_ok();
    if !redirect && (signed || (json && !markup)) {
        return Ok(());
    }
    let what = if redirect {
        format!("a redirect ({})", response.status)
    } else {
        let kind = if kind.is_empty() { "content of no stated type".to_owned() } else { kind };
        format!("{} {} and a body of {kind}", response.status, response.reason())
    };
    let hint = match response.status {
        500..=599 => "the upstream may not know this operation: moto answers what it lacks with an HTML page",
        300..=399 => "is this a login page, or http in place of https?",
        _ => "does the upstream speak this service's protocol?",
    };
    Err(UpstreamError::NotTheService {
        url: url.to_owned(),
        operation: operation.to_owned(),
        what,
        hint: hint.to_owned(),
    })
}

impl Handler for RecordHandler {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move {
            let mut response = self.respond(request).await;
            // Towards the client the connection is ours: what the upstream said of its own does not pass.
            let hop = ["connection", "date", "keep-alive", "transfer-encoding", "content-length"];
            response
                .headers
                .retain(|name: &str, _| !hop.iter().any(|other| name.eq_ignore_ascii_case(other)));
            response.into()
        })
    }
}

impl std::fmt::Debug for RecordHandler {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("RecordHandler").field("upstreams", &self.upstreams).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::{FixedClock, Time};
    use crate::wire::sigv4::{Credentials, sign};

    #[test]
    fn a_request_with_a_wrong_signature_is_answered_while_the_tape_is_locked() {
        let folder = tempfile::tempdir().unwrap();
        let setup = Setup {
            gate: Gate::default(),
            upstreams: Upstreams::default(),
            models: Models::default(),
            clock: Arc::new(FixedClock::at(Time(0))),
            header: Header::default(),
            secrets: Vec::new(),
            old: None,
        };
        let recorder = RecordHandler::new(&folder.path().join("a.json"), setup).unwrap();
        let mut request = Request {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: [("Host", "127.0.0.1")].into_iter().collect(),
            ..Request::default()
        };
        sign(&mut request, &Credentials::new("AKID", "wrong"), "us-east-1", "test", Time(0)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let held = recorder.tape.try_lock().unwrap();
        assert_eq!(runtime.block_on(recorder.respond(request)).status, 400);
        drop(held);
        assert_eq!(recorder.finish(true).unwrap().failures.len(), 1);
    }
}
