//! The stages of a check, and a failure of one of them as an error that says where it happened.
//!
//! A panic is a bug of shapetape. In a thread or a task that nobody asks, it would only make cases vanish; caught here
//! and passed on, it ends the run and says which stage broke and on which case.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

/// One stage of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunStage {
    /// The cases of a run are listed.
    Planning,
    /// A case is made from its id.
    Making,
    /// A client makes the call of a case, and the answers are played to it.
    Playing,
    /// The oracles judge what was seen.
    Judging,
    /// Judgements are folded into findings.
    Folding,
    /// A finding is repeated and shrunk to its smallest exchange.
    Shrinking,
    /// A report is written.
    Reporting,
}

impl std::fmt::Display for RunStage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            RunStage::Planning => "planning",
            RunStage::Making => "making",
            RunStage::Playing => "playing",
            RunStage::Judging => "judging",
            RunStage::Folding => "folding",
            RunStage::Shrinking => "shrinking",
            RunStage::Reporting => "reporting",
        })
    }
}

/// A stage that failed through a bug of shapetape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stage `{stage}` failed{}: {what}; this is a bug of shapetape, please report it", self.place())]
pub struct StageFailure {
    /// Which stage.
    pub stage: RunStage,
    /// The case that it was at, or the beginning of the case's id; `None` where it was at none.
    pub case: Option<String>,
    /// The panic's message, or what is wrong.
    pub what: String,
}

impl StageFailure {
    fn place(&self) -> String {
        self.case.as_ref().map_or_else(String::new, |case| format!(" at the case `{case}`"))
    }

    /// The failure that a caught panic tells of: its own, where it was caught further in already.
    fn of_panic(stage: RunStage, case: Option<String>, panic: Box<dyn Any + Send>) -> StageFailure {
        match panic.downcast::<StageFailure>() {
            Ok(inner) => *inner,
            Err(panic) => StageFailure { stage, case, what: message(&*panic) },
        }
    }

    /// Passes the failure up as a panic, for a function that cannot return it; [`guard`] further out gives it back.
    pub fn pass_on(self) -> ! {
        resume_unwind(Box::new(self))
    }
}

/// The message of a panic.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}

/// Does a piece of a stage's work; `case` names the case that the work is about.
pub fn guard<T>(
    stage: RunStage,
    case: impl FnOnce() -> Option<String>,
    work: impl FnOnce() -> T,
) -> Result<T, StageFailure> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| StageFailure::of_panic(stage, case(), panic))
}

/// Does a piece of a stage's work that waits for others; `case` names the case that the work is about.
pub async fn guard_async<F: Future>(
    stage: RunStage,
    case: impl FnOnce() -> Option<String>,
    work: F,
) -> Result<F::Output, StageFailure> {
    let mut work = pin!(work);
    let caught = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    });
    caught.await.map_err(|panic| StageFailure::of_panic(stage, case(), panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_told_with_its_stage_and_case_and_the_innermost_wins() {
        let at = |case: &str| Some(case.to_owned());
        assert_eq!(guard(RunStage::Making, || at("a"), || 7), Ok(7));
        let plain = guard(RunStage::Making, || at("A/OK1"), || panic!("no {}", "text")).unwrap_err();
        let sentence = "the stage `making` failed at the case `A/OK1`: no text; \
                        this is a bug of shapetape, please report it";
        assert_eq!(plain.to_string(), sentence);
        let inner = plain.clone();
        let outer = guard(RunStage::Planning, || None, || -> () { inner.pass_on() });
        assert_eq!(outer, Err(plain));
        let waits = async {
            tokio::task::yield_now().await;
            std::panic::panic_any(5)
        };
        let waited: Result<(), _> = guard_async(RunStage::Playing, || None, waits).await;
        assert_eq!(
            waited,
            Err(StageFailure { stage: RunStage::Playing, case: None, what: "it panicked".to_owned() })
        );
    }
}
