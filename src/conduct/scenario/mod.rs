//! Scenario files: calls, waits, expectations and captures, as text in and typed steps out.
//!
//! [`parse`] reads a file and tells all its mistakes at once; [`check_names`] holds it against a model. A
//! [`Play`] walks the steps: it says which call comes next and takes what came of it. Nothing here does I/O;
//! `scenarios/README.md` is the format's manual and `scenarios/schema.json` its schema for editors.

mod bind;
mod expect;
mod names;
mod outline;
mod play;
mod read;
mod step;

pub use bind::{BindError, bind};
pub use expect::{Count, ErrorExpect, Expect, Sequence, UnmetExpectation, check};
pub use names::check_names;
pub use outline::{PlannedCall, outline};
pub use play::{Action, Play, StepResult};
pub use read::parse;
pub use step::{Capture, Items, Scenario, ScenarioStep, StepKind, Until};

use crate::ground::yaml::Position;

/// What is wrong with a scenario file, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{place}: {what}{}", hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default())]
pub struct ScenarioError {
    /// The file, as it was named to [`parse`].
    pub file: String,
    /// The line and column.
    pub place: Position,
    /// What is wrong there.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// `did you mean`, where one of the known names is near.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    similar::get_close_matches(name, &known, 1, 0.6).first().map(|near| format!("did you mean `{near}`?"))
}
