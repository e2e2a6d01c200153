//! Idempotency tokens: filled in where the caller gave none, a UUID, and the same in every attempt.
//!
//! Smithy lets clients fill them in and says that they should be UUIDs; all SDKs do so, so that a retry is the
//! same call to the service.

use super::difference::Difference;
use super::{Oracle, Trial};
use crate::case::{Class, Mode};
use crate::json::Json;
use crate::model::{Member, Shape, Value};
use crate::verdict::{Judgement, Kind};

const RULE: &str = "https://smithy.io/2.0/spec/behavior-traits.html#idempotencytoken-trait";

/// Judges idempotency tokens. Only awsJson requests are read.
#[derive(Debug)]
pub(super) struct Idempotency;

impl Oracle for Idempotency {
    fn name(&self) -> &'static str {
        "idempotency"
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let Some(shape) = trial.operation.input.map(|shape| trial.model.shape(shape)) else {
            return Vec::new();
        };
        if trial.model.metadata.protocol != "json" || trial.case.call.mode != Mode::Call {
            return Vec::new();
        }
        let tokens = shape.members().into_iter().flatten().map(|(_, member)| member);
        let judged = tokens.filter(|member| member.idempotency_token && !is_given(trial, member));
        let found = judged.filter_map(|member| token(trial, shape, member));
        found.map(|difference| trial.hold(self.name(), Class::Should, RULE, difference)).collect()
    }
}

/// A token that the caller gave is a member like any other.
fn is_given(trial: &Trial<'_>, member: &Member) -> bool {
    trial.case.call.input.get(&member.name).is_some_and(|given| *given != Value::Null)
}

fn token(trial: &Trial<'_>, shape: &Shape, member: &Member) -> Option<Difference> {
    let sent: Vec<Option<Json>> =
        trial.bodies().filter_map(Result::ok).map(|body| body.get(member.wire_name()).cloned()).collect();
    let first = sent.first()?;
    let path = format!("input.{}", member.name);
    // The tokens are random, so they are not part of the finding.
    let (manner, message) = match first {
        None => ("missing", format!("`{path}` should be filled in by the client and is missing.")),
        Some(token) if !is_uuid(token) => ("form", format!("`{path}` should be filled in with a UUID.")),
        Some(_) if sent.iter().any(|other| other != first) => {
            ("changed", format!("`{path}` should be the same in every attempt."))
        }
        Some(_) => return None,
    };
    Some(Difference {
        kind: Kind::IdempotencyToken,
        path,
        shape: format!("{}.{}", shape.name, member.name),
        sort: format!("idempotency token, {manner}"),
        expected: None,
        actual: None,
        message,
    })
}

/// RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits.
fn is_uuid(token: &Json) -> bool {
    let Some(text) = token.as_str() else { return false };
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
