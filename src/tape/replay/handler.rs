//! A session as a `Handler`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Miss, Session, SessionReport};
use crate::ground::exchange::{Answer, Handler, Pending, Request, Response};
use crate::protocol::refusal;
use crate::wire::gate::Gate;

/// The error code of a miss. No SDK retries it, and every SDK shows it with its message.
pub const MISMATCH: &str = "ReplayMismatchException";

/// Serves one session.
#[derive(Debug)]
pub struct ReplayHandler {
    gate: Gate,
    session: Mutex<Session>,
}

impl ReplayHandler {
    /// Serves a session to whom the gate lets in.
    pub fn new(gate: Gate, session: Session) -> ReplayHandler {
        ReplayHandler { gate, session: Mutex::new(session) }
    }

    /// How the session went so far.
    pub fn report(&self) -> SessionReport {
        self.session().report()
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        // A session left by a panic is whole: it is changed only after everything was decided.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The recorded answer to a request, or what it gets instead: a refusal at the gate, or a mismatch.
    pub(crate) fn recorded(&self, request: &Request) -> Result<Response, Response> {
        let mut session = self.session();
        let open = |request: &Request| session.models().needs_no_signature(request);
        let admitted = self.gate.admit_knowing(request, None, &open).map_err(|refused| {
            session.note_unsigned(refused.request, refused.message);
            refused.response
        })?;
        let request = admitted.request(request);
        let service = session.models().service_of(&admitted.service, request);
        session.answer(&service, request).map_err(|miss| mismatch(request, &miss))
    }

    /// What a request gets that may not come in.
    pub(crate) fn refusal(&self, request: &Request) -> Option<Response> {
        let mut session = self.session();
        let open = |request: &Request| session.models().needs_no_signature(request);
        let refused = self.gate.admit_knowing(request, None, &open).err()?;
        session.note_unsigned(refused.request, refused.message);
        Some(refused.response)
    }
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
