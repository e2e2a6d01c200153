//! `--control`: sessions opened and closed by JSON lines on stdin, for test-runner plugins.
//!
//! `{"open":"PATH","mode":"replay"}` is answered `{"session":"s1","endpoint":"http://127.0.0.1:P/s1",…}`, and
//! `{"close":"s1"}` with that session's report. A line that is wrong is answered `{"error":…}` and changes nothing.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use shapetape::ground::exchange::Handler;
use shapetape::ground::json::{Json, Style, parse, write};
use shapetape::wire::serve::Sessions;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::Failure;
use super::term::give;

/// A request to open a session.
pub(crate) struct Open {
    /// The cassette.
    pub(crate) path: PathBuf,
    /// `replay`, `record` or `new`.
    pub(crate) mode: String,
}

/// Ends a session and gives its report, and whether all was well.
type Close = Box<dyn FnOnce() -> Result<(Json, bool), Failure> + Send>;

/// An opened session.
pub(crate) struct Opened {
    /// Who answers its requests.
    pub(crate) handler: Arc<dyn Handler>,
    /// How it ends.
    pub(crate) close: Close,
}

/// The sessions that control messages opened.
pub(crate) struct Control {
    sessions: Arc<Sessions>,
    endpoint: String,
    open: IndexMap<String, Close>,
    count: usize,
}

impl Control {
    /// No session yet.
    pub(crate) fn new(sessions: Arc<Sessions>, endpoint: String) -> Control {
        Control { sessions, endpoint, open: IndexMap::new(), count: 0 }
    }

    fn open(&mut self, opened: Opened) -> Result<Json, Failure> {
        self.count += 1;
        let name = format!("s{}", self.count);
        let key = format!("AKIASHAPETAPE{:07}", self.count);
        self.sessions.open(&name, opened.handler).map_err(Failure::run)?;
        for id in [&key, &name] {
            self.sessions.give_key(id, &name).map_err(Failure::run)?;
        }
        self.open.insert(name.clone(), opened.close);
        Ok(Json::object([
            ("session", Json::string(&name)),
            ("endpoint", Json::string(format!("{}/{name}", self.endpoint))),
            (
                "credentials",
                Json::object([
                    ("accessKeyId", Json::string(key)),
                    ("secretAccessKey", Json::string("testing")),
                ]),
            ),
        ]))
    }

    fn close(&mut self, name: &str) -> Result<(Json, bool), Failure> {
        let close = self.open.shift_remove(name).ok_or_else(|| {
            let open: Vec<_> = self.open.keys().map(String::as_str).collect();
            Failure::usage(format!("no session `{name}`\nhint: open are: {}", open.join(", ")))
        })?;
        self.sessions.close(name).map_err(Failure::run)?;
        close()
    }
}

/// Opens a session for a message.
pub(crate) type SessionOpener<'a> = dyn FnMut(&Open) -> Result<Opened, Failure> + Send + 'a;

/// Answers control lines until stdin ends or the program is told to; true if every session ended well. Sessions
/// still open at the end are closed, and their reports given too.
pub(crate) async fn run(control: &mut Control, opener: &mut SessionOpener<'_>) -> Result<bool, Failure> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut clean = true;
    let told = super::child::told_to_end();
    tokio::pin!(told);
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line.map_err(|error| Failure::run(format!("stdin: {error}")))?,
            told = &mut told => { told?; None }
        };
        let Some(line) = line else { break };
        if line.trim().is_empty() {
            continue;
        }
        let answer = answer(control, opener, &line)
            .unwrap_or_else(|failure| (Json::object([("error", Json::string(failure.message))]), true));
        clean &= answer.1;
        give(&String::from_utf8_lossy(&write(&answer.0, Style::Compact)));
    }
    let names: Vec<_> = control.open.keys().cloned().collect();
    for name in names {
        let (report, well) = control.close(&name)?;
        clean &= well;
        give(&String::from_utf8_lossy(&write(&closed(&name, report), Style::Compact)));
    }
    Ok(clean)
}

fn answer(
    control: &mut Control,
    opener: &mut SessionOpener<'_>,
    line: &str,
) -> Result<(Json, bool), Failure> {
    const HINT: &str = "hint: {\"open\":\"PATH\",\"mode\":\"replay\"} or {\"close\":\"s1\"}";
    let message = parse(line.as_bytes()).map_err(|error| Failure::usage(format!("{error}\n{HINT}")))?;
    if let Some(path) = message.get("open").and_then(Json::as_str) {
        let mode = message.get("mode").and_then(Json::as_str).unwrap_or("replay").to_owned();
        let opened = opener(&Open { path: PathBuf::from(path), mode })?;
        return Ok((control.open(opened)?, true));
    }
    if let Some(name) = message.get("close").and_then(Json::as_str) {
        let (report, clean) = control.close(name)?;
        return Ok((closed(name, report), clean));
    }
    Err(Failure::usage(format!("neither `open` nor `close`\n{HINT}")))
}

fn closed(name: &str, report: Json) -> Json {
    Json::object([("closed", Json::string(name)), ("report", report)])
}
