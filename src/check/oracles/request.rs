//! The request: headers, body and every leaf of the input, read from the raw bytes that arrived.

use super::difference::Difference;
use super::place::At;
use super::sent::Sent;
use super::walk::Walk;
use super::{Oracle, Trial, head};
use crate::api::model::{Model, ProtocolName, Value};
use crate::check::case::{Class, Family};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::exchange;
use crate::ground::json::Json;

/// Where a rule is written down, and how firmly it is held.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleSource<'a> {
    pub(super) class: Class,
    pub(super) rule: &'a str,
}

pub(super) const PROTOCOL: RuleSource<'_> = RuleSource {
    class: Class::Must,
    rule: "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#protocol-behaviors",
};
/// Names of members should be unique: what comes of others is not predictable.
const NAMES: RuleSource<'_> = RuleSource { class: Class::Should, rule: "RFC 8259, section 4" };

/// Judges what was sent. Only awsJson requests are read.
#[derive(Debug)]
pub(super) struct RequestOracle;

impl Oracle for RequestOracle {
    fn name(&self) -> OracleName {
        OracleName::Request
    }

    fn cannot_judge(&self, model: &Model) -> Option<String> {
        let protocol = &model.metadata.protocol;
        (*protocol != ProtocolName::AwsJson)
            .then(|| format!("no request of the protocol `{protocol}` can be read yet"))
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        if self.cannot_judge(trial.model).is_some() {
            return Vec::new();
        }
        let mut differences: Vec<(RuleSource<'_>, Difference)> = Vec::new();
        for (index, entry) in trial.evidence.transcript.entries.iter().enumerate() {
            let found = head::differences(trial, &entry.request).into_iter();
            for (source, difference) in found.chain(body(trial, index, &entry.request)) {
                // A retry repeats the defects of the first attempt.
                let is_known =
                    |(_, old): &(_, Difference)| (old.kind, &old.path) == (difference.kind, &difference.path);
                if !differences.iter().any(is_known) {
                    differences.push((source, difference));
                }
            }
        }
        let held = differences
            .into_iter()
            .map(|(source, difference)| trial.hold(self.name(), source.class, source.rule, difference));
        held.collect()
    }
}

pub(super) fn invalid(trial: &Trial<'_>, path: &str, message: impl Into<String>) -> Difference {
    Difference::of_call(Kind::RequestInvalid, path, &trial.operation.name, message)
}

/// The protocol says what a body is; a case about requests says itself how firmly.
fn source_of_bodies<'a>(trial: &Trial<'a>) -> RuleSource<'a> {
    match trial.case.variant.name().family == Family::REQUESTS {
        true => RuleSource { class: trial.class, rule: trial.rule },
        false => PROTOCOL,
    }
}

fn body<'a>(
    trial: &Trial<'a>,
    index: usize,
    request: &exchange::Request,
) -> Vec<(RuleSource<'a>, Difference)> {
    let source = source_of_bodies(trial);
    let json = match super::body(request) {
        Ok(json @ Json::Object(_)) => json,
        Ok(other) => {
            let message = format!("The body should be a JSON object and is {}.", other.kind());
            return vec![(source, invalid(trial, "body", message).with(None, Some(other)))];
        }
        Err(error) => {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            let message = format!("The body is {error}.");
            return vec![(source, invalid(trial, "body", message).with(None, Some(Json::string(text))))];
        }
    };
    let mut twice = Vec::new();
    doubled(trial, "input", &json, &mut twice);
    let twice = twice.into_iter().map(|difference| (NAMES, difference));
    twice.chain(leaves(trial, index, &json).into_iter().map(|difference| (source, difference))).collect()
}

/// Members that are written twice.
fn doubled(trial: &Trial<'_>, path: &str, json: &Json, out: &mut Vec<Difference>) {
    match json {
        Json::Object(members) => {
            for (index, (name, value)) in members.iter().enumerate() {
                let path = format!("{path}.{name}");
                if members[..index].iter().any(|(other, _)| other == name) {
                    let message = format!("`{path}` is written twice.");
                    out.push(Difference { sort: "doubled".to_owned(), ..invalid(trial, &path, message) });
                }
                doubled(trial, &path, value, out);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                doubled(trial, &format!("{path}[{index}]"), item, out);
            }
        }
        _ => {}
    }
}

fn leaves(trial: &Trial<'_>, index: usize, json: &Json) -> Vec<Difference> {
    let Value::Structure(fields) = &trial.case.call.input else { return Vec::new() };
    let Some(shape) = trial.operation.input.map(|shape| trial.model.shape(shape)) else {
        return match json.as_object() {
            Some([]) => Vec::new(),
            _ => {
                let message = "The operation takes no input, so the body should be `{}`.";
                let difference = invalid(trial, "input", message);
                vec![difference.with(Some(Json::Object(Vec::new())), Some(json.clone()))]
            }
        };
    };
    let later_page = trial.is_paginated() && index > 0;
    let tokens = trial.operation.paginator.as_ref().filter(|_| later_page);
    let is_token =
        |name: &str| tokens.is_some_and(|paginator| paginator.input_tokens.iter().any(|token| token == name));
    let walk = Walk::new(trial.model, Sent { digits: trial.evidence.timestamp_digits });
    walk.members_but(&At::root("input", &shape.name), shape, fields, json, is_token)
}
