//! The driver under examination, started anew whenever a check has ended it.

use std::time::Duration;

use tokio::time::timeout;

use crate::clients::pipe::{Hello, Start, Started, line, read_hello, start_line, stop_line};
use crate::clients::process::{PipeLine, Process, epitaph};
use crate::clients::{Command, DriverError, Limits, Surroundings};
use crate::ground::json::Json;

/// How long a process that closed its output is left to end by itself.
const LAST_MOMENT: Duration = Duration::from_secs(1);

pub(super) struct Patient {
    command: Command,
    surroundings: Surroundings,
    start: Start,
    limits: Limits,
    process: Option<Process>,
    seq: u64,
    refused: bool,
}

impl Patient {
    pub(super) fn new(command: Command, surroundings: Surroundings, start: Start) -> Patient {
        let limits = super::limits();
        Patient { command, surroundings, start, limits, process: None, seq: 0, refused: false }
    }

    /// The same driver with another start.
    pub(super) fn with(self, start: Start) -> Patient {
        Patient { start, process: None, refused: false, ..self }
    }

    /// Another process of the same driver, with another start.
    pub(super) fn twin(&self, start: Start) -> Patient {
        Patient::new(self.command.clone(), self.surroundings.clone(), start)
    }

    /// An error about the driver.
    pub(super) fn error(&self, what: impl ToString) -> DriverError {
        DriverError::new(self.command.to_string(), what.to_string())
    }

    /// The last start was answered by `failed`.
    pub(super) fn refused(&self) -> bool {
        self.refused
    }

    /// Starts the process and hears its hello.
    pub(super) async fn wake(&mut self) -> Result<Started, DriverError> {
        self.process = None;
        let mut process =
            Process::spawn(&self.command, &self.surroundings, &self.limits).map_err(|error| {
                self.error(format!("cannot be started: {error}"))
                    .hint("is the program installed and on PATH?")
            })?;
        let answer = timeout(self.limits.start, process.ask(&start_line(&self.start))).await;
        self.refused = false;
        match answer {
            Ok(PipeLine::Whole(line)) => match read_hello(&line) {
                Ok(Hello::Started(hello)) => {
                    self.process = Some(process);
                    Ok(hello)
                }
                Ok(Hello::Failed { reason }) => {
                    let ended = process.end(LAST_MOMENT).await.0.is_some();
                    let lingers = if ended { "" } else { "; its process did not end after that" };
                    self.refused = ended;
                    Err(self.error(format!("refused to start: {reason}{lingers}")))
                }
                Err(error) => Err(self.error(format!("its answer to `start` is not the protocol: {error}"))),
            },
            Ok(_) => {
                let (status, stderr) = process.end(LAST_MOMENT).await;
                Err(self.error(format!("did not answer `start`: {}", epitaph(status, &stderr))))
            }
            Err(_) => Err(self.error(format!("did not answer `start` within {:?}", self.limits.start))),
        }
    }

    /// Sends a `run` with the next number and gives that number and the answering line, or what went wrong.
    pub(super) async fn run(&mut self, members: Vec<(&str, Json)>) -> (u64, Result<Vec<u8>, String>) {
        self.seq += 1;
        let head = [("cmd", Json::string("run")), ("seq", Json::number(self.seq))];
        let message = Json::object(head.into_iter().chain(members));
        (self.seq, self.ask(&line(message)).await)
    }

    /// Sends a line and hears one; a driver that fails is ended, so that the next check finds a new one.
    pub(super) async fn ask(&mut self, line: &[u8]) -> Result<Vec<u8>, String> {
        if self.process.is_none() {
            self.wake().await.map_err(|error| format!("it cannot be started again: {error}"))?;
        }
        let Some(mut process) = self.process.take() else { return Err("it is not running".to_owned()) };
        match timeout(self.limits.answer, process.ask(line)).await {
            Ok(PipeLine::Whole(line)) => {
                self.process = Some(process);
                Ok(line)
            }
            Ok(PipeLine::TooLong) => Err("its answer is too long".to_owned()),
            Ok(PipeLine::End) => {
                let (status, stderr) = process.end(LAST_MOMENT).await;
                Err(format!("it did not answer: {}", epitaph(status, &stderr)))
            }
            Err(_) => Err(format!("it did not answer within {:?}", self.limits.answer)),
        }
    }

    /// Ends it, by `stop` or by closing its input; what is wrong with how it ended, if anything is.
    pub(super) async fn dismiss(&mut self, by_stop: bool) -> Result<(), String> {
        let Some(process) = self.process.take() else { return Err("it is not running".to_owned()) };
        let line = by_stop.then(stop_line);
        match process.stop(line.as_deref(), self.limits.stop).await {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("it ended with {status}, not with status 0")),
            None => Err(format!("it did not end within {:?}", self.limits.stop)),
        }
    }
}
