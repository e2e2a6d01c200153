//! One run out of its shards.

use super::Fold;
use crate::check::verdict::{DeviationUse, Run, Tally};
use crate::ground::json::Json;

/// Why runs are not parts of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these reports are not parts of one run: {what}")]
pub struct MergeError {
    /// In what they differ.
    pub what: String,
}

/// Puts the shards of one run together; a single run comes back as it is, but one shard of several is not complete.
///
/// The whole is complete only where every shard of the plan is there and complete; only then can deviations be
/// stale.
pub fn merge(runs: Vec<Run>) -> Result<Run, MergeError> {
    let mut runs = runs.into_iter();
    let first = runs.next().ok_or_else(|| MergeError { what: "there is none".to_owned() })?;
    let rest: Vec<Run> = runs.collect();
    if rest.is_empty() {
        let complete = first.complete && first.shard.is_none_or(|(_, all)| all == 1);
        return Ok(Run { complete, ..first });
    }
    let mut shards: Vec<Run> = std::iter::once(first).chain(rest).collect();
    shards.sort_by_key(|run| run.shard);
    check(&shards)?;
    let all = shards.iter().filter_map(|run| run.shard).next().map_or(0, |(_, all)| all as usize);
    let mut fold = Fold::default();
    let mut whole = Run {
        complete: all == shards.len() && shards.iter().all(|run| run.complete),
        shard: None,
        timing: Json::object([(
            "shards",
            Json::Array(shards.iter().map(|run| run.timing.clone()).collect()),
        )]),
        clients: Vec::new(),
        deviations: Vec::new(),
        findings: Vec::new(),
        ..shards[0].clone()
    };
    for (index, shard) in shards.into_iter().enumerate() {
        shard.clients.iter().for_each(|tally| add_tally(&mut whole.clients, tally));
        shard.deviations.iter().for_each(|usage| add_use(&mut whole.deviations, usage));
        shard.findings.into_iter().for_each(|finding| fold.add_folded(finding));
        if index > 0 {
            whole.coverage.add(&shard.coverage);
        }
    }
    whole.findings = fold.findings();
    Ok(whole)
}

fn check(shards: &[Run]) -> Result<(), MergeError> {
    let refuse = |what: String| Err(MergeError { what });
    for pair in shards.windows(2) {
        let [left, right] = pair else { continue };
        if left.tool != right.tool {
            return refuse(format!("{} and {}", left.tool, right.tool));
        }
        if left.api != right.api {
            return refuse(format!("{:?} and {:?}", left.api, right.api));
        }
        if (left.seed, left.filtered) != (right.seed, right.filtered) {
            return refuse("another seed, or another filter".to_owned());
        }
        match (left.shard, right.shard) {
            (Some((a, all)), Some((b, also))) if all == also && a != b => {}
            (Some((a, _)), Some((b, _))) if a == b => return refuse(format!("shard {a} comes twice")),
            _ => return refuse("they are not shards of the same number".to_owned()),
        }
    }
    Ok(())
}

fn add_tally(tallies: &mut Vec<Tally>, tally: &Tally) {
    match tallies.iter_mut().find(|known| known.client == tally.client && known.version == tally.version) {
        Some(known) => known.add(tally),
        None => tallies.push(tally.clone()),
    }
}

fn add_use(uses: &mut Vec<DeviationUse>, usage: &DeviationUse) {
    match uses.iter_mut().find(|known| known.deviation == usage.deviation) {
        Some(known) => {
            known.named += usage.named;
            known.ran += usage.ran;
            known.seen += usage.seen;
        }
        None => uses.push(usage.clone()),
    }
}
