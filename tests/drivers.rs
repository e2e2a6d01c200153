//! Drivers that behave, and every way in which they may not: each has a result, and the harness goes on.

use std::time::Duration;

use shapetape::api::model::Value;
use shapetape::api::outcome::Outcome;
use shapetape::check::case::{Call, Mode, NoOutcome};
use shapetape::clients::{Client, Command, DriverError, Limits, ProcessClient, Start, Surroundings};

fn call() -> Call {
    Call { mode: Mode::Call, input: Value::default(), fresh: false }
}

/// Short enough for a test, long enough for a busy machine where no deadline is meant to pass.
fn limits(answer: Duration) -> Limits {
    Limits { answer, line: 1 << 20, ..Limits::default() }
}

async fn start(script: &str, limits: Limits) -> Result<ProcessClient, DriverError> {
    let path = format!("{}/tests/data/drivers/{script}", env!("CARGO_MANIFEST_DIR"));
    let surroundings = Surroundings::pick(std::env::vars_os());
    ProcessClient::start(Command::from_words(["sh", &path]), surroundings, Start::new("sagemaker"), limits)
        .await
}

async fn ask(client: &mut ProcessClient) -> Result<Outcome, NoOutcome> {
    client.run("ListTags", &call(), "http://127.0.0.1:1").await
}

#[tokio::test]
async fn a_driver_that_behaves_answers_in_a_clean_environment_and_stops() {
    let mut client = start("well-behaved.sh", limits(Duration::from_secs(60))).await.unwrap();
    assert_eq!((client.hello().client.as_str(), client.hello().timestamp_digits), ("fake", 3));
    for _ in 0..3 {
        let Ok(Outcome::Output { output, request_id: None }) = ask(&mut client).await else {
            panic!("no output")
        };
        assert_eq!(output.get("Home").and_then(|home| home.as_str()), Some("0"));
        let names = output.get("Names").and_then(|names| names.as_str()).unwrap_or_default();
        // What the shell itself adds for its children is not ours.
        let given: Vec<_> =
            names.split(' ').filter(|name| !["PWD", "OLDPWD", "SHLVL", "_", ""].contains(name)).collect();
        assert_eq!(given, ["AWS_EC2_METADATA_DISABLED", "HOME", "LANG", "PATH", "TZ"]);
    }
    assert!(client.stderr().contains(r#""seq":3"#), "{}", client.stderr());
    Box::new(client).stop().await;
}

#[tokio::test]
async fn every_way_to_fail_has_a_result_and_the_next_call_finds_a_new_process() {
    let long = Duration::from_secs(60);
    for (script, answer, expected, words) in [
        ("hangs.sh", Duration::from_millis(300), "hung", ""),
        ("dies.sh", long, "died", "exit status: 3): Segmentation fault"),
        ("rubbish.sh", long, "babbled", "not JSON"),
        ("wrong-seq.sh", long, "babbled", "the answer is to 99, the question was"),
        ("endless-line.sh", long, "babbled", "a line of more than 1048576 bytes"),
    ] {
        let mut client = start(script, limits(answer)).await.unwrap();
        for round in 1..=2 {
            let (kind, text) = match ask(&mut client).await.unwrap_err() {
                NoOutcome::Hung => ("hung", String::new()),
                NoOutcome::Died(text) => ("died", text),
                NoOutcome::Babbled(text) => ("babbled", text),
            };
            assert_eq!(kind, expected, "{script}, round {round}: {text}");
            assert!(text.contains(words), "{script}, round {round}: {text}");
        }
    }
}

#[tokio::test]
async fn a_driver_that_floods_standard_error_is_heard_all_the_same() {
    let mut client = start("floods-stderr.sh", limits(Duration::from_secs(60))).await.unwrap();
    for _ in 0..2 {
        assert!(matches!(ask(&mut client).await, Ok(Outcome::Output { .. })));
    }
    assert!(client.stderr().len() <= Limits::default().stderr);
    Box::new(client).stop().await;
}

#[tokio::test]
async fn a_driver_that_cannot_be_started_says_why() {
    let short = Limits { start: Duration::from_millis(300), ..Limits::default() };
    for (script, limits, complaint) in [
        ("refuses.sh", Limits::default(), "refused to start: no such service: lambda"),
        ("dies-at-start.sh", Limits::default(), "exit status: 1): ModuleNotFoundError"),
        ("deaf.sh", short, "did not answer `start` within 300ms"),
        ("no-such-file.sh", Limits::default(), "did not answer `start`: the process ended"),
    ] {
        let error = start(script, limits).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(complaint), "{script}: {error}");
    }
    let missing = Command::parse("shapetape-no-such-tool --flag").unwrap();
    let error = ProcessClient::start(missing, Surroundings::default(), Start::new("sagemaker"), short).await;
    let error = error.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("cannot be started") && error.contains("on PATH"), "{error}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_ended_driver_leaves_no_process_behind() {
    let mut client = start("hangs.sh", limits(Duration::from_millis(500))).await.unwrap();
    assert_eq!(ask(&mut client).await, Err(NoOutcome::Hung));
    let numbers = client.stderr();
    let (driver, child) = numbers.split_once(' ').unwrap();
    assert!(!std::path::Path::new(&format!("/proc/{driver}")).exists(), "the driver was not reaped");
    // The child belongs to init now, which may not have reaped it yet: gone, or dead and waiting.
    let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z"), "the driver's child still runs: {state}");
}
