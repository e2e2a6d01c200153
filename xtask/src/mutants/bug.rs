//! A planted bug: what is wrong, where it sits, and how it must be told.

use shapetape::api::model::{AcceptorMatcher, Model, Operation, Paginator, ShapeId, ShapeKind, Value};
use shapetape::api::outcome::Outcome;
use shapetape::check::case::{Call, NoOutcome};
use shapetape::clients::builtin::{BuiltinParts, FailedAttempt, NextPage, PollResult, Remedy};
use shapetape::ground::exchange::{Request, Response};
use shapetape::ground::json::Json;
use shapetape::protocol::{ProtocolError, Reply, ServiceError};

/// What became of a response.
pub(super) type Read = Result<Reply, ProtocolError>;

/// One planted bug.
pub(super) struct Bug {
    pub(super) name: &'static str,
    /// What is wrong, in one sentence.
    pub(super) wrong: &'static str,
    /// It concerns one member, one range of values, one page or one operation.
    pub(super) narrow: bool,
    /// The oracle and the kind of the finding that must tell it.
    pub(super) told: (&'static str, &'static str),
    /// The rule of the charge, where the kind has several and it must be this one.
    pub(super) rule: Option<&'static str>,
    pub(super) plant: Plant,
}

impl Bug {
    /// The same bug, to be told by this rule of its kind and no other.
    pub(super) const fn by(self, rule: &'static str) -> Bug {
        Bug { rule: Some(rule), ..self }
    }
}

/// A bug that shows nearly everywhere.
pub(super) const fn wide(
    name: &'static str,
    wrong: &'static str,
    told: (&'static str, &'static str),
    plant: Plant,
) -> Bug {
    Bug { name, wrong, narrow: false, told, rule: None, plant }
}

/// A bug that shows in few places.
pub(super) const fn narrow(
    name: &'static str,
    wrong: &'static str,
    told: (&'static str, &'static str),
    plant: Plant,
) -> Bug {
    Bug { name, wrong, narrow: true, told, rule: None, plant }
}

/// Where a bug sits, and what it does there.
#[derive(Clone, Copy)]
pub(super) enum Plant {
    /// To the input before it is written.
    Input(fn(&Operation, &mut Value)),
    /// To the JSON of a request.
    SentBody(fn(&Operation, &mut Json)),
    /// To a request that is written and not yet signed.
    Sent(fn(&Operation, &mut Request)),
    /// To a request at an attempt of that number, before it is signed.
    Attempt(fn(&Operation, &mut Request, u32)),
    /// To a response before it is read.
    Arrived(fn(&Operation, &mut Response)),
    /// To the JSON of a success before it is read.
    ArrivedBody(fn(&Operation, &mut Json)),
    /// To each leaf of the JSON of a success before it is read, by the kind of its shape.
    ArrivedLeaf(fn(&ShapeKind, &mut Json)),
    /// To an output that was read.
    Output(fn(&Operation, &mut Value)),
    /// To an error that was read.
    Error(fn(&Response, &mut ServiceError)),
    /// To whatever was read.
    Read(fn(&Operation, &Response, Read) -> Read),
    /// To what may help after a failed attempt.
    Remedy(fn(&FailedAttempt<'_>, Option<Remedy>) -> Option<Remedy>),
    /// To what comes after the page of that number.
    NextPage(fn(&Paginator, &Value, NextPage, u32) -> NextPage),
    /// To whether an acceptor matches.
    Accepts(fn(&AcceptorMatcher, &PollResult<'_>, bool) -> bool),
    /// To what the client is made of.
    Parts(fn(&mut BuiltinParts)),
    /// To the call before it is made.
    Call(fn(&mut Call)),
    /// To the outcome, with the one before it at hand.
    Outcome(fn(Option<&Outcome>, Outcome) -> Result<Outcome, NoOutcome>),
    /// A call more, before the call returns with the outcome of the first.
    Twice,
    /// A request more, after the call has returned.
    Late,
}

impl Plant {
    /// The seam, in one word.
    pub(super) fn seam(&self) -> &'static str {
        match self {
            Plant::Input(_) | Plant::SentBody(_) | Plant::Sent(_) => "encode",
            Plant::Attempt(_) => "attempt",
            Plant::Arrived(_)
            | Plant::ArrivedBody(_)
            | Plant::ArrivedLeaf(_)
            | Plant::Output(_)
            | Plant::Error(_)
            | Plant::Read(_) => "decode",
            Plant::Remedy(_) => "retry",
            Plant::NextPage(_) => "page",
            Plant::Accepts(_) => "wait",
            Plant::Parts(_) => "parts",
            Plant::Call(_) | Plant::Outcome(_) | Plant::Twice | Plant::Late => "call",
        }
    }
}

/// Every value within a value, the outer ones first.
pub(super) fn each(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    change(value);
    match value {
        Value::Structure(fields) => fields.values_mut().for_each(|inner| each(inner, change)),
        Value::List(items) => items.iter_mut().for_each(|inner| each(inner, change)),
        Value::Map(entries) => entries.values_mut().for_each(|inner| each(inner, change)),
        _ => {}
    }
}

/// All JSON within JSON, the outer first.
pub(super) fn each_json(json: &mut Json, change: &mut dyn FnMut(&mut Json)) {
    change(json);
    match json {
        Json::Array(items) => items.iter_mut().for_each(|inner| each_json(inner, change)),
        Json::Object(members) => members.iter_mut().for_each(|(_, inner)| each_json(inner, change)),
        _ => {}
    }
}

/// The leaves of JSON of a shape.
pub(super) fn each_leaf(model: &Model, shape: ShapeId, json: &mut Json, change: fn(&ShapeKind, &mut Json)) {
    match (&model.shape(shape).kind, json) {
        (ShapeKind::Structure { members, .. }, Json::Object(found)) => {
            for (name, inner) in found {
                let member = members.values().find(|member| *name == member.wire_name());
                member.into_iter().for_each(|member| each_leaf(model, member.shape, inner, change));
            }
        }
        (ShapeKind::List { item, .. }, Json::Array(items)) => {
            items.iter_mut().for_each(|inner| each_leaf(model, *item, inner, change));
        }
        (ShapeKind::Map { value, .. }, Json::Object(entries)) => {
            entries.iter_mut().for_each(|(_, inner)| each_leaf(model, *value, inner, change));
        }
        (kind, json) => change(kind, json),
    }
}

/// Takes away the members of structures that a rule names.
pub(super) fn forget(value: &mut Value, rule: fn(&str, &Value) -> bool) {
    each(value, &mut |value| {
        if let Value::Structure(fields) = value {
            fields.retain(|name, value| !rule(name, value));
        }
    });
}

/// Takes away the members of objects that a rule names.
pub(super) fn forget_json(json: &mut Json, rule: fn(&str, &Json) -> bool) {
    each_json(json, &mut |json| {
        if let Json::Object(members) = json {
            members.retain(|(name, value)| !name.as_str().is_some_and(|name| rule(name, value)));
        }
    });
}
