//! Real clients behind one trait.
//!
//! A [`Client`] makes one call at a time and says what came of it. [`ProcessClient`] drives any program that
//! speaks the driver protocol (`README.md` beside this file is its text); [`builtin`] is our own client, which
//! every other one is compared with.

#[cfg(test)]
mod build;
pub mod builtin;
mod catalogue;
pub mod doctor;
mod install;
mod pipe;
mod process;

pub use catalogue::{
    Habits, Need, Recipe, Shipped, WantedClient, newest_api, shipped, shipped_deviations, shipped_named,
};
pub use install::{Cache, InstallProgress, Installed, is_there};
pub use pipe::{Retry, Start, Started, Timeouts, VERSION, WireError, read_answer};
pub use process::{Command, Limits, ProcessClient, Surroundings};

use crate::api::outcome::Outcome;
use crate::check::case::{Call, NoOutcome};
use crate::ground::exchange::Pending;

/// A client of the API, ready to make calls, one at a time.
pub trait Client: Send {
    /// Who it is and what it can do.
    fn hello(&self) -> &Started;

    /// Makes one call and gives what its caller got. A client that hangs, dies or talks nonsense is ended and
    /// started again, so that the next call finds it whole.
    fn run<'a>(
        &'a mut self,
        operation: &'a str,
        call: &'a Call,
        endpoint: &'a str,
    ) -> Pending<'a, Result<Outcome, NoOutcome>>;

    /// The last of what it wrote on standard error: for reports, never judged.
    fn stderr(&self) -> String {
        String::new()
    }

    /// Ends it in order.
    fn stop(self: Box<Self>) -> Pending<'static, ()>;
}

/// Why a driver cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{driver}: {what}{}", hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default())]
pub struct DriverError {
    /// Which driver: its name or its command.
    pub driver: String,
    /// What went wrong.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl DriverError {
    /// An error without a hint.
    pub fn new(driver: impl Into<String>, what: impl Into<String>) -> DriverError {
        DriverError { driver: driver.into(), what: what.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> DriverError {
        self.hint = Some(hint.into());
        self
    }
}
