//! Idempotency tokens: filled in where the caller gave none, a UUID, and the same in every attempt.
//!
//! Smithy lets clients fill them in and says that they should be UUIDs; all SDKs do so. By its text a service tells a
//! replayed request by its token, so that another token in a retry makes it another call.

use super::difference::Difference;
use super::{Oracle, Trial};
use crate::api::model::{Member, ProtocolName, Shape, Value};
use crate::check::case::{Class, Mode};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::json::Json;

const RULE: &str = "https://smithy.io/2.0/spec/behavior-traits.html#idempotencytoken-trait";

/// Judges idempotency tokens. Only awsJson requests are read.
#[derive(Debug)]
pub(super) struct IdempotencyOracle;

impl Oracle for IdempotencyOracle {
    fn name(&self) -> OracleName {
        OracleName::Idempotency
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let Some(shape) = trial.operation.input.map(|shape| trial.model.shape(shape)) else {
            return Vec::new();
        };
        if trial.model.metadata.protocol != ProtocolName::AwsJson || trial.case.call.mode != Mode::Call {
            return Vec::new();
        }
        let tokens = shape.members().into_iter().flatten().map(|(_, member)| member);
        let judged = tokens.filter(|member| member.idempotency_token && !is_given(trial, member));
        let found = judged.filter_map(|member| token(trial, shape, member));
        found.map(|(class, difference)| trial.hold(self.name(), class, RULE, difference)).collect()
    }
}

/// A token that the caller gave is a member like any other.
fn is_given(trial: &Trial<'_>, member: &Member) -> bool {
    trial.case.call.input.get(&member.name).is_some_and(|given| *given != Value::Null)
}

fn token(trial: &Trial<'_>, shape: &Shape, member: &Member) -> Option<(Class, Difference)> {
    let sent: Vec<Option<Json>> =
        trial.bodies().filter_map(Result::ok).map(|body| body.get(member.wire_name()).cloned()).collect();
    let first = sent.first()?;
    let path = format!("input.{}", member.name);
    // The tokens are random, so they are not part of the finding.
    let (class, manner, message) = match first {
        None => {
            (Class::Should, "missing", format!("`{path}` should be filled in by the client and is missing."))
        }
        Some(_) if sent.iter().any(|other| other != first) => {
            (Class::Must, "changed", format!("`{path}` should be the same in every attempt."))
        }
        Some(token) if !is_random_uuid(token) => {
            (Class::Should, "form", format!("`{path}` should be filled in with a random UUID."))
        }
        Some(_) => return None,
    };
    let difference = Difference {
        kind: Kind::IdempotencyToken,
        path,
        shape: format!("{}.{}", shape.name, member.name),
        sort: format!("idempotency token, {manner}"),
        expected: None,
        actual: None,
        message,
    };
    Some((class, difference))
}

/// RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits; section 5.4: of version 4 and its variant.
fn is_random_uuid(token: &Json) -> bool {
    let Some(text) = token.as_str() else { return false };
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
        && groups[2].starts_with('4')
        && groups[3].starts_with(['8', '9', 'a', 'b', 'A', 'B'])
}
