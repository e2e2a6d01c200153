//! `conformance`: every shipped client over all operations that it has, and the table of results.
//!
//! Not a part of `ci`: it installs the SDKs of all shipped clients and takes an hour of two cores. Each client is checked on the newest
//! embedded API that it knows. What a run found lies in `target/conformance`, a JSON and a Markdown report a
//! client; the table is made of all reports that lie there, so that one client may be run by itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use shapetape::check::case::Class;
use shapetape::check::report;
use shapetape::check::verdict::{Api, Run, Tally};
use shapetape::clients::shipped;
use shapetape::ground::json::Json;

use crate::project;

const TABLE: &str = "src/clients/conformance.md";

const HEAD: &str = "# The shipped clients on one wire

`cargo xtask conformance` makes this table: each client on the newest embedded API that it knows, all cases of all
its operations, on two cores. A *difference* is one distinct defect or peculiarity, however many cases show it;
those that are known stand with reason and link in `deviations.yaml` of the client's folder, the others are told as new.

";

const COLUMNS: &str = "| client | version | API | operations | cases | seconds | known: must | should | agree | \
                       new: must | should | agree | without an outcome |\n\
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
    let runs: Vec<Option<Run>> = names.iter().map(|name| read(folder, name)).collect::<Result<_>>()?;
    let runs: Vec<Run> = runs.into_iter().flatten().collect();
    let file = project::root().join(TABLE);
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    let told = old.find(NOTES).map_or("", |start| &old[start..]);
    let text = [table(&runs), told.to_owned()].into_iter().filter(|part| !part.is_empty());
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
    // 3 is a run in which too much had no outcome: the table shows it.
    ensure!(matches!(status.code(), Some(0 | 1 | 3)), "check of {name} ended with {status}");
    Ok(())
}

/// The report of a client, if there is a whole one.
fn read(folder: &Path, name: &str) -> Result<Option<Run>> {
    let file = folder.join(format!("{name}.json"));
    if !file.exists() {
        return Ok(None);
    }
    let run = report::read(&std::fs::read(&file)?, &file.display().to_string())?;
    Ok(Some(run).filter(|run| run.complete))
}

fn table(runs: &[Run]) -> String {
    let mut text = format!("{HEAD}{COLUMNS}");
    for (run, client) in runs.iter().flat_map(|run| run.clients.iter().map(move |client| (run, client))) {
        let Tally { client, version, cases, unsupported, could_not_run, .. } = client;
        let Api { date, operations, .. } = &run.api;
        let count = |class, known| {
            run.findings.iter().filter(|one| one.class == class && one.is_known() == known).count()
        };
        let classes = [Class::Must, Class::Should, Class::Agree];
        let counts = [true, false].into_iter().flat_map(|known| classes.map(|class| count(class, known)));
        let counts: Vec<String> = counts.map(|count| count.to_string()).collect();
        let (seconds, without, counts) = (seconds(run), unsupported + could_not_run, counts.join(" | "));
        let _ = writeln!(
            text,
            "| {client} | {version} | {date} | {operations} | {cases} | {seconds:.0} | {counts} | {without} |"
        );
    }
    let rows: String = runs.iter().flat_map(|run| &run.clients).map(reasons).collect();
    if !rows.is_empty() {
        let _ =
            write!(text, "\n## Cases without an outcome\n\n| client | cases | why |\n|---|--:|---|\n{rows}");
    }
    text
}

fn seconds(run: &Run) -> f64 {
    match run.timing.get("totalSeconds") {
        Some(Json::Number(text)) => text.parse().unwrap_or_default(),
        _ => f64::default(),
    }
}

fn reasons(tally: &Tally) -> String {
    let row = |(reason, count): (&String, &u64)| {
        format!("| {} | {count} | {} |\n", tally.client, reason.replace('|', "\\|").replace('<', "&lt;"))
    };
    tally.reasons.iter().map(row).collect()
}
