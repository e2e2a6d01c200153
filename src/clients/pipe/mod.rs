//! The messages of the driver protocol as lines of JSON: what is asked here, what is answered in `answer`.

mod answer;
mod reader;

pub(crate) use answer::{Hello, read_hello};
pub use answer::{Started, read_answer};
pub use reader::WireError;

use crate::api::model::Value;
use crate::api::outcome::typed;
use crate::check::case::{ATTEMPTS, Call, MAX_DELAY_MS, Mode};
use crate::ground::json::{Json, Style, write};
use crate::wire::sigv4::Credentials;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// What a client is told before its first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The short name of the service: `sagemaker`.
    pub service: String,
    /// A botocore-format model for clients that can load one.
    pub model_path: Option<String>,
    /// The region to sign for.
    pub region: String,
    /// What to sign with.
    pub credentials: Credentials,
    /// How to retry.
    pub retry: Retry,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// How a client retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// The retry mode of the SDK reference: `standard`.
    pub mode: String,
    /// Attempts, the first one counted too.
    pub max_attempts: u32,
    /// No sleep between attempts is longer than so many milliseconds.
    pub max_delay_ms: u32,
}

/// How long a client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, in milliseconds.
    pub connect_ms: u32,
    /// For bytes on it, in milliseconds.
    pub read_ms: u32,
}

impl Start {
    /// A client of that service in `us-east-1` with the dummy credentials every server of ours takes, three
    /// attempts that hardly sleep, and time-outs fit for loopback.
    pub fn new(service: impl Into<String>) -> Start {
        Start {
            service: service.into(),
            model_path: None,
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("AKIDTESTING", "testing"),
            retry: Retry { mode: "standard".to_owned(), max_attempts: ATTEMPTS, max_delay_ms: MAX_DELAY_MS },
            timeouts: Timeouts { connect_ms: 1000, read_ms: 2000 },
        }
    }
}

/// `{"cmd":"start",…}` and its line feed.
pub(crate) fn start_line(start: &Start) -> Vec<u8> {
    let mut credentials = vec![
        ("accessKeyId", Json::string(&start.credentials.access_key_id)),
        ("secretAccessKey", Json::string(&start.credentials.secret_access_key)),
    ];
    if let Some(token) = &start.credentials.session_token {
        credentials.push(("sessionToken", Json::string(token)));
    }
    line(Json::object([
        ("cmd", Json::string("start")),
        ("version", Json::number(VERSION)),
        ("service", Json::string(&start.service)),
        ("modelPath", start.model_path.as_ref().map_or(Json::Null, Json::string)),
        ("region", Json::string(&start.region)),
        ("credentials", Json::object(credentials)),
        (
            "retry",
            Json::object([
                ("mode", Json::string(&start.retry.mode)),
                ("maxAttempts", Json::number(start.retry.max_attempts)),
                ("maxDelayMs", Json::number(start.retry.max_delay_ms)),
            ]),
        ),
        (
            "timeouts",
            Json::object([
                ("connectMs", Json::number(start.timeouts.connect_ms)),
                ("readMs", Json::number(start.timeouts.read_ms)),
            ]),
        ),
    ]))
}

/// `{"cmd":"run",…}` and its line feed.
pub(crate) fn run_line(seq: u64, operation: &str, call: &Call, endpoint: &str) -> Vec<u8> {
    let mut members = vec![
        ("cmd", Json::string("run")),
        ("seq", Json::number(seq)),
        ("endpoint", Json::string(endpoint)),
        ("fresh", Json::Bool(call.fresh)),
        ("mode", Json::string(mode_word(&call.mode))),
        ("operation", Json::string(operation)),
        ("input", typed::encode(&without_nulls(&call.input))),
    ];
    match &call.mode {
        Mode::Call => {}
        Mode::Paginate { max_pages } => members.push(("maxPages", Json::number(max_pages))),
        Mode::Wait { waiter, delay_ms, max_attempts } => members.extend([
            ("waiter", Json::string(waiter)),
            ("delayMs", Json::number(delay_ms)),
            ("maxAttempts", Json::number(max_attempts)),
        ]),
    }
    line(Json::object(members))
}

/// `{"cmd":"stop"}` and its line feed.
pub(crate) fn stop_line() -> Vec<u8> {
    line(Json::object([("cmd", Json::string("stop"))]))
}

/// The word for a mode, which is also the capability it needs.
pub(crate) fn mode_word(mode: &Mode) -> &'static str {
    match mode {
        Mode::Call => "call",
        Mode::Paginate { .. } => "paginate",
        Mode::Wait { .. } => "wait",
    }
}

/// A message and its line feed.
pub(crate) fn line(message: Json) -> Vec<u8> {
    let mut line = write(&message, Style::Compact);
    line.push(b'\n');
    line
}

/// The value without the null members of its structures: only items of lists and maps cross as null.
pub(crate) fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Structure(fields) => Value::Structure(
            fields
                .iter()
                .filter(|(_, value)| **value != Value::Null)
                .map(|(name, value)| (name.clone(), without_nulls(value)))
                .collect(),
        ),
        Value::List(items) => Value::List(items.iter().map(without_nulls).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: Vec<u8>) -> String {
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn questions_are_one_line_each_in_the_words_of_the_protocol() {
        let mut start = Start::new("sagemaker");
        start.credentials.session_token = Some("T\n".to_owned());
        start.retry.max_delay_ms = 20;
        assert_eq!(
            text(start_line(&start)),
            concat!(
                r#"{"cmd":"start","version":1,"service":"sagemaker","modelPath":null,"region":"us-east-1","#,
                r#""credentials":{"accessKeyId":"AKIDTESTING","secretAccessKey":"testing","sessionToken":"T\n"},"#,
                r#""retry":{"mode":"standard","maxAttempts":3,"maxDelayMs":20},"#,
                r#""timeouts":{"connectMs":1000,"readMs":2000}}"#,
                "\n"
            )
        );
        let usual = text(start_line(&Start::new("sagemaker")));
        let (_, numbers) = usual.trim_end().split_once("\"retry\"").unwrap();
        assert!(
            include_str!("../README.md").contains(numbers),
            "the example has other numbers than {numbers}"
        );
        let input = Value::structure([
            ("Gone", Value::Null),
            ("Sparse", Value::List(vec![Value::Null, Value::Integer(1)])),
        ]);
        let head = |mode: &str| {
            format!(
                r#"{{"cmd":"run","seq":7,"endpoint":"http://127.0.0.1:1","fresh":false,"mode":"{mode}","operation":"Op","input":{{"Sparse":[null,1]}}"#
            )
        };
        for (mode, tail) in [
            (Mode::Call, ""),
            (Mode::Paginate { max_pages: 50 }, r#","maxPages":50"#),
            (
                Mode::Wait { waiter: "Done".to_owned(), delay_ms: 5, max_attempts: 6 },
                r#","waiter":"Done","delayMs":5,"maxAttempts":6"#,
            ),
        ] {
            let call = Call { mode, input: input.clone(), fresh: false };
            let expected = format!("{}{tail}}}\n", head(mode_word(&call.mode)));
            assert_eq!(text(run_line(7, "Op", &call, "http://127.0.0.1:1")), expected);
        }
        assert_eq!(text(stop_line()), "{\"cmd\":\"stop\"}\n");
    }
}
