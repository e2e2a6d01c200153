//! Plays the answers of one case after another, and keeps what arrived.
//!
//! A lane's listener lives as long as its client; the script in it changes from trial to trial. A request that
//! comes when no trial is open is counted: it is a finding of the trial before. A `Date` that an answer gives as
//! `now+3600` becomes the date of that moment and so many seconds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::api::model::Timestamp;
use crate::ground::clock::Clock;
use crate::ground::exchange::{Answer, Entry, Handler, Pending, Request, Response, Transcript, WireStep};

/// What a lane's listener plays.
pub struct Script {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: Vec<Answer>,
    open: bool,
    seen: Vec<Entry>,
    late: usize,
}

/// After so many requests of one trial the script ends each connection: the client would never stop.
pub const ENOUGH: usize = 200;

impl Script {
    /// Nothing to play yet.
    pub fn new(clock: Arc<dyn Clock>) -> Script {
        Script { clock, state: Mutex::default() }
    }

    /// Opens a trial: the n-th request gets the n-th answer, the last one repeats.
    pub fn open(&self, answers: Vec<Answer>) {
        *self.state() = State { answers, open: true, ..State::default() };
    }

    /// Ends the trial and gives what arrived during it.
    pub fn close(&self) -> Transcript {
        let mut state = self.state();
        state.open = false;
        Transcript { entries: std::mem::take(&mut state.seen) }
    }

    /// How many requests arrived since the last trial was closed.
    pub fn late(&self) -> usize {
        self.state().late
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state left by a panic is whole: each change is one assignment or push.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn play(&self, request: Request) -> Answer {
        let mut state = self.state();
        if !state.open {
            state.late += 1;
            return Response::new(400, r#"{"__type":"NoTrialException","message":"no trial is open"}"#)
                .into();
        }
        let next = state.seen.len().min(state.answers.len().saturating_sub(1));
        let answer = match state.answers.get(next) {
            Some(answer) if state.seen.len() < ENOUGH => self.dated(answer.clone()),
            _ => Answer::Raw(vec![WireStep::Close]),
        };
        state.seen.push(Entry { request, answer: answer.clone() });
        answer
    }

    /// The answer with the date that its `Date` stands for.
    fn dated(&self, mut answer: Answer) -> Answer {
        if let Answer::Response(response) = &mut answer
            && let Some(after) = response.headers.get("date").and_then(|date| date.strip_prefix("now"))
        {
            // Nothing after `now` is the moment itself.
            let seconds = self.clock.now().seconds() + after.parse::<i64>().unwrap_or(0);
            response.headers.set("Date", Timestamp { seconds, nanos: 0 }.to_http_date());
        }
        answer
    }
}

impl Handler for Script {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        Box::pin(async move { self.play(request) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::clock::{FixedClock, Time};

    fn script() -> Script {
        Script::new(Arc::new(FixedClock::at(Time(1_700_000_000_000))))
    }

    #[test]
    fn a_date_is_the_moments_and_so_many_seconds() {
        for (said, date) in [
            ("now", "Tue, 14 Nov 2023 22:13:20 GMT"),
            ("now+3600", "Tue, 14 Nov 2023 23:13:20 GMT"),
            ("now-3600", "Tue, 14 Nov 2023 21:13:20 GMT"),
            ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            let script = script();
            script.open(vec![Response::new(403, "").with("Date", said).into()]);
            let played = Answer::from(Response::new(403, "").with("Date", date));
            assert_eq!(script.play(Request::default()), played);
            assert_eq!(script.close().entries[0].answer, played);
        }
    }

    #[test]
    fn answers_come_in_order_the_last_repeats_and_late_requests_are_counted() {
        let script = script();
        let answer = |status| Answer::from(Response::new(status, ""));
        script.open(vec![answer(500), answer(200)]);
        let played: Vec<_> = (0..3).map(|_| script.play(Request::default())).collect();
        assert_eq!(played, [answer(500), answer(200), answer(200)]);
        assert_eq!(script.close().entries.len(), 3);
        script.play(Request::default());
        assert_eq!(script.late(), 1);
        script.open(vec![answer(200)]);
        assert_eq!((script.late(), script.close().entries.len()), (0, 0));
    }
}
