//! A campaign: every case of a plan on every client, side by side on several lanes.
//!
//! All clients meet a case at the same time, so that what they make of it can be compared; the lanes of one job
//! move on together. Nothing in the report depends on how the cases fell to the jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::sync::mpsc;

use super::forecast::forecast;
use super::job::{Job, Judged, failure_of_task};
use super::reduce::{self, Leaks};
use super::roll::Roll;
use super::stages::Stages;
use crate::api::model::Model;
use crate::check::ledger::{Deviation, Ledger};
use crate::check::oracles;
use crate::check::snapshot::Album;
use crate::check::taxonomy::{CaseKey, Plan};
use crate::check::verdict::{Api, Event, Kind, NotJudged, Progress, Run, Survey};
use crate::conduct::perform::ClientOpener;
use crate::conduct::perform::RunError;
use crate::ground::clock::Stopwatch;
use crate::ground::json::Json;
use crate::ground::program::PROGRAM;
use crate::ground::stage::{RunStage, StageFailure, guard};

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
    pub open: ClientOpener,
    /// Decimals of a second that its timestamps hold.
    pub digits: u8,
    /// How long it is at work on one request.
    pub pace: Duration,
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
    /// Lanes per client.
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

/// How many cases pass between two notes of progress.
const STRIDE: u64 = 200;

/// How many lanes a client has that nothing else is said of: one more than there are cores, because a client sleeps
/// between two attempts.
pub fn usual_jobs() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get() + 1)
}

impl Campaign {
    /// The command that plays these cases again, one after the other, to one client.
    pub(super) fn again(&self, client: &str, cases: &[&str]) -> String {
        let entrant = self.entrants.iter().find(|entrant| entrant.name == client);
        let asked = entrant.map_or_else(|| format!("--client {client}"), |entrant| entrant.asked.clone());
        let cases: Vec<String> = cases.iter().map(|case| format!("--case '{case}'")).collect();
        format!("{} {asked} {}", self.command, cases.join(" "))
    }

    /// Runs it all, and tells what happens. Every planned case is told once per client; a run in which one is not
    /// fails, unless it was told to end early.
    pub async fn run(self, emit: &(dyn Fn(Event) + Send + Sync)) -> Result<Run, RunError> {
        self.run_by(Stages::default(), emit).await
    }

    /// Runs it all by stages that are given.
    pub(super) async fn run_by(
        self,
        stages: Stages,
        emit: &(dyn Fn(Event) + Send + Sync),
    ) -> Result<Run, RunError> {
        let roll = Roll::new(&self.plan, &self.entrants);
        let planned = roll.planned_by_all();
        let forecast = || forecast(&self.plan, &self.entrants, self.jobs);
        let forecast = guard(RunStage::Planning, || None, forecast);
        emit(Event::Planned(forecast.map_err(|failure| RunError::RunStage { failure, told: 0, planned })?));
        let watch = Stopwatch::start();
        let survey = Survey::new(&self.model, self.plan.keys().iter().map(|key| &*key.operation));
        let not_judged = oracles::not_judged(&self.model);
        let (ledger, leaks) = (self.ledger(), Leaks::new());
        let mut score = Score { stages, ledger, survey, leaks, roll, not_judged, done: 0, planned, watch };
        let played = self.play(&mut score, emit).await?;
        let folded = guard(RunStage::Folding, || None, || self.report(&score));
        let mut run = folded.map_err(|failure| score.failed(failure))?;
        reduce::all(&self, stages, &score.leaks, &mut run, emit).await?;
        run.timing = Json::object([
            ("playSeconds", seconds_of(played)),
            ("totalSeconds", seconds_of(watch.elapsed())),
            ("casesPerSecond", Json::number(rate(score.done, played.as_secs_f64()).round())),
        ]);
        emit(Event::Done(Box::new(run.clone())));
        Ok(run)
    }

    /// An empty ledger with a page for each client that is reported.
    fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::new(self.deviations.clone());
        for entrant in self.entrants.iter().filter(|entrant| !entrant.reference) {
            ledger.client(&entrant.name, &entrant.version);
            if entrant.sample.is_some_and(|sample| sample < self.plan.keys().len()) {
                ledger.sampled(&entrant.name, &entrant.version);
            }
        }
        ledger
    }

    /// Plays all cases, and enters what came of each; says how long that took.
    async fn play(
        &self,
        score: &mut Score<'_>,
        emit: &(dyn Fn(Event) + Send + Sync),
    ) -> Result<Duration, RunError> {
        let (sender, mut judged) = mpsc::channel::<Vec<Judged>>(self.jobs.max(1));
        let next = Arc::new(AtomicUsize::new(0));
        let broken = Arc::new(AtomicBool::new(false));
        let open = (0..self.jobs.max(1))
            .map(|_| Job::open(self, score.stages, broken.clone(), next.clone(), sender.clone()));
        let jobs: Vec<_> = try_join_all(open).await?.into_iter().map(|job| tokio::spawn(job.run())).collect();
        drop(sender);
        let mut entered = Ok(());
        while let Some(batch) = judged.recv().await {
            entered = batch.into_iter().try_for_each(|judged| score.enter(judged, emit));
            if entered.is_err() {
                broken.store(true, Ordering::Relaxed);
                break;
            }
        }
        // A job that still has something to tell must not wait for anybody to listen.
        drop(judged);
        let mut jobs_ended = Ok(());
        for job in jobs {
            let ended = job.await.unwrap_or_else(|error| Err(failure_of_task(RunStage::Playing, &error)));
            jobs_ended = jobs_ended.and(ended);
        }
        entered.and(jobs_ended).map_err(|failure| score.failed(failure))?;
        match score.roll.untold() {
            Some((client, told, planned)) if !self.halt.load(Ordering::Relaxed) => {
                Err(RunError::Untold { client: client.to_owned(), told, planned })
            }
            _ => Ok(score.watch.elapsed()),
        }
    }

    /// What has come of it, before anything is repeated and shrunk.
    fn report(&self, score: &Score<'_>) -> Run {
        let mut clients = score.ledger.tallies();
        clients.iter_mut().for_each(|tally| tally.planned = score.roll.planned(&tally.client));
        Run {
            tool: PROGRAM.to_owned(),
            complete: !self.halt.load(Ordering::Relaxed),
            api: Api {
                service: self.model.metadata.service.clone(),
                date: self.model.metadata.date.clone(),
                operations: self.model.operations.len() as u64,
            },
            seed: self.seed,
            filtered: self.filtered,
            shard: self.shard,
            clients,
            coverage: score.survey.coverage(),
            deviations: score.ledger.deviation_uses(),
            findings: score.ledger.findings(),
            timing: Json::Null,
        }
    }
}

/// What has come of the campaign so far.
struct Score<'a> {
    stages: Stages,
    ledger: Ledger,
    survey: Survey<'a>,
    leaks: Leaks,
    roll: Roll,
    /// Why no case can be judged, where it is so.
    not_judged: Option<NotJudged>,
    done: u64,
    planned: u64,
    watch: Stopwatch,
}

impl Score<'_> {
    /// Enters what was seen of one case, and tells it.
    fn enter(&mut self, judged: Judged, emit: &(dyn Fn(Event) + Send + Sync)) -> Result<(), StageFailure> {
        let Judged { place, case, trials } = judged;
        let id = || Some(case.id.clone());
        guard(RunStage::Folding, id, || self.survey.add(&case))?;
        for (evidence, judgements) in trials {
            self.roll.tell(&evidence.client, place, &case.id)?;
            if judgements.iter().any(|judgement| judgement.kind == Kind::StateLeak) {
                let after = evidence.after.clone();
                self.leaks.extend(after.map(|after| ((evidence.client.clone(), case.id.clone()), after)));
            }
            let (ledger, not_judged) = (&mut self.ledger, self.not_judged.as_ref());
            let enter = || (self.stages.enter)(ledger, &case, &evidence, judgements, not_judged);
            let verdict = guard(RunStage::Folding, id, enter)?;
            self.done += 1;
            emit(Event::Case {
                client: evidence.client,
                operation: case.operation.clone(),
                variant: case.variant.0.clone(),
                case: case.id.clone(),
                verdict,
            });
            if self.done.is_multiple_of(STRIDE) {
                emit(Event::Progress(progress(self.done, self.planned, self.watch)));
            }
        }
        Ok(())
    }

    /// The error of a run that a stage failed in.
    fn failed(&self, failure: StageFailure) -> RunError {
        RunError::RunStage { failure, told: self.done, planned: self.roll.planned_by_all() }
    }
}

fn rate(done: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { done as f64 / seconds } else { 0.0 }
}

fn seconds_of(duration: Duration) -> Json {
    Json::number(format!("{:.3}", duration.as_secs_f64()))
}

fn progress(done: u64, planned: u64, watch: Stopwatch) -> Progress {
    let rate = rate(done, watch.elapsed().as_secs_f64());
    let left = planned.saturating_sub(done) as f64;
    Progress { done, planned, rate, seconds_left: if rate > 0.0 { (left / rate) as u64 } else { 0 } }
}

impl Entrant {
    /// What others are held against where no specification decides.
    pub(super) fn is_reference(&self) -> bool {
        self.reference || self.name == "builtin"
    }

    /// Whether a case asks for a moment that this client's timestamps cannot hold.
    ///
    /// Such a case is left out rather than made coarser: each member of the model has cases of every precision,
    /// so that the coarser one is there already, and an id is the same case for every client.
    pub(super) fn is_too_coarse(&self, key: &CaseKey) -> bool {
        key.digits > self.digits
    }

    /// Whether a case is among those that this client takes.
    pub(super) fn takes(&self, key: &CaseKey, planned: usize) -> bool {
        if self.is_too_coarse(key) {
            return false;
        }
        let Some(sample) = self.sample.filter(|sample| *sample < planned) else { return true };
        let hash = key.id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        ((hash >> 11) as usize) % planned < sample
    }
}
