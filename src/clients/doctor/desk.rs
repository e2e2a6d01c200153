//! The doctor's own server: plays the answers of one check and keeps what was asked.

use std::sync::{Mutex, PoisonError};

use crate::ground::exchange::{Answer, Handler, Pending, Request, Response};

/// The answers of the check at hand; the last one repeats.
#[derive(Default)]
pub(super) struct Desk {
    answers: Mutex<Vec<Answer>>,
    seen: Mutex<Vec<Request>>,
}

impl Desk {
    /// Lays out the answers of the next check.
    pub(super) fn lay_out(&self, answers: &[Answer]) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = answers.to_vec();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What was asked since.
    pub(super) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Handler for Desk {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(seen.len()).or(answers.last()).cloned();
        seen.push(request);
        Box::pin(async move { answer.unwrap_or_else(|| Response::new(500, "").into()) })
    }
}
