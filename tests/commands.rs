//! The program as a user runs it: real clients, a real upstream, bad input.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use shapetape::ground::json::{Json, parse};

use crate::setup;
use crate::world::{TinyAccount, call, compact, send, serve, signed};

fn shapetape() -> Command {
    Command::new(env!("CARGO_BIN_EXE_shapetape"))
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn python() -> PathBuf {
    setup::folder("venv").join("bin/python")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// Where the user has installed drivers, if he says so.
#[expect(clippy::disallowed_methods, reason = "tests look where the program looks")]
pub(crate) fn home() -> Option<PathBuf> {
    std::env::var_os("SHAPETAPE_HOME").map(PathBuf::from)
}

/// A child that is ended with the test.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server command and waits for its ready line.
fn ready(command: &mut Command) -> (Running, String, BufReader<std::process::ChildStdout>) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let ready = parse(line.trim().as_bytes()).unwrap();
    (Running(child), ready.get("listening").and_then(Json::as_str).unwrap().to_owned(), out)
}

/// moto's server on a free port, which it says on standard error.
pub(crate) fn moto() -> (Running, String) {
    let program = setup::folder("venv").join("bin/moto_server");
    let mut child = Command::new(program)
        .args(["-H", "127.0.0.1", "-p", "0"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()));
    std::thread::spawn(move || lines.for_each(drop));
    (Running(child), found.expect("moto did not start"))
}

#[test]
fn an_unmodified_program_recorded_against_moto_replays_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let cassette = folder.path().join("lifecycle.json");
    let (running, url) = moto();
    let recorded = run(shapetape()
        .args(["record", "--upstream", &url, "--cassette"])
        .arg(&cassette)
        .arg("--")
        .arg(python())
        .arg(data("scripts/lifecycle.py")));
    assert!(recorded.status.success(), "{}", text(&recorded.stderr));
    drop(running);
    let replayed = run(shapetape()
        .arg("replay")
        .arg(&cassette)
        .arg("--")
        .arg(python())
        .arg(data("scripts/lifecycle.py")));
    assert!(replayed.status.success(), "{}", text(&replayed.stderr));
    assert_eq!(text(&replayed.stdout), text(&recorded.stdout));
    assert!(
        text(&replayed.stdout).contains("arn:aws:iam::123456789012:role/trainer"),
        "its own account and role"
    );
    assert!(text(&replayed.stderr).contains("0 unmatched, 0 unplayed"), "{}", text(&replayed.stderr));
    assert!(!std::fs::read_to_string(&cassette).unwrap().contains("123456789012"));
    println!("moto: {}", text(&replayed.stderr).trim());
}

#[test]
fn the_shipped_cassette_gives_the_program_what_moto_once_gave_it() {
    let cassette = Path::new(env!("CARGO_MANIFEST_DIR")).join("cassettes/sagemaker/lifecycle-moto.json");
    let replayed = run(shapetape()
        .arg("replay")
        .arg(cassette)
        .arg("--")
        .arg(python())
        .arg(data("scripts/lifecycle.py")));
    assert!(replayed.status.success(), "{}", text(&replayed.stderr));
    assert_eq!(text(&replayed.stdout), std::fs::read_to_string(data("scripts/lifecycle.out")).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn boto3_waits_no_time_and_sees_a_miss_in_its_exception() {
    let folder = tempfile::tempdir().unwrap();
    let cassette = folder.path().join("waits.json");
    let account = Arc::new(TinyAccount::default());
    let upstream = serve(account.clone()).await;
    let recorded = run(shapetape()
        .args(["record", "--upstream", &upstream.endpoint(), "--cassette"])
        .arg(&cassette)
        .arg("--")
        .arg(python())
        .arg(data("scripts/waits.py"))
        .env("RECORDING", "1"));
    assert!(recorded.status.success(), "{}", text(&recorded.stderr));
    let replayed =
        run(shapetape().arg("replay").arg(&cassette).arg("--").arg(python()).arg(data("scripts/waits.py")));
    // The program asks for something that was never recorded, so the replay fails although it ends well.
    assert_eq!(replayed.status.code(), Some(1), "{}", text(&replayed.stderr));
    let out = text(&replayed.stdout);
    assert!(out.contains("requests for the wait: 1"), "{out}");
    assert!(
        out.contains("ReplayMismatchException") && out.contains(r#".ModelName: sent "never", recorded "m""#),
        "{out}"
    );
    assert!(out.contains("attempts for the miss: 1"), "{out}");
    assert!(
        text(&replayed.stderr).contains("2 skipped, 1 unmatched, 0 unplayed"),
        "{}",
        text(&replayed.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_open_and_close_by_control_lines_sixteen_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let cassette = folder.path().join("c.json");
    let upstream = serve(Arc::new(TinyAccount::default())).await;
    let (mut recording, endpoint, mut lines) =
        ready(shapetape().args(["record", "--control", "--upstream", &upstream.endpoint()]));
    let ask = |running: &mut Running, lines: &mut BufReader<std::process::ChildStdout>, message: String| {
        writeln!(running.0.stdin.as_mut().unwrap(), "{message}").unwrap();
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        parse(line.trim().as_bytes()).unwrap()
    };
    let open = |mode: &str| format!("{{\"open\":{:?},\"mode\":\"{mode}\"}}", cassette.display().to_string());
    let opened = ask(&mut recording, &mut lines, open("record"));
    let session = opened.get("endpoint").and_then(Json::as_str).unwrap().to_owned();
    assert!(session.starts_with(&endpoint) && session.ends_with("/s1"));
    for _ in 0..3 {
        assert_eq!(call(&session, "DescribeEndpoint", r#"{"EndpointName":"e"}"#).await.0, 200);
    }
    let closed = ask(&mut recording, &mut lines, r#"{"close":"s1"}"#.to_owned());
    assert_eq!(
        closed.at(&["report", "interactions"]).and_then(Json::as_i64),
        Some(3),
        "{}",
        compact(&closed)
    );
    drop(recording);

    let (mut replaying, endpoint, mut lines) = ready(shapetape().args(["replay", "--control"]));
    let mut tasks = Vec::new();
    for number in 1..=16 {
        let opened = ask(&mut replaying, &mut lines, open("replay"));
        assert_eq!(opened.get("session").and_then(Json::as_str), Some(format!("s{number}").as_str()));
        let key = opened.at(&["credentials", "accessKeyId"]).and_then(Json::as_str).unwrap().to_owned();
        let own = opened.get("endpoint").and_then(Json::as_str).unwrap().to_owned();
        let endpoint = endpoint.clone();
        tasks.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            for _ in 0..3 {
                // Even sessions are named by the path, odd ones by the access key id.
                let (endpoint, extra) =
                    if number % 2 == 0 { (&own, vec![]) } else { (&endpoint, vec![("key", key.as_str())]) };
                let request = signed(endpoint, "DescribeEndpoint", r#"{"EndpointName":"e"}"#, &extra);
                seen.push(
                    send(endpoint, &request)
                        .await
                        .1
                        .get("EndpointStatus")
                        .and_then(Json::as_str)
                        .unwrap()
                        .to_owned(),
                );
            }
            seen
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), ["Creating", "Creating", "InService"]);
    }
    for (message, expected) in [
        ("{\"close\":\"s16\"}", "\"unmatched\":[]"),
        ("{\"close\":\"s16\"}", "no session `s16`"),
        ("not json", "hint"),
        ("{\"open\":\"missing.json\"}", "missing.json"),
        ("{}", "neither `open` nor `close`"),
    ] {
        let answer = compact(&ask(&mut replaying, &mut lines, message.to_owned()));
        assert!(answer.contains(expected), "{message}: {answer}");
    }
}

#[test]
fn bad_input_has_a_clear_error_and_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let (cut, odd) =
        (file("cut.json", "{\"shapetape\": 1, \"inter"), file("odd.json", "{\"shapetape\": 77}"));
    let empty = file("empty.json", "{\"shapetape\": 1, \"interactions\": []}");
    let query = file(
        "query/service-2.json",
        r#"{"metadata": {"apiVersion": "2020-01-01", "protocol": "query", "endpointPrefix": "things"}, "shapes": {},
            "operations": {"Ping": {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}}}}"#,
    );
    let driver = format!("sh {}", data("drivers/well-behaved.sh").display());
    let rubbish = format!("sh {}", data("drivers/rubbish.sh").display());
    for (arguments, code, said) in [
        (vec!["replay"], 2, "name a cassette"),
        (vec!["replay", "no-such.json"], 2, "no-such.json"),
        (vec!["replay", &cut], 2, "hint: the file is cut or damaged"),
        (vec!["replay", &odd], 2, "odd.json:1: shapetape: format version 77"),
        (vec!["replay", &empty, "--credentials", "nocolon", "--", "true"], 2, "ID:SECRET"),
        (vec!["replay", &empty, "--report", "pdf=x", "--", "true"], 2, "json=PATH"),
        (vec!["replay", &empty, "--order", "sideways"], 2, "possible values"),
        (vec!["replay", &empty, "--", "no-such-program"], 3, "no-such-program"),
        (vec!["replay", &empty, "--", "sh", "-c", "exit 7"], 7, "0 unmatched"),
        (vec!["replay", &empty, "--", "sh", "-c", "kill -9 $$"], 137, "0 unmatched"),
        (vec!["replay", &empty, "--", "true"], 0, "0 played"),
        (vec!["record", "--", "true"], 2, "--cassette"),
        (
            vec!["record", "--cassette", "x.json", "--upstream", "ftp://x", "--", "true"],
            2,
            "not an http(s) URL",
        ),
        (
            vec!["check", "--driver", &driver, "--case", "ListModels/RQ6/CreationTimeAfter-us"],
            2,
            "not given 1 of the cases: its timestamps hold 3 decimals",
        ),
        (
            vec!["check", "--driver", &rubbish, "--operation", "DeleteModel", "--variant", "T*"],
            3,
            "gave no outcome in 20 cases in a row; the last: babbled",
        ),
        (vec!["check", "--model", &query], 3, "things speaks the protocol `query`, which `check` and"),
        (vec!["check", "--model", &query, "--plan"], 3, "cannot judge yet"),
        (
            vec!["check", "--model", &query, "--export", "cases"],
            3,
            "hint: check a service that speaks awsJson",
        ),
        (vec!["no-such-command"], 2, "unrecognized subcommand"),
    ] {
        let output = run(shapetape().args(&arguments).current_dir(folder.path()));
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(said) && !errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}

#[test]
fn a_command_that_fails_leaves_a_partial_cassette_and_its_own_code() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(shapetape()
        .args([
            "record",
            "--upstream",
            "http://127.0.0.1:9",
            "--cassette",
            "c.json",
            "--",
            "sh",
            "-c",
            "exit 5",
        ])
        .current_dir(folder.path()));
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stderr));
    assert!(folder.path().join("c.partial.json").exists() && !folder.path().join("c.json").exists());
}

#[test]
fn a_wrapped_command_sees_dummy_credentials_and_no_way_to_real_ones() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.json");
    std::fs::write(&empty, "{\"shapetape\": 1, \"interactions\": []}").unwrap();
    let ways_out = [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_SECRET_KEY",
        "AWS_CREDENTIAL_FILE",
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_ENDPOINT_URL_SAGEMAKER",
        "BOTO_CONFIG",
        "HTTPS_PROXY",
        "all_proxy",
    ];
    let output = run(shapetape()
        .arg("replay")
        .arg(&empty)
        .args(["--region", "eu-west-1", "--", "env"])
        .envs(ways_out.map(|name| (name, "https://elsewhere.example"))));
    let seen = text(&output.stdout);
    let set = ["AWS_ENDPOINT_URL=http://127.0.0.1:", "AWS_SECRET_ACCESS_KEY=testing", "AWS_REGION=eu-west-1"];
    for (line, there) in set.map(|line| (line, true)).into_iter().chain(ways_out.map(|name| (name, false))) {
        assert_eq!(seen.contains(line), there, "{line} in\n{seen}");
    }
}
