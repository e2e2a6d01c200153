//! Scenarios performed by a client: what is recorded, what is replayed, and how both end early.

mod interrupt;
mod lending;
mod recording;
mod rehearsal;

use std::sync::Arc;

pub use interrupt::{Interrupt, Interrupter, Urgency};
pub use lending::lending;
pub use recording::{Recorded, Replayed, Tell, record, replay};
pub use rehearsal::{Cast, rehearse};

use crate::clients::{Client, DriverError};
use crate::ground::exchange::Pending;

/// Starts one more process of a client.
pub type Opener = Arc<dyn Fn() -> Pending<'static, Result<Box<dyn Client>, DriverError>> + Send + Sync>;

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
    /// A task of the run ended badly.
    #[error("a lane broke: {0}")]
    Lane(String),
}
