//! Each stage made to fail in turn: the error says which stage it was and where, and what was told is counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::stages::{Make, Stages};
use super::{Campaign, Entrant};
use crate::api::model::synthetic;
use crate::api::outcome::Outcome;
use crate::check::case::{Call, Case, Class, Evidence, Glob, NoOutcome};
use crate::check::ledger::Ledger;
use crate::check::oracles;
use crate::check::taxonomy::{Plan, PlanOptions, plan};
use crate::check::verdict::{Event, Judgement, Kind, OracleName, Run, Verdict};
use crate::clients::builtin::{BuiltinClient, BuiltinParts};
use crate::clients::{Client, Start, Started};
use crate::conduct::perform::RunError;
use crate::ground::clock::SystemClock;
use crate::ground::exchange::Pending;
use crate::ground::stage::{RunStage, StageFailure};

/// The case, and the operation, that stages fail at.
const BAD: &str = "DeleteSpecimen/OK1";
const BAD_OPERATION: &str = "DeleteSpecimen";

/// What becomes of a call of the bad operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Sound,
    Panics,
    Dies,
}

/// The built-in client, sound or not.
struct Patient(BuiltinClient, Health);

impl Client for Patient {
    fn hello(&self) -> &Started {
        self.0.hello()
    }

    fn run<'a>(
        &'a mut self,
        operation: &'a str,
        call: &'a Call,
        endpoint: &'a str,
    ) -> Pending<'a, Result<Outcome, NoOutcome>> {
        match self.1 {
            Health::Panics if operation == BAD_OPERATION => Box::pin(async { panic!("the client") }),
            Health::Dies if operation == BAD_OPERATION => {
                Box::pin(async { Err(NoOutcome::Died("exit status: 9".to_owned())) })
            }
            _ => self.0.run(operation, call, endpoint),
        }
    }

    fn stop(self: Box<Self>) -> Pending<'static, ()> {
        Box::new(self.0).stop()
    }
}

fn entrant(name: &str, health: Health) -> Entrant {
    let open = move || {
        Box::pin(async move {
            let model = synthetic().expect("the model ships");
            let start = Start::new(model.metadata.service.clone());
            let client = BuiltinClient::new(BuiltinParts::new(model, start, Arc::new(SystemClock)))?;
            Ok(Box::new(Patient(client, health)) as Box<dyn Client>)
        }) as Pending<'static, _>
    };
    Entrant {
        name: name.to_owned(),
        version: "1".to_owned(),
        asked: format!("--client {name}"),
        open: Arc::new(open),
        digits: 9,
        pace: Duration::from_millis(1),
        sample: None,
        reference: false,
    }
}

/// A campaign of two clients over a small plan.
fn campaign(health: Health) -> Campaign {
    let model = synthetic().unwrap();
    let variants = ["OK1", "ER1"].map(Glob::new).to_vec();
    let plan = Arc::new(plan(&model, &PlanOptions { variants, ..PlanOptions::default() }));
    assert!(plan.keys().iter().any(|key| key.id == BAD) && plan.keys().len() > 20);
    Campaign {
        model,
        plan,
        entrants: vec![entrant("one", health), entrant("other", Health::Sound)],
        jobs: 3,
        deviations: Vec::new(),
        snapshots: None,
        command: "shapetape check".to_owned(),
        seed: 1,
        filtered: true,
        shard: None,
        halt: Arc::new(AtomicBool::new(false)),
    }
}

/// What came of a campaign, and how often each client was told of each case.
struct Heard {
    run: Result<Run, RunError>,
    told: BTreeMap<(String, String), u32>,
    verdicts: Vec<Verdict>,
}

async fn heard(campaign: Campaign, stages: Stages) -> Heard {
    let events = Mutex::new(Vec::new());
    let run = campaign.run_by(stages, &|event| events.lock().unwrap().push(event)).await;
    let (mut told, mut verdicts) = (BTreeMap::new(), Vec::new());
    for event in events.into_inner().unwrap() {
        if let Event::Case { client, case, verdict, .. } = event {
            *told.entry((client, case)).or_default() += 1;
            verdicts.push(verdict);
        }
    }
    Heard { run, told, verdicts }
}

fn a_false_alarm(case: &Case) -> Judgement {
    Judgement {
        oracle: OracleName::Never,
        class: Class::Must,
        kind: Kind::Crash,
        path: "outcome".to_owned(),
        shape: case.operation.clone(),
        sort: "outcome".to_owned(),
        expected: None,
        actual: None,
        message: "false".to_owned(),
        rule: String::new(),
    }
}

/// Stages that are sound but for one.
fn broken(stage: RunStage) -> Stages {
    let mut stages = Stages::default();
    match stage {
        RunStage::Making => {
            stages.make = |plan: &Plan, keys, take| {
                plan.make(keys, |key, case| if key.id == BAD { panic!("made") } else { take(key, case) });
            };
        }
        RunStage::Judging => {
            stages.judge = |model, case: &Case, evidence: &Evidence| {
                if case.id == BAD { panic!("judged") } else { oracles::judge(model, case, evidence) }
            };
        }
        RunStage::Folding => {
            stages.enter = |ledger: &mut Ledger, case: &Case, evidence, judgements, not_judged| {
                if case.id == BAD {
                    panic!("folded")
                }
                ledger.enter(case, evidence, judgements, not_judged)
            };
        }
        RunStage::Shrinking => {
            stages.judge =
                |_, case: &Case, _| if case.id == BAD { vec![a_false_alarm(case)] } else { Vec::new() };
            stages.smaller = |_, _| panic!("shrunk");
        }
        RunStage::Planning | RunStage::Playing | RunStage::Reporting => {}
    }
    stages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_panics_ends_the_run_with_its_name_its_case_and_what_was_told() {
    for (stage, what) in [
        (RunStage::Making, "made"),
        (RunStage::Playing, "the client"),
        (RunStage::Judging, "judged"),
        (RunStage::Folding, "folded"),
        (RunStage::Shrinking, "shrunk"),
    ] {
        let health = if stage == RunStage::Playing { Health::Panics } else { Health::Sound };
        let campaign = campaign(health);
        let all = 2 * campaign.plan.keys().len() as u64;
        let Heard { run, told: heard, .. } = heard(campaign, broken(stage)).await;
        let error = run.unwrap_err();
        assert!(error.is_bug());
        let RunError::RunStage { failure, told, planned } = error else { panic!("{error}") };
        let case = failure.case.clone().unwrap();
        assert_eq!(failure, StageFailure { stage, case: Some(case.clone()), what: what.to_owned() });
        let expected = if stage == RunStage::Playing { case.starts_with(BAD_OPERATION) } else { case == BAD };
        assert!(expected, "{failure}");
        assert!(heard.values().all(|times| *times == 1), "{stage}: {heard:?}");
        assert_eq!((told, planned), (heard.len() as u64, all), "{stage}");
        assert_eq!(told == all, stage == RunStage::Shrinking, "{stage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_planned_case_is_told_once_per_client_even_where_a_client_dies() {
    for health in [Health::Sound, Health::Dies] {
        let campaign = campaign(health);
        let ids: Vec<String> = campaign.plan.keys().iter().map(|key| key.id.clone()).collect();
        let bad = ids.iter().filter(|id| id.starts_with(&format!("{BAD_OPERATION}/"))).count();
        let Heard { run, told, verdicts } = heard(campaign, Stages::default()).await;
        let run = run.unwrap();
        let due = ["one", "other"]
            .iter()
            .flat_map(|client| ids.iter().map(move |id| ((client.to_string(), id.clone()), 1)));
        assert_eq!(told, due.collect::<BTreeMap<_, _>>());
        let died = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::CouldNotRun(_))).count();
        assert_eq!(died, if health == Health::Dies { bad } else { 0 });
        let counts = run.clients.iter().map(|tally| (tally.planned, tally.cases));
        assert!(run.complete && counts.into_iter().all(|(planned, cases)| planned == cases));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_made_or_made_twice_is_a_bug_and_no_shorter_run() {
    let silent: Make = |plan, keys, take| {
        plan.make(keys, |key, case| {
            if key.id != BAD {
                take(key, case);
            }
        });
    };
    let doubled: Make = |plan, keys, take| {
        plan.make(keys, |key, case| {
            if key.id == BAD {
                take(key, case.clone());
            }
            take(key, case);
        });
    };
    for make in [silent, doubled] {
        let stages = Stages { make, ..Stages::default() };
        let error = heard(campaign(Health::Sound), stages).await.run.unwrap_err();
        let RunError::RunStage { failure, .. } = &error else { panic!("{error}") };
        assert_eq!(failure.stage, RunStage::Making, "{error}");
        assert!(error.to_string().contains("this is a bug of shapetape"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_told_to_end_says_how_many_cases_were_planned_and_how_many_told() {
    let campaign = campaign(Health::Sound);
    let all = campaign.plan.keys().len() as u64;
    let halt = campaign.halt.clone();
    let end_early = |event| {
        if matches!(event, Event::Case { .. }) {
            halt.store(true, Ordering::Relaxed);
        }
    };
    let run = campaign.run_by(Stages::default(), &end_early).await.unwrap();
    assert!(!run.complete);
    let (told, planned) = run.told_of_planned();
    assert_eq!(planned, 2 * all);
    assert!((1..planned).contains(&told), "{told} of {planned}");
}
