//! A driver of the AWS SDK for Rust: the loop that reads one message a line and
//! writes one answer a line. The protocol is described in `src/clients/README.md`.

mod failure;
mod fill;
mod hooks;
mod operation;
mod session;
mod write;

use serde::Deserialize;
use serde_json::{Value, json};
use session::Session;
use std::io::{self, BufRead, Write};
use std::ops::ControlFlow;
use std::thread;
use tokio::runtime;

/// How deep a line may nest, and a stack that bears it: reading recurses.
const DEEPEST: usize = 4000;
const STACK: usize = 1 << 28;

fn main() -> io::Result<()> {
    let serving = thread::Builder::new().stack_size(STACK).spawn(serve)?;
    serving.join().unwrap_or_else(|_| Err(io::Error::other("the driver panicked")))
}

fn serve() -> io::Result<()> {
    // A worker of its own keeps connections alive, and notices their end, between two lines.
    let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut session = None;
    let mut answers = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match runtime.block_on(answer(&line, &mut session)) {
            ControlFlow::Continue(answer) => write_line(&mut answers, &answer)?,
            ControlFlow::Break(Some(last)) => return write_line(&mut answers, &last),
            ControlFlow::Break(None) => return Ok(()),
        }
    }
    Ok(())
}

fn write_line(answers: &mut impl Write, answer: &Value) -> io::Result<()> {
    writeln!(answers, "{answer}")?;
    answers.flush()
}

/// The answer to one line; `Break` where the process ends after it.
async fn answer(line: &str, session: &mut Option<Session>) -> ControlFlow<Option<Value>, Value> {
    let message = match parse(line) {
        Ok(message) => message,
        Err(error) => {
            return ControlFlow::Continue(unsupported(
                find_seq(line),
                &format!("cannot read the line: {error}"),
            ));
        }
    };
    let seq = message["seq"].clone();
    match message["cmd"].as_str() {
        Some("start") => match Session::start(&message) {
            Ok(started) => {
                let told = started.describe();
                *session = Some(started);
                ControlFlow::Continue(json!({ "started": told }))
            }
            Err(reason) => ControlFlow::Break(Some(json!({ "failed": { "reason": reason } }))),
        },
        Some("run") => ControlFlow::Continue(match session {
            Some(session) => session.run(&message).await,
            None => unsupported(seq, "a run came before start"),
        }),
        Some("stop") => ControlFlow::Break(None),
        _ => ControlFlow::Continue(unsupported(seq, &format!("unknown command {}", message["cmd"]))),
    }
}

/// JSON that may nest deeper than the parser would let it.
fn parse(line: &str) -> Result<Value, String> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in line.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(format!("it nests deeper than {DEEPEST} levels"));
        }
    }
    let mut parser = serde_json::Deserializer::from_str(line);
    parser.disable_recursion_limit();
    let value = Value::deserialize(&mut parser).map_err(|error| error.to_string())?;
    parser.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// The answer to a line that this client or this driver cannot do.
fn unsupported(seq: Value, reason: &str) -> Value {
    with_seq(seq, json!({ "unsupported": { "reason": reason } }))
}

fn with_seq(seq: Value, mut answer: Value) -> Value {
    if !seq.is_null() {
        answer["seq"] = seq;
    }
    answer
}

/// Looks for the number of a line that is not JSON, so that its answer can carry it.
fn find_seq(line: &str) -> Value {
    let after = line.split_once("\"seq\"").and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
    let digits: String =
        after.unwrap_or_default().trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<u64>().map_or(Value::Null, Value::from)
}
