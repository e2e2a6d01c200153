//! `conformance`: every shipped client over all operations that it has, and the table of results.
//!
//! Not a part of `ci`: it installs six SDKs and takes an hour of two cores. Each client is checked on the newest
//! embedded API that it knows. What a run found lies in `target/conformance`, a JSON and a Markdown report a
//! client; the table is made of all reports that lie there, so that one client may be run by itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use shapetape::driver::shipped;

use crate::project;

const TABLE: &str = "src/driver/conformance.md";

const HEAD: &str = "# Six clients on one wire

`cargo xtask conformance` makes this table: each client on the newest embedded API that it knows, all cases of all
its operations, on two cores. A *difference* is one distinct defect or peculiarity, however many cases show it;
those that are known stand with reason and link in `src/verdict/deviations/`, the others are told as new.

";

const COLUMNS: &str = "| client | version | API | operations | cases | seconds | known: must | should | agree | \
                       new: must | should | agree | not judged |\n\
                       |---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";

/// What follows this heading is written by hand and stays.
const NOTES: &str = "## How these numbers came";

/// Runs the clients that are named, or all, and writes the table; `table` writes it of the reports that are there.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let names: Vec<String> = shipped()?.into_iter().map(|driver| driver.recipe.name).collect();
    let folder = project::root().join("target/conformance");
    if arguments == ["table"] {
        return write(&names, &folder);
    }
    for name in arguments {
        ensure!(names.contains(name), "{name}: the clients are {}", names.join(", "));
    }
    let program = build()?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in names.iter().filter(|name| arguments.is_empty() || arguments.contains(name)) {
        check(&program, name, &folder)?;
    }
    write(&names, &folder)
}

fn write(names: &[String], folder: &Path) -> Result<()> {
    let reports: Vec<Value> = names.iter().filter_map(|name| read(folder, name)).collect();
    let file = project::root().join(TABLE);
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    let told = old.find(NOTES).map_or("", |start| &old[start..]);
    let text = [table(&reports), told.to_owned()].into_iter().filter(|part| !part.is_empty());
    std::fs::write(&file, text.collect::<Vec<_>>().join("\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("conformance: {TABLE}");
    Ok(())
}

fn build() -> Result<PathBuf> {
    let cargo = project::variable("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let status =
        Command::new(cargo).args(["build", "--bin", "shapetape"]).current_dir(project::root()).status()?;
    ensure!(status.success(), "the program cannot be built");
    let here = std::env::current_exe()?;
    Ok(here.with_file_name("shapetape"))
}

fn check(program: &Path, name: &str, folder: &Path) -> Result<()> {
    let install = Command::new(program).args(["driver", "install", name]).status()?;
    ensure!(install.success(), "{name} cannot be installed");
    println!("conformance: {name}");
    let report = |kind: &str| format!("{kind}={}", folder.join(format!("{name}.{kind}")).display());
    let status = Command::new(program)
        .args(["check", "--client", name, "--fail-on", "none"])
        .args(["--report", &report("json"), "--report", &report("md")])
        .status()?;
    // 3 is a run in which too much was not judged: the table shows it.
    ensure!(matches!(status.code(), Some(0 | 1 | 3)), "check of {name} ended with {status}");
    Ok(())
}

fn read(folder: &Path, name: &str) -> Option<Value> {
    let report: Value =
        serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.json"))).ok()?).ok()?;
    Some(report).filter(|report| report["complete"] == true)
}

fn table(reports: &[Value]) -> String {
    let mut text = format!("{HEAD}{COLUMNS}");
    for report in reports {
        let client = &report["clients"][0];
        let not_judged = number(&client["unsupported"]) + number(&client["couldNotRun"]);
        let mut cells = vec![
            word(&client["name"]).to_owned(),
            word(&client["version"]).to_owned(),
            word(&report["api"]["date"]).to_owned(),
            number(&report["api"]["operations"]).to_string(),
            number(&client["cases"]).to_string(),
            format!("{:.0}", report["timing"]["totalSeconds"].as_f64().unwrap_or_default()),
        ];
        for known in [true, false] {
            cells.extend(
                ["must", "should", "agree"].map(|class| differences(report, class, known).to_string()),
            );
        }
        cells.push(not_judged.to_string());
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    let rows: String = reports.iter().map(reasons).collect();
    if !rows.is_empty() {
        let _ = write!(
            text,
            "\n## Cases that were not judged\n\n| client | cases | why |\n|---|--:|---|\n{rows}"
        );
    }
    text
}

fn differences(report: &Value, class: &str, known: bool) -> usize {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.filter(|one| one["class"] == class && one["deviation"].is_null() != known).count()
}

fn reasons(report: &Value) -> String {
    let client = &report["coverage"]["clients"][0];
    let reasons = client["reasons"].as_object().into_iter().flatten();
    let row = |(reason, count): (&String, &Value)| {
        format!(
            "| {} | {count} | {} |\n",
            word(&client["name"]),
            reason.replace('|', "\\|").replace('<', "&lt;")
        )
    };
    reasons.map(row).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}
