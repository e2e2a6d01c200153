//! The conductor: opens lanes, hands out cases, has trials judged, reduces what was found. Emits events, never
//! prints.

mod campaign;
mod forecast;
mod interrupt;
mod job;
mod lane;
mod lending;
mod recording;
mod reduce;
mod rehearsal;

pub use campaign::{Campaign, Entrant, Halt, Opener, usual_jobs};
pub use forecast::{forecast, shares};
pub use interrupt::{Interrupt, Interrupter, Urgency};
pub use lane::Lane;
pub use lending::lending;
pub use recording::{Recorded, Replayed, Tell, record, replay};
pub use rehearsal::{Cast, rehearse};

/// Why a run could not take place.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A client could not be started.
    #[error(transparent)]
    Driver(#[from] crate::driver::DriverError),
    /// A listener could not be opened.
    #[error(transparent)]
    Serve(#[from] crate::serve::ServeError),
    /// A cassette could not be written.
    #[error(transparent)]
    Record(#[from] crate::record::RecordError),
    /// A task of the run ended badly.
    #[error("a lane broke: {0}")]
    Lane(String),
}
