//! A campaign: every case of a plan on every client, side by side on several lanes.
//!
//! All clients meet a case at the same time, so that what they make of it can be compared; the lanes of one job
//! move on together. Nothing in the report depends on how the cases fell to the jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::{Lane, RunError, reduce};
use crate::case::{Case, Evidence};
use crate::clock::Stopwatch;
use crate::driver::{Client, DriverError};
use crate::exchange::Pending;
use crate::generate::{Key, Plan};
use crate::json::Json;
use crate::model::Model;
use crate::oracle;
use crate::snapshot::{Album, canonical};
use crate::verdict::{Api, Deviation, Event, Judgement, Ledger, Planned, Progress, Run, Survey};

/// Starts one more process of a client.
pub type Opener = Arc<dyn Fn() -> Pending<'static, Result<Box<dyn Client>, DriverError>> + Send + Sync>;

/// A client that takes part.
#[derive(Clone)]
pub struct Entrant {
    /// The name in the report.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How the command line asks for it: `--client boto3`.
    pub asked: String,
    /// How one more of it is started.
    pub open: Opener,
    /// It takes only so many cases, chosen by their ids; for clients that are too slow for all.
    pub sample: Option<usize>,
    /// It is there to compare with and is not reported itself.
    pub reference: bool,
}

/// Tells a campaign to end early; what ran so far is reported.
pub type Halt = Arc<AtomicBool>;

/// What is to be run.
pub struct Campaign {
    /// The model.
    pub model: Arc<Model>,
    /// The cases.
    pub plan: Arc<Plan>,
    /// The clients.
    pub entrants: Vec<Entrant>,
    /// Lanes a client.
    pub jobs: usize,
    /// Known differences.
    pub deviations: Vec<Deviation>,
    /// What each client did before, to hold it against.
    pub snapshots: Option<Arc<Album>>,
    /// The command that asks for this model: `shapetape check --model synthetic`.
    pub command: String,
    /// The seed, for the report.
    pub seed: u64,
    /// The plan is not the whole one.
    pub filtered: bool,
    /// Which part of the plan this is.
    pub shard: Option<(u32, u32)>,
    /// End early.
    pub halt: Halt,
}

/// What was seen of one case, by the number of the lane.
type Trials = Vec<(usize, Evidence)>;

/// What one job has to say about one case: judged evidence, client by client.
type Judged = (Arc<Case>, Vec<(Evidence, Vec<Judgement>)>);

/// How many cases pass between two notes of progress.
const STRIDE: u64 = 200;

impl Campaign {
    /// The command that plays these cases again, one after the other, to one client.
    pub(super) fn again(&self, client: &str, cases: &[&str]) -> String {
        let entrant = self.entrants.iter().find(|entrant| entrant.name == client);
        let asked = entrant.map_or_else(|| format!("--client {client}"), |entrant| entrant.asked.clone());
        let cases: Vec<String> = cases.iter().map(|case| format!("--case '{case}'")).collect();
        format!("{} {asked} {}", self.command, cases.join(" "))
    }

    /// Runs it all, and tells what happens.
    pub async fn run(self, emit: &(dyn Fn(Event) + Send + Sync)) -> Result<Run, RunError> {
        let watch = Stopwatch::start();
        let reported = || self.entrants.iter().filter(|entrant| !entrant.reference);
        let planned = (self.plan.keys().len() * reported().count()) as u64;
        let clients = reported().map(|entrant| (entrant.name.clone(), entrant.version.clone())).collect();
        let seconds = self.plan.seconds(CASES_A_SECOND) as u64 / self.jobs.max(1) as u64;
        emit(Event::Planned(Planned { clients, cases: planned, seconds }));
        let mut ledger = Ledger::new(self.deviations.clone());
        for entrant in reported() {
            ledger.client(&entrant.name, &entrant.version);
        }
        let mut survey = Survey::new(&self.model, self.plan.keys().iter().map(|key| &*key.operation));
        let (sender, mut judged) = mpsc::channel::<Judged>(64);
        let next = Arc::new(AtomicUsize::new(0));
        let mut jobs = Vec::new();
        for _ in 0..self.jobs.max(1) {
            let job = Job::open(&self, next.clone(), sender.clone()).await?;
            jobs.push(tokio::spawn(job.run()));
        }
        drop(sender);
        let mut done = 0;
        while let Some((case, trials)) = judged.recv().await {
            survey.add(&case);
            for (evidence, judgements) in trials {
                let verdict = ledger.enter(&case, &evidence, judgements);
                done += 1;
                emit(Event::Case {
                    client: evidence.client,
                    operation: case.operation.clone(),
                    variant: case.variant.0.clone(),
                    case: case.id.clone(),
                    verdict,
                });
                if done % STRIDE == 0 {
                    emit(Event::Progress(progress(done, planned, watch)));
                }
            }
        }
        for job in jobs {
            job.await.map_err(|error| RunError::Lane(error.to_string()))?;
        }
        let played = watch.elapsed();
        let mut run = Run {
            tool: format!("shapetape {}", env!("CARGO_PKG_VERSION")),
            complete: !self.halt.load(Ordering::Relaxed),
            api: Api {
                service: self.model.metadata.service.clone(),
                date: self.model.metadata.date.clone(),
                operations: self.model.operations.len() as u64,
            },
            seed: self.seed,
            filtered: self.filtered,
            shard: self.shard,
            clients: ledger.tallies(),
            coverage: survey.coverage(),
            deviations: ledger.deviation_uses(),
            findings: ledger.findings(),
            timing: Json::Null,
        };
        reduce::all(&self, &mut run, emit).await?;
        run.timing = Json::object([
            ("playSeconds", seconds_of(played)),
            ("totalSeconds", seconds_of(watch.elapsed())),
            ("casesPerSecond", Json::number(rate(done, played.as_secs_f64()).round())),
        ]);
        emit(Event::Done(Box::new(run.clone())));
        Ok(run)
    }
}

/// What a driven client does in a second, for the estimate before a run.
const CASES_A_SECOND: f64 = 700.0;

fn rate(done: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { done as f64 / seconds } else { 0.0 }
}

fn seconds_of(duration: std::time::Duration) -> Json {
    Json::number(format!("{:.3}", duration.as_secs_f64()))
}

fn progress(done: u64, planned: u64, watch: Stopwatch) -> Progress {
    let rate = rate(done, watch.elapsed().as_secs_f64());
    let left = planned.saturating_sub(done) as f64;
    Progress { done, planned, rate, seconds_left: if rate > 0.0 { (left / rate) as u64 } else { 0 } }
}

/// One lane of each client, moving through the plan together.
struct Job {
    plan: Arc<Plan>,
    model: Arc<Model>,
    lanes: Vec<(Entrant, Option<Lane>)>,
    next: Arc<AtomicUsize>,
    out: mpsc::Sender<Judged>,
    halt: Halt,
    snapshots: Option<Arc<Album>>,
}

impl Job {
    async fn open(
        campaign: &Campaign,
        next: Arc<AtomicUsize>,
        out: mpsc::Sender<Judged>,
    ) -> Result<Job, RunError> {
        let mut lanes = Vec::new();
        for entrant in &campaign.entrants {
            lanes.push((entrant.clone(), Some(Lane::open((entrant.open)().await?).await?)));
        }
        let (plan, model) = (campaign.plan.clone(), campaign.model.clone());
        let (halt, snapshots) = (campaign.halt.clone(), campaign.snapshots.clone());
        Ok(Job { plan, model, lanes, next, out, halt, snapshots })
    }

    async fn run(mut self) {
        let mut before: Option<(Arc<Case>, Trials)> = None;
        while !self.halt.load(Ordering::Relaxed) {
            let Some(key) = self.plan.keys().get(self.next.fetch_add(1, Ordering::Relaxed)).cloned() else {
                break;
            };
            let Some(case) = self.plan.case(&key.id).map(Arc::new) else { continue };
            // What comes late is known only when the next trial begins.
            if let Some(trials) = before.take() {
                self.conclude(trials).await;
            }
            let trials = self.trials(&key, &case).await;
            before = Some((case, trials));
        }
        if let Some(trials) = before.take() {
            self.conclude(trials).await;
        }
        for (_, lane) in self.lanes {
            if let Some(lane) = lane {
                lane.close().await;
            }
        }
    }

    /// Runs a case on all lanes at once.
    async fn trials(&mut self, key: &Key, case: &Arc<Case>) -> Trials {
        let mut running = Vec::new();
        let planned = self.plan.keys().len();
        for (index, (entrant, slot)) in self.lanes.iter_mut().enumerate() {
            if !entrant.takes(key, planned) {
                continue;
            }
            if let Some(mut lane) = slot.take() {
                let case = case.clone();
                running.push((
                    index,
                    tokio::spawn(async move {
                        let evidence = lane.trial(&case).await;
                        (lane, evidence)
                    }),
                ));
            }
        }
        let mut trials = Vec::new();
        for (index, task) in running {
            if let Ok((lane, mut evidence)) = task.await {
                let (entrant, slot) = &mut self.lanes[index];
                evidence.client.clone_from(&entrant.name);
                evidence.version.clone_from(&entrant.version);
                *slot = Some(lane);
                trials.push((index, evidence));
            }
        }
        trials
    }

    async fn conclude(&mut self, (case, mut trials): (Arc<Case>, Trials)) {
        for (index, evidence) in &mut trials {
            evidence.late = self.lanes[*index].1.as_ref().map_or(0, Lane::late);
        }
        let mut judged = judge(&self.model, &case, &self.lanes, trials);
        if let Some(album) = &self.snapshots {
            for (evidence, judgements) in &mut judged {
                judgements.extend(remember(album, &self.model, &case, evidence));
            }
        }
        // The receiver is gone only if the whole run is.
        let _ = self.out.send((case, judged)).await;
    }
}

/// Judges each client's evidence by itself, and against the built-in client's where nothing else decides.
fn judge(
    model: &Model,
    case: &Case,
    lanes: &[(Entrant, Option<Lane>)],
    trials: Trials,
) -> Vec<(Evidence, Vec<Judgement>)> {
    let reference =
        trials.iter().find(|(index, _)| lanes[*index].0.is_reference()).map(|(_, seen)| seen.clone());
    let reported = trials.into_iter().filter(|(index, _)| !lanes[*index].0.reference);
    let judged = reported.map(|(index, evidence)| {
        let mut judgements = oracle::judge(model, case, &evidence);
        if let Some(reference) = reference.as_ref().filter(|_| !lanes[index].0.is_reference()) {
            judgements.extend(oracle::agreement(model, case, reference, &evidence));
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
    kept.map_or_else(Vec::new, |kept| oracle::snapshot(model, case, evidence, kept))
}

impl Entrant {
    /// What others are held against where no specification decides.
    pub(super) fn is_reference(&self) -> bool {
        self.reference || self.name == "builtin"
    }

    /// Whether a case is among those that this client takes.
    fn takes(&self, key: &Key, planned: usize) -> bool {
        let Some(sample) = self.sample.filter(|sample| *sample < planned) else { return true };
        let hash = key.id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        ((hash >> 11) as usize) % planned < sample
    }
}
