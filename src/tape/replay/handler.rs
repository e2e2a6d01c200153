//! A session as a `Handler`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Miss, Session, SessionReport};
use crate::ground::exchange::{Answer, Handler, Pending, Request, Response};
use crate::protocol::refusal;
use crate::tape::matcher::{Models, Question};
use crate::wire::gate::{Admitted, Gate};

/// The error code of a miss. No SDK retries it, and every SDK shows it with its message.
pub const MISMATCH: &str = "ReplayMismatchException";

/// Serves one session.
///
/// A request is verified and read before the session is locked, so that one that is refused, or takes long to read,
/// holds no other up.
#[derive(Debug)]
pub struct ReplayHandler {
    gate: Gate,
    models: Models,
    session: Mutex<Session>,
    /// Requests whose signature is wrong, and why: they need no session.
    unsigned: Mutex<Vec<(String, String)>>,
}

impl ReplayHandler {
    /// Serves a session to whom the gate lets in.
    pub fn new(gate: Gate, session: Session) -> ReplayHandler {
        let models = session.models().clone();
        ReplayHandler { gate, models, session: Mutex::new(session), unsigned: Mutex::default() }
    }

    /// How the session went so far.
    pub fn report(&self) -> SessionReport {
        SessionReport { unsigned: locked(&self.unsigned).clone(), ..locked(&self.session).report() }
    }

    /// The recorded answer to a request, or what it gets instead: a refusal at the gate, or a mismatch.
    pub(crate) fn recorded(&self, request: &Request) -> Result<Response, Response> {
        let admitted = self.admitted(request)?;
        let request = admitted.request(request);
        let service = self.models.service_of(&admitted.service, request);
        let question = Question::of(&self.models, &service, request);
        locked(&self.session).answer_to(&question, request).map_err(|miss| mismatch(request, &miss))
    }

    /// What a request gets that may not come in.
    pub(crate) fn refusal(&self, request: &Request) -> Option<Response> {
        self.admitted(request).err()
    }

    fn admitted(&self, request: &Request) -> Result<Admitted, Response> {
        let open = |request: &Request| self.models.needs_no_signature(request);
        self.gate.admit_knowing(request, None, &open).map_err(|refused| {
            locked(&self.unsigned).push((refused.request, refused.message));
            refused.response
        })
    }
}

/// The value of a lock. One left by a panic is whole: it is changed only after everything was decided.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn mismatch(request: &Request, miss: &Miss) -> Response {
    let message = format!("{}: {}", miss.request, miss.message);
    refusal(request, 400, MISMATCH, &message)
}

impl Handler for ReplayHandler {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move { self.recorded(&request).unwrap_or_else(|refusal| refusal).into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::Time;
    use crate::tape::replay::ReplayOptions;
    use crate::wire::sigv4::{Credentials, sign};

    #[test]
    fn a_request_with_a_wrong_signature_is_answered_while_the_session_is_locked() {
        let session = Session::new(Models::default(), &[], ReplayOptions::default());
        let replayer = ReplayHandler::new(Gate::default(), session);
        let mut request = Request {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: [("Host", "127.0.0.1")].into_iter().collect(),
            ..Request::default()
        };
        sign(&mut request, &Credentials::new("AKID", "wrong"), "us-east-1", "test", Time(0)).unwrap();
        let held = replayer.session.try_lock().unwrap();
        let refused = replayer.recorded(&request).unwrap_err();
        assert_eq!((refused.status, replayer.refusal(&request)), (400, Some(refused)));
        drop(held);
        assert_eq!(replayer.report().unsigned.len(), 2);
    }
}
