//! The scenarios that ship: walked without a wire, recorded and replayed by clients, and what they show.

mod coverage;
mod members;
mod moto;
mod recorded;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shapetape::account::sandbox::{Sandbox, SandboxOptions};
use shapetape::api::model::{self, AcceptorMatcher, AcceptorState, Model, Value};
use shapetape::api::outcome::{Outcome, ServiceFault, WaitResult, typed};
use shapetape::conduct::scenario::{self, Action, Play, Scenario};
use shapetape::ground::json::Json;
use shapetape::ground::yaml::Position;
use shapetape::protocol::ServiceError;

/// An account that performs actions as a client would.
pub(crate) struct Account {
    model: Arc<Model>,
    sandbox: Sandbox,
}

impl Account {
    pub(crate) fn at(date: &str) -> Account {
        let model = model::embedded(date).unwrap();
        Account { sandbox: Sandbox::new(Arc::clone(&model), SandboxOptions::default()), model }
    }

    pub(crate) fn perform(&self, action: &Action) -> Outcome {
        match action {
            Action::Call { operation, input, .. } => self.call(operation, input),
            Action::Paginate { operation, input, max_pages } => self.paginate(operation, input, *max_pages),
            Action::Wait { waiter, input, limit } => self.wait(waiter, input, *limit),
        }
    }

    fn call(&self, operation: &str, input: &Json) -> Outcome {
        let shape = self.model.operation(operation).and_then(|operation| operation.input);
        let input = match shape.map(|shape| typed::decode(&self.model, shape, input)) {
            Some(Ok(input)) => input,
            Some(Err(error)) => panic!("{operation}: {error}"),
            None => Value::default(),
        };
        match self.sandbox.call(operation, &input) {
            Ok(output) => {
                let operation = self.model.operation(operation).unwrap();
                if let Some(shape) = operation.output {
                    let read = typed::decode(&self.model, shape, &typed::encode(&output));
                    assert_eq!(read.as_ref(), Ok(&output), "{}", operation.name);
                }
                Outcome::Output { output: typed::encode(&output), request_id: None }
            }
            Err(error) => fault(&error),
        }
    }

    fn paginate(&self, operation: &str, input: &Json, max_pages: Option<u32>) -> Outcome {
        let mut pages = Vec::new();
        let mut input = input.clone();
        loop {
            let page = match self.call(operation, &input) {
                Outcome::Output { output, .. } => output,
                error => return pages_of(pages, Some(error)),
            };
            let token = page.get("NextToken").cloned();
            pages.push(page);
            match token {
                Some(token) if max_pages.is_none_or(|most| pages.len() < most as usize) => {
                    let Json::Object(members) = &mut input else { panic!("{operation}: no object") };
                    members.retain(|(name, _)| *name != "NextToken");
                    members.push(("NextToken".into(), token));
                }
                _ => return pages_of(pages, None),
            }
        }
    }

    fn wait(&self, waiter: &str, input: &Json, limit: Option<u32>) -> Outcome {
        let waiter = &self.model.waiters[waiter];
        for _ in 0..limit.unwrap_or(waiter.max_attempts) {
            let outcome = self.call(&waiter.operation, input);
            let met = waiter.acceptors.iter().find(|acceptor| matches(&acceptor.matcher, &outcome));
            let result = match (met.map(|acceptor| acceptor.state), &outcome) {
                (Some(AcceptorState::Success), _) => WaitResult::Success,
                (Some(AcceptorState::Failure), _) | (None, Outcome::ServiceError(_)) => WaitResult::Failure,
                _ => continue,
            };
            return Outcome::Waited { result, reason: None };
        }
        Outcome::Waited { result: WaitResult::Timeout, reason: None }
    }
}

fn fault(error: &ServiceError) -> Outcome {
    assert!(!error.code.is_empty());
    Outcome::ServiceError(ServiceFault {
        code: Some(error.code.clone()),
        message: error.message.clone(),
        status: Some(error.status),
        modeled: error.modeled.clone(),
        ..ServiceFault::default()
    })
}

fn pages_of(pages: Vec<Json>, error: Option<Outcome>) -> Outcome {
    Outcome::Pages {
        pages,
        request_ids: Vec::new(),
        error: error.map(Box::new),
        stopped: false,
        merged: false,
    }
}

/// SageMaker's waiters look at one text member or at an error's code.
fn matches(matcher: &AcceptorMatcher, outcome: &Outcome) -> bool {
    match (matcher, outcome) {
        (AcceptorMatcher::Path(path, wanted), Outcome::Output { output, .. }) => {
            output.get(path) == Some(wanted)
        }
        (AcceptorMatcher::Error(code), Outcome::ServiceError(fault)) => fault.code.as_ref() == Some(code),
        _ => false,
    }
}

/// The scenario files that ship, in the order of their names.
pub(crate) fn shipped() -> Vec<(PathBuf, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/sagemaker");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files.into_iter().map(|file| (file.clone(), read(&file))).collect()
}

fn read(file: &Path) -> Scenario {
    let text = std::fs::read_to_string(file).unwrap();
    let name = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
    let told = |errors: Vec<scenario::ScenarioError>| {
        errors.iter().map(|error| format!("{error}\n")).collect::<String>()
    };
    let scenario = scenario::parse(&name, &text).unwrap_or_else(|errors| panic!("{}", told(errors)));
    let mistakes = scenario::check_names(&name, &scenario, &model::embedded(&scenario.api).unwrap());
    assert!(mistakes.is_empty(), "{}", told(mistakes));
    scenario
}

/// One call of a scenario: what was asked, what came, and the step it belongs to.
pub(crate) struct Seen {
    pub(crate) action: Action,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) place: Position,
}

/// Plays a scenario; each step goes to `seen` with all its outcomes.
pub(crate) fn play(scenario: &Scenario, mut seen: impl FnMut(Seen)) -> Play {
    let account = Account::at(&scenario.api);
    let mut play = Play::new(scenario, "5eed", BTreeMap::new());
    let mut outcomes = Vec::new();
    while let Some(action) = play.next() {
        let outcome = account.perform(&action);
        outcomes.push(outcome.clone());
        if let Some(result) = play.take(outcome) {
            seen(Seen { action, outcomes: std::mem::take(&mut outcomes), place: result.place });
        }
    }
    play
}

/// Compares a file that is made from the scenarios with what it should be, or writes it where
/// `cargo xtask scenarios` says so.
pub(crate) fn must_be(file: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if to_be_written() {
        return std::fs::write(path, wanted).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    let line = there.lines().zip(wanted.lines()).find(|(there, wanted)| there != wanted);
    assert!(there == wanted, "{file} is not up to date ({line:?})\nrun: cargo xtask scenarios");
}

/// Whether what is made from the scenarios is to be written instead of compared.
#[expect(clippy::disallowed_methods, reason = "the task says so by a variable")]
pub(crate) fn to_be_written() -> bool {
    std::env::var_os("SHAPETAPE_WRITE").is_some()
}

#[test]
fn every_scenario_that_ships_comes_to_its_end() {
    let mut failed = Vec::new();
    for (file, scenario) in shipped() {
        let play = play(&scenario, |_| ());
        for result in play.results() {
            for mismatch in &result.mismatches {
                let loops = result.loops.join(" ");
                failed.push(format!(
                    "{}:{} {} {loops}: {mismatch}",
                    file.display(),
                    result.place,
                    result.name
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
