//! The commands of an install: tools that must be there, steps with their output passed on as it comes.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use crate::clients::DriverError;
use crate::clients::catalogue::{Need, Shipped};

/// What an install is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallProgress<'a> {
    /// A step begins.
    Step {
        /// Which, from 1.
        number: usize,
        /// Of how many.
        of: usize,
        /// The command.
        command: &'a str,
    },
    /// The step's tool wrote a line.
    Line(&'a str),
    /// The driver is started for the first time.
    Handshake,
}

/// How many of a failed step's last lines are told.
const TOLD: usize = 12;

/// Complains of every tool that a driver needs and that is not there.
pub(super) async fn missing(driver: &Shipped) -> Result<(), DriverError> {
    let mut hints = Vec::new();
    let mut tools = Vec::new();
    for need in &driver.recipe.needs {
        if !is_there(need).await {
            tools.push(need.tool.as_str());
            hints.push(need.hint.as_str());
        }
    }
    if tools.is_empty() {
        return Ok(());
    }
    let what = format!("needs {}, which cannot be run here", tools.join(" and "));
    Err(DriverError::new(&driver.recipe.name, what).hint(hints.join("; ")))
}

/// Whether a tool can be run.
pub async fn is_there(need: &Need) -> bool {
    let mut command = Command::new(&need.tool);
    command.arg(&need.argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.kill_on_drop(true).status().await.is_ok_and(|status| status.success())
}

/// Runs one command in the driver's folder. It sees the whole environment: a package manager needs its
/// proxies, mirrors and caches.
pub(super) async fn run_step(
    place: &str,
    words: &[String],
    folder: &Path,
    progress: &mut (dyn FnMut(InstallProgress<'_>) + Send),
) -> Result<(), DriverError> {
    let failed = |what: String| DriverError::new(place, format!("`{}` {what}", words.join(" ")));
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut child = Command::new(program_path(program, folder))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    let (lines, mut written) = tokio::sync::mpsc::channel(64);
    let readers = (child.stdout.take(), child.stderr.take());
    tokio::spawn(pass_on(readers.0, lines.clone()));
    tokio::spawn(pass_on(readers.1, lines));
    let mut last = Vec::new();
    while let Some(line) = written.recv().await {
        progress(InstallProgress::Line(&line));
        last.push(line);
        last.drain(..last.len().saturating_sub(TOLD));
    }
    let status = child.wait().await.map_err(|error| failed(error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    let hint = "steps fetch packages from the language's own registry: is it reachable? The install starts anew next time";
    Err(failed(format!("failed ({status}):\n{}", last.join("\n"))).hint(hint))
}

/// A program named by a path is one of the driver's folder.
fn program_path(program: &str, folder: &Path) -> PathBuf {
    if program.contains('/') { folder.join(program) } else { PathBuf::from(program) }
}

async fn pass_on(pipe: Option<impl AsyncRead + Unpin>, lines: tokio::sync::mpsc::Sender<String>) {
    let Some(pipe) = pipe else { return };
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while let Ok(1..) = reader.read_until(b'\n', &mut line).await {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if lines.send(text).await.is_err() {
            return;
        }
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_step_tells_its_lines_and_how_it_failed() {
        let folder = tempfile::tempdir().unwrap();
        let words = |script: &str| ["sh", "-c", script].map(str::to_owned);
        let mut seen = Vec::new();
        let mut progress = |progress: InstallProgress<'_>| {
            if let InstallProgress::Line(line) = progress {
                seen.push(line.to_owned());
            }
        };
        run_step("x", &words("echo one; pwd"), folder.path(), &mut progress).await.unwrap();
        let error =
            run_step("x", &words("seq 50; echo no network >&2; exit 9"), folder.path(), &mut progress)
                .await
                .unwrap_err();
        assert_eq!(seen[0], "one");
        assert!(seen[1].ends_with(folder.path().file_name().unwrap().to_str().unwrap()));
        assert!(error.what.contains("exit status: 9") && error.what.contains("no network"), "{error}");
        assert!(!error.what.contains("\n30\n"), "{error}");
        let absent = run_step("x", &["bin/absent".to_owned()], folder.path(), &mut |_| {}).await.unwrap_err();
        assert!(absent.what.contains("cannot be started"), "{absent}");
    }

    #[tokio::test]
    async fn missing_tools_are_named_with_the_way_to_get_them() {
        let mut driver = crate::clients::shipped_named("js-v3").unwrap();
        for need in &mut driver.recipe.needs {
            need.tool = format!("shapetape-no-{}", need.tool);
        }
        let error = missing(&driver).await.unwrap_err().to_string();
        assert!(error.contains("needs shapetape-no-node and shapetape-no-npm"), "{error}");
        assert!(error.contains("https://nodejs.org"), "{error}");
    }
}
