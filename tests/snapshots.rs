//! What the built-in client sends and gets, one file an operation: a change of it is seen and accepted by a
//! person (`cargo insta review`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use shapetape::api::model::{Model, latest};
use shapetape::check::case::Glob;
use shapetape::check::snapshot::canonical;
use shapetape::check::taxonomy::{CaseKey, Plan, PlanOptions, plan, variants};
use shapetape::clients::Start;
use shapetape::clients::builtin::{BuiltinClient, BuiltinParts};
use shapetape::conduct::campaign::Lane;
use shapetape::ground::clock::{FixedClock, Time};
use shapetape::ground::json::{Json, Style, Text, parse, pretty, write};

use crate::setup;

/// The variants that are kept, where they apply: the first form of each.
const VARIANTS: [&str; 4] = ["OK1", "OK3", "ER*", "PG*"];

fn operations() -> Vec<&'static str> {
    include_str!("data/seed-operations.txt").lines().collect()
}

async fn lane(model: &Arc<Model>) -> Lane {
    let clock = Arc::new(FixedClock::at(Time(1_700_000_000_000)));
    let mut parts = BuiltinParts::new(Arc::clone(model), Start::new("sagemaker"), clock);
    parts.start.retry.max_delay_ms = 1;
    parts.seed = Some(1);
    Lane::open(Box::new(BuiltinClient::new(parts).unwrap())).await.unwrap()
}

/// The first form of each variant.
fn firsts(plan: &Plan) -> Vec<&CaseKey> {
    let mut seen = BTreeSet::new();
    plan.keys().iter().filter(|key| seen.insert(key.variant)).collect()
}

/// All kept cases of an operation as text; what was shown before is not shown again.
async fn told(model: &Arc<Model>, lane: &mut Lane, operation: &str) -> String {
    let variants_kept = VARIANTS.iter().map(|glob| Glob::new(*glob)).collect();
    let options =
        PlanOptions { operations: vec![Glob::new(operation)], variants: variants_kept, ..Default::default() };
    let plan = plan(model, &options);
    let mut shown = Shown::default();
    let mut text = String::new();
    for key in firsts(&plan) {
        let case = plan.case(&key.id).unwrap();
        let evidence = lane.trial(&case).await;
        let seen = canonical(model, model.operation(operation).unwrap(), &evidence);
        let part = |name| shortened(seen.get(name).unwrap());
        let parts = ["requests", "outcome"].map(|name| (name, shown.part(&part(name), key.variant, name)));
        let about = variants().find(|variant| variant.id == key.variant).unwrap().about;
        writeln!(text, "# {}: {about}\n{}", key.id, pretty(&Json::object(parts))).unwrap();
    }
    text
}

/// What was shown in a file, as compact JSON, and where.
#[derive(Default)]
struct Shown(BTreeMap<Vec<u8>, String>);

/// What takes fewer bytes is shown again: it is read faster than looked up.
const SHORTEST: usize = 200;

impl Shown {
    /// The requests or the outcome of a case, or where they were shown before; so with all that is in them.
    fn part(&mut self, part: &Json, variant: &str, name: &str) -> Json {
        let whole = write(part, Style::Compact);
        match self.0.get(&whole) {
            Some(first) => Json::string(format!("as in {first}")),
            None => {
                let json = self.inside(part, &format!("{variant}: {name}"));
                self.0.insert(whole, variant.to_owned());
                json
            }
        }
    }

    fn once(&mut self, json: &Json, at: &str) -> Json {
        let text = write(json, Style::Compact);
        if text.len() < SHORTEST {
            return json.clone();
        }
        if let Some(first) = self.0.get(&text) {
            return Json::string(format!("as in {first}"));
        }
        let json = self.inside(json, at);
        self.0.entry(text).or_insert_with(|| at.to_owned());
        json
    }

    fn inside(&mut self, json: &Json, at: &str) -> Json {
        match json {
            Json::Array(items) => {
                let items = items.iter().enumerate();
                Json::Array(items.map(|(index, item)| self.once(item, &format!("{at}[{index}]"))).collect())
            }
            Json::Object(members) => {
                let place = |name: &Text| format!("{at}.{}", name.to_lossy());
                let members = members.iter();
                Json::Object(
                    members.map(|(name, json)| (name.clone(), self.once(json, &place(name)))).collect(),
                )
            }
            leaf => leaf.clone(),
        }
    }
}

/// Lists in an outcome of more lines than this show their first item only: the items are alike, and nobody reviews
/// ten thousand lines of them.
const LONGEST: usize = 3_000;

fn shortened(part: &Json) -> Json {
    if pretty(part).lines().count() > LONGEST { firsts_of_lists(part) } else { part.clone() }
}

/// The first item of each long list; of the others, how many they are and a digest that changes with any of them.
fn firsts_of_lists(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            let rest = write(&Json::Array(items.iter().skip(1).cloned().collect()), Style::Compact);
            if rest.len() < SHORTEST {
                return Json::Array(items.iter().map(firsts_of_lists).collect());
            }
            let digest: String =
                Sha256::digest(&rest).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            let told = format!("and {} more of digest {digest}", items.len() - 1);
            Json::Array(items.iter().take(1).map(firsts_of_lists).chain([Json::string(told)]).collect())
        }
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, json)| (name.clone(), firsts_of_lists(json))).collect())
        }
        leaf => leaf.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_client_sends_and_gives_what_it_did() {
    let model = latest().unwrap();
    let mut lane = lane(&model).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/snapshots");
    let mut kept = BTreeSet::new();
    for operation in operations() {
        let text = told(&model, &mut lane, operation).await;
        kept.insert(format!("{operation}.snap"));
        insta::with_settings!({
            snapshot_path => &folder,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(operation, text) });
    }
    lane.close().await;
    assert_eq!(kept.len(), 50);
    let files =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter(|name| name.ends_with(".snap")).collect();
    assert_eq!(files, kept, "no snapshot is left over");
}

/// A driver of boto3, in a state to be changed.
struct Mine {
    folder: tempfile::TempDir,
    source: String,
}

impl Mine {
    fn new() -> Mine {
        let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clients/README.md");
        let text = std::fs::read_to_string(readme).unwrap();
        let source = text.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        Mine { folder: tempfile::tempdir().unwrap(), source: source.to_owned() }
    }

    /// Checks the driver, after a change, on two operations and two variants.
    fn check(&self, change: (&str, &str), arguments: &[&str]) -> (Option<i32>, String, Json) {
        assert!(self.source.contains(change.0));
        let folder = self.folder.path();
        std::fs::write(folder.join("mine.py"), self.source.replace(change.0, change.1)).unwrap();
        let python = setup::folder("venv").join("bin/python");
        let output = Command::new(env!("CARGO_BIN_EXE_shapetape"))
            .args([
                "check",
                "--driver",
                &format!("{} mine.py", python.display()),
                "--report",
                "json=run.json",
            ])
            .args(["--operation", "DescribeModel", "--operation", "ListModels", "--snapshots", "kept"])
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        let report = parse(&std::fs::read(folder.join("run.json")).unwrap()).unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), report)
    }

    fn files(&self) -> Vec<String> {
        let clients = std::fs::read_dir(self.folder.path().join("kept")).unwrap();
        let files = clients.flat_map(|client| std::fs::read_dir(client.unwrap().path()).unwrap());
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn snapshot_findings(report: &Json) -> Vec<String> {
    let findings = report.get("findings").and_then(Json::as_array).unwrap();
    let text =
        |finding: &Json, name: &str| finding.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let snap = findings.iter().filter(|finding| text(finding, "class") == "snap");
    snap.map(|finding| ["kind", "variant", "operation", "message"].map(|name| text(finding, name)).join(" "))
        .collect()
}

#[test]
fn a_driver_that_does_otherwise_than_it_did_has_a_finding() {
    let mine = Mine::new();
    let same = ("\"class\": type(error).__name__", "\"class\": type(error).__name__");
    let changed = (same.0, "\"class\": \"My\" + type(error).__name__");
    let narrow = ["--variant", "OK1", "--variant", "OK11"];
    let and = |more: &[&'static str]| [&narrow[..], more].concat();

    let (code, said, _) = mine.check(same, &narrow);
    assert!(code == Some(0) && said.contains("0 cases have one"), "{said}");
    let (code, said, _) = mine.check(same, &and(&["--accept"]));
    assert!(code == Some(0) && said.contains(" new, 0 changed, 0 as before"), "{said}");
    assert_eq!(mine.files(), ["DescribeModel.json", "ListModels.json"]);

    let (code, said, report) = mine.check(same, &and(&["--variant", "OK9"]));
    assert!(code == Some(0) && said.contains("2 have none") && said.contains("--accept"), "{said}");
    assert_eq!(snapshot_findings(&report), [""; 0]);

    let (code, _, report) = mine.check(changed, &narrow);
    assert_eq!(code, Some(0), "a change is of class snap, below what fails a run");
    let findings = snapshot_findings(&report);
    assert!(findings[0].starts_with("snapshot-differs OK11 DescribeModel"), "{findings:?}");
    assert!(findings[0].contains("in 2 lines, the first of which is `- \"class\": "), "{findings:?}");
    assert_eq!(mine.check(changed, &and(&["--fail-on", "snap", "--deviations", "none"])).0, Some(1));

    let (_, said, _) = mine.check(changed, &and(&["--accept"]));
    assert!(said.contains("0 new") && !said.contains(" 0 changed"), "{said}");
    let (_, _, report) = mine.check(changed, &narrow);
    assert_eq!(snapshot_findings(&report), [""; 0]);
}
