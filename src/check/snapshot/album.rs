//! The snapshots of one run: what was kept of each client, and what became of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Snapshots, changes};
use crate::ground::json::Json;

/// What was kept of the clients of a run, and what a run takes in its place.
#[derive(Debug)]
pub struct Album {
    kept: BTreeMap<String, Snapshots>,
    taking: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: BTreeMap<String, Snapshots>,
    sums: Sums,
}

/// How many cases there were of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Cases that have a snapshot.
    pub kept: usize,
    /// Cases that have none.
    pub new: usize,
    /// Cases whose snapshot says something else; counted only where they are taken anew.
    pub changed: usize,
}

impl Album {
    /// An album to hold cases against, or, `taking`, to fill with what they do now.
    pub fn new(kept: Vec<Snapshots>, taking: bool) -> Album {
        let kept = kept.into_iter().map(|snapshots| (snapshots.client.clone(), snapshots)).collect();
        Album { kept, taking, state: Mutex::default() }
    }

    /// What a case is to be held against: nothing where it has no snapshot, or where snapshots are taken anew.
    pub fn meet(&self, client: &str, case: &str, see: impl FnOnce() -> Json) -> Option<&Json> {
        let kept = self.kept.get(client).and_then(|snapshots| snapshots.cases.get(case));
        let seen = self.taking.then(see);
        let mut state = self.state();
        match kept {
            Some(_) => state.sums.kept += 1,
            None => state.sums.new += 1,
        }
        let Some(seen) = seen else { return kept };
        if kept.is_some_and(|kept| !changes(kept, &seen).is_empty()) {
            state.sums.changed += 1;
        }
        let taken = state.taken.entry(client.to_owned()).or_insert_with(|| Snapshots::of(client));
        taken.cases.insert(case.to_owned(), seen);
        None
    }

    /// How many cases there were so far.
    pub fn sums(&self) -> Sums {
        self.state().sums
    }

    /// What is to be kept from now on: all that was taken and, unless the run was a whole one, what was kept of
    /// other cases.
    pub fn taken(&self, whole: bool) -> Vec<Snapshots> {
        let mut all = self.state().taken.clone();
        if !whole {
            for (client, kept) in &self.kept {
                let taken = all.entry(client.clone()).or_insert_with(|| Snapshots::of(client));
                for (case, evidence) in &kept.cases {
                    taken.cases.entry(case.clone()).or_insert_with(|| evidence.clone());
                }
            }
        }
        all.into_values().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state left by a panic is whole: sums and pages are changed one after another.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(case: &str, value: i64) -> Snapshots {
        let cases = BTreeMap::from([(case.to_owned(), Json::number(value))]);
        Snapshots { client: "c".to_owned(), cases }
    }

    #[test]
    fn cases_are_held_against_what_was_kept_or_taken_anew() {
        let album = Album::new(vec![one("X/OK1", 1)], false);
        assert_eq!(album.meet("c", "X/OK1", || Json::Null), Some(&Json::number(1)));
        assert_eq!(
            (album.meet("c", "Y/OK1", || Json::Null), album.meet("d", "X/OK1", || Json::Null)),
            (None, None)
        );
        assert_eq!(album.sums(), Sums { kept: 1, new: 2, changed: 0 });
        let album = Album::new(vec![one("X/OK1", 1)], true);
        assert_eq!(album.meet("c", "X/OK1", || Json::number(2)), None);
        assert_eq!(album.meet("c", "Y/OK1", || Json::number(3)), None);
        assert_eq!(album.sums(), Sums { kept: 1, new: 1, changed: 1 });
        assert_eq!(album.taken(true)[0].cases.len(), 2);
        let album = Album::new(vec![one("X/OK1", 1)], true);
        album.meet("c", "Y/OK1", || Json::number(3));
        assert_eq!((album.taken(true)[0].cases.len(), album.taken(false)[0].cases.len()), (1, 2));
    }
}
