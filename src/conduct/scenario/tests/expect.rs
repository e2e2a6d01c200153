//! Holding outcomes against expectations.

use std::collections::BTreeMap;

use super::check;
use crate::api::outcome::{Outcome, ServiceFault, WaitResult};
use crate::conduct::scenario::{StepKind, parse};
use crate::ground::json::{Json, parse as parse_json};

/// Each line: an expectation, `=>`, what does not fit; of the output below.
const OUTPUT: &str = r#"{"Name":"nb-1","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}],"Count":3,
    "Created":{"$timestamp":"1500000000"},"Url":"https://x"}"#;

fn told(expect: &str, kind: &str, outcome: &Outcome) -> Vec<String> {
    let text = format!("service: s\nvariables: {{n: nb-1}}\nsteps: [{{{kind}: X, expect: {expect}}}]\n");
    let scenario = parse("x.yaml", &text).unwrap_or_else(|errors| panic!("{expect}: {errors:?}"));
    assert!(!matches!(scenario.steps[0].kind, StepKind::Foreach { .. }));
    let variables = BTreeMap::from([("n".to_owned(), Json::string("nb-1"))]);
    let found = check(&scenario.steps[0].expect, std::slice::from_ref(outcome), &variables);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn outputs_are_held_against_what_was_expected() {
    let outcome = Outcome::Output { output: parse_json(OUTPUT.as_bytes()).unwrap(), request_id: None };
    for (expect, wanted) in [
        ("{output: {Name: '${n}', Count: 3.0, Created: {$timestamp: '1500000000'}}}", &[][..]),
        (
            "{output: {Tags: [{Key: a}]}}",
            &[
                "output.Tags: expected [{\"Key\":\"a\"}], got [{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\",\"Value\":\"2\"}]",
            ],
        ),
        ("{output: {Url: null}}", &["output.Url: expected nothing, got \"https://x\""]),
        (
            "{present: [Name, Nope], absent: [Name]}",
            &["Nope: expected something, got nothing", "Name: expected nothing, got \"nb-1\""],
        ),
        (
            "{count: {Tags: 2, \"Tags[?Key=='b']\": 1, Name: {max: 0}}}",
            &["Name: expected 0 to 0 of them, got 1"],
        ),
        ("{contains: {Tags: {Key: b, Value: '2'}}}", &[]),
        (
            "{contains: {Tags: {Key: b, Value: '3'}}}",
            &[
                "Tags: expected an item like {\"Key\":\"b\",\"Value\":\"3\"}, got [{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\",\"Value\":\"2\"}]",
            ],
        ),
        ("{matches: {Name: 'nb-\\d+', Url: http}}", &["Url: expected text like /http/, got \"https://x\""]),
        ("{error: {code: Gone}}", &["error: expected Gone, got an output"]),
    ] {
        let found = told(expect, "call", &outcome);
        let wanted: Vec<String> = wanted.iter().map(|line| (*line).to_owned()).collect();
        let wanted: Vec<String> = wanted.into_iter().map(|line| line.replace("0 to 0 of", "0 of")).collect();
        assert_eq!(found, wanted, "{expect}");
    }
}

#[test]
fn errors_pages_and_waits_have_their_own_expectations() {
    let fault = ServiceFault {
        code: Some("Gone".to_owned()),
        message: Some("nb-1 is gone".into()),
        status: Some(400),
        ..ServiceFault::default()
    };
    let error = Outcome::ServiceError(fault);
    assert_eq!(told("{error: {code: Gone, message: '${n} is', status: 400}}", "call", &error), [""; 0]);
    assert_eq!(told("{error: {status: 404, message: other}}", "call", &error).len(), 2);
    assert_eq!(
        told("{}", "call", &error),
        ["outcome: expected an output, got error Gone (400): nb-1 is gone"]
    );
    let pages = Outcome::Pages {
        pages: ["{\"L\":[1,2]}", "{\"L\":[3]}"].map(|page| parse_json(page.as_bytes()).unwrap()).to_vec(),
        request_ids: Vec::new(),
        error: None,
        stopped: false,
        merged: false,
    };
    assert_eq!(told("{pages: 2, count: {'[].L[]': 3}}", "paginate", &pages), [""; 0]);
    assert_eq!(told("{pages: {min: 3}}", "paginate", &pages), ["pages: expected at least 3 of them, got 2"]);
    let waited = Outcome::Waited { result: WaitResult::Failure, reason: None };
    assert_eq!(told("{waited: failure}", "wait", &waited), [""; 0]);
    assert_eq!(told("{}", "wait", &waited), ["wait: expected success, got failure"]);
}
