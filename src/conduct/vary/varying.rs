//! A replay in which the answers of one operation are varied.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::model::Model;
use crate::check::taxonomy::{Variation, Variations, Varied};
use crate::ground::exchange::{Answer, Content, Handler, INVOCATION_ID, Pending, Request};
use crate::ground::json::parse;
use crate::protocol;
use crate::tape::replay::ReplayHandler;

/// Serves one session with one variation.
#[derive(Debug)]
pub struct Varying {
    replayer: Arc<ReplayHandler>,
    model: Arc<Model>,
    variations: Arc<Variations>,
    variation: Variation,
    calls: Mutex<Vec<Call>>,
    met: AtomicUsize,
}

/// A call whose recorded answer has become several.
#[derive(Debug)]
struct Call {
    /// By these the client names its attempts.
    invocations: Vec<String>,
    body: Vec<u8>,
    varied: Varied,
    next: usize,
}

impl Varying {
    /// Serves what a replayer would, but for the answers that a variation names.
    pub fn new(
        replayer: Arc<ReplayHandler>,
        model: Arc<Model>,
        variations: Arc<Variations>,
        variation: Variation,
    ) -> Varying {
        Varying { replayer, model, variations, variation, calls: Mutex::default(), met: AtomicUsize::new(0) }
    }

    /// How many recorded answers were varied so far.
    pub fn met(&self) -> usize {
        self.met.load(Ordering::Relaxed)
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        // A list left by a panic is whole: each change is one push or assignment.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Request) -> Answer {
        let operation = protocol::operation_of(&self.model, request);
        if operation.is_none_or(|operation| operation.name != self.variation.operation) {
            return self.replayer.recorded(request).unwrap_or_else(|refusal| refusal).into();
        }
        if let Some(next) = self.next(request) {
            return self.replayer.refusal(request).map_or(next, Answer::from);
        }
        let recorded = match self.replayer.recorded(request) {
            Ok(recorded) => recorded,
            Err(refusal) => return refusal.into(),
        };
        let Some(varied) = self.variations.make(&self.variation, &recorded) else { return recorded.into() };
        let Some(first) = varied.answers.first().cloned() else { return recorded.into() };
        self.met.fetch_add(1, Ordering::Relaxed);
        let invocations = invocation(request).into_iter().collect();
        self.calls().push(Call { invocations, body: request.body.clone(), varied, next: 1 });
        first
    }

    /// The next answer of a call that a request goes on with: another attempt, or the next made page.
    fn next(&self, request: &Request) -> Option<Answer> {
        let mut calls = self.calls();
        let call = calls.iter_mut().rev().find(|call| call.goes_on(request))?;
        call.invocations.extend(invocation(request).filter(|id| !call.invocations.contains(id)));
        let last = call.varied.answers.len() - 1;
        let answer = call.varied.answers.get(call.next.min(last)).cloned();
        call.next += 1;
        answer
    }
}

impl Call {
    fn goes_on(&self, request: &Request) -> bool {
        match invocation(request) {
            Some(id) if self.invocations.contains(&id) => return true,
            None if self.body == request.body && self.next < self.varied.answers.len() => return true,
            _ => {}
        }
        let Some(name) = &self.varied.token else { return false };
        let body = Content::read(&request.headers, &request.body).body.to_bytes();
        let asked = parse(&body).ok();
        asked
            .and_then(|asked| asked.get(name).cloned())
            .is_some_and(|token| self.varied.tokens.contains(&token))
    }
}

fn invocation(request: &Request) -> Option<String> {
    request.headers.get(INVOCATION_ID).map(str::to_owned)
}

impl Handler for Varying {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move { self.answer(&request) })
    }
}
