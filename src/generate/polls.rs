//! What a waiter makes of an answer, and answers that it makes something wanted of.
//!
//! Smithy's rule: acceptors are tried in order, the first that matches decides; an error that none matches is
//! a failure, an output that none matches is polled again
//! (<https://smithy.io/2.0/additional-specs/waiters.html#waiter-workflow>).

use super::fault::Fault;
use super::subject::{Side, Subject};
use crate::json::{Json, Style, parse, write};
use crate::model::{Acceptor, AcceptorMatcher, AcceptorState, Value, Waiter};
use crate::outcome::WaitResult;

/// Outputs tried in the search for one that a waiter takes in a wanted way.
const TRIES: u32 = 400;

/// What one poll gives.
#[derive(Debug, Clone)]
pub(super) enum Poll<'a> {
    Output(Value),
    Error(Fault<'a>),
}

impl<'a> Poll<'a> {
    /// The answer that gives it.
    pub(super) fn answer(&self, subject: &Subject<'_>) -> crate::exchange::Answer {
        match self {
            Poll::Output(value) => subject.success(&subject.json(value)),
            Poll::Error(fault) => fault.response(subject, &fault.typed_body(subject, &fault.code)).into(),
        }
    }

    /// How many requests it takes.
    pub(super) fn requests(&self) -> u32 {
        match self {
            Poll::Output(_) => 1,
            Poll::Error(fault) => fault.requests().least,
        }
    }
}

/// The number of the acceptor that decides on an output, if one does.
pub(super) fn on_output(waiter: &Waiter, body: &Json) -> Option<usize> {
    waiter.acceptors.iter().position(|acceptor| match &acceptor.matcher {
        AcceptorMatcher::Path(path, expected) => search(body, path).as_ref() == Some(expected),
        AcceptorMatcher::PathAll(path, expected) => match search(body, path) {
            Some(Json::Array(items)) => !items.is_empty() && items.iter().all(|item| item == expected),
            _ => false,
        },
        AcceptorMatcher::PathAny(path, expected) => match search(body, path) {
            Some(Json::Array(items)) => items.contains(expected),
            _ => false,
        },
        AcceptorMatcher::Status(status) => *status == 200,
        AcceptorMatcher::Error(_) => false,
        AcceptorMatcher::AnyError(any) => !any,
    })
}

/// The number of the acceptor that decides on an error, if one does.
pub(super) fn on_error(waiter: &Waiter, fault: &Fault<'_>) -> Option<usize> {
    waiter.acceptors.iter().position(|acceptor| match &acceptor.matcher {
        AcceptorMatcher::Error(code) => *code == fault.code,
        AcceptorMatcher::AnyError(any) => *any,
        AcceptorMatcher::Status(status) => *status == fault.status,
        _ => false,
    })
}

fn search(body: &Json, path: &str) -> Option<Json> {
    let text = String::from_utf8(write(body, Style::Compact)).ok()?;
    let document = jmespath::Variable::from_json(&text).ok()?;
    let found = jmespath::compile(path).ok()?.search(document).ok()?;
    parse(found.to_string().as_bytes()).ok()
}

/// How a state ends the wait; `None` where it goes on.
pub(super) fn result_of(state: AcceptorState) -> Option<WaitResult> {
    match state {
        AcceptorState::Success => Some(WaitResult::Success),
        AcceptorState::Failure => Some(WaitResult::Failure),
        AcceptorState::Retry => None,
    }
}

impl<'a> Subject<'a> {
    /// The error of a code: as the operation declares it, or unmodelled.
    pub(super) fn fault_of(&self, code: &str) -> Fault<'a> {
        let modeled = self.modeled_faults().into_iter().find(|fault| fault.code == code);
        modeled.unwrap_or_else(|| Fault::unmodeled(code, 400))
    }

    /// Outputs of all sorts: minimal, maximal with each enum value, random.
    fn outputs(&self) -> impl Iterator<Item = Value> {
        let root = self.operation.output;
        let places = self.places(Side::Output).iter();
        let turns = places.map(|place| self.shape(place.shape).values.len()).max().unwrap_or(1).max(2);
        let maximal = (0..turns).filter_map(move |turn| Some(self.values.maximal(root?, turn)));
        let mut rng = self.rng("polls");
        let random = (0..TRIES).filter_map(move |_| Some(self.values.random(root?, &mut rng)));
        std::iter::once(self.minimal(Side::Output)).chain(maximal).chain(random)
    }

    /// A poll on which this acceptor decides.
    pub(super) fn poll_for(&self, waiter: &Waiter, number: usize) -> Option<Poll<'a>> {
        let error =
            |fault: Fault<'a>| (on_error(waiter, &fault) == Some(number)).then_some(Poll::Error(fault));
        let acceptor: &Acceptor = waiter.acceptors.get(number)?;
        match &acceptor.matcher {
            AcceptorMatcher::Error(code) => error(self.fault_of(code)),
            AcceptorMatcher::AnyError(true) => error(Fault::unmodeled("ValidationException", 400)),
            AcceptorMatcher::Status(status) if *status != 200 => {
                error(Fault::unmodeled("SomeError", *status))
            }
            AcceptorMatcher::Path(path, expected) => self
                .at_path(path, expected)
                .filter(|output| on_output(waiter, &self.json(output)) == Some(number))
                .map(Poll::Output)
                .or_else(|| self.search_output(waiter, Some(number))),
            _ => self.search_output(waiter, Some(number)),
        }
    }

    /// A poll after which the waiter polls again.
    pub(super) fn poll_again(&self, waiter: &Waiter) -> Option<Poll<'a>> {
        let mut numbered = waiter.acceptors.iter().enumerate();
        self.search_output(waiter, None).or_else(|| {
            let retry = |acceptor: &Acceptor| acceptor.state == AcceptorState::Retry;
            numbered.find_map(|(number, acceptor)| self.poll_for(waiter, number).filter(|_| retry(acceptor)))
        })
    }

    fn search_output(&self, waiter: &Waiter, wanted: Option<usize>) -> Option<Poll<'a>> {
        self.outputs().find(|output| on_output(waiter, &self.json(output)) == wanted).map(Poll::Output)
    }

    /// A minimal output with a value at a path of names.
    pub(super) fn at_path(&self, path: &str, expected: &Json) -> Option<Value> {
        let place = self.places(Side::Output).iter().find(|place| place.label() == path)?;
        let value = match expected {
            Json::String(text) => Value::String(text.clone()),
            Json::Bool(flag) => Value::Boolean(*flag),
            Json::Number(text) => Value::Integer(text.parse().ok()?),
            _ => return None,
        };
        Some(self.with(Side::Output, place, value))
    }
}
