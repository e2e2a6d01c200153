//! `check` with a client against what the client does in a tight loop: the same calls, the same answers.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use shapetape::case::{Case, Class, Expected, Glob, Mode};
use shapetape::clock::{Stopwatch, SystemClock};
use shapetape::driver::builtin::{BuiltinClient, Parts};
use shapetape::driver::{
    Cache, Client, Command, DriverError, Installed, Limits, ProcessClient, Start, Surroundings, Wanted,
};
use shapetape::exchange::{Answer, Handler, Pending, Request};
use shapetape::generate::{Plan, PlanOptions, plan};
use shapetape::json::{Style, write};
use shapetape::model::{self, Model};
use shapetape::outcome::typed;
use shapetape::run::{Campaign, Entrant, Opener, usual_jobs};
use shapetape::serve::{self, Server};
use shapetape::verdict::Event;

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

/// Two lines a client that is wanted and there.
pub(super) async fn lines(wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Line>> {
    let python = if wanted("boto3") { installed("boto3") } else { None };
    let node = if wanted("js-v3") { installed("js-v3") } else { None };
    let mut lines = Vec::new();
    if !wanted("builtin") && python.is_none() && node.is_none() {
        return Ok(lines);
    }
    let model = model::latest()?;
    let (plan, cases) = cases(&model)?;
    let plan = Arc::new(plan);
    let script = |name: &str| project::root().join("xtask/src/bench").join(name).display().to_string();
    let field = Field { model: &model, plan: &plan, cases: &cases };
    if wanted("builtin") {
        lines.extend(field.lines("builtin", builtin(&model), None).await?);
    }
    if let Some(python) = python {
        let program = python.folder.join("venv/bin/python");
        let tight = Loop { program, arguments: vec![script("loop.py")] };
        lines.extend(field.lines("boto3", process(python), Some(&tight)).await?);
    }
    if let Some(node) = node {
        let program = PathBuf::from("node");
        let tight = Loop { program, arguments: vec![script("loop.mjs"), node.folder.display().to_string()] };
        lines.extend(field.lines("js-v3", process(node), Some(&tight)).await?);
    }
    Ok(lines)
}

/// Cases of one request and one plain answer, whose input is plain JSON.
fn cases(model: &Arc<Model>) -> Result<(Plan, Vec<Case>)> {
    let globs = |names: &[&str]| names.iter().map(|name| Glob::new(*name)).collect();
    let options = PlanOptions {
        operations: globs(&OPERATIONS),
        variants: globs(&VARIANTS),
        random: RANDOM,
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

/// What all clients are measured on.
struct Field<'a> {
    model: &'a Arc<Model>,
    plan: &'a Arc<Plan>,
    cases: &'a [Case],
}

impl Field<'_> {
    /// A check as the command line makes it, and one with a single lane, against a loop in a single process.
    async fn lines(&self, name: &str, open: Opener, tight: Option<&Loop>) -> Result<[Line; 2]> {
        let jobs = usual_jobs();
        let (mut usual, mut single) = (Vec::new(), Vec::new());
        let mut version = String::new();
        for _ in 0..ROUNDS {
            let seconds = match tight {
                Some(tight) => outside(tight, self.cases).await?,
                None => inside(&open, self.cases).await?,
            };
            let bare = self.cases.len() as f64 / seconds;
            let checked;
            (checked, version) = check(name, self.model, self.plan, open.clone(), jobs).await?;
            usual.push((bare, checked));
            single.push((bare, check(name, self.model, self.plan, open.clone(), 1).await?.0));
        }
        let what = |lanes| format!("check of {name} {version}, {lanes}, of its own loop");
        Ok([
            Line::new(what(format!("{jobs} lanes as usual")), usual, Some(FLOOR)),
            Line::new(what("one lane".to_owned()), single, None),
        ])
    }
}

/// Cases a second of a check, and the client's version.
async fn check(
    name: &str,
    model: &Arc<Model>,
    plan: &Arc<Plan>,
    open: Opener,
    jobs: usize,
) -> Result<(f64, String)> {
    let client = open().await?;
    let hello = client.hello().clone();
    client.stop().await;
    let entrant = |name: &str, open: Opener, reference: bool| Entrant {
        name: name.to_owned(),
        version: hello.version.clone(),
        asked: name.to_owned(),
        open,
        digits: hello.timestamp_digits,
        pace: Duration::from_millis(1),
        sample: None,
        reference,
    };
    let mut entrants = vec![entrant(name, open, false)];
    if name != "builtin" {
        entrants.push(entrant("builtin", builtin(model), true));
    }
    let campaign = Campaign {
        model: model.clone(),
        plan: plan.clone(),
        entrants,
        jobs,
        deviations: Vec::new(),
        snapshots: None,
        seed: 1,
        filtered: true,
        shard: None,
        halt: Arc::new(AtomicBool::new(false)),
        command: String::new(),
    };
    // From the first case's end to the last one's: starting clients and reducing findings is left out.
    let span: Mutex<Option<(Stopwatch, Duration)>> = Mutex::new(None);
    campaign
        .run(&|event| {
            if let (Event::Case { .. }, Ok(mut span)) = (event, span.lock()) {
                let watch = span.as_ref().map_or_else(Stopwatch::start, |(watch, _)| *watch);
                *span = Some((watch, watch.elapsed()));
            }
        })
        .await?;
    let span = span.lock().ok().and_then(|span| *span).context("no case ended")?;
    Ok(((plan.keys().len() - 1) as f64 / span.1.as_secs_f64(), hello.version))
}

/// Seconds that the built-in client needs for the calls, without a driver around it or a judge.
async fn inside(open: &Opener, cases: &[Case]) -> Result<f64> {
    let server = Server::bind(serve::Options::default()).await?.run(in_turn(cases));
    let mut client = open().await?;
    let endpoint = server.endpoint();
    let watch = Stopwatch::start();
    for case in cases {
        client
            .run(&case.operation, &case.call, &endpoint)
            .await
            .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    let seconds = watch.elapsed().as_secs_f64();
    client.stop().await;
    server.stop().await;
    Ok(seconds)
}

/// Seconds that a client's own loop needs for the calls, as its program tells.
async fn outside(tight: &Loop, cases: &[Case]) -> Result<f64> {
    let mut file = tempfile::NamedTempFile::new()?;
    for case in cases {
        let input = String::from_utf8(input(case))?;
        writeln!(file, "{{\"operation\":\"{}\",\"input\":{input}}}", case.operation)?;
    }
    file.flush()?;
    let server = Server::bind(serve::Options::default()).await?.run(in_turn(cases));
    let mut command = tokio::process::Command::new(&tight.program);
    let (script, rest) = tight.arguments.split_first().context("no script")?;
    command.arg(script).arg(server.endpoint()).arg(file.path()).args(rest);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().await?;
    server.stop().await;
    ensure!(output.status.success(), "{script}: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn in_turn(cases: &[Case]) -> Arc<InTurn> {
    let answers = cases.iter().flat_map(|case| case.answers.first().cloned()).collect();
    Arc::new(InTurn { answers, next: AtomicUsize::new(0) })
}

fn builtin(model: &Arc<Model>) -> Opener {
    let model = model.clone();
    Arc::new(move || {
        let start = Start::new(model.metadata.service.clone());
        let mut parts = Parts::new(model.clone(), start, Arc::new(SystemClock));
        parts.seed = Some(1);
        Box::pin(async move {
            let client: Box<dyn Client> = Box::new(BuiltinClient::new(parts)?);
            Ok(client)
        })
    })
}

/// A driver that `setup` has installed.
fn installed(name: &str) -> Option<Installed> {
    let wanted = Wanted::parse(name).ok()?;
    let found = Cache::new(project::setup_folder()).find(&wanted);
    found.inspect_err(|_| println!("bench: no {name}: cargo xtask setup installs it")).ok()
}

fn process(installed: Installed) -> Opener {
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
