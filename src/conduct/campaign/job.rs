//! One job of a campaign: a lane of each client, and what goes on beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join_all, try_join_all};
use tokio::sync::mpsc;
use tokio::task::JoinError;

use super::Lane;
use super::stages::{Judge, Make, Stages};
use crate::api::model::Model;
use crate::check::case::{Case, Evidence};
use crate::check::oracles;
use crate::check::snapshot::{Album, canonical};
use crate::check::taxonomy::{CaseKey, Plan};
use crate::check::verdict::Judgement;
use crate::conduct::campaign::conduct::{Campaign, Entrant, Halt};
use crate::conduct::perform::RunError;
use crate::ground::stage::{RunStage, StageFailure, guard, guard_async};

/// What was seen of one case, by the number of the lane.
type Trials = Vec<(usize, Evidence)>;

/// A case that was made.
struct Made {
    /// Its place in the plan.
    place: usize,
    key: CaseKey,
    case: Arc<Case>,
}

/// A case that was played.
struct Seen {
    place: usize,
    case: Arc<Case>,
    trials: Trials,
}

/// What one job has to say about one case: judged evidence, client by client.
pub(super) struct Judged {
    /// The case's place in the plan.
    pub(super) place: usize,
    pub(super) case: Arc<Case>,
    pub(super) trials: Vec<(Evidence, Vec<Judgement>)>,
}

/// One lane of each client, moving through the plan together.
///
/// Three steps go on side by side: the next cases are made and the last ones are judged while the clients are at
/// work, so that a client waits for nothing but its own calls.
pub(super) struct Job {
    maker: Maker,
    jury: Jury,
    lanes: Vec<(Entrant, Lane)>,
    halt: Halt,
    broken: Halt,
}

/// How many cases are made or judged, at most, before they are handed on: to wake a thread for each costs too much.
const BATCH: usize = 32;

/// How many seen cases wait to be judged.
const WAITING: usize = 8;

/// How many cases one job takes at once: few enough that all jobs have their share of a short plan.
fn batch(campaign: &Campaign) -> usize {
    (campaign.plan.keys().len() / (4 * campaign.jobs.max(1))).clamp(1, BATCH)
}

impl Job {
    pub(super) async fn open(
        campaign: &Campaign,
        stages: Stages,
        broken: Halt,
        next: Arc<AtomicUsize>,
        out: mpsc::Sender<Vec<Judged>>,
    ) -> Result<Job, RunError> {
        let lanes = campaign.entrants.iter().map(|entrant| async {
            Ok::<_, RunError>((entrant.clone(), Lane::open((entrant.open)().await?).await?))
        });
        let lanes = try_join_all(lanes).await?;
        let jury = Jury {
            judge: stages.judge,
            model: campaign.model.clone(),
            entrants: campaign.entrants.clone(),
            snapshots: campaign.snapshots.clone(),
            batch: batch(campaign),
            out,
        };
        let halt = campaign.halt.clone();
        let maker = Maker {
            make: stages.make,
            plan: campaign.plan.clone(),
            batch: batch(campaign),
            next,
            halts: [halt.clone(), broken.clone()],
        };
        Ok(Job { maker, jury, lanes, halt, broken })
    }

    /// Runs the three steps to their end. A step that fails ends the others, in all jobs.
    pub(super) async fn run(self) -> Result<(), StageFailure> {
        let Job { maker, jury, mut lanes, halt, broken } = self;
        let planned = maker.plan.keys().len();
        let (made, cases) = mpsc::channel(1);
        let (seen, evidence) = mpsc::channel(WAITING);
        let (maker_broke, jury_broke) = (broken.clone(), broken.clone());
        let making = tokio::task::spawn_blocking(move || noted(&maker_broke, maker.run(&made)));
        let judging = tokio::spawn(async move { noted(&jury_broke, jury.run(evidence).await) });
        let halts = [halt, broken.clone()];
        let played = noted(&broken, play(&mut lanes, planned, &halts, cases, seen).await);
        let (made, judged) = tokio::join!(making, judging);
        for (_, lane) in lanes {
            lane.close().await;
        }
        let made = made.unwrap_or_else(|error| Err(failure_of_task(RunStage::Making, &error)));
        let judged = judged.unwrap_or_else(|error| Err(failure_of_task(RunStage::Judging, &error)));
        made.and(played).and(judged)
    }
}

/// The failure of a stage whose task ended badly outside of any case.
pub(super) fn failure_of_task(stage: RunStage, error: &JoinError) -> StageFailure {
    StageFailure { stage, case: None, what: error.to_string() }
}

/// Tells all jobs to end where a step failed.
fn noted<T>(broken: &Halt, result: Result<T, StageFailure>) -> Result<T, StageFailure> {
    if result.is_err() {
        broken.store(true, Ordering::Relaxed);
    }
    result
}

fn is_any(halts: &[Halt; 2]) -> bool {
    halts.iter().any(|halt| halt.load(Ordering::Relaxed))
}

/// Plays the cases that come in, and hands on what was seen of each.
async fn play(
    lanes: &mut [(Entrant, Lane)],
    planned: usize,
    halts: &[Halt; 2],
    mut cases: mpsc::Receiver<Vec<Made>>,
    out: mpsc::Sender<Seen>,
) -> Result<(), StageFailure> {
    let mut before: Option<Seen> = None;
    while let Some(batch) = cases.recv().await {
        for Made { place, key, case } in batch {
            // What only the reference would take is not played.
            if is_any(halts)
                || !lanes.iter().any(|(entrant, _)| !entrant.reference && entrant.takes(&key, planned))
            {
                continue;
            }
            // What comes late is known only when the next trial begins.
            if let Some(mut seen) = before.take() {
                note_late(lanes, &mut seen.trials);
                // The jury is gone only if the whole run is.
                let _ = out.send(seen).await;
            }
            let trials = trials(lanes, planned, &key, &case).await?;
            before = Some(Seen { place, case, trials });
        }
    }
    if let Some(mut seen) = before.take() {
        note_late(lanes, &mut seen.trials);
        let _ = out.send(seen).await;
    }
    Ok(())
}

/// Notes how many requests came late, after the outcomes of the trials.
fn note_late(lanes: &[(Entrant, Lane)], trials: &mut Trials) {
    for (index, evidence) in trials {
        evidence.late = lanes[*index].1.late();
    }
}

/// Runs a case on all lanes at once.
///
/// All in one task: a client waits for nothing so much as for a thread that has to wake first.
async fn trials(
    lanes: &mut [(Entrant, Lane)],
    planned: usize,
    key: &CaseKey,
    case: &Case,
) -> Result<Trials, StageFailure> {
    // With whom nothing is compared need not play.
    let plays =
        |entrant: &Entrant| entrant.takes(key, planned) && (!entrant.reference || oracles::compares(case));
    let running = lanes.iter_mut().enumerate().filter(|(_, (entrant, _))| plays(entrant)).map(
        |(index, (entrant, lane))| async move {
            let id = || Some(case.id.clone());
            let mut evidence = guard_async(RunStage::Playing, id, lane.trial(case)).await?;
            evidence.client.clone_from(&entrant.name);
            evidence.version.clone_from(&entrant.version);
            Ok((index, evidence))
        },
    );
    join_all(running).await.into_iter().collect()
}

/// Makes the cases of one job, some ahead of the clients.
struct Maker {
    make: Make,
    plan: Arc<Plan>,
    batch: usize,
    next: Arc<AtomicUsize>,
    halts: [Halt; 2],
}

impl Maker {
    fn run(&self, out: &mpsc::Sender<Vec<Made>>) -> Result<(), StageFailure> {
        let keys = self.plan.keys();
        while !is_any(&self.halts) {
            let start = self.next.fetch_add(self.batch, Ordering::Relaxed);
            let Some(keys) =
                keys.get(start..keys.len().min(start + self.batch)).filter(|keys| !keys.is_empty())
            else {
                break;
            };
            if out.blocking_send(self.made(start, keys)?).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The cases of some keys, whose first one has that place in the plan: one of each.
    fn made(&self, start: usize, keys: &[CaseKey]) -> Result<Vec<Made>, StageFailure> {
        let mut made: Vec<Made> = Vec::with_capacity(keys.len());
        let mut take = |key: &CaseKey, case: Case| {
            let place = start + made.len();
            made.push(Made { place, key: key.clone(), case: Arc::new(case) });
        };
        let panicked = guard(RunStage::Making, || None, || (self.make)(&self.plan, keys, &mut take)).err();
        // They come in the order of the keys: the first that is not there is the one that was not made.
        let at = keys.iter().zip(&made).take_while(|(key, made)| key.id == made.key.id).count();
        let Some(lost) = keys.get(at).or_else(|| keys.last().filter(|_| made.len() != keys.len())) else {
            return Ok(made);
        };
        let what = panicked.map_or_else(
            || format!("{} cases came of {} ids", made.len(), keys.len()),
            |failure| failure.what,
        );
        Err(StageFailure { stage: RunStage::Making, case: Some(lost.id.clone()), what })
    }
}

/// Judges what was seen in one job.
struct Jury {
    judge: Judge,
    model: Arc<Model>,
    entrants: Vec<Entrant>,
    snapshots: Option<Arc<Album>>,
    batch: usize,
    out: mpsc::Sender<Vec<Judged>>,
}

impl Jury {
    async fn run(self, mut seen: mpsc::Receiver<Seen>) -> Result<(), StageFailure> {
        let mut done = Vec::new();
        while let Some(Seen { place, case, trials }) = seen.recv().await {
            let judge = || self.judge(&case, trials);
            let trials = guard(RunStage::Judging, || Some(case.id.clone()), judge)?;
            done.push(Judged { place, case, trials });
            if done.len() >= self.batch {
                // The receiver is gone only if the whole run is.
                let _ = self.out.send(std::mem::take(&mut done)).await;
            }
        }
        let _ = self.out.send(done).await;
        Ok(())
    }

    /// Judges each client's evidence by itself, against the built-in client's where nothing else decides, and against
    /// its snapshot.
    fn judge(&self, case: &Case, trials: Trials) -> Vec<(Evidence, Vec<Judgement>)> {
        let (model, entrants) = (&*self.model, &self.entrants);
        let reference =
            trials.iter().find(|(index, _)| entrants[*index].is_reference()).map(|(_, seen)| seen.clone());
        let reported = trials.into_iter().filter(|(index, _)| !entrants[*index].reference);
        let judged = reported.map(|(index, evidence)| {
            let mut judgements = (self.judge)(model, case, &evidence);
            if let Some(reference) = reference.as_ref().filter(|_| !entrants[index].is_reference()) {
                judgements.extend(oracles::agreement(model, case, reference, &evidence));
            }
            if let Some(album) = &self.snapshots {
                judgements.extend(remember(album, model, case, &evidence));
            }
            (evidence, judgements)
        });
        judged.collect()
    }
}

/// Holds a client's evidence against its snapshot. What could not run is no behaviour to keep.
fn remember(album: &Album, model: &Model, case: &Case, evidence: &Evidence) -> Vec<Judgement> {
    let Some(operation) = model.operation(&case.operation).filter(|_| evidence.outcome.is_ok()) else {
        return Vec::new();
    };
    let kept = album.meet(&evidence.client, &case.id, || canonical(model, operation, evidence));
    kept.map_or_else(Vec::new, |kept| oracles::snapshot(model, case, evidence, kept))
}
