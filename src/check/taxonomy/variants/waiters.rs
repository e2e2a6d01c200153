//! WA: waits, by each acceptor and by none.

use crate::api::model::{Acceptor, AcceptorMatcher, AcceptorState, Value, Waiter};
use crate::api::outcome::WaitResult;
use crate::check::case::{Call, CountRange, Expected, Mode};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::fault::{Fault, Written};
use crate::check::taxonomy::place::{PathStep, Place, take};
use crate::check::taxonomy::polls::{Poll, in_lists, on_output, result_of};
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::exchange::Answer;
use crate::ground::json::Json;

/// Milliseconds between polls, and how many there are before the wait is given up.
const DELAY: u32 = 5;
const POLLS: u32 = 6;

fn waits(
    subject: &Subject<'_>,
    waiter: &Waiter,
    answers: Vec<Answer>,
    result: WaitResult,
    requests: u32,
) -> FormParts {
    let mode = Mode::Wait { waiter: waiter.name.clone(), delay_ms: DELAY, max_attempts: POLLS };
    let call = Call { mode, ..subject.call() };
    FormParts::new(call, answers, Expected::Waited(result), CountRange::exactly(requests))
}

/// Polls one after another, the last of which decides.
fn polls(subject: &Subject<'_>, waiter: &Waiter, polls: &[Poll<'_>], result: WaitResult) -> FormParts {
    let answers = polls
        .iter()
        .flat_map(|poll| std::iter::repeat_n(poll.answer(subject), poll.requests() as usize))
        .collect();
    waits(subject, waiter, answers, result, polls.iter().map(Poll::requests).sum())
}

fn each<'a>(sheet: &mut Sheet<'a>, mut list: impl FnMut(&mut Sheet<'a>, &'a Waiter)) {
    let subject = sheet.subject;
    for waiter in subject.model().waiters_of(&subject.operation.name) {
        list(sheet, waiter);
    }
}

/// The acceptors that end the wait, with their number.
fn endings(waiter: &Waiter) -> impl Iterator<Item = (usize, WaitResult)> {
    let numbered = waiter.acceptors.iter().enumerate();
    numbered.filter_map(|(number, acceptor)| Some((number, result_of(acceptor.state)?)))
}

/// The first poll that ends a wait.
fn any_ending<'a>(subject: &Subject<'a>, waiter: &Waiter) -> Option<(Poll<'a>, WaitResult)> {
    ending_unlike(subject, waiter, None)
}

/// The first poll that ends a wait with another result than this, if there is one.
fn ending_unlike<'a>(
    subject: &Subject<'a>,
    waiter: &Waiter,
    result: Option<WaitResult>,
) -> Option<(Poll<'a>, WaitResult)> {
    let (same, others): (Vec<_>, Vec<_>) = endings(waiter).partition(|(_, ends)| Some(*ends) == result);
    let mut order = others.into_iter().chain(same);
    order.find_map(|(number, result)| Some((subject.poll_for(waiter, number)?, result)))
}

/// WA1.
pub(in crate::check::taxonomy) fn acceptors(sheet: &mut Sheet<'_>) {
    each(sheet, |sheet, waiter| {
        let subject = sheet.subject;
        for (number, result) in endings(waiter) {
            sheet.add_if(format!("{}-{number}", waiter.name), move || {
                Some(polls(subject, waiter, &[subject.poll_for(waiter, number)?], result))
            });
            sheet.add_if(format!("{}-{number}-later", waiter.name), move || {
                let again = subject.poll_again(waiter)?;
                Some(polls(
                    subject,
                    waiter,
                    &[again.clone(), again, subject.poll_for(waiter, number)?],
                    result,
                ))
            });
        }
        let retries = waiter.acceptors.iter().enumerate();
        for (number, _) in retries.filter(|(_, acceptor)| acceptor.state == AcceptorState::Retry) {
            sheet.add_if(format!("{}-{number}", waiter.name), move || {
                let (end, result) = any_ending(subject, waiter)?;
                Some(polls(subject, waiter, &[subject.poll_for(waiter, number)?, end], result))
            });
        }
        let lists =
            [("first-matches", [true, false]), ("last-matches", [false, true]), ("none-matches", [false; 2])];
        for (form, matching) in lists {
            list(sheet, waiter, form, matching);
        }
    });
}

/// For each list acceptor: one poll whose list holds the given matching and non-matching items, then a poll that
/// ends the wait differently, so that a wrong match shows.
fn list<'a, const N: usize>(sheet: &mut Sheet<'a>, waiter: &'a Waiter, form: &str, matching: [bool; N]) {
    let subject = sheet.subject;
    let numbered = waiter.acceptors.iter().enumerate();
    for (number, acceptor) in numbered.filter(|(_, acceptor)| in_lists(acceptor).is_some()) {
        sheet.add_if(format!("{}-{number}-{form}", waiter.name), move || {
            let output = subject.with_matching(waiter, acceptor, &matching)?;
            let own = result_of(acceptor.state);
            then_ends_with(subject, waiter, &subject.json(&output), || ending_unlike(subject, waiter, own))
        });
    }
}

/// The path that an acceptor follows into an output.
fn looks_at(acceptor: &Acceptor) -> Option<&str> {
    match &acceptor.matcher {
        AcceptorMatcher::Path(path, _)
        | AcceptorMatcher::PathAll(path, _)
        | AcceptorMatcher::PathAny(path, _) => Some(path),
        _ => None,
    }
}

/// The member at the top of the output that an acceptor's path begins with.
fn looked_at<'a>(subject: &Subject<'a>, waiter: &Waiter) -> Option<&'a Place> {
    waiter.acceptors.iter().filter_map(looks_at).find_map(|path| {
        let name = path.split(['.', '[']).next().unwrap_or_default();
        subject.places(Side::Output).iter().find(|place| place.steps == [PathStep::Member(name.to_owned())])
    })
}

/// A body that shows no end, and then any that does.
fn then_ends(subject: &Subject<'_>, waiter: &Waiter, body: &Json) -> Option<FormParts> {
    then_ends_with(subject, waiter, body, || any_ending(subject, waiter))
}

/// A body that may show no end, and then this one.
fn then_ends_with<'a>(
    subject: &Subject<'a>,
    waiter: &Waiter,
    body: &Json,
    end: impl FnOnce() -> Option<(Poll<'a>, WaitResult)>,
) -> Option<FormParts> {
    let first = subject.success(body);
    match on_output(waiter, body).and_then(|number| result_of(waiter.acceptors.get(number)?.state)) {
        Some(result) => Some(waits(subject, waiter, vec![first], result, 1)),
        None => {
            let (end, result) = end()?;
            let parts = polls(subject, waiter, std::slice::from_ref(&end), result);
            let answers = [vec![first], parts.answers.clone()].concat();
            Some(FormParts { answers, requests: CountRange::exactly(1 + end.requests()), ..parts })
        }
    }
}

/// WA2.
pub(in crate::check::taxonomy) fn absent(sheet: &mut Sheet<'_>) {
    each(sheet, |sheet, waiter| {
        let subject = sheet.subject;
        sheet.add_if(format!("{}-absent", waiter.name), move || {
            let place = looked_at(subject, waiter)?;
            let mut output = subject.minimal(Side::Output);
            take(&mut output, &place.steps);
            then_ends(subject, waiter, &subject.json(&output))
        });
        sheet.add_if(format!("{}-null", waiter.name), move || {
            let place = looked_at(subject, waiter)?;
            let mut body = subject.json(&subject.with_usual(Side::Output, place));
            *subject.json_at(&mut body, place)? = Json::Null;
            then_ends(subject, waiter, &body)
        });
        sheet.add_if(format!("{}-empty", waiter.name), move || {
            then_ends(subject, waiter, &Json::Object(Vec::new()))
        });
        list(sheet, waiter, "no-items", []);
    });
}

/// WA3.
pub(in crate::check::taxonomy) fn error_forms(sheet: &mut Sheet<'_>) {
    each(sheet, |sheet, waiter| {
        let subject = sheet.subject;
        for (number, result) in endings(waiter) {
            let Some(Poll::Error(fault)) = subject.poll_for(waiter, number) else { continue };
            let code = fault.code.clone();
            let forms: [(&str, String, Written<'_>); 6] = [
                ("namespace", format!("aws.protocoltests.json#{code}"), Fault::in_type),
                ("uri", format!("{code}:http://internal.amazon.com/"), Fault::in_type),
                ("both", format!("ns#{code}:http://internal.amazon.com/"), Fault::in_type),
                ("header", format!("ns#{code}:http://internal.amazon.com/"), Fault::in_header),
                ("no-body", code.clone(), Fault::without_body),
                ("code", code, Fault::in_code),
            ];
            for (form, spelled, write) in forms {
                let fault = fault.clone();
                sheet.add(format!("{}-{number}-{form}", waiter.name), move || {
                    let response = write(&fault, subject, &spelled);
                    waits(subject, waiter, vec![response.into()], result, fault.requests().least)
                });
            }
        }
        sheet.add(format!("{}-no-acceptor", waiter.name), move || {
            let fault = subject.fault_of("AccessDeniedException");
            let decides = crate::check::taxonomy::polls::on_error(waiter, &fault);
            let state =
                decides.and_then(|number| waiter.acceptors.get(number)).map(|acceptor| acceptor.state);
            // An error that no acceptor matches is a failure.
            let result = state.map_or(Some(WaitResult::Failure), result_of).unwrap_or(WaitResult::Timeout);
            let requests = if result == WaitResult::Timeout { POLLS } else { 1 };
            waits(subject, waiter, vec![Poll::Error(fault).answer(subject)], result, requests)
        });
    });
}

/// WA4.
pub(in crate::check::taxonomy) fn every_status(sheet: &mut Sheet<'_>) {
    each(sheet, |sheet, waiter| {
        let subject = sheet.subject;
        let mut paths = waiter.acceptors.iter().filter_map(looks_at);
        let Some(place) = paths.find_map(|path| subject.place_of(path)) else { return };
        let values = &subject.shape(place.shape).values;
        let unknown = ["NotInTheModel".to_owned()];
        for value in values.iter().chain(if values.is_empty() { &[][..] } else { &unknown[..] }) {
            let value = value.clone();
            sheet.add_if(format!("{}-{value}", waiter.name), move || {
                let output = subject.with(Side::Output, place, Value::string(&value));
                then_ends(subject, waiter, &subject.json(&output))
            });
        }
    });
}

/// WA5.
pub(in crate::check::taxonomy) fn throttled(sheet: &mut Sheet<'_>) {
    each(sheet, |sheet, waiter| {
        let subject = sheet.subject;
        sheet.add_if(waiter.name.clone(), move || {
            let (end, result) = any_ending(subject, waiter)?;
            let throttle = subject.fault(400, "ThrottlingException", "Rate exceeded");
            let parts = polls(subject, waiter, std::slice::from_ref(&end), result);
            let answers = [vec![throttle], parts.answers.clone()].concat();
            // The attempts of one poll are shared by the throttled one and the one after it.
            matches!(end, Poll::Output(_)).then(|| FormParts {
                answers,
                requests: CountRange::exactly(2),
                ..parts
            })
        });
    });
}

/// WA6.
pub(in crate::check::taxonomy) fn given_up(sheet: &mut Sheet<'_>) {
    each(sheet, |sheet, waiter| {
        let subject = sheet.subject;
        sheet.add_if(waiter.name.clone(), move || {
            let again = subject.poll_again(waiter)?;
            let answers = vec![again.answer(subject)];
            Some(waits(subject, waiter, answers, WaitResult::Timeout, POLLS * again.requests()))
        });
    });
}
