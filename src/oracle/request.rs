//! The request: headers, body and every leaf of the input, read from the raw bytes that arrived.

use super::difference::Difference;
use super::place::At;
use super::sent::Sent;
use super::walk::Walk;
use super::{Oracle, Trial};
use crate::case::Class;
use crate::exchange;
use crate::json::Json;
use crate::model::Value;
use crate::verdict::{Judgement, Kind};

const RULE: &str = "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#protocol-behaviors";

/// Judges what was sent. Only awsJson requests are read.
#[derive(Debug)]
pub(super) struct Request;

impl Oracle for Request {
    fn name(&self) -> &'static str {
        "request"
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        if trial.model.metadata.protocol != "json" {
            return Vec::new();
        }
        let mut differences: Vec<Difference> = Vec::new();
        for (index, entry) in trial.evidence.transcript.entries.iter().enumerate() {
            let found = headers(trial, &entry.request).into_iter().chain(body(trial, index, &entry.request));
            // A retry repeats the defects of the first attempt.
            let known = |differences: &[Difference], new: &Difference| {
                differences.iter().any(|old| (old.kind, &old.path) == (new.kind, &new.path))
            };
            for difference in found {
                if !known(&differences, &difference) {
                    differences.push(difference);
                }
            }
        }
        differences.into_iter().map(|difference| self.state(trial, difference)).collect()
    }
}

impl Request {
    /// A request is held to its protocol in every case; a case about requests says itself how firmly.
    fn state(&self, trial: &Trial<'_>, difference: Difference) -> Judgement {
        if trial.case.variant.0.starts_with("RQ") {
            trial.state(self.name(), difference)
        } else {
            trial.hold(self.name(), Class::Must, RULE, difference)
        }
    }
}

fn invalid(trial: &Trial<'_>, path: &str, message: impl Into<String>) -> Difference {
    Difference::of_call(Kind::RequestInvalid, path, &trial.operation.name, message)
}

fn headers(trial: &Trial<'_>, request: &exchange::Request) -> Vec<Difference> {
    let metadata = &trial.model.metadata;
    let target = format!("{}.{}", metadata.target_prefix, trial.operation.name);
    let query_mode = metadata.query_compatible.then(|| the_only(trial, request, "x-amzn-query-mode", "true"));
    let checks = [
        query_mode.flatten(),
        the_only(trial, request, "X-Amz-Target", &target),
        the_only(trial, request, "Content-Type", &metadata.json_content_type()),
        length(trial, request),
        request.headers.get("expect").map(|value| {
            invalid(trial, "header Expect", "`Expect` is sent, which no AWS client does for awsJson.")
                .with(None, Some(Json::string(value)))
        }),
        line(trial, "method", "POST", &request.method),
        line(trial, "path", &trial.operation.uri, request.path()),
        line(trial, "query", "", request.query()),
    ];
    checks.into_iter().flatten().collect()
}

/// A header that must be there once with one value.
fn the_only(trial: &Trial<'_>, request: &exchange::Request, name: &str, due: &str) -> Option<Difference> {
    let found: Vec<&str> = request.headers.all(name).collect();
    if found == [due] {
        return None;
    }
    let actual = match found.as_slice() {
        [] => None,
        [one] => Some(Json::string(*one)),
        many => Some(Json::Array(many.iter().map(|value| Json::string(*value)).collect())),
    };
    let message = match &actual {
        None => format!("The header `{name}` is missing; it should be `{due}`."),
        Some(_) => format!("The header `{name}` should be `{due}` and is `{}`.", found.join("`, `")),
    };
    let difference = invalid(trial, &format!("header {name}"), message);
    Some(difference.with(Some(Json::string(due)), actual))
}

/// RFC 9112, section 6: a length that is the body's, or a transfer coding.
fn length(trial: &Trial<'_>, request: &exchange::Request) -> Option<Difference> {
    let due = request.body.len();
    let found: Vec<&str> = request.headers.all("content-length").collect();
    match found.as_slice() {
        [] if request.headers.contains("transfer-encoding") => None,
        [length] if length.parse() == Ok(due) => None,
        _ => {
            let message = format!(
                "`Content-Length` should be {due} and is {}.",
                if found.is_empty() { "missing".to_owned() } else { found.join(", ") }
            );
            let actual = found.first().map(|length| Json::string(*length));
            let difference = invalid(trial, "header Content-Length", message);
            Some(difference.with(Some(Json::string(due.to_string())), actual))
        }
    }
}

fn line(trial: &Trial<'_>, part: &str, due: &str, is: &str) -> Option<Difference> {
    (due != is).then(|| {
        invalid(trial, part, format!("The {part} of the request should be `{due}` and is `{is}`."))
            .with(Some(Json::string(due)), Some(Json::string(is)))
    })
}

fn body(trial: &Trial<'_>, index: usize, request: &exchange::Request) -> Vec<Difference> {
    let json = match super::body(request) {
        Ok(json @ Json::Object(_)) => json,
        Ok(other) => {
            let message = format!("The body should be a JSON object and is {}.", other.kind());
            return vec![invalid(trial, "body", message).with(None, Some(other))];
        }
        Err(error) => {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            let message = format!("The body is {error}.");
            return vec![invalid(trial, "body", message).with(None, Some(Json::string(text)))];
        }
    };
    let mut differences = Vec::new();
    doubled(trial, "input", &json, &mut differences);
    differences.extend(leaves(trial, index, &json));
    differences
}

/// Members that are written twice (RFC 8259, section 4: names SHOULD be unique).
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
