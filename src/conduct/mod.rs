//! What sets the rest to work: scenarios performed, recordings varied, campaigns of cases run on clients.

pub mod campaign;
pub mod embed;
pub mod perform;
pub mod scenario;
pub mod vary;
