//! Recording and replaying through our own sockets: the traps that header-blind replayers fall into.

use std::path::Path;
use std::sync::Arc;

use shapetape::ground::clock::SystemClock;
use shapetape::ground::exchange::Handler;
use shapetape::ground::json::Json;
use shapetape::tape::cassette::{self, Cassette, Header};
use shapetape::tape::matcher::Models;
use shapetape::tape::record::{RecordHandler, RecordReport, Setup, Upstream, Upstreams};
use shapetape::tape::replay::{Exhausted, Order, ReplayHandler, ReplayOptions, Session, Waits};
use shapetape::tape::verify::doubled_ids;
use shapetape::wire::gate::Gate;
use shapetape::wire::serve::ServerHandle;
use shapetape::wire::sigv4::Credentials;

use crate::world::{TinyAccount, call, compact, send, serve, signed};

fn models() -> Models {
    Models::new([shapetape::api::model::latest().unwrap()])
}

/// A recorder before an upstream that is reached over HTTP.
async fn recorder(
    path: &Path,
    upstream: Arc<dyn Handler>,
) -> (Arc<RecordHandler>, ServerHandle, ServerHandle) {
    recorder_over(path, upstream, None).await
}

/// The same over an old cassette: what matches is replayed, the rest recorded.
async fn recorder_over(
    path: &Path,
    upstream: Arc<dyn Handler>,
    old: Option<(Cassette, Session)>,
) -> (Arc<RecordHandler>, ServerHandle, ServerHandle) {
    let behind = serve(upstream).await;
    let mut upstreams = Upstreams::default();
    upstreams.for_others(Upstream::at(&behind.endpoint(), Credentials::new("testing", "testing")).unwrap());
    let setup = Setup {
        gate: Gate::default(),
        upstreams,
        models: models(),
        clock: Arc::new(SystemClock),
        header: Header::default(),
        secrets: Vec::new(),
        old,
    };
    let recorder = Arc::new(RecordHandler::new(path, setup).unwrap());
    let server = serve(recorder.clone()).await;
    (recorder, server, behind)
}

/// Records calls and gives the cassette, as read back from disk.
async fn record(calls: &[(&str, &str)]) -> (Cassette, RecordReport) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.json");
    let (recorder, server, _behind) = recorder(&path, Arc::new(TinyAccount::default())).await;
    for (operation, body) in calls {
        call(&server.endpoint(), operation, body).await;
    }
    let report = recorder.finish(true).unwrap();
    (cassette::load(report.cassette.as_ref().unwrap()).unwrap(), report)
}

async fn replayer(cassette: Cassette, options: ReplayOptions) -> (Arc<ReplayHandler>, ServerHandle) {
    let replayer =
        Arc::new(ReplayHandler::new(Gate::default(), Session::new(models(), &[cassette], options)));
    let server = serve(replayer.clone()).await;
    (replayer, server)
}

fn status(answer: &Json) -> &str {
    answer.get("EndpointStatus").and_then(Json::as_str).unwrap_or("none")
}

const LOOK: (&str, &str) = ("DescribeEndpoint", r#"{"EndpointName":"e"}"#);

#[tokio::test]
async fn the_operation_comes_first_and_order_between_operations_is_free() {
    let (cassette, _) = record(&[("ListModels", "{}"), ("ListEndpoints", "{}")]).await;
    let (replayer, server) = replayer(cassette, ReplayOptions::default()).await;
    let (_, endpoints) = call(&server.endpoint(), "ListEndpoints", "{}").await;
    let (_, models) = call(&server.endpoint(), "ListModels", " { } ").await;
    assert_eq!(compact(&endpoints), r#"{"Endpoints":[]}"#);
    assert!(models.get("Models").is_some());
    assert!(replayer.report().is_clean(false), "{:?}", replayer.report());
}

#[tokio::test]
async fn polls_see_the_recorded_order_then_the_last_answer_and_waiters_the_end_at_once() {
    let (cassette, _) = record(&[LOOK, LOOK, LOOK]).await;
    let waiter = [("User-Agent", "Boto3/1.44.5 ua/2.1 m/B,Z")];
    for (waits, agent, seen) in [
        (Waits::Auto, &[][..], ["Creating", "Creating", "InService", "InService"]),
        (Waits::Keep, &waiter[..], ["Creating", "Creating", "InService", "InService"]),
        (Waits::Edges, &[][..], ["Creating", "InService", "InService", "InService"]),
        (Waits::Terminal, &[][..], ["InService"; 4]),
        (Waits::Auto, &waiter[..], ["InService"; 4]),
    ] {
        let (replayer, server) =
            replayer(cassette.clone(), ReplayOptions { waits, ..ReplayOptions::default() }).await;
        let mut statuses = Vec::new();
        for _ in 0..4 {
            let (_, answer) =
                send(&server.endpoint(), &signed(&server.endpoint(), LOOK.0, LOOK.1, agent)).await;
            statuses.push(status(&answer).to_owned());
        }
        assert_eq!(statuses, seen, "{waits:?} {agent:?}");
        assert!(replayer.report().is_clean(false), "{waits:?}: {:?}", replayer.report());
    }
}

#[tokio::test]
async fn a_poll_stays_in_its_run_until_the_change_is_made() {
    let create = ("CreateEndpoint", r#"{"EndpointName":"e","EndpointConfigName":"c"}"#);
    let (cassette, _) = record(&[LOOK, LOOK, create, LOOK]).await;
    let (replayer, server) = replayer(cassette, ReplayOptions::default()).await;
    for expected in ["Creating", "Creating", "Creating"] {
        assert_eq!(status(&call(&server.endpoint(), LOOK.0, LOOK.1).await.1), expected);
    }
    call(&server.endpoint(), create.0, create.1).await;
    assert_eq!(status(&call(&server.endpoint(), LOOK.0, LOOK.1).await.1), "InService");
    assert!(replayer.report().is_clean(false), "{:?}", replayer.report());
}

const PIPELINE: &str =
    r#"{"PipelineName":"p","RoleArn":"arn:aws:iam::123456789012:role/r","ClientRequestToken":"TOKEN"}"#;

#[tokio::test]
async fn a_request_means_the_same_however_it_is_written() {
    let weights =
        r#"{"EndpointName":"e","DesiredWeightsAndCapacities":[{"VariantName":"v","DesiredWeight":0.1}]}"#;
    let token = "11111111-1111-1111-1111-111111111111-aaaa";
    let pipeline = PIPELINE.replace("TOKEN", token);
    let jobs = r#"{"CreationTimeAfter":1700000000,"MaxResults":5}"#;
    let recorded = [
        ("UpdateEndpointWeightsAndCapacities", weights),
        ("CreatePipeline", &pipeline),
        ("ListTrainingJobs", jobs),
    ];
    let (cassette, _) = record(&recorded).await;
    let (replayer, server) = replayer(cassette, ReplayOptions::default()).await;
    for (operation, body) in [
        (
            "UpdateEndpointWeightsAndCapacities",
            r#"{"DesiredWeightsAndCapacities": [{"DesiredWeight": 0.100000001490116, "VariantName": "v"}], "EndpointName": "\u0065"}"#.to_owned(),
        ),
        ("CreatePipeline", PIPELINE.replace("TOKEN", "22222222-2222-2222-2222-222222222222-bbbb")),
        ("ListTrainingJobs", r#"{"MaxResults":5.0,"CreationTimeAfter":1700000000.123456001}"#.to_owned()),
    ] {
        let (status, answer) = call(&server.endpoint(), operation, &body).await;
        assert_eq!(status, 200, "{operation}: {answer:?}");
    }
    let (status, answer) =
        call(&server.endpoint(), "CreatePipeline", &PIPELINE.replace(r#","ClientRequestToken":"TOKEN""#, ""))
            .await;
    assert_eq!(status, 400);
    assert!(compact(&answer).contains("ClientRequestToken"), "a token that is left out is named: {answer:?}");
    assert_eq!(replayer.report().unplayed, []);
}

#[tokio::test]
async fn attempts_of_one_call_get_one_answer_and_never_move_on() {
    let (cassette, _) = record(&[LOOK, LOOK, LOOK]).await;
    let (replayer, server) = replayer(cassette, ReplayOptions::default()).await;
    let endpoint = server.endpoint();
    for (invocation, expected) in
        [("a", "Creating"), ("a", "Creating"), ("b", "Creating"), ("b", "Creating"), ("c", "InService")]
    {
        let request = signed(&endpoint, LOOK.0, LOOK.1, &[("amz-sdk-invocation-id", invocation)]);
        assert_eq!(status(&send(&endpoint, &request).await.1), expected);
    }
    assert_eq!(replayer.report().played, 3);
}

#[tokio::test]
async fn a_miss_names_the_nearest_recording_and_where_it_differs() {
    let (cassette, _) = record(&[
        ("DescribeModel", r#"{"ModelName":"m-1"}"#),
        ("DescribeModel", r#"{"ModelName":"nobody"}"#),
    ])
    .await;
    let (replayer, server) = replayer(cassette, ReplayOptions::default()).await;
    let (status, answer) = call(&server.endpoint(), "DescribeModel", r#"{"ModelName":"m-2"}"#).await;
    assert_eq!(status, 400);
    let text = compact(&answer);
    assert!(
        text.contains("ReplayMismatchException")
            && text.contains(r#".ModelName: sent \"m-2\", recorded \"m-1\" (nearest: interaction 1)"#),
        "{text}"
    );
    let (status, answer) = call(&server.endpoint(), "DescribeModel", r#"{"ModelName":"nobody"}"#).await;
    assert_eq!((status, answer.get("__type").and_then(Json::as_str)), (400, Some("ValidationException")));
    let (_, answer) = call(&server.endpoint(), "DeleteModel", r#"{"ModelName":"m-1"}"#).await;
    assert!(compact(&answer).contains("nothing recorded for DeleteModel"), "{answer:?}");
    let report = replayer.report();
    assert_eq!((report.unmatched.len(), report.unplayed.len()), (2, 1));
    assert_eq!(report.unmatched[0].nearest, Some(1));
}

#[tokio::test]
async fn used_up_answers_fail_or_repeat_as_asked() {
    let one = ("DescribeModel", r#"{"ModelName":"m-1"}"#);
    let (cassette, _) = record(&[one]).await;
    for (exhausted, statuses) in [(Exhausted::Fail, [200, 400]), (Exhausted::Repeat, [200, 200])] {
        let (replayer, server) =
            replayer(cassette.clone(), ReplayOptions { exhausted, ..ReplayOptions::default() }).await;
        for expected in statuses {
            assert_eq!(call(&server.endpoint(), one.0, one.1).await.0, expected);
        }
        assert_eq!(replayer.report().over_played.len(), usize::from(exhausted == Exhausted::Repeat));
    }
}

#[tokio::test]
async fn order_can_be_held_to_the_recording_or_to_what_made_what() {
    let calls = [
        (
            "CreatePipeline",
            r#"{"PipelineName":"line-a","RoleArn":"r","ClientRequestToken":"11111111-1111-1111-1111-111111111111-aaaa"}"#,
        ),
        ("ListEndpoints", "{}"),
        ("DescribeModel", r#"{"ModelName":"line-a"}"#),
    ];
    let (cassette, _) = record(&calls).await;
    for (order, first, status) in [
        (Order::Any, 2, 200),
        (Order::Causal, 2, 400),
        (Order::Causal, 1, 200),
        (Order::Strict, 1, 400),
        (Order::Strict, 0, 200),
    ] {
        let (_, server) =
            replayer(cassette.clone(), ReplayOptions { order, ..ReplayOptions::default() }).await;
        let (operation, body) = calls[first];
        assert_eq!(call(&server.endpoint(), operation, body).await.0, status, "{order:?} {operation}");
    }
}

#[tokio::test]
async fn a_thousand_descriptions_are_each_answered_with_their_own() {
    let bodies: Vec<_> = (0..1000).map(|number| format!(r#"{{"ModelName":"m-{number}"}}"#)).collect();
    let calls: Vec<_> = bodies.iter().map(|body| ("DescribeModel", body.as_str())).collect();
    let (cassette, report) = record(&calls).await;
    assert_eq!(report.interactions, 1000);
    let mut session = Session::new(models(), &[cassette], ReplayOptions::default());
    for step in 0..1000 {
        let number = step * 617 % 1000;
        let request = signed("http://127.0.0.1:1", "DescribeModel", &bodies[number], &[]);
        let answer = session.answer("sagemaker", &request).unwrap();
        assert!(String::from_utf8(answer.body).unwrap().contains(&format!("\"m-{number}\"")));
    }
    assert!(session.report().is_clean(false));
}

#[tokio::test]
async fn placeholders_bind_to_what_the_client_sends_and_stay_bound() {
    let of = |account: &str| {
        format!(
            r#"{{"PipelineName":"p","RoleArn":"arn:aws:iam::{account}:role/r","ClientRequestToken":"11111111-1111-1111-1111-111111111111-aaaa"}}"#
        )
    };
    let body = of("123456789012");
    let (cassette, _) =
        record(&[("CreatePipeline", &body), ("ListModels", "{}"), ("CreatePipeline", &body)]).await;
    let text = cassette::render(&cassette);
    assert!(!text.contains("123456789012") && text.contains("arn:aws:iam::000000000001:role/r"), "{text}");
    let (_, server) = replayer(cassette.clone(), ReplayOptions::default()).await;
    let (_, answer) = call(&server.endpoint(), "CreatePipeline", &of("999988887777")).await;
    assert_eq!(compact(&answer), r#"{"PipelineArn":"arn:aws:sagemaker:us-east-1:999988887777:pipeline/p"}"#);
    let (_, answer) = call(&server.endpoint(), "ListModels", "{}").await;
    assert!(compact(&answer).contains("us-east-1:999988887777:model/m"), "{answer:?}");
    let (status, answer) = call(&server.endpoint(), "CreatePipeline", &of("111122223333")).await;
    assert_eq!(status, 400, "a second account for one placeholder");
    assert!(
        compact(&answer).contains("000000000001") && !compact(&answer).contains("999988887777"),
        "{answer:?}"
    );
    let (_, server) = replayer(cassette, ReplayOptions::default()).await;
    let (_, answer) = call(&server.endpoint(), "ListModels", "{}").await;
    assert!(compact(&answer).contains("us-east-1:000000000001:model/m"), "unbound: served as recorded");
    // What was served so may come back, and the account itself too, from a program that knows it from elsewhere.
    for account in ["000000000001", "999988887777"] {
        let (status, answer) = call(&server.endpoint(), "CreatePipeline", &of(account)).await;
        assert_eq!(status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn an_upstream_that_is_not_the_service_stops_the_recording() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.json");
    let (recorder, server, _behind) = recorder(&path, Arc::new(TinyAccount::default())).await;
    call(&server.endpoint(), "ListModels", "{}").await;
    let (status, answer) = call(&server.endpoint(), "CreateNotebookInstance", "{}").await;
    assert_eq!(status, 400, "no SDK retries it");
    assert!(compact(&answer).contains("not the service's answer"), "{answer:?}");
    let report = recorder.finish(true).unwrap();
    assert_eq!((report.interactions, report.failures.len()), (1, 1));
    assert!(!path.exists() && report.cassette.unwrap().ends_with("c.partial.json"));
}

#[tokio::test]
async fn a_killed_recording_leaves_every_answered_exchange_in_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.json");
    let (recorder, server, _behind) = recorder(&path, Arc::new(TinyAccount::default())).await;
    for _ in 0..3 {
        call(&server.endpoint(), LOOK.0, LOOK.1).await;
    }
    let journal = folder.path().join("c.json.journal");
    let mut left = std::fs::read(&journal).unwrap();
    drop(recorder);
    left.extend_from_slice(b"{\"header\":{\"cut");
    std::fs::write(&journal, left).unwrap();
    let recovered = cassette::recover(&path).unwrap().unwrap();
    assert_eq!(recovered.interactions, 3);
    assert_eq!(cassette::load(&recovered.partial).unwrap().interactions.len(), 3);
    assert!(!journal.exists() && cassette::recover(&path).unwrap().is_none());
}

#[tokio::test]
async fn a_hand_edited_cassette_is_legal_and_a_broken_one_says_where() {
    let (cassette, _) = record(&[LOOK]).await;
    let text = cassette::render(&cassette);
    assert_eq!(cassette::parse("c.json", text.as_bytes()).unwrap(), cassette);
    let edited = text.replace("\"Creating\"", "\"Failed\"");
    let (_, server) =
        replayer(cassette::parse("c.json", edited.as_bytes()).unwrap(), ReplayOptions::default()).await;
    assert_eq!(status(&call(&server.endpoint(), LOOK.0, LOOK.1).await.1), "Failed");
    for (broken, said) in [
        (text[..text.len() / 2].to_owned(), "the text ends"),
        (text.replace("\"shapetape\": 1", "\"shapetape\": 9"), "c.json:2: shapetape: format version 9"),
        (text.replace("\"status\": 200", "\"status\": \"ok\""), "no `status` from 100 to 599"),
        (text.replace("\"account-id\"}", "\"odd\"}"), "unknown kind `odd`"),
        ("[]".to_owned(), "a cassette is an object"),
        ("{}".to_owned(), "hint: is this a cassette?"),
    ] {
        let error = cassette::parse("c.json", broken.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("c.json:") && error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn what_is_recorded_anew_gets_an_id_that_nothing_else_has() {
    let (mut cassette, _) = record(&[("ListModels", "{}"), ("ListEndpoints", "{}")]).await;
    cassette.interactions.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let session = Session::new(models(), std::slice::from_ref(&cassette), ReplayOptions::default());
    let old = Some((cassette, session));
    let upstream = Arc::new(TinyAccount::default());
    let (recorder, server, _behind) = recorder_over(&folder.path().join("c.json"), upstream, old).await;
    call(&server.endpoint(), "ListModels", "{}").await;
    let written = cassette::load(recorder.finish(true).unwrap().cassette.as_ref().unwrap()).unwrap();
    let ids: Vec<u32> = written.interactions.iter().map(|interaction| interaction.id).collect();
    assert_eq!(ids, [2, 3]);
    assert_eq!(doubled_ids(&written), []);

    let mut doubled = written;
    doubled.interactions[1].id = 2;
    let problems = doubled_ids(&doubled);
    assert_eq!(problems.iter().map(|problem| problem.interaction).collect::<Vec<_>>(), [2]);
}
