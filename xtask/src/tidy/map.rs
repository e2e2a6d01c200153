//! The map of the house: the table of rooms and ranks in `src/README.md`.

use anyhow::{Result, ensure};

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    /// Its folder or file below `src`: `ground/json`.
    pub(crate) name: String,
    /// The wing's rank, and the room's in it.
    pub(crate) rank: (u32, u32),
    /// What the table says of input and output.
    pub(crate) io: Io,
}

/// Where a room may touch the world outside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Io {
    /// Everywhere.
    Yes,
    /// Only in these files and folders (`store.rs`, `process/`); none for a room of pure data.
    Files(Vec<String>),
}

/// The rows whose first cell is a number; the front end has a dash there.
pub(crate) fn rooms(readme: &str) -> Result<Vec<Room>> {
    let rooms: Vec<Room> = readme.lines().filter_map(room).collect();
    ensure!(!rooms.is_empty(), "src/README.md has no table of rooms and ranks");
    Ok(rooms)
}

fn room(line: &str) -> Option<Room> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    let [rank, name, _, io, ..] = cells.as_slice() else { return None };
    let (wing, inside) = rank.split_once('.')?;
    Some(Room {
        rank: (wing.parse().ok()?, inside.parse().ok()?),
        name: name.trim_matches('`').to_owned(),
        io: io_of(io),
    })
}

fn io_of(cell: &str) -> Io {
    if cell == "yes" {
        return Io::Yes;
    }
    let quoted = cell.split('`').skip(1).step_by(2);
    Io::Files(quoted.filter(|name| name.ends_with(".rs") || name.ends_with('/')).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_a_rank_are_rooms() {
        let table = "| rank | room | owns | does I/O |\n|---|---|---|---|\n\
                     | 2.0 | `wire/serve` | sockets | yes |\n| 4.1 | `tape/cassette` | x | `store.rs` |\n\
                     | 7.0 | `clients` | x | `process/`, `install.rs` |\n\
                     | 6.3 | `check/report` | x | no (writes to a given `Write`) |\n| – | `cli/` | x | prints |\n";
        let rooms = rooms(table).unwrap();
        let found: Vec<_> = rooms.iter().map(|room| (room.name.as_str(), room.rank, &room.io)).collect();
        assert_eq!(
            found,
            [
                ("wire/serve", (2, 0), &Io::Yes),
                ("tape/cassette", (4, 1), &Io::Files(vec!["store.rs".to_owned()])),
                ("clients", (7, 0), &Io::Files(vec!["process/".to_owned(), "install.rs".to_owned()])),
                ("check/report", (6, 3), &Io::Files(Vec::new())),
            ]
        );
    }
}
