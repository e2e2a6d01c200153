//! `shapetape replay --vary`: a user's own program against variants of his own recordings.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shapetape::case::Glob;
use shapetape::cassette::Cassette;
use shapetape::exchange::{Handler, Headers};
use shapetape::generate::{Variation, Variations, response_variants, variants};
use shapetape::json::{Json, pretty};
use shapetape::matcher::Models;
use shapetape::model::Model;
use shapetape::replay::{Options, Replayer, Session, SessionReport, Varying};

use super::child::{self, Ended};
use super::environment::ChildEnvironment;
use super::listen::{ServerArguments, sessions};
use super::models::at_hand;
use super::term::{give, say};
use super::{Exit, Failure, Outcome};

/// What `--vary` needs of the replay around it.
pub(crate) struct Vary<'a> {
    pub(crate) globs: &'a str,
    pub(crate) cassettes: &'a [Cassette],
    pub(crate) options: Options,
    pub(crate) server: &'a ServerArguments,
    pub(crate) command: &'a [String],
    pub(crate) limit: Duration,
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
struct VariedRun {
    variation: Variation,
    ended: Ended,
    met: usize,
    report: SessionReport,
}

impl VariedRun {
    fn failed(&self) -> bool {
        self.ended.code != Some(0)
    }
}

/// Runs the command once as recorded, then once for each variation.
pub(crate) async fn run(vary: &Vary<'_>) -> Outcome {
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
            if let Some(model) = models.get(name).filter(|_| !targets.iter().any(|known| known.name == *name))
            {
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

    fn replayer(&self) -> Result<Arc<Replayer>, Failure> {
        let session = Session::new(at_hand()?, self.cassettes, self.options);
        Ok(Arc::new(Replayer::new(self.server.gate()?, session)))
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

    /// False if it was told to end before all had run.
    async fn all(&self, planned: &[Planned], runs: &mut Vec<VariedRun>) -> Result<bool, Failure> {
        let bar = match std::io::stderr().is_terminal() {
            true => indicatif::ProgressBar::new(planned.len() as u64),
            false => indicatif::ProgressBar::hidden(),
        };
        let told_to_end = child::told_to_end();
        tokio::pin!(told_to_end);
        for (target, variation) in planned {
            bar.set_message(variation.variant);
            let run = tokio::select! {
                run = self.one(target, variation) => run?,
                _ = &mut told_to_end => return Ok(false),
            };
            if run.failed() {
                bar.suspend(|| say(format_args!("vary: failed: {}", told(&run).join(" "))));
            }
            runs.push(run);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(true)
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

const TITLES: [&str; 7] = ["VARIANT", "OPERATION", "FORM", "PLACE", "EXIT", "UNMATCHED", "LAST LINE"];

/// The columns of one run.
fn told(run: &VariedRun) -> [String; 7] {
    let Variation { variant, operation, form, place, .. } = &run.variation;
    let dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    [
        (*variant).to_owned(),
        operation.clone(),
        dash(form),
        dash(place.as_deref().unwrap_or_default()),
        run.ended.code.map_or_else(|| "none".to_owned(), |code| code.to_string()),
        run.report.unmatched.len().to_string(),
        dash(&run.ended.last_line),
    ]
}

/// The table of the runs that failed, and how many there were of each sort.
fn conclude(runs: &[VariedRun], planned: usize, complete: bool) -> Exit {
    let mut rows: Vec<[String; 7]> = runs.iter().filter(|run| run.failed()).map(told).collect();
    let failed = rows.len();
    if failed > 0 {
        rows.insert(0, TITLES.map(str::to_owned));
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..TITLES.len()).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        give(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    let unmet = runs.iter().filter(|run| run.met == 0).count();
    say(format_args!(
        "vary: {} of {planned} variations run, {failed} failed{}{}",
        runs.len(),
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
