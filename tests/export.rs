//! Exported cases: whole, the same each time, and never written over what is somebody else's.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use shapetape::ground::json::{Json, parse};

use crate::setup;

fn export(folder: &Path, filters: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shapetape"));
    command.arg("check").arg("--export").arg(folder).args(filters).output().unwrap()
}

/// Every file below a folder by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json.get(name).and_then(Json::as_str).unwrap()
}

#[test]
fn an_export_is_whole_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let wide = ["--operation", "ListT*", "--variant", "PG*", "--variant", "TR1", "--variant", "ER1"];
    assert!(export(folder.path(), &wide).status.success());
    let first = files(folder.path());
    assert!(first.contains_key("README.md"));
    let index = String::from_utf8(first["index.jsonl"].clone()).unwrap();
    let mut lines = index.lines().map(|line| parse(line.as_bytes()).unwrap());
    let head = lines.next().unwrap();
    let mut known = 2;
    let mut cases = 0;
    for line in lines {
        cases += 1;
        let place = text(&line, "folder");
        let case = parse(&first[&format!("{place}/case.json")]).unwrap();
        assert_eq!(text(&case, "id"), text(&line, "id"));
        assert!(case.at(&["expectation", "result"]).is_some() && case.at(&["call", "input"]).is_some());
        let answers = case.get("answers").and_then(Json::as_array).unwrap();
        known += 1 + answers.len();
        for answer in answers {
            let bytes =
                String::from_utf8_lossy(&first[&format!("{place}/{}", text(answer, "file"))]).into_owned();
            if let Some(status) = answer.get("status").and_then(Json::as_i64) {
                assert!(bytes.starts_with(&format!("HTTP/1.1 {status} ")), "{place}: {bytes}");
            }
            let steps = answer.get("steps").and_then(Json::as_array).unwrap_or_default();
            let told: i64 = steps.iter().filter_map(|step| step.get("bytes").and_then(Json::as_i64)).sum();
            assert!(steps.is_empty() || told as usize == bytes.len(), "{place}");
        }
    }
    assert_eq!((head.get("cases").and_then(Json::as_i64), first.len()), (Some(cases), known));
    assert!(cases > 50, "{cases}");
    assert!(export(folder.path(), &wide).status.success());
    assert_eq!(files(folder.path()), first);
    assert!(export(folder.path(), &["--operation", "ListTags", "--variant", "PG1"]).status.success());
    assert!(files(folder.path()).len() < 10, "an earlier export goes");
}

#[test]
fn a_reader_with_a_limit_takes_every_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(export(folder.path(), &["--variant", "OK19"]).status.success());
    let program = "import json, pathlib, sys\n\
                   for path in pathlib.Path(sys.argv[1]).rglob('*.json'):\n    \
                       case = json.loads(path.read_text())\n    \
                       print(path.relative_to(sys.argv[1]), *(len(a.get('text', '')) for a in case['answers']))";
    let python = setup::folder("venv").join("bin/python");
    let read = Command::new(python).args(["-c", program]).arg(folder.path()).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let told = String::from_utf8(read.stdout).unwrap();
    let cases = files(folder.path()).into_keys().filter(|name| name.ends_with("/case.json")).count();
    assert_eq!(told.lines().count(), cases);
    // Arrays have two brackets each; what is nested less deeply stands as JSON.
    let lengths = |form: &str| -> Vec<usize> {
        let lines = told.lines().filter(|line| line.contains(&format!("/OK19/{form}/")));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect()
    };
    assert!(lengths("1000").iter().all(|length| *length > 2_000) && !lengths("1000").is_empty(), "{told}");
    assert!(lengths("32").iter().all(|length| *length == 0) && !lengths("32").is_empty(), "{told}");
}

#[test]
fn a_folder_of_somebody_elses_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.jsonl"), "{\"mine\":true}\n").unwrap();
    let refused = export(folder.path(), &["--operation", "ListTags", "--variant", "PG1"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("not empty") && said.contains("hint: "), "{said}");
    assert_eq!(files(folder.path()).len(), 1);
}
