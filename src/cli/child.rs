//! Running the wrapped command: its environment, its signals, its exit code.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::environment::ChildEnvironment;
use super::{Exit, Failure};

/// Runs a command to its end. SIGINT and SIGTERM are passed on to it; what it does with them is its own choice.
pub(crate) async fn run(command: &[String], environment: &ChildEnvironment) -> Result<ExitStatus, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage("no command after `--`"));
    };
    let mut child = tokio::process::Command::new(program);
    child.args(arguments);
    for name in &environment.removed {
        child.env_remove(name);
    }
    for (name, value) in &environment.set {
        child.env(name, value);
    }
    let mut interrupts = listen(SignalKind::interrupt())?;
    let mut terminations = listen(SignalKind::terminate())?;
    let mut child = child.spawn().map_err(|error| {
        Failure::run(format!("{program}: {error}\nhint: is it installed and on the PATH?"))
    })?;
    loop {
        tokio::select! {
            ended = child.wait() => return ended.map_err(|error| Failure::run(format!("{program}: {error}"))),
            // A terminal sends SIGINT to the child by itself: only the wait must survive it here.
            _ = interrupts.recv() => {}
            _ = terminations.recv() => pass_on(child.id()),
        }
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
