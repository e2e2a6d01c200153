//! The commands that keep recordings and models in order: `model`, `diff`, `verify`, `scrub`, `report`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use shapetape::ground::json::{Json, parse};

/// A folder with its own cache, a cassette that is true and clean, and copies with faults.
struct Desk {
    folder: tempfile::TempDir,
}

/// A cassette of one successful call, with what stands in the marked places.
fn cassette(name: &str, status: &str, extra: &str, role: &str) -> String {
    format!(
        r#"{{
  "shapetape": 1,
  "scenario": "one",
  "api": "2026-11-17",
  "placeholders": [{{"value": "000000000001", "kind": "account-id"}}],
  "variables": {{"endpoint": "{name}"}},
  "interactions": [
    {{
      "id": 1,
      "service": "sagemaker",
      "operation": "DescribeEndpoint",
      "request": {{
        "headers": ["x-amz-target: SageMaker.DescribeEndpoint"],
        "json": {{"EndpointName": "{name}"}}
      }},
      "response": {{
        "status": 200,
        "json": {{
          "EndpointName": "{name}",
          "EndpointArn": "arn:aws:sagemaker:us-east-1:{role}:endpoint/{name}",
          "EndpointConfigName": "c",{extra}
          "EndpointStatus": "{status}",
          "CreationTime": 1.7e9,
          "LastModifiedTime": 1.7e9
        }}
      }}
    }}
  ]
}}
"#
    )
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let account = "000000000001";
        for (file, text) in [
            ("true.json", cassette("e-1", "InService", "", account)),
            ("other.json", cassette("e-2", "InService", "", account)),
            ("failed.json", cassette("e-2", "Failed", r#" "FailureReason": "full","#, account)),
            ("odd-status.json", cassette("e-1", "Sleeping", "", account)),
            ("new-member.json", cassette("e-1", "InService", r#" "Mood": "good","#, account)),
            ("real-account.json", cassette("e-1", "InService", "", "123456789012")),
            (
                "key.json",
                cassette("e-1", "InService", r#" "FailureReason": "AKIAIOSFODNN7EXAMPLE","#, account),
            ),
            (
                "gone.json",
                cassette("e-1", "InService", "", account)
                    .replace("DescribeEndpoint", "DescribeCompilationJob"),
            ),
        ] {
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kinds.json");
        std::fs::copy(model, folder.path().join("service-2.json")).unwrap();
        Desk { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_shapetape"))
            .args(line.split(' '))
            .current_dir(self.folder.path())
            .env("SHAPETAPE_HOME", self.path("home"))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The command line, its exit code, and what must stand on stdout (or, after a `!`, on stderr).
const CASES: &[(&str, i32, &[&str])] = &[
    ("model list", 0, &["2017-11-29\t29\tbotocore 1.8.5", "2026-11-17\t425\t"]),
    ("model list --format json", 0, &["\"operations\": 137"]),
    (
        "model show StopTrainingJob",
        0,
        &["there since 2017-11-29", "TrainingJobName *  string 1..63", "output  nothing"],
    ),
    ("model show Search --format json", 0, &["\"recursive\": true", "\"required\": true"]),
    ("model show ListModel", 2, &["!hint: there is ListModels"]),
    ("model show Nothing --api kinds/1", 2, &["!shapetape model list"]),
    ("model import service-2.json --date ../up", 2, &["!is no name"]),
    ("model import service-2.json --date 2026-01-01", 0, &["/2026-01-01\t"]),
    ("model import true.json", 2, &["!hint"]),
    (
        "diff 2017-11-29 2018-01-17",
        0,
        &["none   member-added input.KmsKeyId in CreateEndpointConfig", "breaks old-client"],
    ),
    (
        "diff 2018-01-17 2020-05-08 --format json",
        0,
        &["\"kind\": \"operation-added\"", "\"severity\": \"wire\""],
    ),
    ("diff latest latest", 0, &["!0 changes"]),
    ("diff 1999-01-01 latest", 2, &["!hint: there are 2017-11-29"]),
    ("verify true.json", 0, &["!0 problems"]),
    ("verify new-member.json", 1, &["new-member.json:21: interaction 1: output.Mood", "since 2017-11-29"]),
    (
        "verify odd-status.json",
        1,
        &["odd-status.json:22: interaction 1: output.EndpointStatus: Member must satisfy enum"],
    ),
    (
        "verify gone.json --api 2017-11-29",
        1,
        &["the API has no operation DescribeCompilationJob, since 2017-11-29"],
    ),
    ("verify true.json --model service-2.json", 0, &["!1 interactions of other services"]),
    ("verify true.json --against other.json", 0, &["!0 problems"]),
    (
        "verify true.json --against failed.json",
        1,
        &[
            "true.json:22: interaction 1: output.EndpointStatus: \"InService\" here, \"Failed\" there",
            "output.FailureReason: absent here",
        ],
    ),
    ("verify missing.json", 2, &["!missing.json"]),
    ("scrub --check true.json failed.json", 0, &["!0 leaks"]),
    ("scrub --check real-account.json", 1, &["real-account.json:20: account-id"]),
    ("scrub --check key.json --format json", 1, &["\"rule\": \"access-key-id\"", "\"line\": 21"]),
    ("report missing.json", 2, &["!missing.json"]),
    ("report true.json", 2, &["!true.json"]),
];

#[test]
fn each_command_says_what_it_found_and_where_with_its_exit_code() {
    let desk = Desk::new();
    for (line, code, said) in CASES {
        let output = desk.run(line);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(*code), "{line}\n{out}\n{err}");
        for wanted in *said {
            let found = match wanted.strip_prefix('!') {
                Some(talk) => err.contains(talk),
                None => out.contains(wanted),
            };
            assert!(found && !err.contains("panicked"), "{line}: no `{wanted}` in\n{out}\n{err}");
        }
    }
}

#[test]
fn a_scrubbed_cassette_is_clean_still_a_cassette_and_else_the_same() {
    let desk = Desk::new();
    for name in ["real-account.json", "key.json"] {
        let before = std::fs::read_to_string(desk.path(name)).unwrap();
        assert_eq!(desk.run(&format!("scrub {name}")).status.code(), Some(0));
        assert_eq!(desk.run(&format!("scrub --check {name}")).status.code(), Some(0));
        let after = std::fs::read_to_string(desk.path(name)).unwrap();
        assert!(!after.contains("123456789012") && !after.contains("AKIAIOSFODNN7EXAMPLE"), "{after}");
        let output = |text: &str| {
            let json = parse(text.as_bytes()).unwrap();
            let interactions = json.get("interactions").and_then(Json::as_array).unwrap();
            interactions[0].at(&["response", "json", "EndpointStatus"]).cloned()
        };
        assert_eq!(output(&before), output(&after));
    }
}

#[test]
fn shards_become_the_run_that_they_are_parts_of() {
    let desk = Desk::new();
    let filters = "--client builtin --operation ListModels --variant PG*";
    for part in 1..=2 {
        let line = format!("check {filters} --shard {part}/2 --report json=part-{part}.json");
        assert_eq!(desk.run(&line).status.code(), Some(0), "{line}");
    }
    assert_eq!(desk.run(&format!("check {filters} --report json=whole.json")).status.code(), Some(0));
    let merged = desk.run("report part-2.json part-1.json --report json=merged.json --report junit=run.xml");
    assert_eq!(merged.status.code(), Some(0), "{}", text(&merged.stderr));
    let clients =
        |name: &str| parse(&std::fs::read(desk.path(name)).unwrap()).unwrap().get("clients").cloned();
    assert_eq!(clients("merged.json"), clients("whole.json"));
    assert_eq!(desk.run("report part-1.json part-1.json").status.code(), Some(2));
}
