//! What a call gave the caller, as a driver tells it.
//!
//! Values are typed JSON (see [`typed`]): plain JSON would hide the differences a judge looks for. The fields
//! are those of the driver protocol's answers to `run`; `src/clients/README.md` is their text.

mod told;
pub mod typed;

pub use told::steady;

use crate::ground::json::{Json, Text};

/// The result of one call, pagination or wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The call returned.
    Output {
        /// What it returned, as typed JSON.
        output: Json,
        /// The request id, where the client tells it.
        request_id: Option<String>,
    },
    /// The client raised an error that it understands as the service's.
    ServiceError(ServiceFault),
    /// The client itself failed.
    ClientError(ClientFault),
    /// The paginator's pages, and the error that ended them, if one did.
    Pages {
        /// The pages as the client's own paginator gave them, as typed JSON.
        pages: Vec<Json>,
        /// The request ids, page by page, where the client tells them.
        request_ids: Vec<Option<String>>,
        /// The error after the last page.
        error: Option<Box<Outcome>>,
        /// The driver stopped at `maxPages`.
        stopped: bool,
        /// The client gives all pages as one, which then is the only one here.
        merged: bool,
    },
    /// The waiter came to an end.
    Waited {
        /// How.
        result: WaitResult,
        /// The client's own words, where it gives any.
        reason: Option<Json>,
    },
    /// The client or its driver cannot do this call at all.
    Unsupported {
        /// Why.
        reason: String,
        /// Where that is tracked.
        issue: Option<String>,
    },
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitResult {
    /// An acceptor said success.
    Success,
    /// An acceptor said failure, or an error came that no acceptor matches.
    Failure,
    /// The attempts ran out.
    Timeout,
}

/// A service's error as the client shows it; what the client does not tell is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFault {
    /// The code that the client shows.
    pub code: Option<String>,
    /// The message.
    pub message: Option<Text>,
    /// The status code.
    pub status: Option<u16>,
    /// The request id.
    pub request_id: Option<String>,
    /// The modelled error class it used; `None` for the generic one.
    pub modeled: Option<String>,
    /// The error's modelled members, as typed JSON.
    pub members: Vec<(Text, Json)>,
}

/// Where inside the client a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The input was refused.
    Validate,
    /// The request could not be built.
    Serialize,
    /// The connection failed.
    Transport,
    /// The answer could not be read.
    Decode,
    /// The paginator gave up.
    Paginate,
    /// The waiter gave up.
    Wait,
    /// Time ran out.
    Timeout,
    /// The driver cannot tell.
    Unknown,
}

/// A failure of the client itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFault {
    /// Where.
    pub stage: Stage,
    /// The class of what was thrown.
    pub class: String,
    /// Its message.
    pub message: String,
    /// It is one of the client's own documented error classes.
    pub typed: bool,
}

impl Outcome {
    /// What kind of outcome this is, as messages call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Outcome::Output { .. } => "an output",
            Outcome::ServiceError(_) => "a service error",
            Outcome::ClientError(_) => "a client error",
            Outcome::Pages { .. } => "pages",
            Outcome::Waited { .. } => "the end of a wait",
            Outcome::Unsupported { .. } => "unsupported",
        }
    }
}

const STAGES: [(Stage, &str); 8] = [
    (Stage::Validate, "validate"),
    (Stage::Serialize, "serialize"),
    (Stage::Transport, "transport"),
    (Stage::Decode, "decode"),
    (Stage::Paginate, "paginate"),
    (Stage::Wait, "wait"),
    (Stage::Timeout, "timeout"),
    (Stage::Unknown, "unknown"),
];

impl Stage {
    /// The word of the driver protocol.
    pub fn word(self) -> &'static str {
        STAGES.iter().find(|(stage, _)| *stage == self).map_or("unknown", |(_, word)| word)
    }

    /// The stage of a word of the driver protocol.
    pub fn from_word(word: &str) -> Option<Stage> {
        STAGES.iter().find(|(_, known)| *known == word).map(|(stage, _)| *stage)
    }
}

impl WaitResult {
    /// The word of the driver protocol.
    pub fn word(self) -> &'static str {
        match self {
            WaitResult::Success => "success",
            WaitResult::Failure => "failure",
            WaitResult::Timeout => "timeout",
        }
    }

    /// The result of a word of the driver protocol.
    pub fn from_word(word: &str) -> Option<WaitResult> {
        [WaitResult::Success, WaitResult::Failure, WaitResult::Timeout]
            .into_iter()
            .find(|result| result.word() == word)
    }
}
