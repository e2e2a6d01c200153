//! Scenarios performed by a client: what is recorded, what is replayed, and how both end early.

mod interrupt;
mod lending;
mod recording;
mod rehearsal;

use std::sync::Arc;

pub use interrupt::{Interrupt, Interrupter, Urgency};
pub use lending::lending;
pub use recording::{RecordedScenario, Replayed, Tell, record, replay};
pub use rehearsal::{Cast, rehearse};

use crate::clients::{Client, DriverError};
use crate::ground::exchange::Pending;
use crate::ground::stage::StageFailure;

/// Starts one more process of a client.
pub type ClientOpener = Arc<dyn Fn() -> Pending<'static, Result<Box<dyn Client>, DriverError>> + Send + Sync>;

/// Why a run could not take place.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A client could not be started.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// A listener could not be opened.
    #[error(transparent)]
    Serve(#[from] crate::wire::serve::ServeError),
    /// A cassette could not be written.
    #[error(transparent)]
    Record(#[from] crate::tape::record::RecordError),
    /// A stage failed through a bug of shapetape.
    #[error("{failure}\n{told} of {planned} planned cases had been told by then")]
    RunStage {
        /// Which stage, and where.
        failure: StageFailure,
        /// How many cases had been told, all clients together.
        told: u64,
        /// How many were planned.
        planned: u64,
    },
    /// Cases vanished through a bug of shapetape.
    #[error(
        "{client} was told of {told} of its {planned} planned cases; this is a bug of shapetape, please report it"
    )]
    Untold {
        /// Which client.
        client: String,
        /// How many of its cases were told.
        told: u64,
        /// How many were planned for it.
        planned: u64,
    },
}

impl RunError {
    /// Whether it is a bug of shapetape, and no fault of the client or the machine.
    pub fn is_bug(&self) -> bool {
        matches!(self, RunError::RunStage { .. } | RunError::Untold { .. })
    }
}
