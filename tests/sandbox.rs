//! The account under calls of every kind: valid answers only, whatever is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use shapetape::account::sandbox::{Sandbox, SandboxOptions, SandboxServer};
use shapetape::api::model::{self, Fields, Model, Validator, Value};
use shapetape::api::outcome::{Outcome, typed};
use shapetape::api::values::{Rng, Values};
use shapetape::check::case::{Call, Mode};
use shapetape::clients::builtin::{BuiltinClient, BuiltinParts};
use shapetape::clients::{Client as _, Start};
use shapetape::ground::clock::{Clock, SystemClock};
use shapetape::protocol::ServiceError;
use shapetape::wire::gate::Gate;

use crate::world::serve;

/// Calls with made-up inputs, in which names that were seen before come back often.
struct Caller {
    model: Arc<Model>,
    values: Values,
    validator: Validator,
    sandbox: Sandbox,
    rng: Rng,
    seen: BTreeMap<String, Vec<Value>>,
    succeeded: usize,
}

impl Caller {
    fn new(date: &str, seed: u64) -> Caller {
        let model = model::embedded(date).unwrap();
        Caller {
            values: Values::new(Arc::clone(&model), seed, 3),
            validator: Validator::new(Arc::clone(&model)),
            sandbox: Sandbox::new(Arc::clone(&model), SandboxOptions::default()),
            rng: Rng::labelled(seed, "calls"),
            seen: BTreeMap::new(),
            succeeded: 0,
            model,
        }
    }

    /// A valid input, most of whose names are of resources that there may be.
    fn input(&mut self, operation: &str) -> Value {
        let Some(shape) = self.model.operation(operation).unwrap().input else { return Value::default() };
        let mut input = match self.rng.one_in(2) {
            true => self.values.minimal(shape),
            false => self.values.random(shape, &mut self.rng),
        };
        let Value::Structure(fields) = &mut input else { panic!("{operation}") };
        fields.shift_remove("NextToken");
        for (name, value) in fields.iter_mut() {
            let known = self.seen.get(name).filter(|_| !self.rng.one_in(4));
            if let Some(known) = known.and_then(|known| self.rng.pick(known)) {
                *value = known.clone();
            }
        }
        input
    }

    /// Keeps the names in a value for later calls.
    fn remember(&mut self, value: &Value) {
        let Some(fields) = value.fields() else { return };
        for (name, value) in fields {
            if matches!(value, Value::String(_))
                && ["Name", "Arn", "Id"].iter().any(|end| name.ends_with(end))
            {
                let known = self.seen.entry(name.clone()).or_default();
                known.insert(0, value.clone());
                known.truncate(8);
            }
        }
    }

    /// Any operation with a valid input.
    fn any(&mut self) -> (String, Value) {
        let names: Vec<String> = self.model.operations.keys().cloned().collect();
        let operation = self.rng.pick(&names).unwrap().clone();
        let input = self.input(&operation);
        (operation, input)
    }

    /// Makes a call and keeps the names in it.
    fn make(&mut self, operation: &str, input: &Value) -> Result<Value, Box<ServiceError>> {
        let answer = self.sandbox.call(operation, input);
        if let Ok(output) = &answer {
            self.succeeded += 1;
            self.remember(input);
            self.remember(output);
        }
        answer
    }

    /// Makes any call; the constraints that its answer breaks.
    fn call(&mut self) -> Vec<String> {
        let (operation, input) = self.any();
        match self.make(&operation, &input) {
            Ok(output) => {
                let shape = self.model.operation(&operation).unwrap().output;
                let broken = shape.map(|shape| self.validator.check(shape, &output)).unwrap_or_default();
                broken.iter().map(|broken| format!("{operation}: {broken}")).collect()
            }
            Err(error) if error.status < 500 => Vec::new(),
            Err(error) => vec![format!("{operation}: {} {}", error.status, error.code)],
        }
    }
}

#[test]
fn ten_thousand_valid_calls_get_ten_thousand_valid_answers() {
    let mut broken: BTreeMap<String, usize> = BTreeMap::new();
    let mut succeeded = 0;
    let older = [("2020-07-24", 1_000), ("2020-05-08", 1_000), ("2018-01-17", 500), ("2017-11-29", 500)];
    for (date, calls) in [("latest", 10_000)].into_iter().chain(older) {
        let mut caller = Caller::new(date, 7);
        for _ in 0..calls {
            for one in caller.call() {
                *broken.entry(format!("{date} {one}")).or_default() += 1;
            }
        }
        succeeded += caller.succeeded;
    }
    assert!(succeeded > 6_500, "only {succeeded} of the calls went through: the test shows too little");
    let told: Vec<String> = broken.iter().map(|(one, times)| format!("{times} × {one}")).collect();
    assert!(told.is_empty(), "{}\n{}", told.len(), told.join("\n"));
}

#[tokio::test]
async fn calls_over_a_socket_are_answered_as_those_in_process() {
    let mut caller = Caller::new("latest", 11);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let account = SandboxServer::new(
        Arc::clone(&caller.model),
        SandboxOptions::default(),
        Gate::default(),
        Some(Arc::clone(&clock)),
    );
    let handle = serve(Arc::new(account)).await;
    let parts = BuiltinParts::new(Arc::clone(&caller.model), Start::new("sagemaker"), clock);
    let mut client = BuiltinClient::new(parts).unwrap();
    for _ in 0..1_000 {
        let (operation, input) = caller.any();
        let expected = caller.make(&operation, &input);
        let call = Call { mode: Mode::Call, input, fresh: false };
        match (client.run(&operation, &call, &handle.endpoint()).await.unwrap(), expected) {
            (Outcome::Output { output, .. }, Ok(expected)) => {
                assert_eq!(output, typed::encode(&expected), "{operation}");
            }
            (Outcome::ServiceError(fault), Err(expected)) => {
                assert_eq!((fault.code, fault.status), (Some(expected.code), Some(expected.status)));
            }
            (outcome, expected) => panic!("{operation}: {outcome:?} instead of {expected:?}"),
        }
    }
    assert!(caller.succeeded > 300, "only {} of the calls went through", caller.succeeded);
}

#[test]
fn the_same_calls_give_the_same_answers() {
    let run = || {
        let mut caller = Caller::new("latest", 3);
        let names: Vec<String> = caller.model.operations.keys().cloned().collect();
        let mut answers = Vec::new();
        for operation in names.iter().cycle().take(900) {
            let input = caller.input(operation);
            let answer = caller.sandbox.call(operation, &input);
            if let Ok(output) = &answer {
                caller.remember(output);
            }
            answers.push(answer);
        }
        answers
    };
    assert_eq!(run(), run());
}

#[test]
fn every_constraint_of_the_model_is_checked() {
    let caller = Caller::new("latest", 1);
    let call = |fields: Fields| {
        caller.sandbox.call("CreateNotebookInstance", &Value::Structure(fields)).unwrap_err()
    };
    let error = call(Fields::from_iter([("NotebookInstanceName".to_owned(), Value::string("no spaces"))]));
    assert_eq!(error.code, "ValidationException");
    let message = error.message.clone().unwrap_or_default().to_lossy();
    assert!(message.starts_with("3 validation errors detected: "), "{message}");
    for part in
        ["at 'notebookInstanceName'", "regular expression pattern", "at 'instanceType'", "must not be null"]
    {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}
