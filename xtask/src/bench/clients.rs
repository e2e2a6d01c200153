//! `check` with a client against what the client does in a tight loop: the same calls, the same answers.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use shapetape::api::model::{self, Model};
use shapetape::api::outcome::typed;
use shapetape::check::case::{Case, Class, Expected, Glob, Mode};
use shapetape::check::taxonomy::{Plan, PlanOptions, plan};
use shapetape::check::verdict::Event;
use shapetape::clients::builtin::{BuiltinClient, BuiltinParts};
use shapetape::clients::{
    Cache, Client, Command, DriverError, Installed, Limits, ProcessClient, Start, Surroundings, WantedClient,
};
use shapetape::conduct::campaign::{Campaign, Entrant, usual_jobs};
use shapetape::conduct::perform::ClientOpener;
use shapetape::ground::clock::{Stopwatch, SystemClock};
use shapetape::ground::exchange::{Answer, Handler, Pending, Request};
use shapetape::ground::json::{Style, write};
use shapetape::wire::serve::{self, Server};

use super::{FLOOR, Line, ROUNDS};
use crate::project;

/// What is called: answers of many sizes.
const OPERATIONS: [&str; 8] = [
    "DescribeTrainingJob",
    "DescribeEndpoint",
    "DescribeModel",
    "DescribeNotebookInstance",
    "DescribeProcessingJob",
    "ListModels",
    "ListTags",
    "ListTrainingJobs",
];
const VARIANTS: [&str; 8] = ["OK1", "OK3", "OK4", "OK5", "NU1", "IN1", "TS1", "TS2"];
/// Random answers an operation on top.
const RANDOM: u32 = 1_000;

/// Calls a lane that Node makes before the rate is counted. Its first 2,500 take up to three times as long as all later
/// ones, until V8 has compiled what they run; a whole check has 40,000 a lane.
const WARM_UP: usize = 3_000;
/// More random answers, to have as many that count.
const RANDOM_WITH_WARM_UP: u32 = 2_000;

/// The n-th request gets the n-th answer.
struct InTurn {
    answers: Vec<Answer>,
    next: AtomicUsize,
}

impl Handler for InTurn {
    fn handle<'a>(&'a self, _: Request) -> Pending<'a, Answer> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let answer = self.answers[next % self.answers.len()].clone();
        Box::pin(async move { answer })
    }
}

/// A program that calls its client in a loop.
struct Loop {
    program: PathBuf,
    arguments: Vec<String>,
}

/// One line a client that is wanted and there.
pub(super) async fn lines(wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Line>> {
    let python = if wanted("boto3") { installed("boto3") } else { None };
    let node = if wanted("js-v3") { installed("js-v3") } else { None };
    let mut lines = Vec::new();
    if !wanted("builtin") && python.is_none() && node.is_none() {
        return Ok(lines);
    }
    let model = model::latest()?;
    let script = |name: &str| project::root().join("xtask/src/bench").join(name).display().to_string();
    let field = Field::new(&model, RANDOM)?;
    if wanted("builtin") {
        let open = builtin(&model);
        lines.push(field.line(&Contender { name: "builtin", open, tight: None, warm_up: 0 }).await?);
    }
    if let Some(python) = python {
        let program = python.folder.join("venv/bin/python");
        let tight = Some(Loop { program, arguments: vec![script("loop.py")] });
        let open = process(python);
        lines.push(field.line(&Contender { name: "boto3", open, tight, warm_up: 0 }).await?);
    }
    if let Some(node) = node {
        let program = PathBuf::from("node");
        let warm_up = WARM_UP * usual_jobs();
        let arguments = vec![script("loop.mjs"), warm_up.to_string(), node.folder.display().to_string()];
        let (tight, open) = (Some(Loop { program, arguments }), process(node));
        let field = Field::new(&model, RANDOM_WITH_WARM_UP)?;
        lines.push(field.line(&Contender { name: "js-v3", open, tight, warm_up }).await?);
    }
    Ok(lines)
}

/// Cases of one request and one plain answer, whose input is plain JSON.
fn cases(model: &Arc<Model>, random: u32) -> Result<(Plan, Vec<Case>)> {
    let globs = |names: &[&str]| names.iter().map(|name| Glob::new(*name)).collect();
    let options = PlanOptions {
        operations: globs(&OPERATIONS),
        variants: globs(&VARIANTS),
        random,
        ..PlanOptions::default()
    };
    let whole = plan(model, &options);
    let plain = |case: &Case| {
        case.call.mode == Mode::Call
            && case.class == Class::Must
            && !case.slow
            && case.answers.len() == 1
            && matches!(case.expectation.result, Expected::Output(_))
            && !String::from_utf8_lossy(&input(case)).contains("\"$")
    };
    let made = whole.keys().iter().filter(|key| key.waits == 0).filter_map(|key| whole.case(&key.id));
    let cases: Vec<Case> = made.filter(plain).collect();
    ensure!(cases.len() > 1_000, "only {} cases are plain", cases.len());
    let ids: std::collections::BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    Ok((whole.only(|key| ids.contains(key.id.as_str())), cases))
}

fn input(case: &Case) -> Vec<u8> {
    write(&typed::encode(&case.call.input), Style::Compact)
}

/// A client, its own loop where that is a program, and how many calls come before those that count, the same ones on
/// both sides.
struct Contender<'a> {
    name: &'a str,
    open: ClientOpener,
    tight: Option<Loop>,
    warm_up: usize,
}

/// What clients are measured on.
struct Field<'a> {
    model: &'a Arc<Model>,
    plan: Arc<Plan>,
    cases: Vec<Case>,
}

impl Field<'_> {
    fn new(model: &Arc<Model>, random: u32) -> Result<Field<'_>> {
        let (plan, cases) = cases(model, random)?;
        Ok(Field { model, plan: Arc::new(plan), cases })
    }

    /// A check as the command line makes it, against a loop in a single process.
    async fn line(&self, contender: &Contender<'_>) -> Result<Line> {
        let mut pairs = Vec::new();
        let mut version = String::new();
        for _ in 0..ROUNDS {
            let bare = match &contender.tight {
                Some(tight) => outside(tight, &self.cases, contender.warm_up).await?,
                None => inside(&contender.open, &self.cases).await?,
            };
            let checked;
            (checked, version) = self.check(contender).await?;
            pairs.push((bare, checked));
        }
        let what = format!("check of {} {version}, {} lanes, of its own loop", contender.name, usual_jobs());
        Ok(Line::new(what, pairs, Some(FLOOR)))
    }

    /// Cases a second of a check, and the client's version.
    async fn check(&self, contender: &Contender<'_>) -> Result<(f64, String)> {
        let Contender { name, open, warm_up, .. } = contender;
        let client = open().await?;
        let hello = client.hello().clone();
        client.stop().await;
        let entrant = |name: &str, open: ClientOpener, reference: bool| Entrant {
            name: name.to_owned(),
            version: hello.version.clone(),
            asked: name.to_owned(),
            open,
            digits: hello.timestamp_digits,
            pace: Duration::from_millis(1),
            sample: None,
            reference,
        };
        let mut entrants = vec![entrant(name, open.clone(), false)];
        if *name != "builtin" {
            entrants.push(entrant("builtin", builtin(self.model), true));
        }
        let campaign = Campaign {
            model: self.model.clone(),
            plan: self.plan.clone(),
            entrants,
            jobs: usual_jobs(),
            deviations: Vec::new(),
            snapshots: None,
            seed: 1,
            filtered: true,
            shard: None,
            halt: Arc::new(AtomicBool::new(false)),
            command: String::new(),
        };
        // From the last case of the warm-up to the last of all: starting clients and reducing findings is left out.
        let span: Mutex<(usize, Option<Stopwatch>, Duration)> = Mutex::default();
        campaign
            .run(&|event| {
                if let (Event::Case { .. }, Ok(mut span)) = (event, span.lock()) {
                    span.0 += 1;
                    if span.0 > *warm_up {
                        span.2 = span.1.get_or_insert_with(Stopwatch::start).elapsed();
                    }
                }
            })
            .await?;
        let (ended, _, seconds) = span.into_inner().map_err(|_| anyhow::anyhow!("a case broke"))?;
        let counted = ended.checked_sub(warm_up + 1).context("all is warm-up")?;
        Ok((counted as f64 / seconds.as_secs_f64(), hello.version))
    }
}

/// Calls a second of the built-in client, without a driver around it or a judge.
async fn inside(open: &ClientOpener, cases: &[Case]) -> Result<f64> {
    let server = Server::bind(serve::ServerOptions::default()).await?.run(in_turn(cases));
    let mut client = open().await?;
    let endpoint = server.endpoint();
    let watch = Stopwatch::start();
    for case in cases {
        client
            .run(&case.operation, &case.call, &endpoint)
            .await
            .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    let rate = cases.len() as f64 / watch.elapsed().as_secs_f64();
    client.stop().await;
    server.stop().await;
    Ok(rate)
}

/// Calls a second of a client's own loop, by the seconds that its program tells of those that count.
async fn outside(tight: &Loop, cases: &[Case], warm_up: usize) -> Result<f64> {
    let mut file = tempfile::NamedTempFile::new()?;
    for case in cases {
        let input = String::from_utf8(input(case))?;
        writeln!(file, "{{\"operation\":\"{}\",\"input\":{input}}}", case.operation)?;
    }
    file.flush()?;
    let server = Server::bind(serve::ServerOptions::default()).await?.run(in_turn(cases));
    let mut command = tokio::process::Command::new(&tight.program);
    let (script, rest) = tight.arguments.split_first().context("no script")?;
    command.arg(script).arg(server.endpoint()).arg(file.path()).args(rest);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().await?;
    server.stop().await;
    ensure!(output.status.success(), "{script}: {}", output.status);
    let seconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok((cases.len() - warm_up) as f64 / seconds)
}

fn in_turn(cases: &[Case]) -> Arc<InTurn> {
    let answers = cases.iter().flat_map(|case| case.answers.first().cloned()).collect();
    Arc::new(InTurn { answers, next: AtomicUsize::new(0) })
}

fn builtin(model: &Arc<Model>) -> ClientOpener {
    let model = model.clone();
    Arc::new(move || {
        let start = Start::new(model.metadata.service.clone());
        let mut parts = BuiltinParts::new(model.clone(), start, Arc::new(SystemClock));
        parts.seed = Some(1);
        Box::pin(async move {
            let client: Box<dyn Client> = Box::new(BuiltinClient::new(parts)?);
            Ok(client)
        })
    })
}

/// A driver that `setup` has installed.
fn installed(name: &str) -> Option<Installed> {
    let wanted = WantedClient::parse(name).ok()?;
    let found = Cache::new(project::setup_folder()).find(&wanted);
    found.inspect_err(|_| println!("bench: no {name}: cargo xtask setup installs it")).ok()
}

fn process(installed: Installed) -> ClientOpener {
    let command: Command = installed.command;
    Arc::new(move || {
        let (command, surroundings) = (command.clone(), Surroundings::pick(std::env::vars_os()));
        Box::pin(async move {
            let start = Start::new("sagemaker");
            let client = ProcessClient::start(command, surroundings, start, Limits::default()).await?;
            Ok::<Box<dyn Client>, DriverError>(Box::new(client))
        })
    })
}
