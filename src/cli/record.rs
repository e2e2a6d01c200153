//! `shapetape record`: run a command through the recording proxy, into a cassette.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shapetape::cassette::{self, Header};
use shapetape::clock::SystemClock;
use shapetape::gate::Gate;
use shapetape::model;
use shapetape::record::{RecordReport, Recorder, Setup, Upstream, Upstreams};
use shapetape::replay::{Options, Session};
use shapetape::sigv4::Credentials;

use super::child;
use super::control::{self, Control};
use super::environment::ChildEnvironment;
use super::listen::{ServerArguments, sessions};
use super::models::at_hand;
use super::sandbox::account;
use super::term::say;
use super::{Exit, Failure, Outcome};

/// Run a command through the recording proxy, into a cassette.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  shapetape record --upstream http://127.0.0.1:5000 --cassette c.json -- python my_test.py\n  \
                        shapetape record --upstream s3=http://127.0.0.1:5000 --upstream sandbox --cassette c.json -- make test"
)]
pub(crate) struct Arguments {
    /// The cassette to write
    #[arg(long, value_name = "PATH")]
    cassette: Option<PathBuf>,
    /// Where answers come from: sandbox, URL, or SERVICE=URL; repeatable [default: sandbox]
    #[arg(long, value_name = "UPSTREAM")]
    upstream: Vec<String>,
    /// Record everything afresh, or replay what matches and record the rest
    #[arg(long, value_enum, default_value = "all")]
    mode: Mode,
    #[command(flatten)]
    server: ServerArguments,
    /// Open and close sessions by JSON lines on stdin
    #[arg(long)]
    control: bool,
    /// The command to run
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    All,
    New,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let sessions = sessions();
    if arguments.control {
        let server = arguments.server.serve(sessions.clone()).await?;
        arguments.server.ready(&server.endpoint(), 0, 0);
        let mut control = Control::new(sessions, server.endpoint());
        let clean = control::run(&mut control, &mut |open| open_session(&arguments, open)).await?;
        server.stop().await;
        return Ok(if clean { Exit::Fine } else { Exit::Findings });
    }
    let Some(path) = &arguments.cassette else {
        return Err(Failure::usage("--cassette PATH says where to record to\nhint: shapetape record --help"));
    };
    let recorder = Arc::new(recorder(&arguments, path, arguments.mode)?);
    sessions.set_default(recorder.clone());
    let server = arguments.server.serve(sessions).await?;
    let exit = if arguments.command.is_empty() {
        arguments.server.ready(&server.endpoint(), 1, 0);
        child::told_to_end().await?;
        Exit::Fine
    } else {
        let environment = ChildEnvironment::new(&server.endpoint(), &arguments.server.region);
        match child::run(&arguments.command, &environment).await {
            Ok(status) => child::code(status).unwrap_or(Exit::Fine),
            Err(failure) => {
                recorder.finish(false).map_err(Failure::run)?;
                return Err(failure);
            }
        }
    };
    server.stop().await;
    let report = recorder.finish(exit == Exit::Fine).map_err(Failure::run)?;
    Ok(conclude(&report, exit))
}

/// Tells how the recording went; the wrapped command's own code comes first.
fn conclude(report: &RecordReport, exit: Exit) -> Exit {
    for failure in &report.failures {
        say(format_args!("error: {failure}"));
    }
    for suspect in &report.suspects {
        let hint = "it looks like a secret; nothing of it was stored";
        say(format_args!("suspect: {} is now {} ({hint})", suspect.place, suspect.placeholder));
    }
    if let Some(path) = &report.cassette {
        say(format_args!(
            "recorded: {} interactions, {} replayed, into {}",
            report.interactions,
            report.replayed,
            path.display()
        ));
    }
    match exit {
        Exit::Fine if !report.failures.is_empty() => Exit::CouldNotRun,
        Exit::Fine if !report.suspects.is_empty() => Exit::Findings,
        other => other,
    }
}

fn recorder(arguments: &Arguments, path: &Path, mode: Mode) -> Result<Recorder, Failure> {
    if let Some(recovered) = cassette::recover(path).map_err(Failure::run)? {
        say(format_args!(
            "note: a recording was cut off before; its {} interactions are in {}",
            recovered.interactions,
            recovered.partial.display()
        ));
    }
    let models = at_hand()?;
    let old = if mode == Mode::New && path.exists() {
        let cassette = cassette::load(path).map_err(Failure::usage)?;
        let session = Session::new(models.clone(), std::slice::from_ref(&cassette), Options::default());
        Some((cassette, session))
    } else {
        None
    };
    let header = Header {
        scenario: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        api: model::latest().map_err(Failure::run)?.metadata.date.clone(),
        recorder: format!("shapetape {}", env!("CARGO_PKG_VERSION")),
        region: arguments.server.region.clone(),
        ..Header::default()
    };
    let setup = Setup {
        gate: arguments.server.gate()?,
        upstreams: upstreams(arguments)?,
        models,
        clock: Arc::new(SystemClock),
        header,
        secrets: Vec::new(),
        old,
    };
    Recorder::new(path, setup).map_err(Failure::run)
}

fn upstreams(arguments: &Arguments) -> Result<Upstreams, Failure> {
    let mut upstreams = Upstreams::default();
    // A service at a URL of the user's own is signed for with the dummy pair: it is no AWS.
    let dummy = || Credentials::new("testing", "testing");
    let at = |url: &str| Upstream::at(url, dummy()).map_err(Failure::usage);
    if arguments.upstream.is_empty() {
        upstreams.for_others(sandbox(arguments)?);
    }
    for given in &arguments.upstream {
        match given.split_once('=') {
            None if given == "sandbox" => upstreams.for_others(sandbox(arguments)?),
            Some((service, url)) if !service.contains([':', '/']) => upstreams.for_service(service, at(url)?),
            _ if given.contains("://") => upstreams.for_others(at(given)?),
            _ => {
                return Err(Failure::usage(format!("--upstream {given}: not sandbox, a URL or SERVICE=URL")));
            }
        }
    }
    Ok(upstreams)
}

/// The embedded account, behind a gate that lets pass what the recorder's own has let in.
fn sandbox(arguments: &Arguments) -> Result<Upstream, Failure> {
    let model = model::latest().map_err(Failure::run)?;
    let account = account(model, &arguments.server.region, Gate::ignoring());
    Ok(Upstream::Inside { kind: "sandbox".to_owned(), handler: Arc::new(account) })
}

/// A session opened by a control message.
fn open_session(arguments: &Arguments, open: &control::Open) -> Result<control::Opened, Failure> {
    let mode = match open.mode.as_str() {
        "record" => Mode::All,
        "new" => Mode::New,
        other => {
            return Err(Failure::usage(format!(
                "mode `{other}`: this listener records\nhint: use record or new"
            )));
        }
    };
    let recorder = Arc::new(recorder(arguments, &open.path, mode)?);
    let ending = recorder.clone();
    Ok(control::Opened {
        handler: recorder,
        close: Box::new(move || {
            let report = ending.finish(true).map_err(Failure::run)?;
            let clean = report.failures.is_empty() && report.suspects.is_empty();
            Ok((report.to_json(), clean))
        }),
    })
}
