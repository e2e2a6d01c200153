//! The waiter: polls until an acceptor of the model decides.
//!
//! Smithy's waiter specification, <https://smithy.io/2.0/additional-specs/waiters.html>: acceptors are tried in
//! order, an error that none matches ends the wait in failure, an output that none matches means another poll.

use std::time::Duration;

use jmespath::Variable;

use super::path::{expected, search};
use super::{BuiltinClient, Feature};
use crate::api::model::{AcceptorMatcher, AcceptorState, Value, Waiter};
use crate::api::outcome::{Outcome, WaitResult};
use crate::ground::json::{Json, Text};
use crate::protocol::{Reply, ServiceError};

/// The answer to one poll, as acceptors look at it.
#[derive(Debug, Clone, Copy)]
pub struct PollResult<'a> {
    /// The output, where the call succeeded.
    pub output: Option<&'a Value>,
    /// The service's error, where it did not.
    pub error: Option<&'a ServiceError>,
    /// The status code.
    pub status: u16,
}

/// Whether an acceptor matches.
pub(super) fn accepts(matcher: &AcceptorMatcher, poll: &PollResult<'_>) -> bool {
    let found = |path: &str| poll.output.and_then(|output| search(output, path));
    let is = |found: &Variable, json: &Json| expected(json).is_some_and(|expected| *found == expected);
    match matcher {
        AcceptorMatcher::Path(path, json) => found(path).is_some_and(|found| is(&found, json)),
        AcceptorMatcher::PathAll(path, json) => found(path).is_some_and(|found| {
            found.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(|item| is(item, json)))
        }),
        AcceptorMatcher::PathAny(path, json) => found(path).is_some_and(|found| {
            found.as_array().is_some_and(|items| items.iter().any(|item| is(item, json)))
        }),
        AcceptorMatcher::Status(status) => poll.status == *status,
        AcceptorMatcher::Error(code) => {
            poll.error.is_some_and(|error| error.code == *code || error.modeled.as_ref() == Some(code))
        }
        AcceptorMatcher::AnyError(expected) => poll.error.is_some() == *expected,
    }
}

impl BuiltinClient {
    /// Polls at most `pace.1` times, `pace.0` apart.
    pub(super) async fn wait(
        &mut self,
        waiter: &Waiter,
        input: &Value,
        endpoint: &str,
        pace: (Duration, u32),
    ) -> Outcome {
        let model = std::sync::Arc::clone(&self.parts.model);
        let Some(operation) = model.operation(&waiter.operation) else {
            return super::unsupported(format!("{} polls an unknown operation", waiter.name));
        };
        let (delay, most) = pace;
        for number in 1..=most.max(1) {
            if number > 1 {
                tokio::time::sleep(delay).await;
            }
            let answer = match self.send(operation, input, endpoint, Feature::Waiter).await {
                Ok(answer) => answer,
                Err(fault) => {
                    let words = format!("{}: {}", fault.class, fault.message);
                    return ended(WaitResult::Failure, Some(Json::string(words)));
                }
            };
            let (output, error) = match &answer.reply {
                Reply::Output(output) => (Some(output), None),
                Reply::Error(error) => (None, Some(error)),
            };
            let poll = PollResult { output, error, status: answer.status };
            let seams = &self.parts.seams;
            let matched = waiter.acceptors.iter().find(|acceptor| seams.accepts(&acceptor.matcher, &poll));
            match (matched.map(|acceptor| acceptor.state), answer.reply) {
                (Some(AcceptorState::Success), _) => return ended(WaitResult::Success, None),
                (Some(AcceptorState::Failure), Reply::Error(error)) | (None, Reply::Error(error)) => {
                    return ended(WaitResult::Failure, Some(reason(&error)));
                }
                (Some(AcceptorState::Failure), Reply::Output(_)) => return ended(WaitResult::Failure, None),
                (Some(AcceptorState::Retry), _) | (None, Reply::Output(_)) => {}
            }
        }
        ended(WaitResult::Timeout, Some(Json::string(format!("{most} polls brought no end"))))
    }
}

fn ended(result: WaitResult, reason: Option<Json>) -> Outcome {
    Outcome::Waited { result, reason }
}

/// A service's error as the reason of a wait that failed.
fn reason(error: &ServiceError) -> Json {
    let message = error.message.as_ref().map_or_else(String::new, Text::to_lossy);
    Json::string(format!("{}: {message}", error.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_acceptor_matches_what_it_says() {
        let text = |text: &str| Json::string(text);
        let items = |states: &[&str]| {
            let item = |state: &&str| Value::structure([("State", Value::string(*state))]);
            Value::structure([("Items", Value::List(states.iter().map(item).collect()))])
        };
        let path = |path: &str, json: Json| AcceptorMatcher::Path(path.to_owned(), json);
        let all = AcceptorMatcher::PathAll("Items[].State".to_owned(), text("Done"));
        let any = AcceptorMatcher::PathAny("Items[].State".to_owned(), text("Done"));
        let status = Value::structure([("Status", Value::string("InService")), ("Count", Value::Integer(2))]);
        for (matcher, output, matches) in [
            (path("Status", text("InService")), status.clone(), true),
            (path("Status", text("Inservice")), status.clone(), false),
            (path("Count", Json::number(2)), status.clone(), true),
            (path("length(Items) > `0`", Json::Bool(true)), items(&["x"]), true),
            (path("Gone", Json::Null), status, false),
            (all.clone(), items(&["Done", "Done"]), true),
            (all.clone(), items(&["Done", "Busy"]), false),
            (all, items(&[]), false),
            (any.clone(), items(&["Busy", "Done"]), true),
            (any, items(&[]), false),
        ] {
            let poll = PollResult { output: Some(&output), error: None, status: 200 };
            assert_eq!(accepts(&matcher, &poll), matches, "{matcher:?} on {output:?}");
        }
        let error = ServiceError::new(400, "ValidationException", "Could not find it");
        let poll = PollResult { output: None, error: Some(&error), status: 400 };
        for (matcher, matches) in [
            (AcceptorMatcher::Error("ValidationException".to_owned()), true),
            (AcceptorMatcher::Error("ResourceNotFound".to_owned()), false),
            (AcceptorMatcher::AnyError(true), true),
            (AcceptorMatcher::AnyError(false), false),
            (AcceptorMatcher::Status(400), true),
            (path("Status", text("InService")), false),
        ] {
            assert_eq!(accepts(&matcher, &poll), matches, "{matcher:?}");
        }
    }
}
