//! `shapetape replay`: serve cassettes, or run a command against them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use shapetape::ground::json::pretty;
use shapetape::tape::cassette::{self, Cassette};
use shapetape::tape::replay::{
    Attempts, Exhausted, Order, ReplayHandler, ReplayOptions, Session, SessionReport, Waits,
};

use super::child;
use super::control::{self, Control};
use super::environment::ChildEnvironment;
use super::listen::{ServerArguments, sessions};
use super::models::at_hand;
use super::term::say;
use super::vary::{self, Vary};
use super::{CommandResult, Exit, Failure};

/// Serve recorded answers from cassettes; a command is run against them and its exit code passed on.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  shapetape replay cassettes/sagemaker/notebook.json -- python my_test.py\n  \
                        shapetape replay cassettes/sagemaker/*.json   # serves until Ctrl-C\n  \
                        shapetape replay my.json --vary 'PG5,TH1,NU*' -- python my_test.py"
)]
pub(crate) struct Arguments {
    /// Cassettes to serve, joined into one recording in the given order
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    #[command(flatten)]
    server: ServerArguments,
    /// Order in which interactions may be played
    #[arg(long, value_enum, default_value = "any")]
    order: OrderFlag,
    /// How repeated polls of a waiting program are answered
    #[arg(long, value_enum, default_value = "auto")]
    waits: WaitsFlag,
    /// Which answers a call gets that was recorded with several attempts
    #[arg(long, value_enum, default_value = "final")]
    attempts: AttemptsFlag,
    /// What a request gets when all its recorded answers were played
    #[arg(long, value_enum, default_value = "fail")]
    exhausted: ExhaustedFlag,
    /// Condition that does not fail the replay
    #[arg(long, value_enum)]
    allow: Vec<Allow>,
    /// Report to write at the end: json=PATH; repeatable
    #[arg(long, value_name = "KIND=PATH")]
    report: Vec<String>,
    /// Run the command once per variant of the recorded answers. GLOBS are variant ids as `check --variant`
    /// takes them, separated by commas: OK, NU, IN, FL, WT, TS, UN, ER, TH, PG and TR with their numbers.
    /// Variants of the call (RQ, WA) and variants that replace the whole answer (OK1, OK3, OK4, OK9, OK10,
    /// OK20, PG14, TH13) are left out
    #[arg(long, value_name = "GLOBS", requires = "command", conflicts_with = "control")]
    vary: Option<String>,
    /// With --vary: seconds after which a run of the command is ended and counts as failed
    #[arg(long, value_name = "N", default_value_t = 60)]
    run_seconds: u64,
    /// With --vary: runs of the command in parallel. More than one needs a command whose runs share no files
    /// and no ports
    #[arg(long, value_name = "N", default_value_t = 1, requires = "vary")]
    jobs: usize,
    /// Open and close sessions by JSON lines on standard input, for plugins of test runners
    #[arg(long)]
    control: bool,
    /// Command to run against the cassettes
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum OrderFlag {
    /// Any order; equal requests get their answers in recorded order
    Any,
    /// As `any`, but a call that uses an ARN, name or token waits for the call that returned it
    Causal,
    /// The recorded order
    Strict,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum WaitsFlag {
    /// An SDK's waiter gets the last answer at once; other programs get the recorded order
    Auto,
    /// Equal answers in a row are played once
    Edges,
    /// Every program gets the last answer at once
    Terminal,
    /// The recorded order
    Keep,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum AttemptsFlag {
    /// The answer of the last attempt, at once
    Final,
    /// The answers of all attempts, one after another
    Keep,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ExhaustedFlag {
    /// An error, except that the last answer to a poll is repeated
    Fail,
    /// The last answer again
    Repeat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Allow {
    /// Interactions that no request asked for
    Unplayed,
}

impl Arguments {
    fn options(&self) -> ReplayOptions {
        ReplayOptions {
            order: match self.order {
                OrderFlag::Any => Order::Any,
                OrderFlag::Causal => Order::Causal,
                OrderFlag::Strict => Order::Strict,
            },
            waits: match self.waits {
                WaitsFlag::Auto => Waits::Auto,
                WaitsFlag::Edges => Waits::Edges,
                WaitsFlag::Terminal => Waits::Terminal,
                WaitsFlag::Keep => Waits::Keep,
            },
            attempts: match self.attempts {
                AttemptsFlag::Final => Attempts::Final,
                AttemptsFlag::Keep => Attempts::Keep,
            },
            exhausted: match self.exhausted {
                ExhaustedFlag::Fail => Exhausted::Fail,
                ExhaustedFlag::Repeat => Exhausted::Repeat,
            },
        }
    }

    /// The path of the JSON report, if one is wanted.
    fn report_path(&self) -> Result<Option<PathBuf>, Failure> {
        let mut path = None;
        for report in &self.report {
            match report.split_once('=') {
                Some(("json", place)) if !place.is_empty() => path = Some(PathBuf::from(place)),
                _ => return Err(Failure::usage(format!("--report {report}: a replay reports as json=PATH"))),
            }
        }
        Ok(path)
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments) -> CommandResult {
    if arguments.cassettes.is_empty() && !arguments.control {
        return Err(Failure::usage("name a cassette, or use --control\nhint: shapetape replay --help"));
    }
    let report_path = arguments.report_path()?;
    let cassettes = load(&arguments.cassettes)?;
    if let Some(globs) = &arguments.vary {
        let vary = Vary {
            globs,
            cassettes: &cassettes,
            options: arguments.options(),
            server: &arguments.server,
            command: &arguments.command,
            limit: Duration::from_secs(arguments.run_seconds),
            jobs: arguments.jobs.max(1),
            allow_unplayed: arguments.allow.contains(&Allow::Unplayed),
            report: report_path.as_deref(),
        };
        return vary::run(&vary).await;
    }
    let session = Session::new(at_hand()?, &cassettes, arguments.options());
    let interactions = session.interactions();
    let replayer = Arc::new(ReplayHandler::new(arguments.server.gate()?, session));
    let sessions = sessions();
    if !cassettes.is_empty() {
        sessions.set_default(replayer.clone());
    }
    let server = arguments.server.serve(sessions.clone()).await?;
    let mut exit = Exit::Fine;
    if arguments.command.is_empty() {
        arguments.server.ready(&server.endpoint(), cassettes.len(), interactions);
        if arguments.control {
            let mut control = Control::new(sessions, server.endpoint());
            let clean = control::run(&mut control, &mut |open| open_session(&arguments, open)).await?;
            if !clean {
                exit = Exit::Findings;
            }
        } else {
            child::told_to_end().await?;
        }
    } else {
        let environment = ChildEnvironment::new(&server.endpoint(), &arguments.server.region);
        let status = child::run(&arguments.command, &environment).await?;
        exit = child::code(status).unwrap_or(Exit::Fine);
    }
    server.stop().await;
    if cassettes.is_empty() {
        return Ok(exit);
    }
    let report = replayer.report();
    if let Some(path) = report_path {
        std::fs::write(&path, pretty(&report.to_json()))
            .map_err(|error| Failure::run(format!("{}: {error}", path.display())))?;
    }
    Ok(conclude(&report, arguments.allow.contains(&Allow::Unplayed), exit))
}

/// Tells how the session went; the wrapped command's own code comes first.
fn conclude(report: &SessionReport, allow_unplayed: bool, exit: Exit) -> Exit {
    for line in report.lines() {
        say(format_args!("{line}"));
    }
    say(format_args!(
        "replay: {} played, {} skipped, {} unmatched, {} unplayed, {} over-played",
        report.played,
        report.skipped,
        report.unmatched.len(),
        report.unplayed.len(),
        report.over_played.len()
    ));
    if exit == Exit::Fine && !report.is_clean(allow_unplayed) { Exit::Findings } else { exit }
}

fn load(paths: &[PathBuf]) -> Result<Vec<Cassette>, Failure> {
    paths.iter().map(|path| cassette::load(path).map_err(Failure::usage)).collect()
}

/// A session opened by a control message.
fn open_session(arguments: &Arguments, open: &control::Open) -> Result<control::Opened, Failure> {
    if open.mode != "replay" {
        return Err(Failure::usage(format!(
            "mode `{}`: this listener replays\nhint: use \"mode\":\"replay\"",
            open.mode
        )));
    }
    let cassette = cassette::load(&open.path).map_err(Failure::usage)?;
    let session = Session::new(at_hand()?, &[cassette], arguments.options());
    let replayer = Arc::new(ReplayHandler::new(arguments.server.gate()?, session));
    let allow_unplayed = arguments.allow.contains(&Allow::Unplayed);
    let reporter = replayer.clone();
    Ok(control::Opened {
        handler: replayer,
        close: Box::new(move || {
            let report = reporter.report();
            Ok((report.to_json(), report.is_clean(allow_unplayed)))
        }),
    })
}
