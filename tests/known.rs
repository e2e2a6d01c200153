//! Known differences as a user meets them: accepted, held by a baseline, told when they are stale; and reports
//! that say the same whatever the number of jobs.

use std::path::Path;
use std::process::{Command, Output};

use shapetape::ground::json::{Json, parse};

use crate::doctor::{installed, is_there};
use crate::setup;

/// A run of `check` in a folder, its exit code and its report without the durations.
fn check(folder: &Path, arguments: &[&str]) -> (i32, Json, Output) {
    let report = folder.join("run.json");
    let _ = std::fs::remove_file(&report);
    let output = Command::new(env!("CARGO_BIN_EXE_shapetape"))
        .args(["check", "--report", "json=run.json"])
        .args(arguments)
        .env("SHAPETAPE_HOME", setup::folder("drivers").parent().unwrap())
        .current_dir(folder)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let bytes = std::fs::read(&report).unwrap_or_else(|_| panic!("no report, exit {code}: {told}"));
    let Json::Object(mut members) = parse(&bytes).unwrap() else { panic!("{told}") };
    members.retain(|(name, _)| *name != "timing");
    (code, Json::Object(members), output)
}

fn count(report: &Json, name: &str) -> u64 {
    let clients = report.get("clients").and_then(Json::as_array).unwrap();
    let counts = clients.iter().map(|client| match client.get(name) {
        Some(Json::Number(text)) => text.parse::<u64>().unwrap(),
        other => panic!("{name}: {other:?}"),
    });
    counts.sum()
}

#[test]
fn the_report_is_the_same_whatever_the_number_of_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let run = |jobs: &str| {
        let (code, report, _) = check(
            folder.path(),
            &[
                "--client",
                "boto3",
                "--client",
                "builtin",
                "--jobs",
                jobs,
                "--seed",
                "3",
                "--deviations",
                "none",
                "--operation",
                "DescribeTrainingJob",
                "--operation",
                "ListT*",
                "--variant",
                "OK*",
                "--variant",
                "ER*",
                "--variant",
                "PG*",
                "--variant",
                "WT*",
                "--variant",
                "TR6",
            ],
        );
        assert_eq!(code, 1);
        report
    };
    let (one, four) = (run("1"), run("4"));
    assert!(count(&one, "cases") > 1000 && count(&one, "findings") > 100);
    assert_eq!(one, four);
}

#[test]
fn what_is_accepted_or_was_there_before_fails_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let boto3 = installed("boto3").command.to_string();
    // By its command it is a client of the user's own, so that nothing of it is known yet.
    let slice = |more: &[&str]| {
        let arguments = ["--driver", &boto3, "--operation", "StopTrainingJob", "--variant", "ER5"];
        check(folder.path(), &[&arguments[..], more].concat())
    };
    let (code, report, _) = slice(&[]);
    assert_eq!((code, count(&report, "known")), (1, 0));
    let found = count(&report, "findings");
    assert!(found > 0);
    std::fs::rename(folder.path().join("run.json"), folder.path().join("before.json")).unwrap();
    assert_eq!(slice(&["--baseline", "before.json"]).0, 0);

    assert_eq!(slice(&["--accept"]).0, 1);
    let written = std::fs::read_to_string(folder.path().join("deviations.yaml")).unwrap();
    assert!(written.contains("reason: \"TODO: "), "{written}");
    let (code, report, _) = slice(&[]);
    assert_eq!((code, count(&report, "known"), count(&report, "findings")), (0, found, 0));
    assert_eq!(slice(&["--deviations", "none"]).0, 1);
}

/// A service of one operation, so that its full plan is short.
const SERVICE: &str = r#"{"version": "2.0",
  "metadata": {"apiVersion": "2026-01-01", "protocol": "json", "jsonVersion": "1.1", "targetPrefix": "Tiny",
    "serviceId": "Tiny", "endpointPrefix": "tiny", "signatureVersion": "v4", "signingName": "tiny"},
  "operations": {"Ping": {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}}}, "shapes": {}}"#;

#[test]
fn a_deviation_that_no_case_shows_fails_a_full_run_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("service-2.json"), SERVICE).unwrap();
    let entry = |versions: &str| {
        let entry = format!(
            "deviations:\n  - client: builtin\n    versions: '{versions}'\n    variant: OK10\n    operation: '*'\n    \
             kind: crash\n    reason: it did once\n"
        );
        std::fs::write(folder.path().join("old.yaml"), entry).unwrap();
    };
    let run = |more: &[&str]| {
        let arguments = ["--client", "builtin", "--model", "service-2.json", "--deviations", "old.yaml"];
        let (code, _, output) = check(folder.path(), &[&arguments[..], more].concat());
        (code, String::from_utf8_lossy(&output.stdout).into_owned())
    };
    entry(">=0.0.1");
    let (code, told) = run(&[]);
    assert!(code == 1 && told.contains("builtin >=0.0.1: crash in OK10 of *"), "{code}: {told}");
    for part in [&["--variant", "OK*"][..], &["--operation", "P*"], &["--shard", "1/2"]] {
        let (code, told) = run(part);
        assert!(code == 0 && !told.contains("stale"), "{part:?}: {code}: {told}");
    }
    // Of a version that does not take part it says nothing.
    entry("<0.0.1");
    assert_eq!(run(&[]).0, 0);
}

#[test]
fn the_synthetic_service_shows_nothing_of_a_client_that_is_not_known() {
    let slice = ["NU3", "NU5", "OK3", "OK4", "PG*", "RQ8", "TS5", "TS8", "WA*", "WT4"];
    let slice = slice.iter().flat_map(|variant| ["--variant", variant]);
    for client in ["boto3", "js-v3"].into_iter().filter(|client| *client == "boto3" || is_there("node")) {
        installed(client);
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<&str> = ["--client", client, "--model", "synthetic", "--fail-on", "agree"]
            .into_iter()
            .chain(slice.clone())
            .collect();
        let (code, report, output) = check(folder.path(), &arguments);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&output.stdout));
        assert!(count(&report, "known") > 30 && count(&report, "cases") > 300, "{client}");
    }
}
