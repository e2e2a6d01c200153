//! What tidy holds the project to, one function a rule.

use std::path::Path;

use super::map::{Io, Room};
use super::source::{Source, module_of};

/// A rule broken: where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(path: &Path, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: path.display().to_string(), line, what: what.into() }
    }
}

const MOST_LINES: usize = 500;

const BANNED: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "manager", "imp", "impl_", "stuff"];

/// Imports that ranks allow and the design does not: files, room, reason.
const NEVER: &[(&str, &str, &str)] = &[
    ("src/check/oracles/request.rs", "protocol", "judge and client must not share an encoder's bug"),
    ("src/tape/replay", "ground/clock", "a replay reads no clock"),
    ("src/tape/replay", "wire/serve", "a replay opens no socket"),
    ("src/conduct", "check/report", "cli connects the two"),
    ("src/clients", "check/oracles", "a client does not know its judges"),
];

/// What only a room with I/O may name: beginnings of paths.
const OUTSIDE: &[&str] = &[
    "reqwest",
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::UdpSocket",
    "std::process::Command",
    "tokio::fs",
    "tokio::net",
    "tokio::process",
];

/// `//!` first: what the file owns.
pub(crate) fn head(source: &Source) -> Option<Finding> {
    let headed = source.text.starts_with("//!") || source.text.starts_with("#![doc = include_str!(");
    (!headed).then(|| Finding::new(&source.path, 1, "does not open with `//!` and what it owns"))
}

/// Files stay short enough to be read in one go; tests do not count.
pub(crate) fn length(source: &Source) -> Option<Finding> {
    let lines = source.product_lines();
    let what = format!("{lines} lines of product code, more than {MOST_LINES}: which two ideas are in it?");
    (lines > MOST_LINES).then(|| Finding::new(&source.path, 1, what))
}

/// Names that say nothing about what is inside.
pub(crate) fn name(path: &Path) -> Option<Finding> {
    let stems = path.iter().map(|part| part.to_str().unwrap_or_default());
    let mut stems = stems.map(|part| part.split_once('.').map_or(part, |(stem, _)| stem));
    let banned = stems.find(|stem| BANNED.contains(stem))?;
    Some(Finding::new(path, 1, format!("the name `{banned}` says nothing: what does it own?")))
}

/// The room that owns a module, `["ground", "json", "read"]`: the one with the longest name that begins it.
fn owner<'r>(module: &[String], rooms: &'r [Room]) -> Option<&'r Room> {
    let owns = |room: &&Room| {
        let mut names = module.iter();
        room.name.split('/').all(|part| names.next().is_some_and(|name| name == part))
    };
    rooms.iter().filter(owns).max_by_key(|room| room.name.len())
}

/// The room of a file of the product.
pub(super) fn room_of<'r>(path: &Path, rooms: &'r [Room]) -> Option<&'r Room> {
    owner(&module_of(path), rooms)
}

/// Every file belongs to a room, or opens a wing.
pub(crate) fn placed(source: &Source, rooms: &[Room]) -> Option<Finding> {
    let module = module_of(&source.path);
    let inside = source.path.starts_with("src") && module.first().is_some_and(|first| first != "cli");
    let opens = |room: &Room| room.name.split_once('/').is_some_and(|(wing, _)| module == [wing]);
    if !inside || owner(&module, rooms).is_some() || rooms.iter().any(opens) {
        return None;
    }
    let what = format!("`{}` belongs to no room of the table of src/README.md", module.join("/"));
    Some(Finding::new(&source.path, 1, what))
}

/// A room imports rooms of lower wings, and lower rooms of its own wing, only.
pub(crate) fn ranks(source: &Source, rooms: &[Room]) -> Vec<Finding> {
    let Some(own) = room_of(&source.path, rooms) else { return Vec::new() };
    let named = source.named.iter().filter(|named| named.root == "crate");
    named
        .filter_map(|named| {
            let what = match owner(&named.names, rooms) {
                Some(room) if room.name == own.name || room.rank < own.rank => return None,
                Some(room) => format!(
                    "`{}` (rank {}.{}) imports `{}` (rank {}.{}), which is not below it",
                    own.name, own.rank.0, own.rank.1, room.name, room.rank.0, room.rank.1
                ),
                None => format!("`crate::{}` is no room: name the room that owns it", named.names.join("::")),
            };
            Some(Finding::new(&source.path, named.line, what))
        })
        .collect()
}

/// Imports that are forbidden one by one.
pub(crate) fn never(source: &Source) -> Vec<Finding> {
    let rules = NEVER.iter().filter(|(files, ..)| source.path.starts_with(files));
    rules
        .flat_map(|(_, room, why)| {
            let begins = move |names: &[String]| names.join("/").starts_with(room);
            let named =
                source.named.iter().filter(move |named| named.root == "crate" && begins(&named.names));
            named.map(move |named| {
                Finding::new(&source.path, named.line, format!("imports `{room}`, but {why}"))
            })
        })
        .collect()
}

/// Rooms of data name nothing that reaches outside the program.
pub(crate) fn io(source: &Source, rooms: &[Room]) -> Vec<Finding> {
    let Some(room) = room_of(&source.path, rooms) else { return Vec::new() };
    match &room.io {
        Io::Yes => return Vec::new(),
        Io::Files(files) if files.iter().any(|file| is_or_is_in(&source.path, file)) => return Vec::new(),
        Io::Files(_) => {}
    }
    source
        .named
        .iter()
        .filter_map(|named| {
            let whole = format!("{}::{}", named.root, named.names.join("::"));
            let outside = OUTSIDE.iter().find(|outside| {
                whole.strip_prefix(**outside).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            })?;
            let what = format!("names `{outside}`, but the table of src/README.md says that it does no I/O");
            Some(Finding::new(&source.path, named.line, what))
        })
        .collect()
}

/// True for the file `store.rs` itself, and for every file of the folder `process/`.
fn is_or_is_in(path: &Path, place: &str) -> bool {
    path.iter().any(|part| part == place.trim_end_matches('/'))
}

/// `main.rs` and `cli/` are a client of the library: they declare no room, and the library does not know them.
pub(crate) fn front_door(source: &Source, rooms: &[Room]) -> Vec<Finding> {
    let path = &source.path;
    if path == Path::new("src/lib.rs") && source.text.contains("mod cli;") {
        return vec![Finding::new(path, 1, "declares `cli`, which belongs to main.rs")];
    }
    if path != Path::new("src/main.rs") && !path.starts_with("src/cli") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let declared = line.trim().strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'));
        let declares = path == Path::new("src/main.rs") && declared.is_some_and(|name| name != "cli");
        if declares || line.trim().starts_with("#[path") {
            let what = "reaches behind the library's front door: say `shapetape::…`";
            findings.push(Finding::new(path, number + 1, what));
        }
    }
    let inside = source.named.iter().filter(|named| named.root == "crate");
    let into_rooms = inside.filter(|named| owner(&named.names, rooms).is_some());
    findings.extend(into_rooms.map(|named| {
        Finding::new(path, named.line, format!("say `shapetape::{}`, not `crate::…`", named.names[0]))
    }));
    findings
}

/// No path of somebody's machine in a tracked file.
pub(crate) fn machine_paths(path: &Path, text: &str, machine: &[String]) -> Vec<Finding> {
    let found = text.lines().enumerate().filter_map(|(number, line)| {
        let place = machine.iter().find(|place| starts_a_path(line, place))?;
        Some(Finding::new(path, number + 1, format!("names a path of somebody's machine: {place}")))
    });
    found.collect()
}

/// True where `place` stands in the line and is not the middle of a longer path or address.
fn starts_a_path(line: &str, place: &str) -> bool {
    let inside = |before: &str| {
        before.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '.' | '_' | '-' | '}' | '*'))
    };
    line.match_indices(place).any(|(at, _)| !inside(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms() -> Vec<Room> {
        let room = |name: &str, rank, io| Room { name: name.to_owned(), rank, io };
        let none = || Io::Files(Vec::new());
        vec![
            room("ground/json", (0, 0), none()),
            room("ground/clock", (0, 0), none()),
            room("protocol", (2, 0), none()),
            room("wire/serve", (3, 0), Io::Yes),
            room("clients", (7, 0), Io::Files(vec!["process/".to_owned(), "install.rs".to_owned()])),
            room("check/oracles", (6, 3), none()),
            room("tape/replay", (4, 3), none()),
        ]
    }

    /// The findings of one file of product code, as `line: what`.
    fn findings(path: &str, text: &str) -> Vec<String> {
        let source = Source::read(path.into(), text.to_owned()).unwrap();
        let rooms = rooms();
        let mut all: Vec<Finding> = head(&source).into_iter().chain(length(&source)).collect();
        all.extend(placed(&source, &rooms));
        all.extend(ranks(&source, &rooms));
        all.extend(never(&source));
        all.extend(io(&source, &rooms));
        all.extend(front_door(&source, &rooms));
        all.iter().map(|finding| format!("{}: {}", finding.line, finding.what)).collect()
    }

    #[test]
    fn every_rule_finds_what_breaks_it() {
        let long = format!("//! Owns.\n{}", "fn f() {}\n".repeat(500));
        for (path, text, expected) in [
            (
                "src/ground/json/a.rs",
                "//! Owns.\nuse crate::ground::{clock::Clock, json::Json};",
                "2: `ground/json` (rank 0.0) imports `ground/clock`",
            ),
            (
                "src/protocol/a.rs",
                "//! Owns.\nuse crate::check::oracles::{Judge, judge};",
                "2: `protocol` (rank 2.0) imports `check/oracles`",
            ),
            (
                "src/wire/serve.rs",
                "//! Owns.\nuse super::super::tape::replay::Replay;",
                "2: `wire/serve` (rank 3.0) imports `tape/replay`",
            ),
            ("src/wire/serve.rs", "//! Owns.\nuse crate::wire::Front;", "2: `crate::wire::Front` is no room"),
            ("src/wire/serve.rs", "use std::fs;", "1: does not open with"),
            ("src/ground/json/a.rs", &long, "1: 501 lines"),
            ("src/attic.rs", "//! Owns.", "1: `attic` belongs to no room"),
            (
                "src/check/oracles/request.rs",
                "//! Owns.\nuse crate::protocol::encode;",
                "2: imports `protocol`, but judge",
            ),
            (
                "src/tape/replay/mod.rs",
                "//! Owns.\nfn f() { crate::ground::clock::now() }",
                "2: imports `ground/clock`, but a replay",
            ),
            ("src/clients/lane.rs", "//! Owns.\nuse tokio::process::Command;", "2: names `tokio::process`"),
            ("src/main.rs", "//! Owns.\nmod cli;\nmod json;", "3: reaches behind"),
            ("src/cli/check.rs", "//! Owns.\nuse crate::ground::json::Json;", "2: say `shapetape::ground`"),
            ("src/lib.rs", "//! Owns.\nmod cli;", "1: declares `cli`"),
        ] {
            let found = findings(path, text);
            assert!(found.iter().any(|what| what.starts_with(expected)), "{path}: {expected}: {found:#?}");
        }
    }

    #[test]
    fn what_keeps_the_rules_is_left_alone() {
        for (path, text) in [
            (
                "src/check/oracles/response.rs",
                "//! Owns.\nuse crate::{ground::json::Json, protocol::decode};\nuse super::Verdict;",
            ),
            ("src/clients/install.rs", "//! Owns.\nuse tokio::process::Command;"),
            ("src/clients/process/spawn.rs", "//! Owns.\nuse tokio::process::Command;"),
            ("src/wire/serve.rs", "//! Owns.\nuse std::net::TcpListener;"),
            (
                "src/ground/json/a.rs",
                "//! Owns.\n#[cfg(test)]\nmod tests { use crate::tape::replay::Replay; }",
            ),
            ("src/main.rs", "//! Owns.\nmod cli;\nuse shapetape::ground::json::Json;"),
            ("src/cli/check.rs", "//! Owns.\nuse crate::cli::output;"),
        ] {
            assert_eq!(findings(path, text), [] as [&str; 0], "{path}");
        }
    }

    #[test]
    fn names_and_places_that_tell_too_little_or_too_much_are_found() {
        assert!(name(Path::new("src/ground/json/util.rs")).is_some());
        assert!(name(Path::new("src/common/mod.rs")).is_some());
        assert!(name(Path::new("src/ground/json/utilisation.rs")).is_none());
        let places = [format!("/{}/", "home")];
        let lines = |text: &str| machine_paths(Path::new("README.md"), text, &places).len();
        assert_eq!(lines(&format!("see {}me/notes\n(at {}me)", places[0], places[0])), 2);
        assert_eq!(lines(&format!("see https://example.com{}page", places[0])), 0);
    }
}
