//! Where a request goes: the prefix that an operation puts before the host, and an endpoint with a path.

use super::ProtocolError;
use crate::exchange::Request;
use crate::model::{Model, Operation, Value};

/// What the operation puts before the host, its labels filled in from the input; `None` for most.
///
/// Smithy 2.0, `endpoint` and `hostLabel` traits: a label's value must be fit for a host name.
pub fn host_prefix(
    model: &Model,
    operation: &Operation,
    input: &Value,
) -> Result<Option<String>, ProtocolError> {
    let Some(template) = &operation.host_prefix else { return Ok(None) };
    let members = operation.input.and_then(|shape| model.shape(shape).members());
    let mut prefix = template.clone();
    for member in members.into_iter().flat_map(|members| members.values()) {
        let place = format!("{{{}}}", member.name);
        if member.host_label && prefix.contains(&place) {
            let label = label_of(input, &member.name)
                .map_err(|error| error.in_member(&member.name).within("input").of(message(operation)))?;
            prefix = prefix.replace(&place, label);
        }
    }
    Ok(Some(prefix))
}

fn label_of<'v>(input: &'v Value, name: &str) -> Result<&'v str, ProtocolError> {
    let fits = |label: &&str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
    };
    let value = input.get(name);
    value.and_then(Value::as_str).filter(fits).ok_or_else(|| {
        let found = value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}"));
        ProtocolError::new("letters, digits, `-` and `.`: it becomes part of the host name", found)
    })
}

fn message(operation: &Operation) -> String {
    format!("request of {}", operation.name)
}

/// Addresses a request to an endpoint such as `https://example.com/base`: `Host` with the operation's prefix
/// before it, and the endpoint's path before the request's target.
pub fn address(
    request: &mut Request,
    endpoint: &str,
    host_prefix: Option<&str>,
) -> Result<(), ProtocolError> {
    let rest = endpoint.split_once("://").map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
    let rest = rest.ok_or_else(|| {
        ProtocolError::new("an endpoint such as `https://example.com`", format!("`{endpoint}`"))
    })?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let base = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    if !base.is_empty() {
        request.target = format!("/{base}{}", request.target);
    }
    request.headers.set("Host", format!("{}{authority}", host_prefix.unwrap_or_default()));
    Ok(())
}
