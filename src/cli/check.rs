//! `shapetape check`: generated calls and responses against real clients.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use shapetape::api::model::{self, Metadata, Model};
use shapetape::check::case::Glob;
use shapetape::check::ledger::{self, Deviation};
use shapetape::check::oracles;
use shapetape::check::taxonomy::{self, Plan, PlanOptions, SEED};
use shapetape::check::verdict::{Planned, Run, Share};
use shapetape::clients::shipped_deviations;
use shapetape::conduct::campaign::{Campaign, Entrant, Halt, forecast, shares, usual_jobs};
use shapetape::ground::json::{Json, pretty};
use shapetape::ground::stage::{RunStage, guard};

use super::clients::{self, builtin_client, entrants, newest_api, quoted};
use super::ending::{Ending, conclude};
use super::term::{give, say};
use super::{CommandResult, Exit, Failure, export, models, progress, snapshots};

/// Check real clients with generated calls and responses.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  shapetape check --client builtin --operation 'List*' --variant 'PG*'\n  \
                        shapetape check --client boto3 --client js-v3 --report json=run.json\n  \
                        shapetape check --driver 'python3 my_driver.py' --variant OK1 --snapshots expected --accept"
)]
pub(crate) struct Arguments {
    /// Client to check: `builtin`, an installed driver's NAME or NAME@VERSION, or `all`; repeatable
    #[arg(long, value_name = "NAME[@VERSION]")]
    client: Vec<String>,
    /// Client to check: the command of a program that speaks the driver protocol; repeatable
    #[arg(long, value_name = "COMMAND")]
    driver: Vec<String>,
    /// Date of the API model, or `latest` [default: the newest date that all chosen clients know]
    #[arg(long, value_name = "DATE", conflicts_with = "model")]
    api: Option<String>,
    /// API model to use instead: `synthetic`, a botocore service folder or file, or a Smithy JSON AST file
    #[arg(long, value_name = "PATH")]
    model: Option<String>,
    /// Play only operations whose names match; repeatable
    #[arg(long, value_name = "GLOB")]
    operation: Vec<String>,
    /// Play only variants whose ids match, such as `PG*`; repeatable
    #[arg(long, value_name = "GLOB")]
    variant: Vec<String>,
    /// Seed of all random values; the same seed gives the same cases
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Extra random cases per operation
    #[arg(long, default_value_t = 0)]
    cases: u32,
    /// Play only this case; repeatable, and played in the given order
    #[arg(long, value_name = "ID")]
    case: Vec<String>,
    /// Client processes that run in parallel, per client [default: number of cores plus one]
    #[arg(long, default_value_t = usual_jobs(), hide_default_value = true)]
    jobs: usize,
    /// Stop after N seconds and report the cases that ran until then
    #[arg(long, value_name = "N")]
    max_seconds: Option<u64>,
    /// Play only part I of N of the plan. If not given, it is read from TEST_SHARD_INDEX and TEST_TOTAL_SHARDS.
    /// `/N` alone takes I from AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// File of known differences, in addition to the shipped ones, or `none` to use no known differences at all
    /// [default: deviations.yaml in this folder, if it exists]
    #[arg(long, value_name = "PATH|none")]
    deviations: Option<String>,
    /// Folder of snapshots: compare each client with its own earlier behaviour; a difference is a finding of
    /// class `snap`
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// With --snapshots: save the clients' present behaviour as the new snapshots. Without: add each unknown
    /// finding to the file of known differences, for you to review
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    ending: Ending,
    /// Write the cases as files into this folder, with a page that explains them, and stop; for clients without
    /// a driver
    #[arg(long, value_name = "DIR", conflicts_with = "plan")]
    export: Option<PathBuf>,
    /// Print how many cases the plan has and how long they may take, and stop
    #[arg(long)]
    plan: bool,
}

/// Where the user's own deviations lie when no other file is named.
const OWN: &str = "deviations.yaml";

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> CommandResult {
    let reports = arguments.ending.reports()?;
    let model = load(&arguments)?;
    if let Some(not_judged) = oracles::not_judged(&model) {
        return Err(Failure::run(models::refusal(&model, &not_judged)));
    }
    let shard = super::shard::wanted(arguments.shard.as_deref())?;
    let plan = plan(&arguments, &model, shard)?;
    if let Some(folder) = &arguments.export {
        export::write(&plan, &model, arguments.seed, folder)?;
        return Ok(Exit::Fine);
    }
    let clients = if arguments.client.is_empty() && arguments.driver.is_empty() {
        vec!["builtin".to_owned()]
    } else {
        arguments.client.clone()
    };
    let (start, _synthetic) = clients::start(&model, arguments.model.as_deref())?;
    let mut entrants = entrants(&clients, &arguments.driver, &model, &start, arguments.seed).await?;
    if !entrants.iter().any(|entrant| entrant.name == "builtin") {
        entrants.push(Entrant { reference: true, ..builtin_client(&model, Some(arguments.seed)) });
    }
    let jobs = if arguments.case.is_empty() { arguments.jobs.max(1) } else { 1 };
    if arguments.plan {
        print_plan(&plan, &forecast(&plan, &entrants, jobs));
        return Ok(Exit::Fine);
    }
    let shares = shares(&plan, &entrants);
    if shares.iter().all(|share| share.cases == 0) && shard.is_none() {
        return Err(Failure::usage(nothing_to_play(&shares)));
    }
    let policy = arguments.ending.policy()?;
    let folder = arguments.snapshots.as_deref();
    let album = folder.map(|folder| snapshots::album(folder, &entrants, arguments.accept)).transpose()?;
    let album = album.map(Arc::new);
    let halt: Halt = Arc::new(AtomicBool::new(false));
    tokio::spawn(end_early(halt.clone(), arguments.max_seconds));
    let campaign = Campaign {
        model: model.clone(),
        plan: Arc::new(plan),
        entrants,
        jobs,
        command: command(&arguments, &model),
        deviations: deviations(&arguments, &model.metadata)?,
        snapshots: album.clone(),
        seed: arguments.seed,
        filtered: !arguments.operation.is_empty()
            || !arguments.variant.is_empty()
            || !arguments.case.is_empty(),
        shard,
        halt,
    };
    let run = campaign.run(&progress::talk()).await.map_err(Failure::of_run)?;
    let exit = conclude(&run, &policy, &reports)?;
    match album.as_deref().zip(folder) {
        Some((album, folder)) => snapshots::conclude(album, folder, &run, arguments.accept)?,
        None if arguments.accept => accept(&run, &arguments)?,
        None => {}
    }
    Ok(exit)
}

async fn end_early(halt: Halt, max_seconds: Option<u64>) {
    let time = async {
        match max_seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = time => {}
        _ = super::child::told_to_end() => {}
    }
    halt.store(true, Ordering::Relaxed);
}

/// Writes a deviation for each unknown finding, for a person to review and to give a reason and a link.
fn accept(run: &Run, arguments: &Arguments) -> Result<(), Failure> {
    let path = arguments.deviations.as_deref().filter(|path| *path != "none").unwrap_or(OWN);
    let mut entries = match std::fs::read_to_string(path) {
        Ok(text) => ledger::parse(&text, path).map_err(Failure::usage)?,
        Err(_) => Vec::new(),
    };
    let version = |client: &str| {
        run.clients.iter().find(|tally| tally.client == client).map_or("", |tally| tally.version.as_str())
    };
    let unknown = run.findings.iter().filter(|finding| !finding.is_known());
    entries.extend(unknown.map(|finding| Deviation::proposed(finding, version(&finding.client))));
    std::fs::write(path, ledger::to_yaml(&entries))
        .map_err(|error| Failure::run(format!("{path}: {error}")))?;
    let entries =
        if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
    say(format_args!("accepted: {entries} in {path}; give each a reason and a link"));
    Ok(())
}

fn load(arguments: &Arguments) -> Result<Arc<Model>, Failure> {
    match arguments.model.as_deref() {
        Some("synthetic") => model::synthetic().map_err(Failure::run),
        Some(path) => models::load(std::path::Path::new(path)),
        None => match &arguments.api {
            Some(date) => models::dated(date),
            None => newest(&arguments.client),
        },
    }
}

/// The newest model that all of the clients know.
fn newest(clients: &[String]) -> Result<Arc<Model>, Failure> {
    let Some((date, client)) = newest_api(clients)? else { return models::dated("latest") };
    say(format_args!("check: the API of {date}, the newest that {client} knows; else say --api latest"));
    models::dated(&date)
}

fn plan(arguments: &Arguments, model: &Arc<Model>, shard: Option<(u32, u32)>) -> Result<Plan, Failure> {
    let globs = |texts: &[String]| texts.iter().map(Glob::new).collect();
    if !arguments.case.is_empty() {
        return guard(RunStage::Planning, || None, || Plan::of_cases(model, &arguments.case))
            .map_err(Failure::bug)?
            .map_err(|id| Failure::usage(format!("there is no case `{id}`")));
    }
    let options = PlanOptions {
        operations: globs(&arguments.operation),
        variants: globs(&arguments.variant),
        seed: arguments.seed,
        random: arguments.cases,
        shard,
    };
    let planned = guard(RunStage::Planning, || None, || taxonomy::plan(model, &options));
    let plan = planned.map_err(Failure::bug)?;
    // A shard of a small plan may have nothing to do.
    if plan.keys().is_empty() && shard.is_none() {
        return Err(Failure::usage(
            "no case matches\nhint: names are case-sensitive; see --plan without filters",
        ));
    }
    Ok(plan)
}

/// The command that asks for the same model.
fn command(arguments: &Arguments, model: &Model) -> String {
    let mut command = match (&arguments.model, &arguments.api) {
        (Some(path), _) => format!("shapetape check --model {}", quoted(path)),
        (None, Some(date)) if date == "latest" => "shapetape check --api latest".to_owned(),
        (None, Some(date)) => format!("shapetape check --api {date}"),
        (None, None) if model::dates().last() == Some(model.metadata.date.as_str()) => {
            "shapetape check".to_owned()
        }
        (None, None) => format!("shapetape check --api {}", model.metadata.date),
    };
    if let Some(deviations) = &arguments.deviations {
        command += &format!(" --deviations {}", quoted(deviations));
    }
    if let Some(folder) = &arguments.snapshots {
        command += &format!(" --snapshots {}", quoted(&folder.display().to_string()));
    }
    command
}

/// The shipped deviations and those of a file, of those the ones about this service and date; or none at all.
///
/// The shipped ones tell of the newest API that a client knows and the usual seed: another plan, and so one that
/// suits several clients, need not show them all.
fn deviations(arguments: &Arguments, api: &Metadata) -> Result<Vec<Deviation>, Failure> {
    let path = arguments.deviations.as_deref();
    if path == Some("none") {
        return Ok(Vec::new());
    }
    let mut all = ledger::parse_all(shipped_deviations().map_err(Failure::run)?).map_err(Failure::run)?;
    let alone = matches!(arguments.client.as_slice(), [client] if client != "all");
    let usual = alone && arguments.model.is_none() && arguments.api.is_none() && arguments.seed == SEED;
    all.iter_mut().for_each(|deviation| deviation.bites &= usual && deviation.service.is_none());
    let file = path.unwrap_or(OWN);
    match std::fs::read_to_string(file) {
        Ok(text) => all.extend(ledger::parse(&text, file).map_err(Failure::usage)?),
        Err(_) if path.is_none() => {}
        Err(error) => return Err(Failure::usage(format!("{file}: {error}"))),
    }
    all.retain(|deviation| deviation.names_api(&api.service, &api.date));
    Ok(all)
}

/// Why no client that is reported takes any of the cases.
fn nothing_to_play(shares: &[Share]) -> String {
    let each = shares.iter().map(progress::left_out);
    let each: Vec<String> = each.flatten().collect();
    format!("nothing to play: {}", each.join("; "))
}

/// The plan as JSON: counts, all together and of each client, and estimated seconds.
fn print_plan(plan: &Plan, forecast: &Planned) {
    let counts = |counts: Vec<(String, usize)>| {
        Json::object(counts.into_iter().map(|(name, count)| (name, Json::number(count))))
    };
    let client = |share: &Share| {
        let cases = [("cases", share.cases), ("tooFine", share.too_fine)];
        (share.client.clone(), Json::object(cases.map(|(name, count)| (name, Json::number(count)))))
    };
    let variants = plan.by_variant().into_iter().map(|(id, count)| (id.to_owned(), count)).collect();
    let operations = plan.by_operation().into_iter().map(|(name, count)| (name.to_string(), count)).collect();
    let document = Json::object([
        ("cases", Json::number(plan.keys().len())),
        ("estimatedSeconds", Json::number(forecast.seconds)),
        ("clients", Json::object(forecast.clients.iter().map(client))),
        ("variants", counts(variants)),
        ("operations", counts(operations)),
    ]);
    give(pretty(&document).trim_end());
}
