//! What the conductor tells while it runs; terminals and reports listen.

use super::{Finding, Run, Verdict};

/// What is about to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What each client gets.
    pub clients: Vec<Share>,
    /// Cases, all clients together.
    pub cases: u64,
    /// How long that may take.
    pub seconds: u64,
}

/// What one client is about to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its name.
    pub client: String,
    /// Its version.
    pub version: String,
    /// The cases that it takes.
    pub cases: u64,
    /// Decimals of a second that its timestamps hold.
    pub digits: u8,
    /// The cases that it does not take, because a timestamp of the input has more decimals.
    pub too_fine: u64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Cases done.
    pub done: u64,
    /// Cases planned.
    pub planned: u64,
    /// Recent cases per second.
    pub rate: f64,
    /// How long the rest may take.
    pub seconds_left: u64,
}

/// How far a finding is reduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrinking {
    /// The finding's id.
    pub finding: String,
    /// Which one it is, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
    /// Its trials so far.
    pub trials: u32,
}

/// One thing that happened in a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The plan stands.
    Planned(Planned),
    /// A case ended.
    Case {
        /// Which client.
        client: String,
        /// Its operation.
        operation: String,
        /// Its variant.
        variant: String,
        /// Its id.
        case: String,
        /// How it ended.
        verdict: Verdict,
    },
    /// Time passed.
    Progress(Progress),
    /// A finding is being reduced to its smallest exchange.
    Shrinking(Shrinking),
    /// A finding, folded and reduced.
    Finding(Box<Finding>),
    /// The run is over.
    Done(Box<Run>),
}
