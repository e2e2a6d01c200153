//! `check --snapshots DIR`: what each client did before, kept as JSON.

use std::path::Path;

use shapetape::check::snapshot::{self, Album};
use shapetape::check::verdict::Run;
use shapetape::conduct::campaign::Entrant;

use super::Failure;
use super::term::say;

/// The snapshots of all clients that are reported; with `accept`, to be taken anew.
pub(crate) fn album(folder: &Path, entrants: &[Entrant], accept: bool) -> Result<Album, Failure> {
    let reported = entrants.iter().filter(|entrant| !entrant.reference);
    let kept = reported.map(|entrant| snapshot::load(folder, &entrant.name).map_err(Failure::usage));
    Ok(Album::new(kept.collect::<Result<_, _>>()?, accept))
}

/// Tells how the cases stand to their snapshots and, with `accept`, keeps what was seen.
pub(crate) fn conclude(album: &Album, folder: &Path, run: &Run, accept: bool) -> Result<(), Failure> {
    let (sums, place) = (album.sums(), folder.display());
    if !accept {
        say(format_args!("snapshots: {} cases have one, {} have none", sums.kept, sums.new));
        if sums.new > 0 {
            say(format_args!("hint: --accept keeps what the client does now in {place}"));
        }
        return Ok(());
    }
    let whole = run.complete && !run.filtered && run.shard.is_none();
    for snapshots in album.taken(whole) {
        snapshot::save(folder, &snapshots).map_err(Failure::run)?;
    }
    let same = sums.kept - sums.changed;
    say(format_args!(
        "snapshots: {} new, {} changed, {same} as before, kept in {place}; review them as you review code",
        sums.new, sums.changed
    ));
    Ok(())
}
