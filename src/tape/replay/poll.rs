//! Whether a request is a waiter's poll, as its SDK says.
//!
//! SDKs that keep the User-Agent 2.1 form list what a call uses in its `m/` part as short ids; `B` is "waiter"
//! (botocore `useragent.py`, `_USERAGENT_FEATURE_MAPPINGS`, which names `WAITER` as `B`).

use crate::ground::exchange::Request;

/// True if the request says that a waiter sent it.
pub(super) fn is_waiter_poll(request: &Request) -> bool {
    ["user-agent", "x-amz-user-agent"].iter().flat_map(|name| request.headers.all(name)).any(|agent| {
        agent
            .split_whitespace()
            .filter_map(|part| part.strip_prefix("m/"))
            .any(|features| features.split(',').any(|id| id == "B"))
    })
}

/// True for operations that only look, by the verb of their name.
pub(super) fn is_read(operation: Option<&str>, method: &str) -> bool {
    const VERBS: [&str; 8] =
        ["Describe", "List", "Get", "Search", "Head", "BatchGet", "BatchDescribe", "Query"];
    match operation {
        Some(operation) => VERBS.iter().any(|verb| operation.starts_with(verb)),
        None => method == "GET" || method == "HEAD",
    }
}
