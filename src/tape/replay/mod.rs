//! Answers from cassettes: offline, always the same, and never a guess.
//!
//! A [`Session`] holds what one run has played so far; a [`ReplayHandler`] is the `Handler` around it. There is no
//! upstream and no clock among the imports, so a replay cannot go live and cannot tell one day from another.

mod handler;
mod poll;
mod report;
mod runs;
mod session;

pub use handler::{MISMATCH, ReplayHandler};
pub use report::{Miss, SessionReport};
pub use session::Session;

/// In which order interactions may be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Recorded order within equal requests.
    #[default]
    Any,
    /// As `Any`, and a call that uses an ARN, name or token waits for the call that made it.
    Causal,
    /// Recorded order throughout.
    Strict,
}

/// What is done with a run of polls: equal reads, one after another, with nothing changed between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Waits {
    /// An SDK's waiter gets the end of the run at once; all others get the recorded order.
    #[default]
    Auto,
    /// Equal answers in a row are one.
    Edges,
    /// Everyone gets the end of the run at once.
    Terminal,
    /// The recorded order.
    Keep,
}

/// Which answers a call with several recorded attempts gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attempts {
    /// The last one, at once.
    #[default]
    Final,
    /// All, one after another.
    Keep,
}

/// What a request gets whose recorded answers are used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exhausted {
    /// A mismatch; a run of polls repeats its last answer all the same.
    #[default]
    Fail,
    /// The last answer again.
    Repeat,
}

/// How a session plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplayOptions {
    /// Order of interactions.
    pub order: Order,
    /// Runs of polls.
    pub waits: Waits,
    /// Calls with several attempts.
    pub attempts: Attempts,
    /// Used-up answers.
    pub exhausted: Exhausted,
}
