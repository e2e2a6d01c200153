//! Retries: how many attempts, numbered in order, one invocation, one body, signed by the service's clock where it
//! says that the client's is wrong.
//!
//! The fields: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>. A client that
//! sends none of them is held to the number of requests and to its body only.

use super::difference::Difference;
use super::{Oracle, Trial};
use crate::api::model::Timestamp;
use crate::check::case::{ATTEMPTS, Class, Mode};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::clock::Time;
use crate::ground::exchange::{ATTEMPT, Answer, Entry, INVOCATION_ID};
use crate::ground::json::Json;

const RULE: &str = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html";

/// Judges attempts.
#[derive(Debug)]
pub(super) struct RetryOracle;

impl Oracle for RetryOracle {
    fn name(&self) -> OracleName {
        OracleName::Retry
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let counted = count(trial).into_iter().chain(clock(trial));
        let counted = counted.map(|difference| trial.state(self.name(), difference));
        let mut found: Vec<Difference> = Vec::from_iter(late(trial));
        for attempts in invocations(trial) {
            let checks = [invocation, numbers, most, bodies];
            for difference in checks.iter().map(|check| check(trial, attempts)) {
                let new = |difference: &Difference| found.iter().all(|old| old.path != difference.path);
                found.extend(difference.filter(new));
            }
        }
        let held =
            found.into_iter().map(|difference| trial.hold(self.name(), Class::Should, RULE, difference));
        counted.chain(held).collect()
    }
}

fn differ(trial: &Trial<'_>, path: &str, message: impl Into<String>) -> Difference {
    Difference::of_call(Kind::AttemptsDiffer, path, &trial.operation.name, message)
}

/// The number of requests of one call; those of pages and polls are judged with them.
fn count(trial: &Trial<'_>) -> Option<Difference> {
    let (due, is) = (trial.case.expectation.requests, trial.evidence.transcript.entries.len());
    if trial.case.call.mode != Mode::Call || trial.evidence.outcome.is_err() || due.holds(is) {
        return None;
    }
    let manner = if is < due.least as usize { "fewer" } else { "more" };
    let message = format!("The client should send {due} and sent {is}.");
    let difference = differ(trial, "requests", message).in_manner(manner);
    Some(difference.with(Some(due.to_json()), Some(Json::number(is))))
}

/// Requests that came after the caller had its outcome.
fn late(trial: &Trial<'_>) -> Option<Difference> {
    let late = trial.evidence.late;
    (late > 0).then(|| {
        let message = format!("Requests came after the call had returned: {late}.");
        let difference = differ(trial, "requests", message).in_manner("late");
        difference.with(Some(Json::number(0)), Some(Json::number(late)))
    })
}

/// From here on two clocks are apart: AWS takes five minutes, and clients correct from four on.
const APART_MS: u64 = 4 * 60 * 1000;

/// After an error that tells a date far from the one it was signed with, the next attempt is signed with a date near
/// what it told.
fn clock(trial: &Trial<'_>) -> Option<Difference> {
    let is_uncorrected = |pair: &[Entry]| {
        let Some(told) = date_of_error(&pair[0].answer) else { return false };
        let apart = |entry: &Entry| {
            let signed = entry.request.headers.get("x-amz-date").and_then(Time::from_amz_date);
            signed.is_some_and(|signed| signed.0.abs_diff(told.0) >= APART_MS)
        };
        apart(&pair[0]) && apart(&pair[1])
    };
    let uncorrected = trial.evidence.transcript.entries.windows(2).any(is_uncorrected);
    uncorrected.then(|| {
        let message = "The service rejected the date of the signature and gave its own in `Date`, but the next attempt is not signed with it.";
        differ(trial, "header X-Amz-Date", message)
    })
}

fn date_of_error(answer: &Answer) -> Option<Time> {
    let Answer::Response(response) = answer else { return None };
    let date = Timestamp::from_http_date(response.headers.get("date")?)?;
    (response.status >= 400).then_some(Time(date.seconds * 1000))
}

/// The attempts of each invocation: all requests of one call, else those in a row that carry one id.
fn invocations<'a>(trial: &Trial<'a>) -> Vec<&'a [Entry]> {
    let entries = trial.evidence.transcript.entries.as_slice();
    if trial.case.call.mode == Mode::Call {
        return vec![entries];
    }
    let id = |entry: &Entry| entry.request.headers.get(INVOCATION_ID).map(str::to_owned);
    entries.chunk_by(|a, b| id(a).is_some() && id(a) == id(b)).filter(|run| id(&run[0]).is_some()).collect()
}

fn invocation(trial: &Trial<'_>, attempts: &[Entry]) -> Option<Difference> {
    let ids: Vec<&str> =
        attempts.iter().filter_map(|entry| entry.request.headers.get(INVOCATION_ID)).collect();
    let first = ids.first()?;
    if ids.len() == attempts.len() && ids.iter().all(|id| id == first) {
        return None;
    }
    let message = format!("All attempts of a call should carry one `{INVOCATION_ID}`.");
    let manner = if ids.len() == attempts.len() { "changed" } else { "missing" };
    Some(differ(trial, &format!("header {INVOCATION_ID}"), message).in_manner(manner))
}

fn numbers(trial: &Trial<'_>, attempts: &[Entry]) -> Option<Difference> {
    attempts.iter().any(|entry| entry.request.headers.contains(ATTEMPT)).then_some(())?;
    let numbers: Vec<Option<usize>> = attempts.iter().map(|entry| entry.request.attempt()).collect();
    if numbers.iter().zip(1..).all(|(is, due)| *is == Some(due)) || lost_attempts(trial, attempts, &numbers) {
        return None;
    }
    let shown = |number: &Option<usize>| number.map_or(Json::Null, Json::number);
    let due = Json::Array((1..=attempts.len()).map(Json::number).collect());
    let is = Json::Array(numbers.iter().map(shown).collect());
    let message = format!("The attempts should be numbered from 1 in `{ATTEMPT}`.");
    Some(differ(trial, &format!("header {ATTEMPT}"), message).with(Some(due), Some(is)))
}

/// A client that tells how many attempts it may make tells the number that it was given.
fn most(trial: &Trial<'_>, attempts: &[Entry]) -> Option<Difference> {
    let fields = attempts.iter().filter_map(|entry| entry.request.headers.get(ATTEMPT));
    let mut told =
        fields.flat_map(|field| field.split(';')).filter_map(|part| part.trim().strip_prefix("max="));
    let due = ATTEMPTS.to_string();
    let is = told.find(|most| *most != due)?;
    let message = format!("`max` in `{ATTEMPT}` should be {due}, which the client was given, and is {is}.");
    let difference = differ(trial, &format!("header {ATTEMPT}"), message).in_manner("max");
    Some(difference.with(Some(Json::string(due)), Some(Json::string(is))))
}

/// Whether the numbers that are left out may be of attempts that arrived nowhere, because an answer before them had
/// ended a connection that the client took for open. Stricter than the lane's rule, which only decides whether a trial
/// is run again: here each number left out needs an answer before it that ended a connection.
fn lost_attempts(trial: &Trial<'_>, attempts: &[Entry], numbers: &[Option<usize>]) -> bool {
    let ended = |entry: &Entry| match &entry.answer {
        Answer::Raw(_) => true,
        Answer::Response(response) => response.closes(),
    };
    let follows = |index: usize| match (numbers[index - 1], numbers[index]) {
        (Some(one), Some(next)) if next > one => next == one + 1 || attempts[..index].iter().any(ended),
        _ => false,
    };
    let first = numbers.first().copied().flatten().is_some_and(|first| {
        first == 1 || (first > 1 && trial.evidence.transcript.entries.iter().any(ended))
    });
    first && (1..numbers.len()).all(follows)
}

fn bodies(trial: &Trial<'_>, attempts: &[Entry]) -> Option<Difference> {
    let changed = attempts.windows(2).any(|pair| pair[0].request.body != pair[1].request.body);
    changed.then(|| differ(trial, "body", "The body should be the same in every attempt of a call."))
}
