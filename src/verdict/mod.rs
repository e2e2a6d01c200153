//! What came of a run: judgements, findings, tallies, deviations, coverage, and the events that tell of them.
//! Data only: `oracle` states judgements, `run` enters them in the [`Ledger`], reports consume the [`Run`].

mod baseline;
mod coverage;
mod deviation;
mod event;
mod finding;
mod fold;
mod judgement;
mod kind;
mod ledger;
mod merge;
mod minimal;
mod run;
mod tally;
mod upgrade;

pub use baseline::Baseline;
pub use coverage::{Coverage, Dimension, Survey};
pub use deviation::{Deviation, DeviationError, VersionRange, parse, shipped, to_yaml};
pub use event::{Event, Planned, Progress, Share, Shrinking};
pub use finding::{Excuse, Finding, Place};
pub use fold::Fold;
pub use judgement::Judgement;
pub use kind::Kind;
pub use ledger::{DeviationUse, Ledger};
pub use merge::{MergeError, merge};
pub use minimal::Minimal;
pub use run::{Api, Conclusion, Policy, Run};
pub use tally::{Tally, Verdict};
pub use upgrade::Upgrade;
