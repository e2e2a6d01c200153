//! The built-in client against a listener that plays fixed answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use shapetape::api::model::{Timestamp, Value, latest};
use shapetape::api::outcome::{ClientFault, Outcome, Stage, WaitResult};
use shapetape::check::case::{Call, Mode, NoOutcome};
use shapetape::clients::builtin::{BuiltinClient, BuiltinParts, FailedAttempt, Remedy, Seams};
use shapetape::clients::{Client, Start};
use shapetape::ground::clock::{FixedClock, Time};
use shapetape::ground::exchange::{Answer, Framing, Handler, Pending, Request, Response, WireStep};
use shapetape::ground::json::{Json, parse};
use shapetape::wire::serve::{Server, ServerHandle, ServerOptions};
use shapetape::wire::sigv4;

/// Gives the n-th request the n-th answer; the last one repeats.
#[derive(Default)]
struct Script {
    answers: Vec<Answer>,
    seen: Mutex<Vec<Request>>,
}

impl Handler for Script {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        let mut seen = self.seen.lock().unwrap();
        let answer = self.answers[seen.len().min(self.answers.len() - 1)].clone();
        seen.push(request);
        Box::pin(async move { answer })
    }
}

struct Scene {
    script: Arc<Script>,
    server: ServerHandle,
}

async fn play(answers: Vec<Answer>) -> Scene {
    let script = Arc::new(Script { answers, ..Script::default() });
    let server =
        Server::bind(ServerOptions::default()).await.unwrap().run(Arc::clone(&script) as Arc<dyn Handler>);
    Scene { script, server }
}

const NOW: Time = Time(1_700_000_000_000);

fn parts() -> BuiltinParts {
    let mut start = Start::new("sagemaker");
    start.retry.max_delay_ms = 1;
    start.timeouts.read_ms = 300;
    BuiltinParts {
        seed: Some(1),
        ..BuiltinParts::new(latest().unwrap(), start, Arc::new(FixedClock::at(NOW)))
    }
}

/// Makes one call on a client of those parts and gives what came of it and what was sent.
async fn run(
    parts: BuiltinParts,
    answers: Vec<Answer>,
    operation: &str,
    mode: Mode,
    input: Value,
) -> (Outcome, Vec<Request>) {
    let scene = play(answers).await;
    let mut client = BuiltinClient::new(parts).unwrap();
    let call = Call { mode, input, fresh: true };
    let outcome = client.run(operation, &call, &scene.server.endpoint()).await.unwrap();
    scene.server.stop().await;
    let seen = scene.script.seen.lock().unwrap().clone();
    (outcome, seen)
}

async fn call(answers: Vec<Answer>, operation: &str) -> (Outcome, Vec<Request>) {
    run(parts(), answers, operation, Mode::Call, Value::default()).await
}

fn ok(body: &str) -> Answer {
    Response::new(200, body).with("x-amzn-RequestId", "r-1").into()
}

fn error(status: u16, code: &str) -> Answer {
    Response::new(status, format!(r#"{{"__type":"{code}","Message":"no"}}"#)).into()
}

fn attempts(seen: &[Request]) -> Vec<&str> {
    seen.iter().map(|request| request.headers.get("amz-sdk-request").unwrap()).collect()
}

#[tokio::test]
async fn a_call_is_signed_and_its_output_is_typed() {
    let body = r#"{"TrainingJobName":"t","CreationTime":1700000000.123456789,"Unknown":{}}"#;
    let (outcome, seen) = call(vec![ok(body)], "DescribeTrainingJob").await;
    let expected = br#"{"TrainingJobName":"t","CreationTime":{"$timestamp":"1700000000.123456789"}}"#;
    let output = parse(expected).unwrap();
    assert_eq!(outcome, Outcome::Output { output, request_id: Some("r-1".to_owned()) });
    let request = &seen[0];
    let keys = |id: &str| (id == "AKIDTESTING").then(|| "testing".to_owned());
    let verified = sigv4::verify(request, &keys, Some(NOW)).unwrap();
    assert_eq!((verified.region.as_str(), verified.service.as_str()), ("us-east-1", "sagemaker"));
    for (name, value) in [
        ("x-amz-target", "SageMaker.DescribeTrainingJob"),
        ("content-type", "application/x-amz-json-1.1"),
        ("content-length", "2"),
        ("amz-sdk-request", "attempt=1; max=3"),
    ] {
        assert_eq!(request.headers.get(name), Some(value), "{name}");
    }
    assert_eq!((request.headers.get("expect"), request.headers.get("accept-encoding")), (None, None));
}

#[tokio::test]
async fn attempts_are_counted_and_bear_one_invocation_id_and_token() {
    for (fault, code) in [
        (error(500, "InternalFailure"), Some("InternalFailure")),
        (error(400, "ThrottlingException"), Some("ThrottlingException")),
        (Response::new(503, "<html>").into(), Some("503")),
        (Response::new(429, "").into(), Some("429")),
        (Answer::Raw(vec![WireStep::Close]), None),
        (Answer::Raw(vec![WireStep::Reset]), None),
        (Response { framing: Framing::Cut(9), ..Response::new(200, "{\"a\":") }.into(), None),
        (
            Answer::Raw(vec![WireStep::Bytes(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()), WireStep::Close]),
            None,
        ),
    ] {
        let (outcome, seen) = call(vec![fault.clone()], "CreatePipeline").await;
        assert_eq!(
            attempts(&seen),
            ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"],
            "{fault:?}"
        );
        let same =
            |name: &str| seen.iter().all(|request| request.headers.get(name) == seen[0].headers.get(name));
        assert!(same("amz-sdk-invocation-id") && same("content-length"));
        assert!(seen.iter().all(|request| request.body == seen[0].body), "one idempotency token");
        let token = parse(&seen[0].body).unwrap();
        assert_eq!(token.get("ClientRequestToken").and_then(Json::as_str).map(str::len), Some(36));
        match (&outcome, code) {
            (Outcome::ServiceError(fault), Some(code)) => assert_eq!(fault.code.as_deref(), Some(code)),
            (Outcome::ClientError(fault), None) => {
                assert_eq!((fault.stage, fault.typed), (Stage::Transport, true))
            }
            other => panic!("{other:?}"),
        }
        let (outcome, seen) = call(vec![fault, ok("{}")], "CreatePipeline").await;
        assert!(matches!(outcome, Outcome::Output { .. }) && seen.len() == 2, "{outcome:?}");
    }
    for fault in
        [error(400, "ValidationException"), error(501, "NotImplemented"), error(400, "InternalError")]
    {
        assert_eq!(call(vec![fault], "ListModels").await.1.len(), 1);
    }
}

#[tokio::test]
async fn a_stall_is_a_time_out_and_a_deadline_ends_it_all() {
    let stall = || vec![Answer::Raw(vec![WireStep::Pause(60_000)])];
    let mut once = parts();
    once.start.retry.max_attempts = 1;
    once.start.timeouts.read_ms = 50;
    let (outcome, _) = run(once.clone(), stall(), "ListModels", Mode::Call, Value::default()).await;
    let Outcome::ClientError(ClientFault { stage, typed: true, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(stage, Stage::Timeout);
    let scene = play(stall()).await;
    let impatient = BuiltinParts { deadline: Duration::from_millis(20), ..parts() };
    let call = Call { mode: Mode::Call, input: Value::default(), fresh: false };
    let mut client = BuiltinClient::new(impatient).unwrap();
    assert_eq!(client.run("ListModels", &call, &scene.server.endpoint()).await, Err(NoOutcome::Hung));
}

#[tokio::test]
async fn a_wrong_clock_is_set_by_the_services_date() {
    let later = Timestamp::from_seconds(NOW.seconds() + 4 * 365 * 86_400);
    let refused =
        Response::new(400, r#"{"__type":"InvalidSignatureException"}"#).with("Date", later.to_http_date());
    let (outcome, seen) = call(vec![refused.into(), ok("{}")], "ListModels").await;
    assert!(matches!(outcome, Outcome::Output { .. }), "{outcome:?}");
    let dates: Vec<_> = seen.iter().map(|request| request.headers.get("x-amz-date").unwrap()).collect();
    assert_eq!(dates, [NOW.amz_date(), Time(later.seconds * 1000).amz_date()]);
}

#[tokio::test]
async fn bodies_that_are_no_output_are_typed_errors() {
    for body in [
        "null",
        "[]",
        "\"x\"",
        "1",
        "{",
        "{}x",
        "\u{feff}{}",
        r#"{"Models":{}}"#,
        r#"{"Models":[{"CreationTime":"soon"}]}"#,
        r#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
    ] {
        let (outcome, seen) = call(vec![ok(body)], "ListModels").await;
        let Outcome::ClientError(fault) = &outcome else { panic!("{body}: {outcome:?}") };
        assert_eq!((fault.stage, fault.typed, seen.len()), (Stage::Decode, true, 1), "{body}: {fault:?}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(call(vec![ok(&deep)], "ListModels").await.0, Outcome::ClientError(_)));
    let garbage = Answer::Raw(vec![WireStep::Bytes(b"\x00\xFFnot http".to_vec()), WireStep::Close]);
    assert!(matches!(call(vec![garbage], "ListModels").await.0, Outcome::ClientError(_)));
}

fn page(name: &str, token: &str) -> Answer {
    ok(&format!(r#"{{"Models":[{{"ModelName":"{name}"}}],"NextToken":{token}}}"#))
}

async fn paginate(answers: Vec<Answer>) -> (usize, Option<Outcome>, bool, Vec<String>) {
    let input = Value::structure([("NameContains", Value::string("x"))]);
    let mode = Mode::Paginate { max_pages: 5 };
    let (outcome, seen) = run(parts(), answers, "ListModels", mode, input).await;
    let Outcome::Pages { pages, request_ids, error, stopped, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(pages.len(), request_ids.len());
    let bodies = seen.iter().map(|request| String::from_utf8(request.body.clone()).unwrap()).collect();
    (pages.len(), error.map(|error| *error), stopped, bodies)
}

#[tokio::test]
async fn pages_follow_their_tokens_with_the_callers_filters() {
    let token = r#"a\ud800+/=\"___"#;
    let (pages, error, stopped, bodies) =
        paginate(vec![page("a", &format!("\"{token}\"")), page("b", "\"0\""), page("c", "\"\"")]).await;
    assert_eq!((pages, error, stopped), (3, None, false));
    let asked = |token: &str| format!(r#"{{"NameContains":"x","NextToken":"{token}"}}"#);
    assert_eq!(bodies, [r#"{"NameContains":"x"}"#.to_owned(), asked(token), asked("0")]);
    for last in ["null", "\"\""] {
        assert_eq!(paginate(vec![page("a", last)]).await.0, 1);
    }
    let cycle = vec![page("a", "\"t1\""), page("b", "\"t2\""), page("c", "\"t1\"")];
    let (pages, error, stopped, _) = paginate(cycle).await;
    assert_eq!((pages, stopped), (3, false));
    assert!(matches!(error, Some(Outcome::ClientError(ClientFault { stage: Stage::Paginate, .. }))));
    let (pages, error, _, _) = paginate(vec![page("a", "\"t\""), error_answer()]).await;
    assert_eq!(pages, 1);
    assert!(matches!(error, Some(Outcome::ServiceError(_))));
    let endless: Vec<Answer> = (0..9).map(|number| page("a", &format!("\"{number}\""))).collect();
    assert!(paginate(endless).await.2);
}

fn error_answer() -> Answer {
    error(400, "ValidationException")
}

#[tokio::test]
async fn a_wait_ends_as_its_acceptors_say() {
    let state = |state: &str| ok(&format!(r#"{{"EndpointStatus":"{state}"}}"#));
    for (waiter, answers, result, polls) in [
        ("EndpointInService", vec![state("Creating"), state("InService")], WaitResult::Success, 2),
        ("EndpointInService", vec![state("Creating"), state("Failed")], WaitResult::Failure, 2),
        ("EndpointInService", vec![state("Never seen")], WaitResult::Timeout, 4),
        ("EndpointInService", vec![ok("{}")], WaitResult::Timeout, 4),
        ("EndpointInService", vec![error(400, "AccessDenied")], WaitResult::Failure, 1),
        ("EndpointInService", vec![error(500, "x"), state("InService")], WaitResult::Success, 2),
        ("EndpointDeleted", vec![state("Deleting"), error_answer()], WaitResult::Success, 2),
        ("EndpointInService", vec![ok("[]")], WaitResult::Failure, 1),
    ] {
        let mode = Mode::Wait { waiter: waiter.to_owned(), delay_ms: 1, max_attempts: 4 };
        let (outcome, seen) = run(parts(), answers, "DescribeEndpoint", mode, Value::default()).await;
        let Outcome::Waited { result: found, .. } = &outcome else { panic!("{outcome:?}") };
        assert_eq!((*found, seen.len()), (result, polls), "{waiter}: {outcome:?}");
        assert!(seen[0].headers.get("user-agent").unwrap().contains("m/B"));
    }
}

#[tokio::test]
async fn what_the_model_lacks_is_unsupported() {
    for (operation, mode) in [
        ("InventModel", Mode::Call),
        ("DescribeModel", Mode::Paginate { max_pages: 1 }),
        ("DescribeModel", Mode::Wait { waiter: "ModelTired".to_owned(), delay_ms: 1, max_attempts: 1 }),
    ] {
        let (outcome, seen) = run(parts(), vec![ok("{}")], operation, mode, Value::default()).await;
        assert!(matches!(outcome, Outcome::Unsupported { .. }), "{outcome:?}");
        assert!(seen.is_empty());
    }
}

#[tokio::test]
async fn a_seam_can_be_replaced_by_a_bug() {
    struct NeverAgain;
    impl Seams for NeverAgain {
        fn remedy(&self, _: &FailedAttempt<'_>) -> Option<Remedy> {
            None
        }
    }
    let buggy = BuiltinParts { seams: Arc::new(NeverAgain), ..parts() };
    let (_, seen) =
        run(buggy, vec![error(500, "x"), ok("{}")], "ListModels", Mode::Call, Value::default()).await;
    assert_eq!(seen.len(), 1);
}
