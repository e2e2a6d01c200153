//! The ledger of a run: judgements entered and folded into findings, known differences put aside, shards merged, two
//! versions compared.

mod deviation;
mod enter;
mod fold;
mod merge;
mod upgrade;

pub use deviation::{Deviation, DeviationError, VersionRange, parse, parse_all, to_yaml};
pub use enter::Ledger;
pub use fold::Fold;
pub use merge::{MergeError, merge};
pub use upgrade::Upgrade;
