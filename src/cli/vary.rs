//! `shapetape replay --vary`: a user's own program against variants of his own recordings.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use shapetape::api::model::Model;
use shapetape::check::case::Glob;
use shapetape::check::oracles;
use shapetape::check::taxonomy::{Variation, Variations, response_variants, variants};
use shapetape::conduct::vary::Varying;
use shapetape::ground::exchange::{Handler, Headers};
use shapetape::ground::json::{Json, pretty};
use shapetape::tape::cassette::Cassette;
use shapetape::tape::matcher::Models;
use shapetape::tape::replay::{ReplayHandler, ReplayOptions, Session, SessionReport};

use super::causes;
use super::child::{self, Ended};
use super::environment::ChildEnvironment;
use super::listen::{ServerArguments, sessions};
use super::models::{at_hand, refusal_of_imported};
use super::term::say;
use super::{CommandResult, Exit, Failure};

/// What `--vary` needs of the replay around it.
pub(crate) struct Vary<'a> {
    pub(crate) globs: &'a str,
    pub(crate) cassettes: &'a [Cassette],
    pub(crate) options: ReplayOptions,
    pub(crate) server: &'a ServerArguments,
    pub(crate) command: &'a [String],
    pub(crate) limit: Duration,
    pub(crate) jobs: usize,
    pub(crate) allow_unplayed: bool,
    pub(crate) report: Option<&'a Path>,
}

/// A service whose answers are varied.
struct Target {
    name: String,
    model: Arc<Model>,
    variations: Arc<Variations>,
}

/// One run to come.
type Planned = (Arc<Target>, Variation);

/// One run of the command with one variation.
pub(crate) struct VariedRun {
    pub(crate) variation: Variation,
    pub(crate) ended: Ended,
    met: usize,
    pub(crate) report: SessionReport,
}

impl VariedRun {
    pub(crate) fn failed(&self) -> bool {
        self.ended.code != Some(0)
    }
}

/// Runs the command once as recorded, then once for each variation.
pub(crate) async fn run(vary: &Vary<'_>) -> CommandResult {
    if vary.jobs > 1 && !vary.server.any_port() {
        return Err(Failure::usage(
            "--jobs with a port in --listen: runs side by side need a port each\n\
             hint: let port 0 take a free one, or run one at a time",
        ));
    }
    let planned = vary.plan(&at_hand()?)?;
    say(format_args!("vary: first the command as it was recorded"));
    let (base, report) = vary.base().await?;
    if base != 0 || !report.is_clean(vary.allow_unplayed) {
        for line in report.lines() {
            say(format_args!("{line}"));
        }
        say(format_args!(
            "vary: the command fails without any variation (exit code {base}): nothing was varied\n\
             hint: mend that first; `shapetape replay CASSETTE... -- COMMAND...` shows it alone"
        ));
        return Ok(u8::try_from(base).ok().filter(|code| *code != 0).map_or(Exit::Findings, Exit::Child));
    }
    say(format_args!("vary: {} variations, the command runs once for each", planned.len()));
    let mut runs = Vec::new();
    let complete = vary.all(&planned, &mut runs).await?;
    if let Some(path) = vary.report {
        let json = to_json(&report, &runs, complete);
        std::fs::write(path, pretty(&json))
            .map_err(|error| Failure::run(format!("{}: {error}", path.display())))?;
    }
    Ok(conclude(&runs, planned.len(), complete))
}

impl Vary<'_> {
    /// All variations of all recorded answers, each once an operation, in the order of the taxonomy.
    fn plan(&self, models: &Models) -> Result<Vec<Planned>, Failure> {
        let globs = self.globs()?;
        let targets = self.targets(models);
        let mut planned: Vec<Planned> = Vec::new();
        for interaction in self.cassettes.iter().flat_map(|cassette| &cassette.interactions) {
            let target = targets.iter().find(|target| target.name == interaction.service);
            let Some((operation, target)) = interaction.operation.as_ref().zip(target) else { continue };
            let answer = interaction.response().to_response(&Headers::new());
            for variation in target.variations.of(operation, &answer, &globs) {
                let known = |(other, one): &Planned| Arc::ptr_eq(other, target) && *one == variation;
                if !planned.iter().any(known) {
                    planned.push((target.clone(), variation));
                }
            }
        }
        if planned.is_empty() {
            let services = self.cassettes.iter().flat_map(|cassette| &cassette.interactions);
            let services = services.map(|interaction| interaction.service.as_str());
            let unknown = services.filter(|name| targets.iter().all(|target| target.name != *name));
            if let Some(refusal) = refusal_of_imported(unknown)? {
                return Err(Failure::run(refusal));
            }
            return Err(Failure::usage(format!(
                "--vary {}: no recorded answer has such a variant\nhint: NU*, TS* and the like need a success whose \
                 output has such members, PG* a paged operation",
                self.globs
            )));
        }
        let place = |id: &str| variants().position(|variant| variant.id == id);
        planned.sort_by_key(|(_, variation)| place(variation.variant));
        Ok(planned)
    }

    fn targets(&self, models: &Models) -> Vec<Arc<Target>> {
        let mut targets: Vec<Arc<Target>> = Vec::new();
        for interaction in self.cassettes.iter().flat_map(|cassette| &cassette.interactions) {
            let name = &interaction.service;
            let model = models.get(name).filter(|model| oracles::not_judged(model).is_none());
            if let Some(model) = model.filter(|_| !targets.iter().any(|known| known.name == *name)) {
                let (name, model) = (name.clone(), model.clone());
                let variations = Arc::new(Variations::new(&model));
                targets.push(Arc::new(Target { name, model, variations }));
            }
        }
        targets
    }

    fn globs(&self) -> Result<Vec<Glob>, Failure> {
        let names = self.globs.split(',').map(str::trim).filter(|name| !name.is_empty());
        let mut globs = Vec::new();
        for name in names {
            let glob = Glob::new(name);
            if !response_variants().any(|variant| glob.matches(variant.id)) {
                let known: Vec<&str> = response_variants().map(|variant| variant.id).collect();
                return Err(Failure::usage(format!(
                    "--vary {name}: no such variant of a recorded answer\nhint: one of {}",
                    known.join(" ")
                )));
            }
            globs.push(glob);
        }
        Ok(globs)
    }

    fn replayer(&self) -> Result<Arc<ReplayHandler>, Failure> {
        let session = Session::new(at_hand()?, self.cassettes, self.options);
        Ok(Arc::new(ReplayHandler::new(self.server.gate()?, session)))
    }

    async fn base(&self) -> Result<(i32, SessionReport), Failure> {
        let replayer = self.replayer()?;
        let sessions = sessions();
        sessions.set_default(replayer.clone());
        let server = self.server.serve(sessions).await?;
        let environment = ChildEnvironment::new(&server.endpoint(), &self.server.region);
        let status = child::run(self.command, &environment).await?;
        server.stop().await;
        Ok((status.code().unwrap_or(1), replayer.report()))
    }

    /// Runs the command for all of them, some side by side, each with a listener and a session of its own; false
    /// if it was told to end before all had run. The runs come in the order of the plan.
    async fn all(&self, planned: &[Planned], runs: &mut Vec<VariedRun>) -> Result<bool, Failure> {
        let bar = match std::io::stderr().is_terminal() {
            true => indicatif::ProgressBar::new(planned.len() as u64),
            false => indicatif::ProgressBar::hidden(),
        };
        let told_to_end = child::told_to_end();
        tokio::pin!(told_to_end);
        let mut waiting = planned.iter().enumerate();
        let mut under_way = FuturesUnordered::new();
        let mut placed: Vec<(usize, VariedRun)> = Vec::new();
        let complete = loop {
            for (place, (target, variation)) in waiting.by_ref().take(self.jobs - under_way.len()) {
                bar.set_message(variation.variant);
                under_way.push(self.placed(place, target, variation));
            }
            let (place, run) = tokio::select! {
                next = under_way.next() => match next {
                    Some(run) => run?,
                    None => break true,
                },
                _ = &mut told_to_end => break false,
            };
            if run.failed() && !placed.iter().any(|(_, other)| causes::alike(other, &run)) {
                bar.suspend(|| say(format_args!("vary: failed: {}", causes::line(&run))));
            }
            placed.push((place, run));
            bar.inc(1);
        };
        bar.finish_and_clear();
        placed.sort_by_key(|(place, _)| *place);
        runs.extend(placed.into_iter().map(|(_, run)| run));
        Ok(complete)
    }

    /// One run with its place in the plan.
    fn placed<'a>(
        &'a self,
        place: usize,
        target: &'a Target,
        variation: &'a Variation,
    ) -> BoxFuture<'a, Result<(usize, VariedRun), Failure>> {
        Box::pin(async move { Ok((place, self.one(target, variation).await?)) })
    }

    async fn one(&self, target: &Target, variation: &Variation) -> Result<VariedRun, Failure> {
        let replayer = self.replayer()?;
        let varying = Arc::new(Varying::new(
            replayer.clone(),
            target.model.clone(),
            target.variations.clone(),
            variation.clone(),
        ));
        let sessions = sessions();
        sessions.set_default(varying.clone() as Arc<dyn Handler>);
        let server = self.server.serve(sessions).await?;
        let environment = ChildEnvironment::new(&server.endpoint(), &self.server.region);
        let ended = child::run_silently(self.command, &environment, self.limit).await?;
        server.stop().await;
        Ok(VariedRun { variation: variation.clone(), ended, met: varying.met(), report: replayer.report() })
    }
}

/// The table of what made runs fail, and how many there were of each sort.
fn conclude(runs: &[VariedRun], planned: usize, complete: bool) -> Exit {
    let causes = causes::causes(runs);
    causes::give_table(&causes);
    let failed = runs.iter().filter(|run| run.failed()).count();
    let unmet = runs.iter().filter(|run| run.met == 0).count();
    say(format_args!(
        "vary: {} of {planned} variations run, {failed} failed{}{}{}",
        runs.len(),
        match causes.len() {
            ways if ways == failed => String::new(),
            1 => " in one way".to_owned(),
            ways => format!(" in {ways} ways"),
        },
        if unmet > 0 { format!(", {unmet} that the command never met") } else { String::new() },
        if complete { "" } else { "; told to end before the rest" },
    ));
    match (failed, complete) {
        (0, true) => Exit::Fine,
        (0, false) => Exit::CouldNotRun,
        _ => Exit::Findings,
    }
}

fn to_json(base: &SessionReport, runs: &[VariedRun], complete: bool) -> Json {
    let text = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::string);
    let run = |run: &VariedRun| {
        let Variation { operation, variant, about, form, place } = &run.variation;
        Json::object([
            ("variant", Json::string(*variant)),
            ("about", Json::string(*about)),
            ("operation", Json::string(operation)),
            ("form", Json::string(form)),
            ("place", text(place)),
            ("failed", Json::Bool(run.failed())),
            ("exitCode", run.ended.code.map_or(Json::Null, Json::number)),
            ("lastLine", Json::string(&run.ended.last_line)),
            ("varied", Json::number(run.met)),
            ("replay", run.report.to_json()),
        ])
    };
    Json::object([
        ("version", Json::number(1)),
        ("complete", Json::Bool(complete)),
        ("base", base.to_json()),
        ("failed", Json::number(runs.iter().filter(|run| run.failed()).count())),
        ("runs", Json::Array(runs.iter().map(run).collect())),
    ])
}
