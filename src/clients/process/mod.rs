//! A client that is a process behind the driver protocol: deadlines, restarts, and a word for each way to fail.

mod pipes;
mod spawn;

use std::time::Duration;

use tokio::time::timeout;

pub(super) use pipes::PipeLine;
pub(super) use spawn::Process;
pub use spawn::{Command, Surroundings};

use super::{Client, DriverError};
use crate::api::outcome::Outcome;
use crate::check::case::{Call, NoOutcome};
use crate::clients::pipe::{self, Hello, Start, Started};
use crate::ground::exchange::Pending;

/// What a driver is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time for the answer to `start`.
    pub start: Duration,
    /// Time for the answer to `run`.
    pub answer: Duration,
    /// Time to end after `stop`.
    pub stop: Duration,
    /// Bytes of one line.
    pub line: usize,
    /// Bytes of standard error that are kept.
    pub stderr: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            start: Duration::from_secs(60),
            answer: Duration::from_secs(30),
            stop: Duration::from_secs(5),
            line: 64 << 20,
            stderr: 16 << 10,
        }
    }
}

/// How long a process that closed its output is left to end with a status of its own.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// One driver process, started again whenever it had to be ended.
pub struct ProcessClient {
    command: Command,
    surroundings: Surroundings,
    start: Start,
    limits: Limits,
    hello: Started,
    process: Option<Process>,
    seq: u64,
    stderr: String,
}

impl ProcessClient {
    /// Starts the process and waits until it says who it is.
    pub async fn start(
        command: Command,
        surroundings: Surroundings,
        start: Start,
        limits: Limits,
    ) -> Result<ProcessClient, DriverError> {
        let (process, hello) = launch(&command, &surroundings, &start, &limits).await?;
        Ok(ProcessClient {
            command,
            surroundings,
            start,
            limits,
            hello,
            process: Some(process),
            seq: 0,
            stderr: String::new(),
        })
    }

    async fn ask(&mut self, operation: &str, call: &Call, endpoint: &str) -> Result<Outcome, NoOutcome> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => launch(&self.command, &self.surroundings, &self.start, &self.limits)
                .await
                .map(|(process, _)| process)
                .map_err(|error| NoOutcome::Died(format!("cannot be started again: {error}")))?,
        };
        self.seq += 1;
        let line = pipe::run_line(self.seq, operation, call, endpoint);
        let answer = match timeout(self.limits.answer, process.ask(&line)).await {
            Err(_) => Err(NoOutcome::Hung),
            Ok(PipeLine::End) => Err(NoOutcome::Died(String::new())),
            Ok(PipeLine::TooLong) => {
                Err(NoOutcome::Babbled(format!("a line of more than {} bytes", self.limits.line)))
            }
            Ok(PipeLine::Whole(line)) => {
                pipe::read_answer(&line, self.seq).map_err(|error| NoOutcome::Babbled(error.to_string()))
            }
        };
        match answer {
            Ok(outcome) => {
                self.process = Some(process);
                Ok(outcome)
            }
            Err(failure) => Err(self.put_down(process, failure).await),
        }
    }

    /// Ends a process that cannot be trusted any more and completes what is told of it.
    async fn put_down(&mut self, process: Process, failure: NoOutcome) -> NoOutcome {
        let patience = if matches!(failure, NoOutcome::Died(_)) { LAST_MOMENT } else { Duration::ZERO };
        let (status, stderr) = process.end(patience).await;
        self.stderr = stderr;
        match failure {
            NoOutcome::Died(_) => NoOutcome::Died(epitaph(status, &self.stderr)),
            other => other,
        }
    }
}

impl Client for ProcessClient {
    fn hello(&self) -> &Started {
        &self.hello
    }

    fn run<'a>(
        &'a mut self,
        operation: &'a str,
        call: &'a Call,
        endpoint: &'a str,
    ) -> Pending<'a, Result<Outcome, NoOutcome>> {
        Box::pin(self.ask(operation, call, endpoint))
    }

    fn stderr(&self) -> String {
        self.process.as_ref().map_or_else(|| self.stderr.clone(), Process::stderr)
    }

    fn stop(mut self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move {
            if let Some(process) = self.process.take() {
                process.stop(Some(&pipe::stop_line()), self.limits.stop).await;
            }
        })
    }
}

/// Starts a process and hears its hello.
async fn launch(
    command: &Command,
    surroundings: &Surroundings,
    start: &Start,
    limits: &Limits,
) -> Result<(Process, Started), DriverError> {
    let driver = command.to_string();
    let mut process = Process::spawn(command, surroundings, limits).map_err(|error| {
        let hint = "the first word must be a program that is installed and on PATH, or a path to one";
        DriverError::new(&driver, format!("cannot be started: {error}")).hint(hint)
    })?;
    let what = match timeout(limits.start, process.ask(&pipe::start_line(start))).await {
        Ok(PipeLine::Whole(line)) => match pipe::read_hello(&line) {
            Ok(Hello::Started(hello)) => return Ok((process, hello)),
            Ok(Hello::Failed { reason }) => format!("refused to start: {reason}"),
            Err(error) => format!("its answer to `start` is not the protocol: {error}"),
        },
        Ok(PipeLine::TooLong) => format!("its answer to `start` is longer than {} bytes", limits.line),
        Ok(PipeLine::End) => {
            let (status, stderr) = process.end(LAST_MOMENT).await;
            return Err(DriverError::new(
                driver,
                format!("did not answer `start`: {}", epitaph(status, &stderr)),
            ));
        }
        Err(_) => format!("did not answer `start` within {:?}", limits.start),
    };
    let (_, stderr) = process.end(Duration::ZERO).await;
    let error = DriverError::new(driver, what);
    Err(if stderr.is_empty() { error } else { error.hint(format!("it wrote: {stderr}")) })
}

/// How a process ended, and its last words.
pub(super) fn epitaph(status: Option<std::process::ExitStatus>, stderr: &str) -> String {
    let ending = match status {
        Some(status) => format!("the process ended ({status})"),
        None => "the process closed its output and had to be killed".to_owned(),
    };
    if stderr.is_empty() { ending } else { format!("{ending}: {stderr}") }
}
