//! Trouble on demand: a text of the input with a word of the table and a number, such as `nb-throttled-2`, makes
//! the call fail that often before it goes through.

use indexmap::IndexMap;

use super::call::CallContext;
use super::fault::{self, RefusedCall};
use super::table::Trouble;
use crate::api::model::Value;

/// The failure that a call asks for, while it still does.
pub(super) fn check(
    call: &mut CallContext<'_>,
    troubles: &IndexMap<String, Trouble>,
) -> Result<(), RefusedCall> {
    for text in call.input.values().filter_map(Value::as_str) {
        for (word, Trouble { code, message, status, declared }) in troubles {
            let Some(times) = wanted(text, word) else { continue };
            if *declared && !fault::declares(call.model, call.operation, code) {
                continue;
            }
            let key = format!("{}/{word}/{text}", call.operation.name);
            let attempt = call.account.attempts.entry(key).or_default();
            *attempt += 1;
            if *attempt <= times {
                return Err(RefusedCall { code: code.clone(), message: message.clone(), status: *status });
            }
        }
    }
    Ok(())
}

/// The number behind `-word-` in a text.
fn wanted(text: &str, word: &str) -> Option<u32> {
    let (_, after) = text.split_once(&format!("{word}-"))?;
    after.split('-').next()?.parse().ok()
}
