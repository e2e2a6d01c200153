//! One job of a campaign: a lane of each client, and what goes on beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join_all, try_join_all};
use tokio::sync::mpsc;

use super::Lane;
use crate::api::model::Model;
use crate::check::case::{Case, Evidence};
use crate::check::oracles;
use crate::check::snapshot::{Album, canonical};
use crate::check::taxonomy::{Key, Plan};
use crate::check::verdict::Judgement;
use crate::conduct::campaign::conduct::{Campaign, Entrant, Halt};
use crate::conduct::perform::RunError;

/// What was seen of one case, by the number of the lane.
type Trials = Vec<(usize, Evidence)>;

/// What one job has to say about one case: judged evidence, client by client.
pub(super) type Judged = (Arc<Case>, Vec<(Evidence, Vec<Judgement>)>);

/// One lane of each client, moving through the plan together.
///
/// Three steps go on side by side: the next cases are made and the last ones are judged while the clients are at
/// work, so that a client waits for nothing but its own calls.
pub(super) struct Job {
    maker: Maker,
    jury: Jury,
    lanes: Vec<(Entrant, Lane)>,
    halt: Halt,
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
        next: Arc<AtomicUsize>,
        out: mpsc::Sender<Vec<Judged>>,
    ) -> Result<Job, RunError> {
        let lanes = campaign.entrants.iter().map(|entrant| async {
            Ok::<_, RunError>((entrant.clone(), Lane::open((entrant.open)().await?).await?))
        });
        let lanes = try_join_all(lanes).await?;
        let jury = Jury {
            model: campaign.model.clone(),
            entrants: campaign.entrants.clone(),
            snapshots: campaign.snapshots.clone(),
            batch: batch(campaign),
            out,
        };
        let halt = campaign.halt.clone();
        let maker = Maker { plan: campaign.plan.clone(), batch: batch(campaign), next, halt: halt.clone() };
        Ok(Job { maker, jury, lanes, halt })
    }

    pub(super) async fn run(self) {
        let Job { maker, jury, mut lanes, halt } = self;
        let planned = maker.plan.keys().len();
        let (made, mut cases) = mpsc::channel(1);
        let (seen, evidence) = mpsc::channel(WAITING);
        let making = tokio::task::spawn_blocking(move || maker.run(&made));
        let judging = tokio::spawn(jury.run(evidence));
        let mut before: Option<(Arc<Case>, Trials)> = None;
        while let Some(batch) = cases.recv().await {
            for (key, case) in batch {
                // What only the reference would take is not played.
                if halt.load(Ordering::Relaxed)
                    || !lanes.iter().any(|(entrant, _)| !entrant.reference && entrant.takes(&key, planned))
                {
                    continue;
                }
                // What comes late is known only when the next trial begins.
                if let Some((case, mut trials)) = before.take() {
                    note_late(&lanes, &mut trials);
                    // The jury is gone only if the whole run is.
                    let _ = seen.send((case, trials)).await;
                }
                let trials = trials(&mut lanes, planned, &key, &case).await;
                before = Some((case, trials));
            }
        }
        if let Some((case, mut trials)) = before.take() {
            note_late(&lanes, &mut trials);
            let _ = seen.send((case, trials)).await;
        }
        drop((cases, seen));
        // A maker or a jury that broke has said so; what was judged before stands.
        let _ = tokio::join!(making, judging);
        for (_, lane) in lanes {
            lane.close().await;
        }
    }
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
async fn trials(lanes: &mut [(Entrant, Lane)], planned: usize, key: &Key, case: &Case) -> Trials {
    // With whom nothing is compared need not play.
    let plays =
        |entrant: &Entrant| entrant.takes(key, planned) && (!entrant.reference || oracles::compares(case));
    let running = lanes.iter_mut().enumerate().filter(|(_, (entrant, _))| plays(entrant)).map(
        |(index, (entrant, lane))| async move {
            let mut evidence = lane.trial(case).await;
            evidence.client.clone_from(&entrant.name);
            evidence.version.clone_from(&entrant.version);
            (index, evidence)
        },
    );
    join_all(running).await
}

/// Makes the cases of one job, some ahead of the clients.
struct Maker {
    plan: Arc<Plan>,
    batch: usize,
    next: Arc<AtomicUsize>,
    halt: Halt,
}

impl Maker {
    fn run(&self, out: &mpsc::Sender<Vec<(Key, Arc<Case>)>>) {
        let keys = self.plan.keys();
        while !self.halt.load(Ordering::Relaxed) {
            let start = self.next.fetch_add(self.batch, Ordering::Relaxed);
            let Some(keys) =
                keys.get(start..keys.len().min(start + self.batch)).filter(|keys| !keys.is_empty())
            else {
                return;
            };
            let mut made = Vec::with_capacity(keys.len());
            self.plan.make(keys, |key, case| made.push((key.clone(), Arc::new(case))));
            if out.blocking_send(made).is_err() {
                return;
            }
        }
    }
}

/// Judges what was seen in one job.
struct Jury {
    model: Arc<Model>,
    entrants: Vec<Entrant>,
    snapshots: Option<Arc<Album>>,
    batch: usize,
    out: mpsc::Sender<Vec<Judged>>,
}

impl Jury {
    async fn run(self, mut seen: mpsc::Receiver<(Arc<Case>, Trials)>) {
        let mut done = Vec::new();
        while let Some((case, trials)) = seen.recv().await {
            let mut judged = judge(&self.model, &case, &self.entrants, trials);
            if let Some(album) = &self.snapshots {
                for (evidence, judgements) in &mut judged {
                    judgements.extend(remember(album, &self.model, &case, evidence));
                }
            }
            done.push((case, judged));
            if done.len() >= self.batch {
                // The receiver is gone only if the whole run is.
                let _ = self.out.send(std::mem::take(&mut done)).await;
            }
        }
        let _ = self.out.send(done).await;
    }
}

/// Judges each client's evidence by itself, and against the built-in client's where nothing else decides.
fn judge(
    model: &Model,
    case: &Case,
    entrants: &[Entrant],
    trials: Trials,
) -> Vec<(Evidence, Vec<Judgement>)> {
    let reference =
        trials.iter().find(|(index, _)| entrants[*index].is_reference()).map(|(_, seen)| seen.clone());
    let reported = trials.into_iter().filter(|(index, _)| !entrants[*index].reference);
    let judged = reported.map(|(index, evidence)| {
        let mut judgements = oracles::judge(model, case, &evidence);
        if let Some(reference) = reference.as_ref().filter(|_| !entrants[index].is_reference()) {
            judgements.extend(oracles::agreement(model, case, reference, &evidence));
        }
        (evidence, judgements)
    });
    judged.collect()
}

/// Holds a client's evidence against its snapshot. What could not run is no behaviour to keep.
fn remember(album: &Album, model: &Model, case: &Case, evidence: &Evidence) -> Vec<Judgement> {
    let Some(operation) = model.operation(&case.operation).filter(|_| evidence.outcome.is_ok()) else {
        return Vec::new();
    };
    let kept = album.meet(&evidence.client, &case.id, || canonical(model, operation, evidence));
    kept.map_or_else(Vec::new, |kept| oracles::snapshot(model, case, evidence, kept))
}
