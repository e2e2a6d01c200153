//! One call with all its attempts.

use std::time::Duration;

use super::failure::failure;
use super::retry::{FailedAttempt, Remedy, delay, far_ahead};
use super::{BuiltinClient, Feature};
use crate::api::model::{Model, Operation, Value};
use crate::api::outcome::{ClientFault, Stage};
use crate::ground::clock::Time;
use crate::ground::exchange::{ATTEMPT, INVOCATION_ID, Request, Response};
use crate::protocol::{Reply, address, host_prefix, protocol_of, request_id};
use crate::wire::sigv4;

/// What the last attempt of a call brought.
pub(super) struct LastAttempt {
    /// The output or the service's error.
    pub(super) reply: Reply,
    /// The request's id.
    pub(super) request_id: Option<String>,
    /// The status code.
    pub(super) status: u16,
}

/// What one attempt came to.
struct Attempt {
    signed_at: Time,
    response: Option<Response>,
    result: Result<Reply, ClientFault>,
}

impl BuiltinClient {
    /// Makes a call: tokens filled in, signed, retried as long as there is hope.
    pub(super) async fn send(
        &mut self,
        operation: &Operation,
        input: &Value,
        endpoint: &str,
        feature: Feature,
    ) -> Result<LastAttempt, ClientFault> {
        let mut request = self.request(operation, input, endpoint, feature)?;
        let most = self.parts.start.retry.max_attempts.max(1);
        let mut paid = None;
        let mut number = 1;
        loop {
            request.headers.set(ATTEMPT, format!("attempt={number}; max={most}"));
            let attempt = self.attempt(operation, request.clone(), endpoint).await?;
            if let Ok(Reply::Output(_)) = &attempt.result {
                self.session.quota.give_back(paid);
                let told = attempt.response.as_ref();
                self.session.skew += told.map_or(0, |response| far_ahead(response, attempt.signed_at));
                return finished(&self.parts.model, attempt);
            }
            let remedy = self.parts.seams.remedy(&fault(&attempt)).filter(|_| number < most);
            let Some((remedy, cost)) =
                remedy.and_then(|remedy| Some((remedy, self.session.quota.take(remedy)?)))
            else {
                return finished(&self.parts.model, attempt);
            };
            paid = Some(cost);
            if let Remedy::SetClock(ahead) = remedy {
                self.session.skew += ahead;
            }
            let longest = Duration::from_millis(u64::from(self.parts.start.retry.max_delay_ms));
            tokio::time::sleep(delay(remedy, number, self.tokens.fraction(), longest)).await;
            number += 1;
        }
    }

    /// The request as all attempts send it, not yet signed.
    fn request(
        &mut self,
        operation: &Operation,
        input: &Value,
        endpoint: &str,
        feature: Feature,
    ) -> Result<Request, ClientFault> {
        let model = &self.parts.model;
        let input = self.tokens.fill(model, operation, input);
        let serialize =
            |error: &dyn std::fmt::Display| failure(Stage::Serialize, "SerializeError", error.to_string());
        let prefix = host_prefix(model, operation, &input).map_err(|error| serialize(&error))?;
        let mut request =
            self.parts.seams.encode(model, operation, &input).map_err(|error| serialize(&error))?;
        address(&mut request, endpoint, prefix.as_deref()).map_err(|error| serialize(&error))?;
        request.headers.set("User-Agent", user_agent(&model.metadata.service_id, feature));
        request.headers.set(INVOCATION_ID, self.tokens.uuid());
        Ok(request)
    }

    /// Signs and sends once; an error here is one that no other attempt can mend.
    async fn attempt(
        &self,
        operation: &Operation,
        mut request: Request,
        endpoint: &str,
    ) -> Result<Attempt, ClientFault> {
        let start = &self.parts.start;
        let signed_at = Time(self.parts.clock.now().0.saturating_add(self.session.skew));
        let service = &self.parts.model.metadata.signing_name;
        self.parts.seams.finish(operation, &mut request);
        sigv4::sign(&mut request, &start.credentials, &start.region, service, signed_at)
            .map_err(|error| failure(Stage::Serialize, "SigningError", error.to_string()))?;
        Ok(match self.session.transport.exchange(endpoint, request).await {
            Ok(response) => {
                let result = self.read(operation, &response);
                Attempt { signed_at, response: Some(response), result }
            }
            Err(fault) if fault.stage == Stage::Serialize => return Err(fault),
            Err(fault) => Attempt { signed_at, response: None, result: Err(fault) },
        })
    }

    fn read(&self, operation: &Operation, response: &Response) -> Result<Reply, ClientFault> {
        let decode = |message: String| failure(Stage::Decode, "DecodeError", message);
        let reply = self.parts.seams.decode(&self.parts.model, operation, response);
        let reply = reply.map_err(|error| decode(error.to_string()))?;
        let code = protocol_of(&self.parts.model).ok().and_then(|one| one.error_in_success(response));
        match code.filter(|_| matches!(reply, Reply::Output(_))) {
            Some(code) => {
                Err(decode(format!("the status is {}, but the body tells of {code}", response.status)))
            }
            None => Ok(reply),
        }
    }
}

fn fault(attempt: &Attempt) -> FailedAttempt<'_> {
    let error = match &attempt.result {
        Ok(Reply::Error(error)) => Some(error),
        _ => None,
    };
    FailedAttempt { error, response: attempt.response.as_ref(), signed_at: attempt.signed_at }
}

fn finished(model: &Model, attempt: Attempt) -> Result<LastAttempt, ClientFault> {
    let reply = attempt.result?;
    let request_id = attempt.response.as_ref().and_then(|response| request_id(model, response));
    let status = attempt.response.map_or(0, |response| response.status);
    Ok(LastAttempt { reply, request_id, status })
}

/// In the SDKs' common form; `m/B` marks a waiter's poll and `m/C` a paginator's request, as theirs do.
fn user_agent(service_id: &str, feature: Feature) -> String {
    let feature = match feature {
        Feature::Call => "",
        Feature::Paginator => " m/C",
        Feature::Waiter => " m/B",
    };
    let api = service_id.replace(' ', "_").to_ascii_lowercase();
    format!("shapetape/{} ua/2.1 lang/rust api/{api}{feature}", env!("CARGO_PKG_VERSION"))
}
