//! Trouble on demand: a text of the input with a word of the table and a number, such as `nb-throttled-2`, makes
//! the call fail that often before it goes through.

use super::account::Account;
use super::fault::Refused;
use super::table::Trouble;
use crate::model::{Fields, Value};

/// The failure that a call asks for, while it still does.
pub(super) fn check(
    troubles: &indexmap::IndexMap<String, Trouble>,
    account: &mut Account,
    operation: &str,
    input: &Fields,
) -> Result<(), Refused> {
    for text in input.values().filter_map(Value::as_str) {
        for (word, trouble) in troubles {
            let Some(times) = wanted(text, word) else { continue };
            let attempt = account.attempts.entry(format!("{operation}/{text}")).or_default();
            *attempt += 1;
            if *attempt <= times {
                let Trouble { code, message, status } = trouble;
                return Err(Refused { code: code.clone(), message: message.clone(), status: *status });
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
