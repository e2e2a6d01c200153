//! What a waiter makes of an answer, and answers that it makes something wanted of.
//!
//! Smithy's rule: acceptors are tried in order, the first that matches decides; an error that none matches is
//! a failure, an output that none matches is polled again
//! (<https://smithy.io/2.0/additional-specs/waiters.html#waiter-workflow>).

use super::fault::Fault;
use super::place::Place;
use super::subject::{Side, Subject};
use crate::api::model::{Acceptor, AcceptorMatcher, AcceptorState, Value, Waiter};
use crate::api::outcome::WaitResult;
use crate::ground::json::{Json, Style, parse, write};

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
    pub(super) fn answer(&self, subject: &Subject<'_>) -> crate::ground::exchange::Answer {
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

/// What an acceptor of lists looks for, and where; `None` of another acceptor.
pub(super) fn in_lists(acceptor: &Acceptor) -> Option<(&str, &Json)> {
    match &acceptor.matcher {
        AcceptorMatcher::PathAll(path, expected) | AcceptorMatcher::PathAny(path, expected) => {
            Some((path, expected))
        }
        _ => None,
    }
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
    fn at_path(&self, path: &str, expected: &Json) -> Option<Value> {
        Some(self.with(Side::Output, self.place_of(path)?, literal(expected)?))
    }

    /// The place that a path of names and of projections leads to: `Parts[].Status`.
    pub(super) fn place_of(&self, path: &str) -> Option<&'a Place> {
        let label = path.replace("[*]", "[]").replace("[]", ".0");
        self.places(Side::Output).iter().find(|place| place.label() == label)
    }

    /// A minimal output whose list has such items: true for one that an acceptor of lists looks for, false for
    /// one that no acceptor of the waiter does, if there is such a one.
    pub(super) fn with_matching(
        &self,
        waiter: &Waiter,
        acceptor: &Acceptor,
        matching: &[bool],
    ) -> Option<Value> {
        let (path, expected) = in_lists(acceptor)?;
        let place = self.place_of(path)?;
        let wanted = literal(expected)?;
        let other = self.unlike(waiter, place, &wanted)?;
        let leaves = matching.iter().map(|matches| if *matches { wanted.clone() } else { other.clone() });
        self.listing(Side::Output, place, leaves.collect())
    }

    /// A value that is not the wanted one, nor one that another acceptor of lists wants if that can be.
    fn unlike(&self, waiter: &Waiter, place: &Place, wanted: &Value) -> Option<Value> {
        let values = &self.shape(place.shape).values;
        let all: Vec<Value> = match wanted {
            Value::Boolean(flag) => vec![Value::Boolean(!flag)],
            Value::Integer(number) => vec![Value::Integer(number + 1)],
            _ if values.is_empty() => vec![Value::string("something else")],
            _ => values.iter().map(Value::string).collect(),
        };
        let looked_for: Vec<Value> = waiter
            .acceptors
            .iter()
            .filter_map(|acceptor| literal(in_lists(acceptor)?.1))
            .chain([wanted.clone()])
            .collect();
        let nobodys = all.iter().find(|value| !looked_for.contains(value));
        nobodys.or_else(|| all.iter().find(|value| *value != wanted)).cloned()
    }
}

/// The value that an acceptor's literal stands for.
fn literal(json: &Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::String(text.clone())),
        Json::Bool(flag) => Some(Value::Boolean(*flag)),
        Json::Number(text) => Some(Value::Integer(text.parse().ok()?)),
        _ => None,
    }
}
