//! A user's own program against variants of its own recording: the variant that shows its bug makes it fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use shapetape::ground::json::{Json, parse};

use crate::setup;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Replays a cassette to a command with some variants.
fn vary(globs: &str, more: &[&str], command: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shapetape"))
        .arg("replay")
        .arg(data("scripts/sweep.json"))
        .args(["--vary", globs, "--report", "json=report.json"])
        .args(more)
        .arg("--")
        .args(command)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn report(folder: &Path) -> Json {
    parse(&std::fs::read(folder.join("report.json")).unwrap()).unwrap()
}

#[test]
fn the_variant_that_shows_a_bug_makes_the_program_fail() {
    let folder = tempfile::tempdir().unwrap();
    let python = setup::folder("venv").join("bin/python").display().to_string();
    let script = data("scripts/sweep.py").display().to_string();
    let command = [&*python, &*script];
    let output = vary("PG5,TH5,PG3", &[], &command, folder.path());
    let (table, talk) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{talk}");
    // The run as recorded speaks for itself, the others only by the table.
    assert!(table.starts_with("3 models deleted\nOPERATION   RUNS"), "{table}");
    let report = report(folder.path());
    let runs = report.get("runs").and_then(Json::as_array).unwrap();
    let told = |run: &Json, name: &str| run.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut failed = Vec::new();
    for run in runs {
        let name = ["variant", "operation", "form"].map(|part| told(run, part)).join(" ");
        assert!(run.get("varied").and_then(Json::as_i64) > Some(0), "{name} was never met");
        if run.get("failed") == Some(&Json::Bool(true)) {
            assert!(told(run, "lastLine").ends_with("models are left over"), "{name}");
            assert!(table.contains(&told(run, "lastLine")));
            failed.push(name);
        } else {
            assert_eq!(run.at(&["replay", "unmatched"]), Some(&Json::Array(Vec::new())), "{name}");
        }
    }
    // Pages that are empty in the middle lose what comes after them, and so on; throttling is the SDK's matter.
    assert!(failed.contains(&"PG5 ListModels first".to_owned()), "{failed:?}");
    assert!(failed.iter().all(|name| name.starts_with("PG5 ListModels")), "{failed:?}");
    assert!(runs.len() > failed.len() + 3, "{} runs", runs.len());
}

/// A program that fails in two ways, by what the list of models says; it needs no SDK.
const FAILS_IN_TWO_WAYS: &str = r#"
import json, os, sys, urllib.error, urllib.request
scope = "AKIASHAPETAPE0000000/20260101/us-east-1/sagemaker/aws4_request"
headers = {
    "X-Amz-Target": "SageMaker.ListModels", "Content-Type": "application/x-amz-json-1.1",
    "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none",
}
def ask(body):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], json.dumps(body).encode(), headers)
    return json.load(urllib.request.urlopen(request))
try:
    page = ask({"NameContains": "old-"})
except urllib.error.HTTPError as error:
    sys.exit(f"status {error.code}")
sys.exit(None if page["Models"] else "no models")
"#;

#[test]
fn what_fails_alike_is_one_row_and_runs_side_by_side_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let python = setup::folder("venv").join("bin/python").display().to_string();
    let command = [&*python, "-c", FAILS_IN_TWO_WAYS];
    let open = ["--signature", "ignore", "--allow", "unplayed"];
    let output = vary("PG5,TH5,ER1", &open, &command, folder.path());
    let (table, talk) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{talk}");
    let alone = report(folder.path());
    let failed = alone.get("failed").and_then(Json::as_i64).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
    let ways: Vec<&str> = table.lines().skip(1).map(|row| row.rsplit("  ").next().unwrap()).collect();
    assert!(ways.contains(&"no models") && ways.iter().any(|way| way.starts_with("status 4")), "{table}");
    let counts = rows.iter().map(|row| row[1].parse::<i64>().unwrap());
    assert_eq!(counts.sum::<i64>(), failed, "{table}");
    assert!((rows.len() as i64) < failed && table.contains(" forms)"), "{table}");
    assert!(
        talk.contains("vary: PG5: empty pages") && talk.contains(&format!(" in {} ways", rows.len())),
        "{talk}"
    );

    let side_by_side = [&open[..], &["--jobs", "3"]].concat();
    let output = vary("PG5,TH5,ER1", &side_by_side, &command, folder.path());
    assert_eq!(text(&output.stdout), table);
    assert_eq!(report(folder.path()).get("runs"), alone.get("runs"));
    let fixed = [&side_by_side[..], &["--listen", "127.0.0.1:1"]].concat();
    assert_eq!(vary("PG5", &fixed, &command, folder.path()).status.code(), Some(2));
}

#[test]
fn what_cannot_be_varied_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (globs, command, code, said) in [
        ("XX1", &["true"][..], 2, "no such variant of a recorded answer"),
        ("RQ*", &["true"], 2, "one of OK2"),
        ("UN*", &["true"], 2, "no recorded answer has such a variant"),
        ("PG5", &["sh", "-c", "exit 7"], 7, "fails without any variation (exit code 7)"),
        ("PG5", &["true"], 1, "fails without any variation (exit code 0)"),
    ] {
        let output = vary(globs, &[], command, folder.path());
        let talk = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{globs}: {talk}");
        assert!(talk.contains(said) && talk.contains("hint: "), "{globs}: {talk}");
    }
}
