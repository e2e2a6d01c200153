//! The judges: one file each, one trait, one list.
//!
//! An oracle sees the model, the case and the evidence of one trial, and states what differs, each difference
//! with its place, what was due, what was found, one sentence and the rule. Nothing here runs a client.

mod agreement;
mod alternatives;
mod charges;
mod coding;
mod difference;
mod error;
mod given;
mod head;
mod idempotency;
mod jmespath;
mod merged;
mod never;
mod number;
mod pagination;
mod place;
mod request;
mod response;
mod retry;
mod sent;
mod signature;
mod snapshot;
mod state;
mod user_agent;
mod waiter;
mod walk;

pub use agreement::{agreement, compares};
pub use charges::{Charge, charges};
pub use snapshot::snapshot;

use difference::Difference;

use crate::api::model::{Model, Operation};
use crate::api::outcome::Outcome;
use crate::check::case::{Case, Class, Evidence, Expected, Mode};
use crate::check::verdict::{Judgement, NotJudged, OracleName};
use crate::ground::exchange::{Answer, Content, REQUEST_ID, Request};
use crate::ground::json::{Json, ReadError, abridge, parse};

/// One trial as the oracles see it.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The service model.
    pub model: &'a Model,
    /// The operation of the case.
    pub operation: &'a Operation,
    /// The case.
    pub case: &'a Case,
    /// What was seen.
    pub evidence: &'a Evidence,
    /// What the outcome is held against: the case's expectation, or the nearest of its alternatives.
    pub expected: &'a Expected,
    /// How firmly, and where that is written down: as the case says, unless the client asked for it itself.
    pub class: Class,
    /// The source.
    pub rule: &'a str,
}

/// A judge of one kind of behaviour.
pub trait Oracle: Sync {
    /// Its name.
    fn name(&self) -> OracleName;
    /// All that differs in one trial.
    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement>;
    /// Why it can judge no trial of a service, where it cannot: its cases must not count as passed.
    fn cannot_judge(&self, _model: &Model) -> Option<String> {
        None
    }
}

/// All oracles that judge one trial by itself.
pub const ORACLES: [&dyn Oracle; 10] = [
    &request::RequestOracle,
    &signature::SignatureOracle,
    &response::ResponseOracle,
    &error::ErrorOracle,
    &pagination::PaginationOracle,
    &waiter::WaiterOracle,
    &retry::RetryOracle,
    &idempotency::IdempotencyOracle,
    &state::StateOracle,
    &never::NeverOracle,
];

/// Judges one trial by all oracles.
///
/// A call that the client or its driver does not support is judged by none.
pub fn judge(model: &Model, case: &Case, evidence: &Evidence) -> Vec<Judgement> {
    let Some(operation) = model.operation(&case.operation) else { return Vec::new() };
    if matches!(evidence.outcome, Ok(Outcome::Unsupported { .. })) {
        return Vec::new();
    }
    let trial = coding::as_asked_for(Trial::new(model, operation, case, evidence));
    let trial = alternatives::resolve(trial);
    ORACLES.iter().flat_map(|oracle| oracle.judge(&trial)).collect()
}

/// Why the cases of a service cannot be judged, where an oracle that is needed cannot.
pub fn not_judged(model: &Model) -> Option<NotJudged> {
    ORACLES.iter().find_map(|oracle| {
        oracle.cannot_judge(model).map(|reason| NotJudged { oracle: oracle.name(), reason })
    })
}

impl<'a> Trial<'a> {
    fn new(model: &'a Model, operation: &'a Operation, case: &'a Case, evidence: &'a Evidence) -> Trial<'a> {
        let (expected, class, rule) = (&case.expectation.result, case.class, &*case.rule);
        Trial { model, operation, case, evidence, expected, class, rule }
    }
}

impl Trial<'_> {
    /// A judgement of the case's own expectation.
    fn state(&self, oracle: OracleName, difference: Difference) -> Judgement {
        self.hold(oracle, self.class, self.rule, difference)
    }

    /// A judgement by a rule that holds for every case, as firmly as its own source says.
    fn hold(&self, oracle: OracleName, class: Class, rule: &str, difference: Difference) -> Judgement {
        let Difference { kind, path, shape, sort, expected, actual, message } = difference;
        let (expected, actual) = (expected.as_ref().map(abridge), actual.as_ref().map(abridge));
        let rule = rule.to_owned();
        let judgement = Judgement { oracle, class, kind, path, shape, sort, expected, actual, message, rule };
        debug_assert!(Charge::of(&judgement).is_some(), "no charge of the list: {judgement:?}");
        judgement
    }

    /// The JSON of each request's body, out of its content coding, where it is JSON.
    fn bodies(&self) -> impl Iterator<Item = Result<Json, ReadError>> {
        self.evidence.transcript.entries.iter().map(|entry| body(&entry.request))
    }

    /// Whether the case is about a call of so many pages.
    fn is_paginated(&self) -> bool {
        matches!(self.case.call.mode, Mode::Paginate { .. })
    }
}

/// The JSON of a request's body, out of its content coding.
fn body(request: &Request) -> Result<Json, ReadError> {
    match Content::read(&request.headers, &request.body) {
        Content { body, coding: Some(_) } => parse(&body.to_bytes()),
        Content { coding: None, .. } => parse(&request.body),
    }
}

/// The request id that is due and the one that was told, where they differ: a client that tells one tells the one
/// of the last answer.
fn other_request_id(trial: &Trial<'_>, is: Option<&str>) -> Option<(Json, Json)> {
    let Answer::Response(last) = &trial.evidence.transcript.entries.last()?.answer else { return None };
    let (due, is) = (last.headers.get(REQUEST_ID)?, is?);
    (due != is).then(|| (Json::string(due), Json::string(is)))
}
