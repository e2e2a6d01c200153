//! A user's own program against variants of its own recording: the variant that shows its bug makes it fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use shapetape::json::{Json, parse};

use crate::setup;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Replays a cassette to a command with some variants.
fn vary(globs: &str, command: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shapetape"))
        .arg("replay")
        .arg(data("scripts/sweep.json"))
        .args(["--vary", globs, "--report", "json=report.json", "--"])
        .args(command)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_variant_that_shows_a_bug_makes_the_program_fail() {
    let folder = tempfile::tempdir().unwrap();
    let python = setup::folder("venv").join("bin/python").display().to_string();
    let script = data("scripts/sweep.py").display().to_string();
    let output = vary("PG5,TH5,PG3", &[&python, &script], folder.path());
    let (table, talk) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{talk}");
    // The run as recorded speaks for itself, the others only by the table.
    assert!(table.starts_with("3 models deleted\nVARIANT  OPERATION"), "{table}");
    let report = parse(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
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
        let output = vary(globs, command, folder.path());
        let talk = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{globs}: {talk}");
        assert!(talk.contains(said) && talk.contains("hint: "), "{globs}: {talk}");
    }
}
