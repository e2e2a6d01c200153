//! `shapetape tour`: the 60-second proof. Records, replays and checks on this machine, with nothing to install.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use shapetape::api::model::{self, Model};
use shapetape::check::case::Glob;
use shapetape::check::taxonomy::{PlanOptions, SEED, plan};
use shapetape::check::verdict::{Conclusion, Policy};
use shapetape::conduct::campaign::Campaign;
use shapetape::conduct::perform::{self, Cast, Interrupt};
use shapetape::conduct::scenario::{self, Scenario, StepResult};
use shapetape::ground::clock::{Stopwatch, SystemClock};
use shapetape::ground::program::PROGRAM;
use shapetape::tape::cassette::{self, Header};
use shapetape::tape::record::{Setup, Upstream, Upstreams};
use shapetape::wire::gate::Gate;

use super::clients::builtin_client;
use super::models::at_hand;
use super::sandbox::account;
use super::term::give;
use super::{CommandResult, Exit, Failure};

/// Record, replay and check an example, in under a minute.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  shapetape tour --out tour")]
pub(crate) struct Arguments {
    /// Folder that the recorded cassette is written to
    #[arg(long, value_name = "FOLDER", default_value = "target/tour")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> CommandResult {
    let watch = Stopwatch::start();
    let model = model::latest().map_err(Failure::run)?;
    let (file, text) = model::shipped().tour;
    let scenario = scenario::parse(file, text).map_err(|errors| {
        Failure::run(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let path = arguments.out.join("notebook-instance.json");
    give("shapetape tour: one loop, three parts\n");
    let recorded = record(&model, &scenario, &path).await?;
    give(&format!(
        "1. record   {recorded} steps of a scenario, signed, through the proxy into {}",
        path.display()
    ));
    let (replayed, report) = replay(&model, &scenario, &path).await?;
    give(&format!("2. replay   {replayed} steps again, upstream closed: {report}"));
    let (summary, fine) = check(&model).await?;
    give(&format!("3. check    {summary}"));
    give(&format!("\nThat took {:.1} s. What lies there now:", watch.elapsed().as_secs_f64()));
    give(&format!("  {}   the cassette: read it, diff it, edit it", path.display()));
    give("\nNext:");
    give("  shapetape record --upstream sandbox --cassette my.json -- python my_test.py");
    give("  shapetape replay my.json -- python my_test.py");
    give("  shapetape driver install boto3 && shapetape check --client boto3 --operation 'Describe*'");
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}

/// The built-in client on a scenario of the latest API.
fn cast(model: &Arc<Model>) -> Cast {
    let open = builtin_client(model, Some(SEED)).open;
    Cast { open, model: model.clone(), real_time: false, interrupt: Interrupt::never() }
}

/// What was not as expected, step by step.
fn wrong(steps: &[StepResult]) -> Failure {
    let told =
        |step: &StepResult| step.mismatches.iter().map(|one| format!("{}: {one}", step.name)).collect();
    Failure::run(steps.iter().flat_map(|step| -> Vec<String> { told(step) }).collect::<Vec<_>>().join("\n"))
}

async fn record(model: &Arc<Model>, scenario: &Scenario, path: &Path) -> Result<usize, Failure> {
    let mut upstreams = Upstreams::default();
    let inside = account(model.clone(), "us-east-1", Gate::default());
    upstreams.for_others(Upstream::Inside { kind: "sandbox".to_owned(), handler: Arc::new(inside) });
    let setup = Setup {
        gate: Gate::default(),
        upstreams,
        models: at_hand()?,
        clock: Arc::new(SystemClock),
        header: Header {
            scenario: scenario.name.clone(),
            api: model.metadata.date.clone(),
            recorder: PROGRAM.to_owned(),
            region: "us-east-1".to_owned(),
            ..Header::default()
        },
        secrets: Vec::new(),
        old: None,
    };
    let recorded = perform::record(scenario, "tour", path, setup, &cast(model), &mut |_, _| ()).await;
    let recorded = recorded.map_err(Failure::run)?;
    if recorded.whole { Ok(recorded.steps.len()) } else { Err(wrong(&recorded.steps)) }
}

async fn replay(model: &Arc<Model>, scenario: &Scenario, path: &Path) -> Result<(usize, String), Failure> {
    let cassette = cassette::load(path).map_err(Failure::run)?;
    let replayed = perform::replay(scenario, cassette, at_hand()?, &cast(model), &mut |_, _| ()).await;
    let replayed = replayed.map_err(Failure::run)?;
    if !replayed.whole {
        return Err(wrong(&replayed.steps));
    }
    let report = &replayed.report;
    let text = format!(
        "{} played, {} unmatched, {} unplayed",
        report.played + report.skipped,
        report.unmatched.len(),
        report.unplayed.len()
    );
    Ok((replayed.steps.len(), text))
}

async fn check(model: &Arc<Model>) -> Result<(String, bool), Failure> {
    let options = PlanOptions {
        variants: ["OK*", "ER*", "PG*", "RQ*"].map(Glob::new).to_vec(),
        operations: ["DescribeTrainingJob", "ListModels", "CreateNotebookInstance"].map(Glob::new).to_vec(),
        ..PlanOptions::default()
    };
    let plan = Arc::new(plan(model, &options));
    let campaign = Campaign {
        model: model.clone(),
        plan: plan.clone(),
        entrants: vec![builtin_client(model, Some(SEED))],
        jobs: 2,
        deviations: Vec::new(),
        snapshots: None,
        command: "shapetape check".to_owned(),
        seed: SEED,
        filtered: true,
        shard: None,
        halt: Arc::new(AtomicBool::new(false)),
    };
    let run = campaign.run(&|_| {}).await.map_err(Failure::of_run)?;
    let policy = Policy { fail_on: Some(shapetape::check::case::Class::Must), baseline: None };
    let fine = run.conclusion(&policy) == Conclusion::AsExpected;
    Ok((
        format!(
            "{} generated cases on the built-in client: {} findings",
            plan.keys().len(),
            run.findings.len()
        ),
        fine,
    ))
}
