//! Starting a driver's process in a clean environment, and ending it with everything it started.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;

use super::Limits;
use super::pipes::{Lines, PipeLine, Tail};
use crate::clients::DriverError;

/// A program and its arguments; no shell reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command(Vec<OsString>);

impl Command {
    /// Splits a command line into words as a shell would.
    pub fn parse(text: &str) -> Result<Command, DriverError> {
        let words = shell_words::split(text)
            .map_err(|error| DriverError::new(text, error.to_string()).hint("close every quote"))?;
        if words.is_empty() {
            return Err(DriverError::new(text, "the command is empty"));
        }
        Ok(Command::from_words(words))
    }

    /// A command of words; the first is the program.
    pub fn from_words<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Command {
        Command(words.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&shell_words::join(self.0.iter().map(|word| word.to_string_lossy())))
    }
}

/// What a driver's process may see of the harness's own environment: `PATH`, and variables whose names begin
/// with `SHAPETAPE_DRIVER_`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings(Vec<(OsString, OsString)>);

impl Surroundings {
    /// Picks from a whole environment what a driver may see.
    pub fn pick(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Surroundings {
        let seen = |name: &OsStr| {
            name == "PATH" || name.to_str().is_some_and(|name| name.starts_with("SHAPETAPE_DRIVER_"))
        };
        Surroundings(environment.into_iter().filter(|(name, _)| seen(name)).collect())
    }
}

/// What every driver's process finds, besides its [`Surroundings`] and an empty `HOME`.
const ENVIRONMENT: [(&str, &str); 3] =
    [("TZ", "UTC"), ("LANG", "C.UTF-8"), ("AWS_EC2_METADATA_DISABLED", "true")];

/// A running driver.
pub(in crate::clients) struct Process {
    child: Child,
    group: Group,
    stdin: Option<ChildStdin>,
    stdout: Lines<ChildStdout>,
    tail: Tail,
    drain: JoinHandle<()>,
    _home: TempDir,
}

/// The process group of a driver, ended when this is dropped.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0.take() {
            // An error means that the group is gone already.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl Process {
    /// Starts the program.
    pub(in crate::clients) fn spawn(
        command: &Command,
        surroundings: &Surroundings,
        limits: &Limits,
    ) -> std::io::Result<Process> {
        let home = tempfile::Builder::new().prefix("shapetape-home-").tempdir()?;
        let (program, arguments) = command.0.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut child = tokio::process::Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(ENVIRONMENT)
            .env("HOME", home.path())
            .envs(surroundings.0.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        };
        let tail = Tail::new(limits.stderr);
        let drain = tokio::spawn(tail.clone().drain(stderr));
        let stdout = Lines::new(stdout, limits.line);
        Ok(Process { child, group, stdin: Some(stdin), stdout, tail, drain, _home: home })
    }

    /// Writes one line and waits for one. A line that cannot be written shows as the end of the answers.
    pub(in crate::clients) async fn ask(&mut self, line: &[u8]) -> PipeLine {
        if self.tell(line).await.is_err() {
            return PipeLine::End;
        }
        self.stdout.next().await
    }

    async fn tell(&mut self, line: &[u8]) -> std::io::Result<()> {
        let Some(stdin) = &mut self.stdin else { return Err(std::io::ErrorKind::BrokenPipe.into()) };
        stdin.write_all(line).await?;
        stdin.flush().await
    }

    /// What it wrote last on standard error.
    pub(in crate::clients) fn stderr(&self) -> String {
        self.tail.text()
    }

    /// Asks it to stop, or closes its input where there is no line to say so, and ends it if it does not end
    /// within `patience`.
    pub(in crate::clients) async fn stop(
        mut self,
        line: Option<&[u8]>,
        patience: Duration,
    ) -> Option<ExitStatus> {
        match line {
            Some(line) => drop(tokio::time::timeout(patience, self.tell(line)).await),
            None => self.stdin = None,
        }
        self.end(patience).await.0
    }

    /// Ends it and its children, and says how it ended and what it wrote last; a process that is about to end
    /// by itself is left `patience` for it, so that its own status is told.
    pub(in crate::clients) async fn end(mut self, patience: Duration) -> (Option<ExitStatus>, String) {
        let ended = tokio::time::timeout(patience, self.child.wait()).await;
        // Before the process is reaped its number cannot be another's; after, only the rest of its group has it.
        drop(self.group);
        let status = match ended {
            Ok(Ok(status)) => Some(status),
            _ => {
                let _ = self.child.wait().await;
                None
            }
        };
        // What it wrote is in the pipe by now; a stranger that holds the pipe open is not waited for.
        let _ = tokio::time::timeout(DRAIN, &mut self.drain).await;
        self.drain.abort();
        (status, self.tail.text())
    }
}

/// How long the rest of standard error is read after the process has ended.
const DRAIN: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_as_a_shell_would() {
        let command = Command::parse(r#"node 'my driver.mjs' --x "a b" c\ d"#).unwrap();
        assert_eq!(command, Command::from_words(["node", "my driver.mjs", "--x", "a b", "c d"]));
        assert_eq!(Command::parse(&command.to_string()), Ok(command));
        for text in ["", "  ", "node 'open"] {
            assert!(Command::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_of_the_environment_crosses_but_what_is_named() {
        let environment = ["PATH", "HOME", "AWS_PROFILE", "SHAPETAPE_DRIVER_MUTANT", "SHAPETAPE_HOME"]
            .map(|name| (OsString::from(name), OsString::from("x")));
        let names: Vec<_> = Surroundings::pick(environment).0.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["PATH", "SHAPETAPE_DRIVER_MUTANT"]);
    }
}
