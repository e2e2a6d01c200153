//! Shrinking: a client with a bug is left with the smallest exchange that shows it, and no smaller case is wrong
//! about a client without one.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shapetape::api::model::{Model, Operation, Paginator, Value, latest, synthetic};
use shapetape::check::case::{Case, Glob};
use shapetape::check::oracles;
use shapetape::check::taxonomy::{self, Plan, PlanOptions, plan};
use shapetape::check::verdict::{Event, Finding, Run};
use shapetape::clients::builtin::{BuiltinClient, BuiltinParts, FailedAttempt, NextPage, Remedy, Seams};
use shapetape::clients::{Client, Start};
use shapetape::conduct::campaign::{Campaign, Entrant, Lane};
use shapetape::ground::clock::SystemClock;
use shapetape::ground::exchange::{Request, Response};
use shapetape::ground::json::{Json, parse, pretty};
use shapetape::protocol::{ProtocolError, Reply, decode_response, encode_request};

/// A client with one bug: its kind and what it is about.
struct Wrong {
    kind: String,
    about: String,
    /// How often the seam of the bug was used.
    turns: AtomicU32,
    /// What the member that it is about was in the last output.
    last: Mutex<Option<Value>>,
}

impl Wrong {
    fn number(&self) -> u32 {
        self.about.parse().unwrap()
    }

    /// The member that it is about is what the last output had there.
    fn leak(&self, output: &mut Value) {
        let Value::Structure(fields) = output else { return };
        let last = std::mem::replace(&mut *self.last.lock().unwrap(), fields.get(&self.about).cloned());
        if let (Some(member), Some(last)) = (fields.get_mut(&self.about), last) {
            *member = last;
        }
    }

    fn spoil(&self, value: &mut Value) {
        match value {
            Value::Structure(fields) => {
                if self.kind == "forgets" {
                    fields.shift_remove(&self.about);
                }
                fields.values_mut().for_each(|value| self.spoil(value));
            }
            Value::List(items) => {
                if self.kind == "losesThird" && items.len() > 2 {
                    items.remove(2);
                }
                items.iter_mut().for_each(|value| self.spoil(value));
            }
            Value::Map(entries) => entries.values_mut().for_each(|value| self.spoil(value)),
            _ => {}
        }
    }
}

fn unsent(value: &Value, name: &str) -> Value {
    match value {
        Value::Structure(fields) => Value::Structure(
            fields
                .iter()
                .filter(|(member, _)| *member != name)
                .map(|(member, value)| (member.clone(), unsent(value, name)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn depth(json: &Json) -> u32 {
    match json {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Json::Object(members) => 1 + members.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}

impl Seams for Wrong {
    fn encode(&self, model: &Model, operation: &Operation, input: &Value) -> Result<Request, ProtocolError> {
        match self.kind.as_str() {
            "doesNotSend" => encode_request(model, operation, &unsent(input, &self.about)),
            _ => encode_request(model, operation, input),
        }
    }

    fn decode(
        &self,
        model: &Model,
        operation: &Operation,
        response: &Response,
    ) -> Result<Reply, ProtocolError> {
        let body = parse(&response.body).unwrap_or(Json::Null);
        if self.kind == "refusesDepth" && depth(&body) > self.number() {
            return decode_response(model, operation, &Response::new(200, "no"));
        }
        let mut reply = decode_response(model, operation, response)?;
        match &mut reply {
            Reply::Output(output) => {
                let turn = self.turns.fetch_add(1, Ordering::Relaxed);
                if self.kind == "leaks" {
                    self.leak(output);
                }
                if self.kind != "sometimes" {
                    self.spoil(output);
                }
                if self.kind == "sometimes" && turn.is_multiple_of(3) {
                    *output = Value::default();
                }
            }
            Reply::Error(error) if self.kind == "losesCodeWith" && body.get(&self.about).is_some() => {
                error.code = "Unknown".to_owned();
            }
            Reply::Error(_) => {}
        }
        Ok(reply)
    }

    fn remedy(&self, fault: &FailedAttempt<'_>) -> Option<Remedy> {
        let gives_up = self.kind == "givesUpOn" && fault.error.is_some_and(|error| error.code == self.about);
        shapetape::clients::builtin::ReferenceSeams.remedy(fault).filter(|_| !gives_up)
    }

    fn next_page(&self, paginator: &Paginator, output: &Value) -> NextPage {
        let next = shapetape::clients::builtin::ReferenceSeams.next_page(paginator, output);
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        if next.is_none() {
            self.turns.store(0, Ordering::Relaxed);
        }
        if self.kind == "endsAfterPages" && turn + 1 >= 2 * self.number() {
            self.turns.store(0, Ordering::Relaxed);
            return None;
        }
        next
    }
}

pub(crate) fn entrant(model: &Arc<Model>, name: &str, bug: Option<(String, String)>) -> Entrant {
    let model = model.clone();
    Entrant {
        name: name.to_owned(),
        version: "1".to_owned(),
        asked: format!("--client {name}"),
        open: Arc::new(move || {
            let start = Start::new(model.metadata.service.clone());
            let mut parts = BuiltinParts::new(model.clone(), start, Arc::new(SystemClock));
            parts.seed = Some(1);
            if let Some((kind, about)) = bug.clone() {
                parts.seams =
                    Arc::new(Wrong { kind, about, turns: AtomicU32::new(0), last: Mutex::new(None) });
            }
            Box::pin(async move { Ok(Box::new(BuiltinClient::new(parts)?) as Box<dyn Client>) })
        }),
        digits: 9,
        pace: Duration::from_millis(1),
        sample: None,
        reference: false,
    }
}

pub(crate) fn filtered(model: &Arc<Model>, operations: &[&str], variants: &[&str]) -> Plan {
    let globs = |texts: &[&str]| texts.iter().map(|text| Glob::new(*text)).collect();
    let options =
        PlanOptions { operations: globs(operations), variants: globs(variants), ..PlanOptions::default() };
    plan(model, &options)
}

/// A campaign of one job over part of a plan.
pub(crate) fn played(model: &Arc<Model>, plan: Arc<Plan>, entrants: Vec<Entrant>) -> Campaign {
    Campaign {
        model: model.clone(),
        plan,
        entrants,
        jobs: 1,
        deviations: Vec::new(),
        snapshots: None,
        command: "shapetape check".to_owned(),
        seed: 1,
        filtered: true,
        shard: None,
        halt: Arc::new(AtomicBool::new(false)),
    }
}

/// Runs a campaign and keeps what it tells.
pub(crate) async fn heard(campaign: Campaign) -> (Run, Vec<Event>) {
    let events = Mutex::new(Vec::new());
    let run = campaign.run(&|event| events.lock().unwrap().push(event)).await.unwrap();
    (run, events.into_inner().unwrap())
}

/// Runs a plan on a client with a bug, beside the one without.
async fn run(model: &Arc<Model>, plan: Plan, bug: (String, String)) -> (Run, Vec<Event>) {
    let reference = Entrant { reference: true, ..entrant(model, "builtin", None) };
    let entrants = vec![entrant(model, "wrong", Some(bug)), reference];
    heard(played(model, Arc::new(plan), entrants)).await
}

fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str)
}

/// Status and body of each answer of a smallest exchange.
fn answers(response: &Json) -> Json {
    let one = |answer: &Json| {
        let body = ["body", "text"].iter().find_map(|name| answer.get(name)).cloned();
        Json::Array(vec![answer.get("status").unwrap().clone(), body.unwrap_or(Json::Null)])
    };
    match response {
        Json::Array(all) => Json::Array(all.iter().map(one).collect()),
        only => Json::Array(vec![one(only)]),
    }
}

/// What is left of a finding, in the form of the file.
fn left(finding: &Finding) -> (Json, Json) {
    let minimal = finding.minimal.as_ref().unwrap();
    (minimal.request.get("input").unwrap().clone(), answers(&minimal.response))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_shrunk_to_the_smallest_exchange_that_shows_it() {
    let file =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/shrinking/cases.json")).unwrap();
    let file = parse(&file).unwrap();
    let model = latest().unwrap();
    let mut wrong = Vec::new();
    for case in file.get("cases").and_then(Json::as_array).unwrap() {
        let name = text(case, "name").unwrap();
        let globs = |field: &str| -> Vec<&str> {
            case.get(field).and_then(Json::as_array).unwrap().iter().filter_map(Json::as_str).collect()
        };
        let (kind, about) = &case.get("bug").and_then(Json::as_object).unwrap()[0];
        let bug = (kind.to_lossy(), about.as_str().unwrap().to_owned());
        let plan = filtered(&model, &globs("operations"), &globs("variants"));
        let (run, events) = run(&model, plan, bug.clone()).await;
        let wanted = |finding: &&Finding| text(case, "kind").is_none_or(|kind| finding.kind.word() == kind);
        let Some(finding) = run.findings.iter().find(wanted) else {
            wrong.push(format!("{name}: no such finding among {}", run.findings.len()));
            continue;
        };
        let (input, answers) = left(finding);
        let due = |field: &str| case.get(field).cloned().unwrap();
        if (due("input"), due("answers")) != (input.clone(), answers.clone()) {
            let found = Json::object([("input", input), ("answers", answers)]);
            wrong.push(format!("{name}: {} is left with {}", finding.id(), pretty(&found)));
        }
        let minimal = finding.minimal.as_ref().unwrap();
        assert!(minimal.smallest && finding.unstable.is_none(), "{name}: {finding:?}");
        assert!(minimal.trials <= 200, "{name}: {}", minimal.trials);
        assert!(events.iter().any(|event| matches!(event, Event::Shrinking(_))));
        // The command of the report plays just that, and finds it again, and nothing else.
        let id = finding.reproduce.split('\'').nth(1).unwrap();
        assert!(id.starts_with(&finding.case), "{id}");
        let plan = Plan::of_cases(&model, &[id.to_owned()]).unwrap();
        let (again, _) = self::run(&model, plan, bug).await;
        assert!(
            again.findings.iter().any(|one| one.kind == finding.kind && left(one) == left(finding)),
            "{name}"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_does_not_repeat_says_how_often_it_does() {
    let model = latest().unwrap();
    let plan = filtered(&model, &["DescribeModel"], &["OK3"]);
    let (run, _) = run(&model, plan, ("sometimes".to_owned(), String::new())).await;
    let unstable: Vec<_> = run.findings.iter().filter_map(|finding| finding.unstable.as_deref()).collect();
    assert!(!unstable.is_empty(), "{:?}", run.findings);
    for words in unstable {
        let (seen, of) = words.split_once(" of ").unwrap();
        assert!(of == "20" && seen.parse::<u32>().unwrap() < 20, "{words}");
    }
}

/// Steps down from a case, spread over all there are, each followed by one more.
fn below(plan: &Plan, case: &Case, most: usize) -> Vec<Case> {
    let Some(smaller) = plan.smaller(case) else { return Vec::new() };
    let stride = smaller.len().div_ceil(most).max(1);
    let first: Vec<Case> = (0..smaller.len()).step_by(stride).filter_map(|step| smaller.case(step)).collect();
    let second = first.iter().filter_map(|case| {
        let smaller = plan.smaller(case)?;
        (0..smaller.len()).rev().find_map(|step| smaller.case(step))
    });
    let second: Vec<Case> = second.collect();
    first.into_iter().chain(second).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_smaller_case_is_wrong_about_a_client_without_bugs() {
    let mut alarms = Vec::new();
    let mut played = 0;
    for (model, every) in [(latest().unwrap(), 997), (synthetic().unwrap(), 17)] {
        let plan = plan(&model, &PlanOptions::default());
        let client = (entrant(&model, "builtin", None).open)().await.unwrap();
        let mut lane = Lane::open(client).await.unwrap();
        for key in plan.keys().iter().step_by(every).filter(|key| key.waits < 1_000) {
            let case = plan.case(&key.id).unwrap();
            for small in below(&plan, &case, 4) {
                let evidence = lane.trial(&small).await;
                played += 1;
                for judgement in oracles::judge(&model, &small, &evidence) {
                    alarms.push(format!("{}: {}", small.id, judgement.message));
                }
                assert_eq!(taxonomy::case(&model, &small.id).as_ref(), Some(&small));
            }
        }
        lane.close().await;
    }
    println!("{played} smaller cases played");
    assert!(played > 1_000, "{played}");
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
}
