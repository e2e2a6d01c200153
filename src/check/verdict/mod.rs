//! What came of a run: judgements, findings, tallies, coverage, and the events that tell of them. Data only: judges
//! state judgements, the ledger enters them, reports consume the [`Run`].

mod baseline;
mod coverage;
mod event;
mod finding;
mod id;
mod judgement;
mod kind;
mod minimal;
mod oracle;
mod run;
mod tally;

pub use baseline::Baseline;
pub use coverage::{Coverage, Dimension, Survey};
pub use event::{Event, Planned, Progress, Share, Shrinking};
pub use finding::{Excuse, Finding, Occurrence};
pub use id::{DifferenceId, FindingId};
pub use judgement::Judgement;
pub use kind::Kind;
pub use minimal::Minimal;
pub use oracle::OracleName;
pub use run::{Api, Conclusion, DeviationUse, Policy, Run};
pub use tally::{NotJudged, Tally, Verdict, plain_name};
