//! False alarms: the response bytes of botocore's own protocol suites, played to clients that pass them. What
//! the vendors say is right must give no MUST finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Source, json};
use shapetape::api::model::{Model, ServiceFiles, Value, load_botocore};
use shapetape::check::case::{
    Call, Case, Class, CountRange, Expectation, Expected, ExpectedError, Mode, VariantId,
};
use shapetape::check::ledger;
use shapetape::check::oracles;
use shapetape::clients::{Client, Limits, ProcessClient, Start, Surroundings, builtin, shipped_deviations};
use shapetape::conduct::campaign::Lane;
use shapetape::ground::clock::SystemClock;

use crate::doctor::{installed, is_there};
use crate::protocol_suite::{optional, response_of, suites, value_of};
use crate::setup;

/// One file of the suite as a service of its own, and its cases with what the suite says of them.
struct Suite {
    service: Source,
    model: Arc<Model>,
    cases: Vec<Case>,
}

/// The suites whose protocol is ours, each operation of each group under a name of its own.
fn services() -> Vec<Suite> {
    let all = suites().into_iter().filter(|(file, _)| file.starts_with("output/"));
    all.filter(|(_, groups)| groups[0]["metadata"]["protocol"] == "json")
        .map(|(file, groups)| service(file, &groups))
        .collect()
}

fn service(file: String, groups: &Source) -> Suite {
    let mut metadata = groups[0]["metadata"].clone();
    for (name, value) in [
        ("serviceId", "Suite"),
        ("serviceFullName", "Suite"),
        ("endpointPrefix", "suite"),
        ("signatureVersion", "v4"),
        ("signingName", "suite"),
    ] {
        metadata[name] = json!(value);
    }
    let (mut operations, mut shapes, mut sources) = (Map::new(), Map::new(), Vec::new());
    for (index, group) in groups.as_array().unwrap().iter().enumerate() {
        for (name, shape) in group["shapes"].as_object().unwrap() {
            assert_eq!(shapes.entry(name.clone()).or_insert_with(|| shape.clone()), shape, "{file} {name}");
        }
        for case in group["cases"].as_array().unwrap() {
            let name = format!("{}{index}", case["given"]["name"].as_str().unwrap());
            let mut operation = case["given"].clone();
            operation["name"] = json!(name);
            operations.insert(name.clone(), operation);
            sources.push((name, case));
        }
    }
    let service = json!({"version": "2.0", "metadata": metadata, "operations": operations, "shapes": shapes});
    let files = ServiceFiles { place: file.clone(), service_2: service.clone(), ..ServiceFiles::default() };
    let model = Arc::new(load_botocore(&files).unwrap());
    let cases = sources.into_iter().map(|(operation, source)| case(&model, operation, source)).collect();
    Suite { service, model, cases }
}

/// The variant of ours that a case of the suite is, where a client's difference is known by it: botocore's form
/// of the suite compares with the text `NaN`, which it gives in place of the number.
fn variant(source: &Source) -> &'static str {
    let id = source["id"].as_str().unwrap();
    let floats = id.ends_with("FloatInputs");
    let unexpected = id.to_ascii_lowercase().contains("unexpected");
    if floats {
        "FL1"
    } else if unexpected {
        "OK10"
    } else {
        "suite"
    }
}

/// A case of the suite as one of ours; 500 is answered by an attempt more, twice.
fn case(model: &Model, operation: String, source: &Source) -> Case {
    let known = model.operation(&operation).unwrap();
    let response = response_of(model, source);
    let result = match source.get("error") {
        None => Expected::Output(optional(model, known.output, &source["result"])),
        Some(error) => {
            let shape = model.shape(known.errors[0]);
            let Value::Structure(mut members) = value_of(model, shape.id, error) else {
                panic!("{operation}: an error is a structure")
            };
            members.retain(|name, _| !name.eq_ignore_ascii_case("message"));
            Expected::Error(ExpectedError {
                code: source["errorCode"].as_str().unwrap().to_owned(),
                message: source["errorMessage"].as_str().map(Into::into),
                modeled: Some(shape.name.clone()),
                members,
                status: response.status,
            })
        }
    };
    let most = if response.status >= 500 { 3 } else { 1 };
    let input = known.input.map_or_else(Value::default, |_| Value::structure::<&str>([]));
    Case {
        id: source["id"].as_str().unwrap().to_owned(),
        variant: VariantId(variant(source).to_owned()),
        class: Class::Must,
        rule: "botocore's protocol suite".to_owned(),
        place: None,
        seed: 1,
        call: Call { mode: Mode::Call, input, fresh: true },
        answers: vec![response.into()],
        expectation: Expectation { result, requests: CountRange::between(1, most) },
        repeats: 0,
        slow: false,
        operation,
    }
}

/// Plays the cases and tells what the judges say of them that is of class MUST and no known difference.
async fn alarms(model: &Model, cases: &[Case], client: Box<dyn Client>) -> Vec<String> {
    let mut alarms = Vec::new();
    let known = ledger::parse_all(shipped_deviations().unwrap()).unwrap();
    let mut lane = Lane::open(client).await.unwrap();
    for case in cases {
        let evidence = lane.trial(case).await;
        assert!(evidence.outcome.is_ok(), "{}: {:?}", case.id, evidence.outcome);
        let deviations: Vec<_> = known
            .iter()
            .filter(|known| known.names_client(&evidence.client, &evidence.version) && known.names_case(case))
            .collect();
        for one in oracles::judge(model, case, &evidence) {
            if one.class == Class::Must && !deviations.iter().any(|known| known.excuses(&one)) {
                let client = &evidence.client;
                alarms.push(format!("{client} {}: {} {} {}", case.id, one.oracle, one.kind, one.message));
            }
        }
    }
    lane.close().await;
    alarms
}

fn built_in(model: &Arc<Model>) -> Box<dyn Client> {
    let start = Start::new(model.metadata.service.clone());
    let parts = builtin::BuiltinParts::new(model.clone(), start, Arc::new(SystemClock));
    Box::new(builtin::BuiltinClient::new(parts).unwrap())
}

/// A released client, as `cargo xtask setup` installed it.
async fn released(name: &str, start: Start) -> Box<dyn Client> {
    let surroundings = Surroundings::pick(std::env::vars_os());
    let client = ProcessClient::start(installed(name).command, surroundings, start, Limits::default());
    Box::new(client.await.unwrap())
}

/// The cases that a client does not pass, by its own word or by the reason that is written here.
fn not_passed_by(client: &str) -> BTreeSet<String> {
    if client == "js-v3" {
        return NOT_PASSED_BY_JAVASCRIPT.iter().map(|(id, _)| (*id).to_owned()).collect();
    }
    let path = setup::folder("suites/protocols").join("protocol-tests-ignore-list.json");
    let list: Source = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let listed = ["json", "json_1_0"]
        .into_iter()
        .flat_map(|protocol| list["protocols"][protocol]["output"]["cases"].as_array().unwrap().iter());
    listed.map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// What the JavaScript SDK makes otherwise of an answer of the suite, and why.
const NOT_PASSED_BY_JAVASCRIPT: [(&str, &str); 2] = [
    ("parses_long_shapes", "its type for long is `number`, which holds whole numbers up to 2^53 - 1 exactly"),
    (
        "QueryCompatibleAwsJson10CustomCodeError",
        "an error's `name` is its class; the code of `x-amzn-query-error` stands beside it, in `Code`",
    ),
];

/// The released clients that load a model at run time: each plays the suite itself.
#[tokio::test]
async fn the_suites_answers_give_no_client_a_finding_that_must_be() {
    let clients = ["boto3", "js-v3"].into_iter().filter(|client| *client == "boto3" || is_there("node"));
    let clients: Vec<_> = clients.map(|client| (client, not_passed_by(client))).collect();
    let (mut found, mut played) = (Vec::new(), BTreeMap::new());
    for Suite { service, model, cases } in services() {
        found.extend(alarms(&model, &cases, built_in(&model)).await);
        *played.entry("the built-in client").or_insert(0) += cases.len();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("service-2.json");
        std::fs::write(&path, service.to_string()).unwrap();
        for (client, ignored) in &clients {
            let cases: Vec<_> = cases.iter().filter(|case| !ignored.contains(&case.id)).cloned().collect();
            let model_path = Some(path.to_str().unwrap().to_owned());
            let start = Start { model_path, ..Start::new("suite") };
            found.extend(alarms(&model, &cases, released(client, start).await).await);
            *played.entry(client).or_insert(0) += cases.len();
        }
    }
    println!("{played:?}");
    assert!(played.values().all(|cases| *cases >= 80), "{played:?}");
    assert!(found.is_empty(), "{} false alarms:\n{}", found.len(), found.join("\n"));
}
