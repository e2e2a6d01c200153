//! Playing scenarios against canned outcomes.

use std::collections::BTreeMap;

use super::{Action, Play};
use crate::api::outcome::{Outcome, ServiceFault};
use crate::conduct::scenario::parse;
use crate::ground::json::{Json, Style, parse as parse_json, write};

fn output(text: &str) -> Outcome {
    Outcome::Output { output: parse_json(text.as_bytes()).unwrap(), request_id: None }
}

fn error(code: &str) -> Outcome {
    Outcome::ServiceError(ServiceFault { code: Some(code.to_owned()), ..ServiceFault::default() })
}

fn play(steps: &str) -> Play {
    let text = format!("service: sagemaker\n{steps}");
    Play::new(&parse("x.yaml", &text).unwrap(), "7f", BTreeMap::new())
}

fn shown(action: &Action) -> String {
    match action {
        Action::Call { operation, input, .. } => {
            format!("{operation} {}", String::from_utf8_lossy(&write(input, Style::Compact)))
        }
        other => format!("{other:?}"),
    }
}

/// Plays to the end; gives the calls made and the steps that failed.
fn walk(play: &mut Play, mut outcomes: Vec<Outcome>) -> (Vec<String>, Vec<String>) {
    outcomes.reverse();
    let mut calls = Vec::new();
    while let Some(action) = play.next() {
        calls.push(shown(&action));
        play.take(outcomes.pop().unwrap_or_else(|| output("{}")));
    }
    let failed = play.results().iter().flat_map(|result| &result.mismatches).map(ToString::to_string);
    (calls, failed.collect())
}

#[test]
fn captures_and_unique_names_reach_later_steps() {
    let mut play = play(
        "steps:\n\
         - call: A\n  input: {Name: \"${unique:job}\"}\n  capture: {arn: Arn, n: 'Parts[1].N'}\n\
         - call: B\n  input: {Arn: \"${arn}\", Name: \"${unique:job}\", Number: \"${n}\"}\n  \
           expect: {output: {Arn: \"${arn}\", Gone: null, N: 25}, count: {Items: {min: 2}}}\n",
    );
    let outcomes = vec![
        output(r#"{"Arn":"arn:1","Parts":[{},{"N":5}]}"#),
        output(r#"{"Arn":"arn:1","N":25.0,"Items":[1,2,3]}"#),
    ];
    let (calls, failed) = walk(&mut play, outcomes);
    assert_eq!(calls, [r#"A {"Name":"job-7f"}"#, r#"B {"Arn":"arn:1","Name":"job-7f","Number":5}"#]);
    assert_eq!(failed, [""; 0]);
    assert_eq!(play.unique_names(), BTreeMap::from([("unique:job".to_owned(), Json::string("job-7f"))]));
}

#[test]
fn a_wait_polls_until_the_value_comes_and_knows_its_sequence() {
    let steps = "steps:\n\
         - wait: D\n  until: {Status: Ready}\n  limit: 4\n  expect: {sequence: {Status: [New, Ready]}}\n\
         - wait: D\n  until: {error: Gone}\n  limit: 3\n";
    let status = |status: &str| output(&format!(r#"{{"Status":"{status}"}}"#));
    let outcomes = vec![status("New"), status("New"), status("Ready"), status("Ready"), error("Gone")];
    let (calls, failed) = walk(&mut play(steps), outcomes);
    assert_eq!((calls.len(), failed), (5, Vec::new()));

    let (calls, failed) = walk(&mut play(steps), vec![status("New"), status("Odd"), error("Oops")]);
    assert_eq!(calls.len(), 3);
    assert_eq!(
        failed,
        [
            "outcome: expected an output, got error Oops",
            "Status: expected \"New\" → \"Ready\", got \"New\" → \"Odd\"",
            "until: expected Status, got not reached after 3 of 4 polls",
        ]
    );
}

#[test]
fn after_a_failure_only_the_finally_steps_run_all_of_them() {
    let steps = "steps:\n\
         - call: A\n  expect: {output: {X: 1}}\n\
         - call: Never\n\
         finally:\n\
         - call: F\n  expect: {error: NotThere}\n\
         - foreach: i\n  in: {from: 1, to: 2}\n  steps:\n  - call: G\n    input: {N: \"n${i}\"}\n";
    let (calls, failed) = walk(&mut play(steps), vec![output("{}"), error("Other"), error("Other")]);
    assert_eq!(calls, ["A {}", "F {}", r#"G {"N":"n1"}"#, r#"G {"N":"n2"}"#]);
    assert_eq!(
        failed,
        [
            "output.X: expected 1, got nothing",
            "error.code: expected NotThere, got error Other",
            "outcome: expected an output, got error Other",
        ]
    );
}

#[test]
fn an_interrupt_leaves_the_finally_steps() {
    let mut play = play("steps:\n- call: A\n- call: B\nfinally:\n- call: F\n");
    play.next();
    play.interrupt();
    assert_eq!(walk(&mut play, Vec::new()).0, ["F {}"]);
}

#[test]
fn a_step_that_refers_to_what_never_came_fails_without_a_call() {
    let steps = "steps:\n- call: A\n  capture: {x: X}\nfinally:\n- call: F\n  input: {X: \"${x}\"}\n";
    let (calls, failed) = walk(&mut play(steps), Vec::new());
    assert_eq!(calls, ["A {}"]);
    assert_eq!(failed.len(), 2, "{failed:?}");
}
