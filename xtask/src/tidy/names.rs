//! One name, one idea: no two rooms define a public type of one name.

use std::collections::BTreeMap;

use super::map::Room;
use super::rules::{Finding, room_of};
use super::source::{PublicType, Source};

/// The front end, which the table lists without a rank.
const FRONT_END: &str = "cli";

/// Public types whose name another room defines too, one finding per definition.
pub(crate) fn doubled(house: &[Source], rooms: &[Room]) -> Vec<Finding> {
    let mut defined: BTreeMap<&str, Vec<Definition<'_>>> = BTreeMap::new();
    for source in house {
        let Some(room) = room_name(source, rooms) else { continue };
        for PublicType { name, line } in &source.types {
            defined.entry(name).or_default().push(Definition { room, source, line: *line });
        }
    }
    defined.iter().flat_map(|(name, definitions)| told(name, definitions)).collect()
}

struct Definition<'s> {
    room: &'s str,
    source: &'s Source,
    line: usize,
}

/// The findings of one name: none where a single room defines it.
fn told(name: &str, definitions: &[Definition<'_>]) -> Vec<Finding> {
    let found = definitions.iter().filter_map(|own| {
        let other = definitions.iter().find(|other| other.room != own.room)?;
        let what = format!(
            "`{name}` is also a type of `{}` ({}:{}): give one of the two a name that says its own idea",
            other.room,
            other.source.path.display(),
            other.line
        );
        Some(Finding::new(&own.source.path, own.line, what))
    });
    found.collect()
}

fn room_name<'r>(source: &Source, rooms: &'r [Room]) -> Option<&'r str> {
    if source.path.starts_with("src/cli") {
        return Some(FRONT_END);
    }
    room_of(&source.path, rooms).map(|room| room.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::map::rooms;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let table = "| 0.0 | `ground/json` | x | no |\n| 0.1 | `ground/yaml` | x | no |\n| 7.0 | `clients` | x | no |";
        let read = |(path, text): &(&str, &str)| Source::read(path.into(), (*text).to_owned()).unwrap();
        let house: Vec<Source> = files.iter().map(read).collect();
        let findings = doubled(&house, &rooms(table).unwrap());
        findings.iter().map(|found| format!("{}:{}: {}", found.path, found.line, found.what)).collect()
    }

    #[test]
    fn a_name_of_two_rooms_is_found_at_both() {
        let found = found(&[
            ("src/ground/json/mod.rs", "//! Owns.\npub struct Place;"),
            ("src/ground/yaml/tree.rs", "//! Owns.\n\npub(super) enum Place {}"),
            ("src/cli/term.rs", "//! Owns.\npub(crate) trait Format {}"),
            ("src/clients/pipe.rs", "//! Owns.\npub(crate) type Format = u8;"),
        ]);
        assert_eq!(
            found,
            [
                "src/cli/term.rs:2: `Format` is also a type of `clients` (src/clients/pipe.rs:2): give one of the \
                 two a name that says its own idea",
                "src/clients/pipe.rs:2: `Format` is also a type of `cli` (src/cli/term.rs:2): give one of the two \
                 a name that says its own idea",
                "src/ground/json/mod.rs:2: `Place` is also a type of `ground/yaml` (src/ground/yaml/tree.rs:3): \
                 give one of the two a name that says its own idea",
                "src/ground/yaml/tree.rs:3: `Place` is also a type of `ground/json` (src/ground/json/mod.rs:2): \
                 give one of the two a name that says its own idea",
            ]
        );
    }

    #[test]
    fn names_of_one_room_and_private_ones_are_left_alone() {
        let found = found(&[
            ("src/ground/json/mod.rs", "//! Owns.\npub struct Place;\nstruct Spot;"),
            ("src/ground/json/read.rs", "//! Owns.\npub(super) struct Place;"),
            ("src/ground/yaml/tree.rs", "//! Owns.\nstruct Place;\npub struct Spot;"),
            ("src/ground/yaml/mod.rs", "//! Owns.\npub use tree::Place;"),
        ]);
        assert_eq!(found, [] as [&str; 0]);
    }
}
