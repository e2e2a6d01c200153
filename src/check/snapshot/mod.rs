//! What a client sent and got, as canonical text that is kept and compared: a change is a finding of class SNAP.
//!
//! Where no specification decides and no other client is at hand, a client is held against itself.

mod album;
mod canonical;
mod store;

pub use album::{Album, Sums};
pub use canonical::canonical;
pub use store::{SnapshotError, load, save};

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use crate::ground::json::{Json, pretty};

/// The kept evidence of one client, by case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshots {
    /// The client's name.
    pub client: String,
    /// Canonical evidence by case id.
    pub cases: BTreeMap<String, Json>,
}

impl Snapshots {
    /// None yet, of a client.
    pub fn of(client: &str) -> Snapshots {
        Snapshots { client: client.to_owned(), cases: BTreeMap::new() }
    }
}

/// The lines in which canonical evidence differs from what was kept, `-` what was kept and `+` what was seen.
pub fn changes(kept: &Json, seen: &Json) -> Vec<String> {
    if kept == seen {
        return Vec::new();
    }
    let (kept, seen) = (pretty(kept), pretty(seen));
    let diff = TextDiff::from_lines(&kept, &seen);
    let changed = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    changed.map(|change| format!("{} {}", change.tag(), change.value().trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::changes;
    use crate::ground::json::parse;

    #[test]
    fn only_the_lines_that_changed_are_told() {
        let kept = parse(br#"{"a":{"x":1,"y":[1,2]},"b":{"z":{}}}"#).unwrap();
        let seen = parse(br#"{"a":{"x":1,"y":[1,3]},"b":{"z":{}}}"#).unwrap();
        assert_eq!(changes(&kept, &kept), Vec::<String>::new());
        assert_eq!(changes(&kept, &seen), ["- \"y\": [1, 2]", "+ \"y\": [1, 3]"]);
    }
}
