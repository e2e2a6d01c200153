//! Waiters of the trait `smithy.waiters#waitable`:
//! <https://smithy.io/2.0/additional-specs/waiters.html>.

use serde_json::Value as Source;

use super::definition::{Definition, Definitions};
use crate::api::model::fields::{ModelPlace, items, number, text};
use crate::api::model::{Acceptor, AcceptorMatcher, AcceptorState, ModelError, Waiter};
use crate::ground::json::Json;

/// Smithy gives delays but no number of attempts; this is botocore's usual one.
const MAX_ATTEMPTS: u32 = 60;

/// The waiters of an operation. One that compares input with output (`inputOutput`) is left out: botocore's
/// form, which most clients are made from, cannot say it.
pub(super) fn waiters(
    place: ModelPlace<'_>,
    definitions: &Definitions<'_>,
    operation: &Definition,
) -> Vec<Result<Waiter, ModelError>> {
    let waiters = operation.value("smithy.waiters#waitable").as_object().into_iter().flatten();
    let sayable = waiters.filter(|(_, source)| {
        items(source, "acceptors").iter().all(|item| item["matcher"].get("inputOutput").is_none())
    });
    sayable.map(|(name, source)| waiter(place, definitions, operation, name, source)).collect()
}

fn waiter(
    place: ModelPlace<'_>,
    definitions: &Definitions<'_>,
    operation: &Definition,
    name: &str,
    source: &Source,
) -> Result<Waiter, ModelError> {
    let path = format!("{}: waiter {name}", &operation.id);
    let acceptors = items(source, "acceptors").iter();
    Ok(Waiter {
        name: name.to_owned(),
        operation: operation.name().to_owned(),
        delay: number(source, "minDelay").unwrap_or(2),
        max_attempts: MAX_ATTEMPTS,
        acceptors: acceptors
            .map(|source| acceptor(place, definitions, &path, source))
            .collect::<Result<_, _>>()?,
    })
}

fn acceptor(
    place: ModelPlace<'_>,
    definitions: &Definitions<'_>,
    path: &str,
    source: &Source,
) -> Result<Acceptor, ModelError> {
    let state = match source["state"].as_str() {
        Some("success") => AcceptorState::Success,
        Some("failure") => AcceptorState::Failure,
        Some("retry") => AcceptorState::Retry,
        other => return Err(place.error(path, format!("unknown acceptor state {other:?}"))),
    };
    let matcher = &source["matcher"];
    let matcher = if let Some(succeeded) = matcher.get("success").and_then(Source::as_bool) {
        AcceptorMatcher::AnyError(!succeeded)
    } else if let Some(error) = text(matcher, "errorType") {
        AcceptorMatcher::Error(code_of(definitions, &error))
    } else {
        let output = matcher.get("output").ok_or_else(|| place.error(path, "unknown matcher"))?;
        of_output(place, path, output)?
    };
    Ok(Acceptor { state, matcher })
}

/// The code that an error shape has on the wire; waiters name the shape, by id or by name.
fn code_of(definitions: &Definitions<'_>, error: &str) -> String {
    let named = definitions.all().find(|definition| definition.id == error || definition.name() == error);
    let code = named.and_then(|shape| text(shape.value("aws.protocols#awsQueryError"), "code"));
    code.unwrap_or_else(|| error.rsplit('#').next().unwrap_or(error).to_owned())
}

fn of_output(place: ModelPlace<'_>, path: &str, source: &Source) -> Result<AcceptorMatcher, ModelError> {
    let argument = text(source, "path").unwrap_or_default();
    let expected = text(source, "expected").unwrap_or_default();
    Ok(match source["comparator"].as_str() {
        Some("stringEquals") => AcceptorMatcher::Path(argument, Json::string(expected)),
        Some("booleanEquals") => AcceptorMatcher::Path(argument, Json::Bool(expected == "true")),
        Some("allStringEquals") => AcceptorMatcher::PathAll(argument, Json::string(expected)),
        Some("anyStringEquals") => AcceptorMatcher::PathAny(argument, Json::string(expected)),
        other => return Err(place.error(path, format!("unknown comparator {other:?}"))),
    })
}
