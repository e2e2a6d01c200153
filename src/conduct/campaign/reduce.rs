//! Findings run again by themselves: does it repeat, and what is the smallest exchange that still shows it?
//!
//! Each finding that is not known is played alone; one that repeats is shrunk step by step through the live
//! client, each candidate a case with a right expectation, until no smaller one shows the same defect. Trials
//! are counted, for one finding and for all, so that a run with many findings ends, and ends the same each time.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::stages::Stages;
use super::{Campaign, Lane};
use crate::check::case::{Case, Evidence};
use crate::check::oracles;
use crate::check::taxonomy::CaseKey;
use crate::check::verdict::{
    DifferenceId, Event, Finding, Judgement, Kind, Minimal, OracleName, Run, Shrinking, Tally,
};
use crate::conduct::perform::RunError;
use crate::ground::stage::{RunStage, StageFailure, guard, guard_async};

/// How often a finding is tried that did not repeat at once.
const REPEATS: u32 = 20;
/// Trials of one finding.
const TRIALS: u32 = 200;
/// Trials of one finding whose trials take seconds each.
const SLOW_TRIALS: u32 = 8;
/// Trials of all findings together.
const ALL_TRIALS: u32 = 6_000;
/// Trials between two notes of progress.
const STRIDE: u32 = 20;
/// How long a request may come after the call it belongs to.
const LATE: Duration = Duration::from_millis(20);
/// How many cases back in the plan the one is looked for whose answer leaked into a later one.
const BACK: usize = 4;

/// The case that was played before one into which something leaked, by client and case.
pub(super) type Leaks = BTreeMap<(String, String), String>;

/// Goes through all findings that are not known, the firmest first: repeats each and shrinks it.
pub(super) async fn all(
    campaign: &Campaign,
    stages: Stages,
    leaks: &Leaks,
    run: &mut Run,
    emit: &(dyn Fn(Event) + Send + Sync),
) -> Result<(), RunError> {
    let mut bench = Bench { campaign, stages, leaks, lanes: BTreeMap::new(), left: ALL_TRIALS };
    let reduced = each(&mut bench, run, emit).await;
    for lane in bench.lanes.into_values() {
        lane.close().await;
    }
    reduced
}

async fn each(
    bench: &mut Bench<'_>,
    run: &mut Run,
    emit: &(dyn Fn(Event) + Send + Sync),
) -> Result<(), RunError> {
    let campaign = bench.campaign;
    let mut order: Vec<usize> = (0..run.findings.len()).collect();
    order.sort_by_key(|index| run.findings[*index].class);
    let of = run.findings.iter().filter(|finding| !finding.is_known()).count();
    let mut number = 0;
    for index in order {
        let id = run.findings[index].case.clone();
        let made = guard(RunStage::Making, || Some(id.clone()), || campaign.plan.case(&id));
        let Some(case) = made.map_err(|failure| failed(run, failure))? else { continue };
        let finding = &mut run.findings[index];
        finding.minimal = Some(Minimal::of(&campaign.model, &case));
        finding.reproduce = campaign.again(&finding.client, &[&finding.case]);
        if finding.is_known() {
            continue;
        }
        number += 1;
        let tell = |trials| {
            emit(Event::Shrinking(Shrinking { finding: finding.id().to_string(), number, of, trials }))
        };
        tell(0);
        let reduced =
            guard_async(RunStage::Shrinking, || Some(id.clone()), bench.reduce(finding, case, &tell)).await;
        if let Some(reduced) = reduced.map_err(|failure| failed(run, failure))?? {
            let finding = &mut run.findings[index];
            finding.unstable = reduced.unstable;
            finding.reproduce = reduced.reproduce;
            finding.minimal = Some(reduced.minimal);
        }
        emit(Event::Finding(Box::new(run.findings[index].clone())));
    }
    Ok(())
}

/// The error of a run that a stage failed in when all its cases had been told.
fn failed(run: &Run, failure: StageFailure) -> RunError {
    let sum = |count: fn(&Tally) -> u64| run.clients.iter().map(count).sum();
    RunError::RunStage { failure, told: sum(|tally| tally.cases), planned: sum(|tally| tally.planned) }
}

/// What became of a finding.
struct Reduced {
    unstable: Option<String>,
    minimal: Minimal,
    reproduce: String,
}

/// Lanes to try findings on, one per client, and the trials that are left.
struct Bench<'a> {
    campaign: &'a Campaign,
    stages: Stages,
    leaks: &'a Leaks,
    lanes: BTreeMap<String, Lane>,
    left: u32,
}

impl Bench<'_> {
    /// `None` where it cannot be tried alone.
    async fn reduce(
        &mut self,
        finding: &Finding,
        case: Case,
        tell: &(dyn Fn(u32) + Send + Sync),
    ) -> Result<Option<Reduced>, RunError> {
        let Some(mut hunt) = self.hunt(finding, &case).await? else { return Ok(None) };
        let (campaign, client) = (self.campaign, &finding.client);
        if !self.repeats(&mut hunt, finding, &case).await {
            let mut seen = 0;
            for _ in 1..REPEATS {
                seen += u32::from(self.shows(&hunt, &case).await);
            }
            return Ok(Some(Reduced {
                unstable: Some(format!("{seen} of {REPEATS}")),
                minimal: Minimal::of(&campaign.model, &case),
                reproduce: campaign.again(client, &[&case.id]),
            }));
        }
        let shrunk = self.shrink(&hunt, case, tell).await;
        let mut minimal = Minimal::of(&campaign.model, &shrunk.case);
        (minimal.trials, minimal.smallest) = (shrunk.trials, shrunk.smallest);
        let ids: Vec<&str> = hunt.before.iter().chain([&shrunk.case]).map(|case| case.id.as_str()).collect();
        minimal.before = hunt.before.as_ref().map(|case| Minimal::of(&campaign.model, case).response);
        Ok(Some(Reduced { unstable: None, minimal, reproduce: campaign.again(client, &ids) }))
    }

    /// What is looked for, with the lanes that it needs open.
    async fn hunt(&mut self, finding: &Finding, case: &Case) -> Result<Option<Hunt>, RunError> {
        let campaign = self.campaign;
        let entrant = |name: &str| campaign.entrants.iter().find(|entrant| entrant.name == name);
        let reference = campaign.entrants.iter().find(|entrant| entrant.is_reference());
        let needed = match (finding.oracle, entrant(&finding.client), reference) {
            // What a client's own snapshot says of other cases is not known.
            (OracleName::Snapshot, ..) | (_, None, _) | (OracleName::Agreement, _, None) => return Ok(None),
            (OracleName::Agreement, Some(client), Some(reference)) => vec![client, reference],
            (_, Some(client), _) => vec![client],
        };
        if self.left == 0 || campaign.halt.load(Ordering::Relaxed) {
            return Ok(None);
        }
        for entrant in &needed {
            if !self.lanes.contains_key(&entrant.name) {
                let lane = Lane::open((entrant.open)().await?).await?;
                self.lanes.insert(entrant.name.clone(), lane);
            }
        }
        Ok(Some(Hunt {
            difference: finding.difference(),
            shape: finding.shape.clone(),
            client: finding.client.clone(),
            reference: needed.get(1).map(|entrant| entrant.name.clone()),
            before: None,
            late: finding.kind == Kind::AttemptsDiffer && finding.sort.starts_with("requests, late"),
            slow: finding.kind == Kind::Hung || case.slow,
        }))
    }

    /// Whether the case shows it again; what leaked out of the answer before needs the case before, too.
    async fn repeats(&mut self, hunt: &mut Hunt, finding: &Finding, case: &Case) -> bool {
        if finding.kind != Kind::StateLeak {
            return self.shows(hunt, case).await;
        }
        for before in self.before(finding, case) {
            hunt.before = self.campaign.plan.case(&before);
            if self.shows(hunt, case).await {
                return true;
            }
        }
        hunt.before = None;
        false
    }

    /// Cases after which something may leak into this one.
    ///
    /// The nearest before it in the plan come first: on them it mostly shows as well, and they are the same in
    /// each run. The one that was played before it is the last: with several jobs, or a client that takes but
    /// some of the cases, it may be anywhere before.
    fn before(&self, finding: &Finding, case: &Case) -> Vec<String> {
        let keys = self.campaign.plan.keys();
        let client = self.campaign.entrants.iter().find(|entrant| entrant.name == finding.client);
        let taken = |key: &&CaseKey| client.is_some_and(|client| client.takes(key, keys.len()));
        let at = keys.iter().position(|key| key.id == case.id).unwrap_or(0);
        let near = keys[..at].iter().rev().filter(taken).take(BACK).map(|key| key.id.clone());
        let played = self.leaks.get(&(finding.client.clone(), case.id.clone())).cloned();
        let near: Vec<String> = near.collect();
        let played = played.filter(|played| !near.contains(played));
        near.into_iter().chain(played).collect()
    }

    /// Goes down from a case as long as a smaller one shows the same.
    async fn shrink(&mut self, hunt: &Hunt, case: Case, tell: &(dyn Fn(u32) + Send + Sync)) -> Shrunk {
        let most = if hunt.slow { SLOW_TRIALS } else { TRIALS };
        let mut shrunk = Shrunk { case, trials: 0, smallest: false };
        let mut from = 0;
        loop {
            let case = shrunk.case.clone();
            let Some(smaller) = (self.stages.smaller)(&self.campaign.plan, &case) else { return shrunk };
            let mut found = None;
            // On from where the last step was: what is before it was tried on a larger case.
            for step in (0..smaller.len()).map(|offset| (from + offset) % smaller.len()) {
                let Some(candidate) = smaller.case(step) else { continue };
                if shrunk.trials >= most || self.left == 0 || self.campaign.halt.load(Ordering::Relaxed) {
                    return shrunk;
                }
                shrunk.trials += 1;
                self.left -= 1;
                if shrunk.trials.is_multiple_of(STRIDE) {
                    tell(shrunk.trials);
                }
                if self.shows(hunt, &candidate).await {
                    found = Some((step, candidate));
                    break;
                }
            }
            match found {
                Some((step, case)) => (from, shrunk.case) = (step, case),
                None => return Shrunk { smallest: true, ..shrunk },
            }
        }
    }

    /// Whether a case shows what is looked for.
    async fn shows(&mut self, hunt: &Hunt, case: &Case) -> bool {
        let model = &self.campaign.model;
        let Some(lane) = self.lanes.get_mut(&hunt.client) else { return false };
        if let Some(before) = &hunt.before {
            lane.trial(before).await;
        }
        let mut evidence: Evidence = lane.trial(case).await;
        if hunt.late {
            tokio::time::sleep(LATE).await;
            evidence.late = lane.late();
        }
        evidence.client.clone_from(&hunt.client);
        let judgements = match hunt.reference.as_ref().and_then(|name| self.lanes.get_mut(name)) {
            Some(reference) => {
                let theirs = Evidence { client: "builtin".to_owned(), ..reference.trial(case).await };
                oracles::agreement(model, case, &theirs, &evidence)
            }
            None => (self.stages.judge)(model, case, &evidence),
        };
        judgements.iter().any(|judgement| hunt.meets(case, judgement))
    }
}

/// A case and how it was come by.
struct Shrunk {
    case: Case,
    trials: u32,
    /// Every smaller one was tried.
    smallest: bool,
}

/// What is looked for.
struct Hunt {
    /// What differs.
    difference: DifferenceId,
    /// The shape's member.
    shape: String,
    client: String,
    /// The client that it disagrees with.
    reference: Option<String>,
    /// The case that has to be played before.
    before: Option<Case>,
    /// Requests that come late are what it is about.
    late: bool,
    /// Each trial takes seconds.
    slow: bool,
}

impl Hunt {
    /// The same defect: of the same oracle and kind, in the same manner, at the same shape's member.
    fn meets(&self, case: &Case, judgement: &Judgement) -> bool {
        let Judgement { oracle, kind, sort, shape, .. } = judgement;
        let DifferenceId { oracle: its_oracle, variant, kind: its_kind, sort: its_sort, .. } =
            &self.difference;
        *shape == self.shape
            && (oracle, kind, sort) == (its_oracle, its_kind, its_sort)
            && case.variant.0 == *variant
    }
}
