//! Waiters of `waiters-2.json`.

use indexmap::IndexMap;
use serde_json::Value as Source;

use super::Loader;
use crate::api::model::fields::{items, number, text};
use crate::api::model::{Acceptor, AcceptorMatcher, AcceptorState, ModelError, Waiter};

impl Loader<'_> {
    pub(super) fn waiters(&self, source: Option<&Source>) -> Result<IndexMap<String, Waiter>, ModelError> {
        let Some(source) = source else { return Ok(IndexMap::new()) };
        let waiters = self.place.object("waiters-2", source, "waiters")?;
        waiters
            .into_iter()
            .flatten()
            .map(|(name, source)| Ok((name.clone(), self.waiter(name, source)?)))
            .collect()
    }

    fn waiter(&self, name: &str, source: &Source) -> Result<Waiter, ModelError> {
        let path = format!("waiters-2.waiters.{name}");
        let acceptors = items(source, "acceptors").iter();
        Ok(Waiter {
            name: name.to_owned(),
            operation: text(source, "operation").ok_or_else(|| self.place.error(&path, "no `operation`"))?,
            delay: number(source, "delay").unwrap_or(30),
            max_attempts: number(source, "maxAttempts").unwrap_or(60),
            acceptors: acceptors.map(|source| self.acceptor(&path, source)).collect::<Result<_, _>>()?,
        })
    }

    fn acceptor(&self, path: &str, source: &Source) -> Result<Acceptor, ModelError> {
        let state = match source.get("state").and_then(Source::as_str) {
            Some("success") => AcceptorState::Success,
            Some("failure") => AcceptorState::Failure,
            Some("retry") => AcceptorState::Retry,
            other => return Err(self.place.error(path, format!("unknown acceptor state {other:?}"))),
        };
        Ok(Acceptor { state, matcher: self.matcher(path, source)? })
    }

    fn matcher(&self, path: &str, source: &Source) -> Result<AcceptorMatcher, ModelError> {
        let expected = source.get("expected").cloned().unwrap_or_default();
        let argument = text(source, "argument").unwrap_or_default();
        let unfit = || self.place.error(path, format!("`expected` does not fit its matcher: {expected}"));
        Ok(match source.get("matcher").and_then(Source::as_str) {
            Some("path") => AcceptorMatcher::Path(argument, expected.into()),
            Some("pathAll") => AcceptorMatcher::PathAll(argument, expected.into()),
            Some("pathAny") => AcceptorMatcher::PathAny(argument, expected.into()),
            Some("status") => AcceptorMatcher::Status(number(source, "expected").ok_or_else(unfit)?),
            Some("error") => match &expected {
                Source::Bool(any) => AcceptorMatcher::AnyError(*any),
                Source::String(code) => AcceptorMatcher::Error(code.clone()),
                _ => return Err(unfit()),
            },
            other => return Err(self.place.error(path, format!("unknown matcher {other:?}"))),
        })
    }
}
