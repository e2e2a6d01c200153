//! A scenario performed by a client, step by step.

use std::sync::Arc;
use std::time::Duration;

use super::{ClientOpener, Interrupt, RunError, Urgency};
use crate::api::model::Model;
use crate::api::outcome::{ClientFault, Outcome, Stage as Place, typed};
use crate::check::case::{Call, Mode, NoOutcome};
use crate::clients::Client;
use crate::conduct::scenario::{Action, Play, StepResult};

/// Who performs a scenario, and how.
#[derive(Clone)]
pub struct Cast {
    /// Starts the client.
    pub open: ClientOpener,
    /// The model that inputs are read by.
    pub model: Arc<Model>,
    /// The upstream needs real time between polls; a sandbox and a replay do not.
    pub real_time: bool,
    /// Tells it to end early.
    pub interrupt: Interrupt,
}

/// Polls of a waiter that no step limits.
const POLLS: u32 = 60;

/// Performs a play to its end on an endpoint and tells each step's result as it comes. Once interrupted, the call
/// under way ends, a wait is cut, and only the `finally` steps follow.
pub async fn rehearse(
    cast: &Cast,
    endpoint: &str,
    play: &mut Play,
    tell: &mut (dyn FnMut(&StepResult) + Send),
) -> Result<(), RunError> {
    let mut stage = Stage { cast, endpoint, client: (cast.open)().await? };
    let mut interrupted = false;
    while let Some(action) = play.next() {
        if !interrupted && cast.interrupt.urgency() > Urgency::None {
            interrupted = true;
            play.interrupt();
            continue;
        }
        let cut = if interrupted || !action.takes_time() { Urgency::AtOnce } else { Urgency::Orderly };
        let outcome = tokio::select! {
            outcome = stage.perform(&action) => Some(outcome),
            () = cast.interrupt.reached(cut) => None,
        };
        match outcome {
            Some(outcome) => {
                if let Some(result) = play.take(outcome) {
                    tell(result);
                }
            }
            None if cast.interrupt.urgency() == Urgency::AtOnce => break,
            // The client was left in the middle of a wait: the next call takes a fresh one.
            None => stage.client = (cast.open)().await?,
        }
    }
    stage.client.stop().await;
    Ok(())
}

impl Action {
    /// Whether it may take minutes against an upstream that needs time.
    fn takes_time(&self) -> bool {
        match self {
            Action::Call { after, .. } => *after > 0,
            Action::Paginate { .. } => false,
            Action::Wait { .. } => true,
        }
    }
}

struct Stage<'a> {
    cast: &'a Cast,
    endpoint: &'a str,
    client: Box<dyn Client>,
}

impl Stage<'_> {
    async fn perform(&mut self, action: &Action) -> Outcome {
        let model = &self.cast.model;
        let (operation, input, mode) = match action {
            Action::Call { operation, input, after } => {
                if self.cast.real_time && *after > 0 {
                    tokio::time::sleep(Duration::from_secs(u64::from(*after))).await;
                }
                (operation.clone(), input, Mode::Call)
            }
            Action::Paginate { operation, input, max_pages } => {
                (operation.clone(), input, Mode::Paginate { max_pages: max_pages.unwrap_or(1000) })
            }
            Action::Wait { waiter, input, limit } => {
                let Some(known) = model.waiters.get(waiter) else {
                    return fault(format!("the model has no waiter {waiter}"));
                };
                // Not 0: the JavaScript SDK takes no wait without a pause.
                let delay_ms = if self.cast.real_time { known.delay.saturating_mul(1000) } else { 1 };
                let max_attempts = limit.unwrap_or(known.max_attempts.max(POLLS));
                let mode = Mode::Wait { waiter: waiter.clone(), delay_ms, max_attempts };
                (known.operation.clone(), input, mode)
            }
        };
        let Some(shape) = model.operation(&operation).map(|operation| operation.input) else {
            return fault(format!("the model has no operation {operation}"));
        };
        let input = match shape.map(|shape| typed::decode(model, shape, input)).transpose() {
            Ok(input) => input.unwrap_or_default(),
            Err(error) => return fault(format!("input{error}")),
        };
        let call = Call { mode, input, fresh: false };
        match self.client.run(&operation, &call, self.endpoint).await {
            Ok(outcome) => outcome,
            Err(NoOutcome::Hung) => fault("the client did not answer in time".to_owned()),
            Err(NoOutcome::Died(how)) => fault(format!("the client ended: {how}")),
            Err(NoOutcome::Babbled(what)) => fault(format!("the driver broke its protocol: {what}")),
        }
    }
}

fn fault(message: String) -> Outcome {
    Outcome::ClientError(ClientFault {
        stage: Place::Unknown,
        class: "shapetape".to_owned(),
        message,
        typed: true,
    })
}
