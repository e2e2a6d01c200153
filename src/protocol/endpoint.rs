//! Where a request goes: the prefix that an operation puts before the host, and an endpoint with a path.

use super::contract::ProtocolError;
use crate::api::model::{Model, Operation, Value};
use crate::ground::exchange::{Endpoint, Request};

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
                .map_err(|error| error.within(&format!("input.{}", member.name)))
                .map_err(|error| error.of(format!("request of {}", operation.name)))?;
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

/// Addresses a request to an endpoint such as `https://example.com/base`: `Host` with the operation's prefix
/// before it, and the endpoint's path before the request's target.
pub fn address(
    request: &mut Request,
    endpoint: &str,
    host_prefix: Option<&str>,
) -> Result<(), ProtocolError> {
    let Endpoint { scheme, authority, path } = Endpoint::of(endpoint);
    if scheme.is_empty() || (authority.is_empty() && path.is_empty()) {
        let found = format!("`{endpoint}`");
        return Err(ProtocolError::new("an endpoint such as `https://example.com`", found));
    }
    let base = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    request.target.insert_str(0, base);
    request.headers.set("Host", format!("{}{authority}", host_prefix.unwrap_or_default()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::kinds::kinds;

    #[test]
    fn labels_go_before_the_host_if_a_host_can_hold_them() {
        let model = kinds();
        let operation = &model.operations["Move"];
        let prefix = |label: Value| host_prefix(&model, operation, &Value::structure([("place", label)]));
        assert_eq!(prefix(Value::string("a-1")), Ok(Some("a-1.data-".to_owned())));
        for label in [Value::string(""), Value::string("a/b"), Value::string("é"), Value::Null] {
            let error = prefix(label.clone()).unwrap_err();
            assert_eq!(
                (error.message.as_str(), error.path.as_str()),
                ("request of Move", "input.place"),
                "{label:?}"
            );
        }
        assert_eq!(host_prefix(&model, &model.operations["Ping"], &Value::default()), Ok(None));
    }

    #[test]
    fn an_endpoint_gives_host_and_base_path() {
        for (endpoint, host, target) in [
            ("https://example.com", "x.example.com", "/?q"),
            ("http://127.0.0.1:80/", "x.127.0.0.1:80", "/?q"),
            ("https://example.com/a/b/", "x.example.com", "/a/b/?q"),
        ] {
            let mut request = Request { target: "/?q".to_owned(), ..Request::default() };
            address(&mut request, endpoint, Some("x.")).unwrap();
            assert_eq!((request.headers.get("host"), request.target.as_str()), (Some(host), target));
        }
        assert!(address(&mut Request::default(), "example.com", None).is_err());
    }
}
