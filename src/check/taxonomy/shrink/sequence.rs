//! Shorter sequences: fewer faults before a success, fewer pages, fewer polls.

use crate::api::outcome::WaitResult;
use crate::check::case::{Case, CountRange, Expected, Mode};
use crate::check::taxonomy::fault::ATTEMPTS;
use crate::ground::exchange::Answer;

/// One way to play fewer answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cut {
    /// Answers after so many are never played.
    After(usize),
    /// This answer is not played, so that as many requests fewer arrive.
    Answer { number: usize, requests: u32 },
    /// This answer and the page that it is.
    Page { number: usize, page: usize },
}

/// All ways to play fewer answers.
pub(super) fn cuts(case: &Case) -> Vec<Cut> {
    let (count, answers) = (case.expectation.requests, &case.answers);
    let mut cuts = Vec::new();
    let played = (count.most as usize).min(answers.len());
    if played > 0 && played < answers.len() {
        cuts.push(Cut::After(played));
    }
    // Every answer but the last, which ends it all.
    let exact = count.least == count.most && played == answers.len();
    for number in 0..played.min(answers.len().saturating_sub(1)) {
        match page_of(case, number) {
            Some(page) => cuts.push(Cut::Page { number, page }),
            None if exact => cuts.push(Cut::Answer { number, requests: u32::from(!goes_on(case)) }),
            None => {}
        }
    }
    cuts
}

/// The last answer repeats until the client gives up, so that one answer fewer is not one request fewer.
fn goes_on(case: &Case) -> bool {
    let last_fails = !case.answers.last().is_some_and(is_success);
    match case.call.mode {
        Mode::Call => last_fails && case.expectation.requests.most >= ATTEMPTS,
        Mode::Paginate { .. } => false,
        Mode::Wait { .. } => case.expectation.result == Expected::Waited(WaitResult::Timeout),
    }
}

pub(super) fn is_success(answer: &Answer) -> bool {
    matches!(answer, Answer::Response(response) if (200..300).contains(&response.status) && !response.is_cut())
}

/// Which page of a paged call an answer is.
pub(super) fn page_of(case: &Case, number: usize) -> Option<usize> {
    let paged = matches!(case.call.mode, Mode::Paginate { .. }) && is_success(case.answers.get(number)?);
    paged.then(|| case.answers[..number].iter().filter(|answer| is_success(answer)).count())
}

impl Cut {
    pub(super) fn apply(self, case: &mut Case) {
        let fewer = match self {
            Cut::After(played) => {
                case.answers.truncate(played);
                0
            }
            Cut::Answer { number, requests } => {
                case.answers.remove(number);
                requests
            }
            Cut::Page { number, page } => {
                case.answers.remove(number);
                u32::from(without_page(&mut case.expectation.result, page))
            }
        };
        if fewer > 0 {
            let CountRange { least, most } = case.expectation.requests;
            let less = |count: u32| count.saturating_sub(fewer).max(1);
            case.expectation.requests = CountRange::between(less(least), less(most));
        }
    }
}

/// Whether there was such a page to be given.
fn without_page(expected: &mut Expected, page: usize) -> bool {
    match expected {
        Expected::Pages { pages, .. } if page < pages.len() => {
            pages.remove(page);
            true
        }
        Expected::OneOf(all) => all.iter_mut().fold(false, |any, one| without_page(one, page) | any),
        _ => false,
    }
}
