//! A lane: one client and one listener, kept for many cases.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::api::outcome::Outcome;
use crate::check::case::{Call, Case, Evidence, NoOutcome};
use crate::check::script::Script;
use crate::clients::Client;
use crate::conduct::perform::RunError;
use crate::ground::clock::SystemClock;
use crate::ground::exchange::{Answer, Transcript};
use crate::ground::json::{Json, parse};
use crate::wire::serve::{Server, ServerHandle, ServerOptions};

/// How long an answer may go on after its client had enough of it.
const SETTLE: Duration = Duration::from_millis(100);

/// How many attempts after the first one a client may have made in vain before it is made anew. SDKs keep 500 tokens
/// for retries, take up to 10 for one and give them back only to a call that succeeds (SDK reference, "Retry
/// behavior"); a client that has used them up no longer retries, whatever the case.
const RETRIES_IN_VAIN: usize = 30;

/// How often a trial is run in which attempts were lost.
const ROUNDS: u32 = 3;

/// One client and one listener.
pub struct Lane {
    client: Box<dyn Client>,
    script: Arc<Script>,
    server: ServerHandle,
    previous: Option<Json>,
    /// The id of the case of the last trial.
    after: Option<String>,
    /// An answer of the last trial closed its connection.
    closed: bool,
    /// Attempts that the client made in vain, the first ones not counted.
    retries: usize,
    /// The client was told a date: it may go by that since.
    dated: bool,
}

impl Lane {
    /// Opens a listener for a client.
    pub async fn open(client: Box<dyn Client>) -> Result<Lane, RunError> {
        let script = Arc::new(Script::new(Arc::new(SystemClock)));
        // A wrong `Host` must arrive to be judged.
        let options = ServerOptions { any_host: true, ..ServerOptions::default() };
        let server = Server::bind(options).await?.run(script.clone());
        Ok(Lane {
            client,
            script,
            server,
            previous: None,
            after: None,
            closed: false,
            retries: 0,
            dated: false,
        })
    }

    /// Runs one trial: plays the case's answers to the client's call, and keeps what both sides saw.
    ///
    /// A client may send on a connection that an answer has just closed; that attempt arrives nowhere. Where the
    /// numbers of the attempts tell of one, the trial says nothing of the case and is run again.
    pub async fn trial(&mut self, case: &Case) -> Evidence {
        let mut rounds = ROUNDS;
        let endpoint = self.server.endpoint();
        let (outcome, transcript) = loop {
            let call = self.as_new(case);
            let (outcome, transcript) = self.play(case, &call, &endpoint).await;
            if outcome.as_ref().is_ok_and(failed) {
                self.retries += retries(&transcript);
            }
            let was_closed = std::mem::replace(&mut self.closed, closes(&transcript)) || self.closed;
            rounds -= 1;
            if rounds == 0 || !was_closed || !lost_attempts(&transcript) {
                break (outcome, transcript);
            }
        };
        let (outcome, unlike) = self.repeat(case, &endpoint, outcome).await;
        let last = last_body(&transcript);
        let hello = self.client.hello();
        Evidence {
            client: hello.client.clone(),
            version: hello.version.clone(),
            timestamp_digits: hello.timestamp_digits,
            endpoint,
            outcome,
            unlike,
            transcript,
            late: 0,
            previous: std::mem::replace(&mut self.previous, last),
            after: self.after.replace(case.id.clone()),
        }
    }

    /// Plays the case's answers to one call.
    async fn play(
        &mut self,
        case: &Case,
        call: &Call,
        endpoint: &str,
    ) -> (Result<Outcome, NoOutcome>, Transcript) {
        self.script.open(case.answers.clone());
        let outcome = self.client.run(&case.operation, call, endpoint).await;
        // A connection that an answer closes must be closed before the next call could still go out on it.
        self.server.settled(SETTLE).await;
        (outcome, self.script.close())
    }

    /// Makes the call again as often as the case wants, up to the first outcome that is another than the one given;
    /// a call that does not come back is the outcome of all.
    async fn repeat(
        &mut self,
        case: &Case,
        endpoint: &str,
        first: Result<Outcome, NoOutcome>,
    ) -> (Result<Outcome, NoOutcome>, Option<Outcome>) {
        for _ in 0..case.repeats {
            let (again, _) = self.play(case, &case.call, endpoint).await;
            match again {
                again if again == first => {}
                Ok(again) => return (first, Some(again)),
                hung => return (hung, None),
            }
        }
        (first, None)
    }

    /// The call, with a new client where too little may be left of this one's retry quota or its clock may be set
    /// already by a case about clocks, and only there: a new one costs some SDKs as much time as ten calls, and the lane
    /// knows better than a case what is left of it.
    fn as_new<'a>(&mut self, case: &'a Case) -> Cow<'a, Call> {
        let call = &case.call;
        let tells_date = case.answers.iter().any(tells_date);
        let fresh = self.retries >= RETRIES_IN_VAIN || (tells_date && self.dated);
        if fresh {
            (self.retries, self.dated) = (0, false);
        }
        self.dated |= tells_date;
        if fresh == call.fresh { Cow::Borrowed(call) } else { Cow::Owned(Call { fresh, ..call.clone() }) }
    }

    /// How many requests came after the outcome of the last trial.
    pub fn late(&self) -> usize {
        self.script.late()
    }

    /// Ends the client and the listener.
    pub async fn close(self) {
        self.client.stop().await;
        self.server.stop().await;
    }
}

fn failed(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::ServiceError(_) | Outcome::ClientError(_) => true,
        Outcome::Pages { error, .. } => error.is_some(),
        Outcome::Output { .. } | Outcome::Waited { .. } | Outcome::Unsupported { .. } => false,
    }
}

fn tells_date(answer: &Answer) -> bool {
    matches!(answer, Answer::Response(response) if response.headers.contains("date"))
}

/// How many attempts were not the first of their request, by their own numbers.
fn retries(transcript: &Transcript) -> usize {
    let numbers = transcript.entries.iter().filter_map(|entry| entry.request.attempt());
    numbers.filter(|number| *number > 1).count()
}

fn closes(transcript: &Transcript) -> bool {
    transcript.entries.iter().any(|entry| match &entry.answer {
        Answer::Response(response) => response.closes(),
        Answer::Raw(_) => true,
    })
}

/// Whether the attempts that arrived, by their own numbers, are not all that were made. Wider than the rule of the
/// retry oracle: a trial that is run again too often costs time only, while the oracle must excuse no wrong number.
fn lost_attempts(transcript: &Transcript) -> bool {
    let numbers: Option<Vec<usize>> =
        transcript.entries.iter().map(|entry| entry.request.attempt()).collect();
    let Some(numbers) = numbers else { return false };
    numbers.is_sorted_by(|one, next| one < next) && numbers.last().is_some_and(|last| *last > numbers.len())
}

/// The body of the last answer of a trial, where it was JSON.
fn last_body(transcript: &Transcript) -> Option<Json> {
    match &transcript.entries.last()?.answer {
        Answer::Response(response) => parse(&response.body).ok(),
        Answer::Raw(_) => None,
    }
}
