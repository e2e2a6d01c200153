//! Clients judged: cases generated from the model's shapes, evidence held against the rules, findings, reports.

pub mod case;
pub mod export;
pub mod ledger;
pub mod oracles;
pub mod report;
pub mod script;
pub mod snapshot;
pub mod taxonomy;
pub mod verdict;
