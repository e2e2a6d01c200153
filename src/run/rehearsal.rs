//! A scenario performed by a client.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{Call, Mode, NoOutcome};
use crate::driver::Client;
use crate::model::Model;
use crate::outcome::{ClientFault, Outcome, Stage as Place, typed};
use crate::scenario::{Action, Play, StepResult};

/// What a scenario is performed on.
pub struct Stage<'a> {
    /// Who performs it.
    pub client: &'a mut dyn Client,
    /// The endpoint it talks to.
    pub endpoint: &'a str,
    /// The model that inputs are read by.
    pub model: &'a Arc<Model>,
    /// The upstream needs real time between polls; a sandbox and a replay do not.
    pub real_time: bool,
}

/// Polls of a waiter that no step limits.
const POLLS: u32 = 60;

/// Performs a play to its end and tells each step's result as it comes.
pub async fn rehearse(stage: &mut Stage<'_>, play: &mut Play, tell: &mut (dyn FnMut(&StepResult) + Send)) {
    while let Some(action) = play.next() {
        let outcome = stage.perform(&action).await;
        if let Some(result) = play.take(outcome) {
            tell(result);
        }
    }
}

impl Stage<'_> {
    async fn perform(&mut self, action: &Action) -> Outcome {
        let (operation, input, mode) = match action {
            Action::Call { operation, input, after } => {
                if self.real_time && *after > 0 {
                    tokio::time::sleep(Duration::from_secs(u64::from(*after))).await;
                }
                (operation.clone(), input, Mode::Call)
            }
            Action::Paginate { operation, input, max_pages } => {
                (operation.clone(), input, Mode::Paginate { max_pages: max_pages.unwrap_or(1000) })
            }
            Action::Wait { waiter, input, limit } => {
                let Some(known) = self.model.waiters.get(waiter) else {
                    return fault(format!("the model has no waiter {waiter}"));
                };
                let delay_ms = if self.real_time { known.delay.saturating_mul(1000) } else { 0 };
                let max_attempts = limit.unwrap_or(known.max_attempts.max(POLLS));
                let mode = Mode::Wait { waiter: waiter.clone(), delay_ms, max_attempts };
                (known.operation.clone(), input, mode)
            }
        };
        let Some(shape) = self.model.operation(&operation).map(|operation| operation.input) else {
            return fault(format!("the model has no operation {operation}"));
        };
        let input = match shape.map(|shape| typed::decode(self.model, shape, input)).transpose() {
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
