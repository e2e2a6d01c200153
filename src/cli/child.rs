//! Running the wrapped command: its environment, its signals, its exit code.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::environment::ChildEnvironment;
use super::{Exit, Failure};

/// Runs a command to its end. SIGINT and SIGTERM are passed on to it; what it does with them is its own choice.
pub(crate) async fn run(command: &[String], environment: &ChildEnvironment) -> Result<ExitStatus, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage("no command after `--`"));
    };
    let mut child = prepare(program, arguments, environment);
    let mut interrupts = listen(SignalKind::interrupt())?;
    let mut terminations = listen(SignalKind::terminate())?;
    let mut child = child.spawn().map_err(|error| not_started(program, &error))?;
    loop {
        tokio::select! {
            ended = child.wait() => return ended.map_err(|error| Failure::run(format!("{program}: {error}"))),
            // A terminal sends SIGINT to the child by itself: only the wait must survive it here.
            _ = interrupts.recv() => {}
            _ = terminations.recv() => pass_on(child.id()),
        }
    }
}

fn prepare(program: &str, arguments: &[String], environment: &ChildEnvironment) -> tokio::process::Command {
    let mut child = tokio::process::Command::new(program);
    child.args(arguments);
    for name in &environment.removed {
        child.env_remove(name);
    }
    for (name, value) in &environment.set {
        child.env(name, value);
    }
    child
}

fn not_started(program: &str, error: &std::io::Error) -> Failure {
    Failure::run(format!("{program}: {error}\nhint: is it installed and on the PATH?"))
}

/// How a command ended whose output was kept.
pub(crate) struct Ended {
    /// Its code, 128 and the signal's number as shells have it; nothing where it had to be ended.
    pub(crate) code: Option<i32>,
    /// The last line it wrote, on standard error before standard output.
    pub(crate) last_line: String,
}

/// Runs a command silently, and ends it and whatever it started when its time is up.
pub(crate) async fn run_silently(
    command: &[String],
    environment: &ChildEnvironment,
    limit: Duration,
) -> Result<Ended, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage("no command after `--`"));
    };
    let mut child = prepare(program, arguments, environment);
    child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    child.process_group(0).kill_on_drop(true);
    let child = child.spawn().map_err(|error| not_started(program, &error))?;
    let group = child.id();
    match tokio::time::timeout(limit, child.wait_with_output()).await {
        Ok(output) => {
            let output = output.map_err(|error| Failure::run(format!("{program}: {error}")))?;
            let code = output.status.code().or_else(|| output.status.signal().map(|signal| 128 + signal));
            let last_line = last_line(&output.stderr).or_else(|| last_line(&output.stdout));
            Ok(Ended { code: Some(code.unwrap_or(1)), last_line: last_line.unwrap_or_default() })
        }
        Err(_) => {
            end_group(group);
            Ok(Ended { code: None, last_line: format!("did not end within {} s", limit.as_secs()) })
        }
    }
}

fn last_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

fn end_group(leader: Option<u32>) {
    let leader = leader.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(leader) = leader {
        // A group that is gone already needs no signal.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
}

fn pass_on(child: Option<u32>) {
    let child = child.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(child) = child {
        // A child that is gone already needs no signal.
        let _ = rustix::process::kill_process(child, rustix::process::Signal::TERM);
    }
}

fn listen(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::run(format!("cannot listen for signals: {error}")))
}

/// Waits until the program is told to end.
pub(crate) async fn told_to_end() -> Result<(), Failure> {
    let mut interrupts = listen(SignalKind::interrupt())?;
    let mut terminations = listen(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupts.recv() => {}
        _ = terminations.recv() => {}
    }
    Ok(())
}

/// The code to end with after a command: its own if that is not 0, 128 and the signal's number as shells have it.
pub(crate) fn code(status: ExitStatus) -> Option<Exit> {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    (code != 0).then(|| Exit::Child(u8::try_from(code).unwrap_or(1)))
}
