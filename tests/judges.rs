//! The judges on generated cases: what a client without faults does gives no finding, and every single change
//! of it gives one.

use std::sync::Arc;

use shapetape::api::model::{Model, Operation, Value, latest, synthetic};
use shapetape::api::outcome::{ClientFault, Outcome, ServiceFault, Stage, typed};
use shapetape::check::case::{Case, Class, Evidence, Expected, ExpectedError, Mode, PagesEnd};
use shapetape::check::oracles;
use shapetape::check::taxonomy::{PlanOptions, plan};
use shapetape::check::verdict::Judgement;
use shapetape::ground::clock::Time;
use shapetape::ground::exchange::{Answer, Entry, Request, Transcript};
use shapetape::ground::json::{Json, Style, Text, parse, write};
use shapetape::protocol::encode_request;
use shapetape::wire::sigv4::{Credentials, sign};

const TOKEN: &str = "6f1b3d0c-93a5-4f3f-8e57-0c5b5a0f9b11";

/// Every so-many-th case of the plan that the globs name.
fn sample(model: &Arc<Model>, variants: &[&str], every: usize) -> Vec<Case> {
    let variants = variants.iter().map(|glob| shapetape::check::case::Glob::new(*glob)).collect();
    let plan = plan(model, &PlanOptions { variants, ..PlanOptions::default() });
    let keys = plan.keys().iter().step_by(every);
    keys.map(|key| plan.case(&key.id).unwrap_or_else(|| panic!("{} is planned and cannot be made", key.id)))
        .collect()
}

/// What a client without faults does with a case.
fn perfect(model: &Model, case: &Case) -> Evidence {
    let operation = model.operation(&case.operation).unwrap();
    let entries = requests(model, operation, case);
    let request_id = entries.last().and_then(|entry: &Entry| match &entry.answer {
        Answer::Response(response) => response.headers.get("x-amzn-requestid").map(str::to_owned),
        Answer::Raw(_) => None,
    });
    Evidence {
        client: "perfect".to_owned(),
        version: "1".to_owned(),
        timestamp_digits: 9,
        endpoint: "http://127.0.0.1:1".to_owned(),
        outcome: Ok(outcome(&case.expectation.result, request_id)),
        unlike: None,
        transcript: Transcript { entries },
        late: 0,
        previous: None,
        after: None,
    }
}

fn outcome(expected: &Expected, request_id: Option<String>) -> Outcome {
    match expected {
        Expected::Output(value) => Outcome::Output { output: typed::encode(value), request_id },
        Expected::Error(error) => service_error(error),
        Expected::OneOf(all) => outcome(&all[0], request_id),
        Expected::Pages { pages, end } => Outcome::Pages {
            pages: pages.iter().map(typed::encode).collect(),
            request_ids: vec![None; pages.len()],
            error: match end {
                PagesEnd::Error(error) => Some(Box::new(service_error(error))),
                PagesEnd::Done | PagesEnd::DoneOrError => None,
            },
            stopped: false,
            merged: false,
        },
        Expected::Waited(result) => Outcome::Waited { result: *result, reason: None },
        Expected::Refusal | Expected::Open => Outcome::ClientError(ClientFault {
            stage: Stage::Decode,
            class: "DecodeError".to_owned(),
            message: String::new(),
            typed: true,
        }),
    }
}

fn service_error(error: &ExpectedError) -> Outcome {
    Outcome::ServiceError(ServiceFault {
        code: Some(error.code.clone()),
        message: error.message.clone(),
        status: Some(error.status),
        request_id: None,
        modeled: error.modeled.clone(),
        members: error.members.iter().map(|(name, value)| (Text::from(name), typed::encode(value))).collect(),
    })
}

/// As many requests as the case wants at least, each as the protocol has it.
fn requests(model: &Model, operation: &Operation, case: &Case) -> Vec<Entry> {
    let mut input = case.call.input.clone();
    fill_in_tokens(model, operation, &mut input);
    let mut entries = Vec::new();
    for index in 0..case.expectation.requests.least as usize {
        let Ok(mut request) = encode_request(model, operation, &input) else { break };
        request.headers.set("Content-Length", request.body.len().to_string());
        sign_anew(model, &mut request);
        let answer = case.answers[index.min(case.answers.len() - 1)].clone();
        if matches!(case.call.mode, Mode::Paginate { .. }) {
            carry_tokens(operation, &answer, &mut input);
        }
        entries.push(Entry { request, answer });
    }
    entries
}

fn sign_anew(model: &Model, request: &mut Request) {
    request.headers.set("Host", "127.0.0.1:1");
    request.headers.set("User-Agent", "perfect/1");
    let keys = Credentials::new("AKIDTESTING", "testing");
    sign(request, &keys, "us-east-1", &model.metadata.signing_name, Time(1_700_000_000_000)).unwrap();
}

fn fill_in_tokens(model: &Model, operation: &Operation, input: &mut Value) {
    let (Value::Structure(fields), Some(shape)) = (input, operation.input) else { return };
    let members = model.shape(shape).members().unwrap();
    for member in members.values().filter(|member| member.idempotency_token) {
        fields.entry(member.name.clone()).or_insert_with(|| Value::string(TOKEN));
    }
}

fn carry_tokens(operation: &Operation, answer: &Answer, input: &mut Value) {
    let (Some(paginator), Answer::Response(response), Value::Structure(fields)) =
        (&operation.paginator, answer, input)
    else {
        return;
    };
    let Ok(body) = parse(&response.body) else { return };
    for (from, to) in paginator.output_tokens.iter().zip(&paginator.input_tokens) {
        if response.status == 200 {
            fields.shift_remove(to);
            let path: Vec<&str> = from.split('.').collect();
            if let Some(Json::String(token)) = body.at(&path).filter(|token| **token != Json::string("")) {
                fields.insert(to.clone(), Value::String(token.clone()));
            }
        }
    }
}

fn told(judgements: &[Judgement]) -> String {
    let lines =
        judgements.iter().map(|one| format!("{} {} {}: {}", one.oracle, one.kind, one.sort, one.message));
    lines.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_client_without_faults_gives_no_finding_in_any_case() {
    let mut alarms = Vec::new();
    let mut judged = 0;
    for (model, every) in [(latest().unwrap(), 131), (synthetic().unwrap(), 3)] {
        for case in sample(&model, &[], every) {
            let judgements = oracles::judge(&model, &case, &perfect(&model, &case));
            judged += 1;
            if !judgements.is_empty() {
                alarms.push(format!("{}: {}", case.id, told(&judgements)));
            }
        }
    }
    println!("{judged} cases judged");
    assert!(judged > 500, "{judged}");
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
}

/// The places of a document, in depth-first order, each as a way down.
fn places(json: &Json, way: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    out.push(way.clone());
    let children: Vec<&Json> = match json {
        Json::Array(items) => items.iter().collect(),
        Json::Object(members) => members.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    // A tagged leaf is one leaf.
    let tagged = typed::tag(json).is_some_and(|(tag, _)| !matches!(tag, "$map" | "$document"));
    for (index, child) in children.into_iter().enumerate().filter(|_| !tagged) {
        way.push(index);
        places(child, way, out);
        way.pop();
    }
}

fn at<'a>(json: &'a mut Json, way: &[usize]) -> &'a mut Json {
    let Some((first, rest)) = way.split_first() else { return json };
    match json {
        Json::Array(items) => at(&mut items[*first], rest),
        Json::Object(members) => at(&mut members[*first].1, rest),
        leaf => panic!("no way below {leaf:?}"),
    }
}

/// The document with one change at a place.
fn changed(json: &Json, way: &[usize], round: usize) -> Json {
    let mut json = json.clone();
    let there = at(&mut json, way);
    *there = match (round % 3, &*there) {
        (0, now) if !way.is_empty() && *now != Json::Null => Json::Null,
        (1, Json::String(_) | Json::Number(_) | Json::Bool(_)) => Json::Array(Vec::new()),
        _ => other(there),
    };
    json
}

/// Another value of the same type.
fn other(json: &Json) -> Json {
    match json {
        Json::Null => Json::string("something"),
        Json::Bool(value) => Json::Bool(!value),
        Json::Number(text) => Json::Number(if text == "1" { "0".to_owned() } else { "1".to_owned() }),
        Json::String(text) => Json::string(format!("{text}x")),
        Json::Array(items) if items.is_empty() => Json::Array(vec![Json::Null]),
        Json::Array(items) => Json::Array(items[1..].to_vec()),
        Json::Object(members) => match typed::tag(json) {
            Some(("$timestamp", time)) => {
                let other = if time.as_str() == Some("5") { "6" } else { "5" };
                Json::object([("$timestamp", Json::string(other))])
            }
            Some(("$int", _)) => Json::number(7),
            Some(("$float", _)) => Json::Number("0.5".to_owned()),
            Some(("$blob", _)) => Json::object([("$blob", Json::string("eHl6enk="))]),
            Some(("$utf16", _)) => Json::string("?"),
            _ if members.is_empty() => Json::object([("Other", Json::number(1))]),
            _ => Json::Object(members[1..].to_vec()),
        },
    }
}

/// Changes at places spread over a document.
fn changes(json: &Json, most: usize) -> Vec<Json> {
    let mut all = Vec::new();
    places(json, &mut Vec::new(), &mut all);
    let step = all.len().div_ceil(most).max(1);
    let spread = all.iter().step_by(step).enumerate();
    spread.map(|(round, way)| changed(json, way, round)).filter(|other| other != json).collect()
}

#[test]
fn every_change_of_an_output_or_a_request_is_found() {
    let mut missed = Vec::new();
    let (mut outputs, mut bodies) = (0, 0);
    for (model, every) in [(latest().unwrap(), 41), (synthetic().unwrap(), 1)] {
        for case in sample(&model, &["OK1", "OK3", "RQ2"], every) {
            let perfect = perfect(&model, &case);
            if case.class != Class::Must || !oracles::judge(&model, &case, &perfect).is_empty() {
                continue;
            }
            if let Ok(Outcome::Output { output, .. }) = &perfect.outcome {
                for output in changes(output, 8) {
                    let outcome = Ok(Outcome::Output { output: output.clone(), request_id: None });
                    let changed = Evidence { outcome, ..perfect.clone() };
                    outputs += 1;
                    if oracles::judge(&model, &case, &changed).is_empty() {
                        missed.push(format!("{}: output {}", case.id, shown(&output)));
                    }
                }
            }
            let body = parse(&perfect.transcript.entries[0].request.body).unwrap();
            for body in changes(&body, 8) {
                let mut changed = perfect.clone();
                let request = &mut changed.transcript.entries[0].request;
                request.body = write(&body, Style::Compact);
                request.headers.set("Content-Length", request.body.len().to_string());
                sign_anew(&model, request);
                bodies += 1;
                if oracles::judge(&model, &case, &changed).is_empty() {
                    missed.push(format!("{}: request {}", case.id, shown(&body)));
                }
            }
        }
    }
    println!("{outputs} changed outputs and {bodies} changed requests judged");
    assert!(outputs > 1000 && bodies > 1000, "{outputs} {bodies}");
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

fn shown(json: &Json) -> String {
    let text = String::from_utf8_lossy(&write(json, Style::Compact)).into_owned();
    text.chars().take(600).collect()
}
