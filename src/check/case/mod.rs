//! A case: one call to make, the answers to play, and what must come of it. Data only.
//!
//! `generate` makes cases, `script` plays their answers, `run` hands their calls to drivers, `oracle` judges
//! what was seen against their expectation. The expectation never crosses the pipe to a driver.

mod glob;
mod variant;

pub use glob::Glob;
pub use variant::{Family, VariantName};

use crate::api::model::{Fields, Value};
use crate::api::outcome::WaitResult;
use crate::ground::exchange::Answer;
use crate::ground::json::{Json, Text};

/// Attempts that every client under check may make for a request, the first one counted too.
pub const ATTEMPTS: u32 = 3;
/// Milliseconds that a client under check may sleep between attempts. A check has tens of thousands of them, and what
/// is judged is their number and order.
pub const MAX_DELAY_MS: u32 = 5;
/// Decimals of a second in the timestamps of usual values: every client's type holds that many.
pub const TIMESTAMP_DIGITS: u8 = 3;

/// How firmly an expectation is held; decided before the case is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Smithy's specification or suite, or an HTTP RFC, decides.
    Must,
    /// The documented behaviour of the SDKs.
    Should,
    /// No specification: clients must agree with each other, or with the built-in one.
    Agree,
    /// Held against the client's own snapshot only.
    Snap,
}

impl Class {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        match self {
            Class::Must => "must",
            Class::Should => "should",
            Class::Agree => "agree",
            Class::Snap => "snap",
        }
    }

    /// The class of a word of the report.
    pub fn from_word(word: &str) -> Option<Class> {
        [Class::Must, Class::Should, Class::Agree, Class::Snap].into_iter().find(|class| class.word() == word)
    }
}

/// One way a request or response can look, by the id of the taxonomy: `OK3`, `ER5`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantId(pub String);

impl VariantId {
    /// The id in its parts.
    pub fn name(&self) -> VariantName<'_> {
        VariantName::of(&self.0)
    }
}

impl std::fmt::Display for VariantId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Stable name, the same for the same model, variant, place and seed: what `--case` takes.
    pub id: String,
    /// The operation.
    pub operation: String,
    /// The variant.
    pub variant: VariantId,
    /// How firmly the expectation is held.
    pub class: Class,
    /// Where the expectation is written down: a Smithy page, an RFC section, an SDK's file.
    pub rule: String,
    /// The place in the message that the variant changes, as a shape path (`output.Tags[0].Key`), if it is one.
    pub place: Option<String>,
    /// The seed of its random parts.
    pub seed: u64,
    /// The call.
    pub call: Call,
    /// The n-th request of the trial gets the n-th answer; the last one repeats.
    pub answers: Vec<Answer>,
    /// What must come of it.
    pub expectation: Expectation,
    /// The trial makes the call so many times more and plays the same answers to it: the outcome must be the same.
    pub repeats: u32,
    /// It waits or is huge: run on a few named operations only, and counted in seconds by the plan.
    pub slow: bool,
}

/// A call to be made by a driver.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// One request, all pages, or a wait.
    pub mode: Mode,
    /// The input; members that are null or absent do not cross the pipe.
    pub input: Value,
    /// The call uses up much of a retry quota: ask for a new client object first (new connections, full quota), unless
    /// it is known that enough is left.
    pub fresh: bool,
}

/// What kind of call it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// One call.
    Call,
    /// The client's own paginator.
    Paginate {
        /// Where the driver stops by itself.
        max_pages: u32,
    },
    /// The client's own waiter.
    Wait {
        /// The model's name of the waiter.
        waiter: String,
        /// Milliseconds between polls.
        delay_ms: u32,
        /// How many polls before it gives up.
        max_attempts: u32,
    },
}

/// What must come of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// What the caller must get.
    pub result: Expected,
    /// How many requests must arrive.
    pub requests: CountRange,
}

/// From so many to so many, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountRange {
    /// At least.
    pub least: u32,
    /// At most.
    pub most: u32,
}

impl CountRange {
    /// Exactly so many.
    pub fn exactly(count: u32) -> CountRange {
        CountRange { least: count, most: count }
    }

    /// From `least` to `most`.
    pub fn between(least: u32, most: u32) -> CountRange {
        CountRange { least, most }
    }

    /// Whether a count is within.
    pub fn holds(self, count: usize) -> bool {
        (self.least as usize..=self.most as usize).contains(&count)
    }

    /// As a report shows it: a number, or the two ends.
    pub fn to_json(self) -> Json {
        if self.least == self.most {
            return Json::number(self.least);
        }
        Json::Array(vec![Json::number(self.least), Json::number(self.most)])
    }
}

impl std::fmt::Display for CountRange {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (1, 1) => out.write_str("1 request"),
            (least, most) if least == most => write!(out, "{least} requests"),
            (least, most) => write!(out, "{least} to {most} requests"),
        }
    }
}

/// What the caller must get.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// This output, leaf by leaf.
    Output(Value),
    /// This service error.
    Error(ExpectedError),
    /// The client refuses the answer with one of its own documented errors: never a crash, never an output.
    Refusal,
    /// Any one of these.
    OneOf(Vec<Expected>),
    /// These pages, then their end.
    Pages {
        /// The outputs, page by page.
        pages: Vec<Value>,
        /// How it ends.
        end: PagesEnd,
    },
    /// The wait ends so.
    Waited(WaitResult),
    /// Nothing is prescribed but what never may happen: a crash, a hang, an endless loop. The outcome is held
    /// against the other clients' (class AGREE) or the client's own snapshot (class SNAP).
    Open,
}

/// How a run of pages ends.
#[derive(Debug, Clone, PartialEq)]
pub enum PagesEnd {
    /// With the last page.
    Done,
    /// With this error, after the pages were delivered.
    Error(ExpectedError),
    /// With the last page or any error, but it does end: a token that comes again.
    DoneOrError,
}

/// A service error to be shown to the caller.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpectedError {
    /// The code, without namespace and URI.
    pub code: String,
    /// The message; `None` where none is prescribed.
    pub message: Option<Text>,
    /// The modelled class; `None` where the operation does not declare one of that code.
    pub modeled: Option<String>,
    /// Modelled members beside the message.
    pub members: Fields,
    /// The status code.
    pub status: u16,
}

/// What was seen of one trial of a case: all that an oracle may look at besides the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Which client.
    pub client: String,
    /// Its version.
    pub version: String,
    /// Decimals of a second that the client's timestamps hold.
    pub timestamp_digits: u8,
    /// The endpoint that the client was given: `http://127.0.0.1:49152`.
    pub endpoint: String,
    /// What the caller got; `None` where the driver did not answer.
    pub outcome: Result<crate::api::outcome::Outcome, NoOutcome>,
    /// What came of a repetition of the call, where it was something else.
    pub unlike: Option<crate::api::outcome::Outcome>,
    /// What the listener saw between the call and its outcome.
    pub transcript: crate::ground::exchange::Transcript,
    /// Requests that arrived after the outcome.
    pub late: usize,
    /// What the trial before this one on the same lane had as its answer, for leaks of state.
    pub previous: Option<Json>,
    /// The id of the case of that trial.
    pub after: Option<String>,
}

/// Why there is no outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoOutcome {
    /// The driver did not answer within its deadline.
    Hung,
    /// The driver's process ended.
    Died(String),
    /// The driver answered something that is not the protocol.
    Babbled(String),
}

impl std::fmt::Display for NoOutcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoOutcome::Hung => out.write_str("hung"),
            NoOutcome::Died(how) => write!(out, "died: {how}"),
            NoOutcome::Babbled(what) => write!(out, "babbled: {what}"),
        }
    }
}
