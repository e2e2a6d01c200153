//! From judgements to reports: ledger, deviations, shards, conclusions, formats.

use shapetape::api::model::Value;
use shapetape::api::outcome::Outcome;
use shapetape::check::case::{
    Call, Case, Class, CountRange, Evidence, Expectation, Expected, ExpectedError, Mode, NoOutcome, VariantId,
};
use shapetape::check::ledger::{Ledger, Upgrade, merge, parse as deviations};
use shapetape::check::report;
use shapetape::check::verdict::{
    Api, Baseline, Conclusion, Coverage, Judgement, Kind, Minimal, NotJudged, OracleName, Policy, Run,
    Survey, Verdict,
};
use shapetape::ground::exchange::{Answer, Framing, Response, Transcript, WireStep};
use shapetape::ground::json::{Json, parse, pretty};

fn case(id: &str, operation: &str, variant: &str) -> Case {
    Case {
        id: id.to_owned(),
        operation: operation.to_owned(),
        variant: VariantId(variant.to_owned()),
        class: Class::Must,
        rule: "https://smithy.io".to_owned(),
        place: None,
        seed: 7,
        call: Call { mode: Mode::Call, input: Value::default(), fresh: false },
        answers: vec![Answer::Response(Response::new(200, "{}"))],
        expectation: Expectation { result: Expected::Open, requests: CountRange::exactly(1) },
        repeats: 0,
        slow: false,
    }
}

fn evidence(outcome: Result<Outcome, NoOutcome>) -> Evidence {
    Evidence {
        client: "boto3".to_owned(),
        version: "1.44.5".to_owned(),
        timestamp_digits: 6,
        endpoint: "http://127.0.0.1:1".to_owned(),
        outcome,
        unlike: None,
        transcript: Transcript::default(),
        late: 0,
        previous: None,
        after: None,
    }
}

fn output() -> Result<Outcome, NoOutcome> {
    Ok(Outcome::Output { output: Json::Object(Vec::new()), request_id: None })
}

fn judgement(kind: Kind, shape: &str) -> Judgement {
    Judgement {
        oracle: OracleName::Response,
        class: Class::Must,
        kind,
        path: format!("output.{shape}"),
        shape: shape.to_owned(),
        sort: "timestamp".to_owned(),
        expected: Some(Json::Number("1e300".to_owned())),
        actual: None,
        message: "`<&\u{1}>` differs.".to_owned(),
        rule: "https://smithy.io".to_owned(),
    }
}

/// Each case with what its trial gave and what was judged of it.
type Trial = (Case, Evidence, Vec<Judgement>);

/// Four defects: one known, one that shows everywhere, one of a single member, one hang.
fn trials() -> Vec<Trial> {
    let differs = |shape: &str| vec![judgement(Kind::ValueDiffers, shape)];
    let mut trials = vec![
        (case("a", "A", "TS2"), evidence(output()), differs("A.When")),
        (case("b", "B", "TS2"), evidence(output()), differs("B.When")),
        (case("c", "C", "TS2"), evidence(output()), differs("C.When")),
        (case("d", "A", "ER5"), evidence(output()), vec![judgement(Kind::CodeDiffers, "A")]),
        (case("e", "A", "OK1"), evidence(output()), vec![judgement(Kind::MemberMissing, "A.Name")]),
        (case("f", "A", "PG7"), evidence(Err(NoOutcome::Hung)), vec![judgement(Kind::Hung, "A")]),
    ];
    for index in 0..200 {
        trials.push((case(&format!("g{index}"), "B", "OK1"), evidence(output()), Vec::new()));
    }
    trials
}

const DEVIATIONS: &str = r#"
deviations:
  - { client: boto3, versions: "<2", variant: ER5, operation: "*", kind: code-differs, reason: "body only" }
  - { client: boto3, versions: "<2", variant: OK1, operation: B, kind: value-differs, reason: "was mended" }
  - { client: boto3, versions: ">=2", variant: OK1, operation: B, kind: value-differs, reason: "not this version" }
  - { client: js-v3, variant: OK1, operation: B, kind: value-differs, reason: "not this client" }
"#;

fn run<'a>(trials: impl IntoIterator<Item = &'a Trial>, shard: Option<(u32, u32)>) -> Run {
    let mut ledger = Ledger::new(deviations(DEVIATIONS, "test.yaml").unwrap());
    ledger.client("boto3", "1.44.5");
    let mut coverage = Coverage::default();
    for (case, evidence, judgements) in trials {
        ledger.enter(case, evidence, judgements.clone(), None);
        *coverage.variants.entry(case.variant.0.clone()).or_default() += 1;
    }
    Run {
        tool: "shapetape 0.0.0".to_owned(),
        complete: true,
        api: Api { service: "sagemaker".to_owned(), date: "2026-11-01".to_owned(), operations: 3 },
        seed: 7,
        filtered: false,
        shard,
        clients: ledger.tallies(),
        coverage,
        deviations: ledger.deviation_uses(),
        findings: ledger.findings(),
        timing: Json::object([("totalMs", Json::number(5))]),
    }
}

fn written(format: &str, run: &Run) -> String {
    let policy = Policy { fail_on: Some(Class::Must), baseline: None };
    let mut out = Vec::new();
    let report::Writer::File(write) = report::format(format).unwrap().writer() else { panic!("{format}") };
    write(run, &policy, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn each_case_is_counted_once_by_how_it_ended() {
    let mut ledger = Ledger::new(deviations(DEVIATIONS, "test.yaml").unwrap());
    let verdicts: Vec<Verdict> = trials()[..7]
        .iter()
        .map(|(case, evidence, judgements)| ledger.enter(case, evidence, judgements.clone(), None))
        .collect();
    let words: Vec<&str> = verdicts.iter().map(Verdict::word).collect();
    assert_eq!(words, ["findings", "findings", "findings", "known", "findings", "couldNotRun", "pass"]);
    let tally = &ledger.tallies()[0];
    assert_eq!((tally.cases, tally.pass, tally.known, tally.findings, tally.could_not_run), (7, 1, 1, 4, 1));
    let ids: Vec<String> = ledger.findings().iter().map(|finding| finding.id().to_string()).collect();
    for id in [
        "boto3/response/OK1/member-missing/timestamp/A.Name",
        "boto3/response/PG7/hung/timestamp/A",
        "boto3/response/TS2/value-differs/timestamp",
        "known:boto3/response/ER5/code-differs/timestamp/A",
    ] {
        assert!(ids.iter().any(|found| found == id), "{id}: {ids:?}");
    }
    assert_eq!(ids.len(), 4);
}

/// The trials of which those in the variant OK1 could not be judged by an oracle that is needed.
fn half_judged(shard: Option<(u32, u32)>) -> Run {
    let not_judged = NotJudged { oracle: OracleName::Request, reason: "no <reader>".to_owned() };
    let mut ledger = Ledger::new(deviations(DEVIATIONS, "test.yaml").unwrap());
    for (case, evidence, judgements) in trials() {
        let not_judged = Some(&not_judged).filter(|_| case.variant.0 == "OK1");
        ledger.enter(&case, &evidence, judgements, not_judged);
    }
    let coverage = run(&trials(), None).coverage;
    let mut half = Run { clients: ledger.tallies(), filtered: true, findings: Vec::new(), ..run(&[], shard) };
    half.coverage.variants = coverage.variants;
    half
}

#[test]
fn a_case_that_an_oracle_cannot_judge_passes_in_no_report() {
    let half = half_judged(None);
    let tally = &half.clients[0];
    assert_eq!((tally.cases, tally.pass, tally.findings, tally.not_judged), (206, 0, 4, 200));
    assert_eq!(half.deviations.iter().map(|usage| usage.ran).sum::<u64>(), 0);
    let of_one_variant = Run { clients: vec![half.clients[0].clone()], ..half.clone() };
    let none = Policy { fail_on: None, baseline: None };
    assert_eq!(of_one_variant.conclusion(&none), Conclusion::AsExpected);
    assert_eq!(Run { filtered: false, ..half.clone() }.conclusion(&none), Conclusion::BarelyRan);
    let mut dead = half.clone();
    dead.clients[0].cases = 201;
    assert_eq!(dead.conclusion(&none), Conclusion::BarelyRan);

    let json = written("json", &half);
    assert_eq!(report::read(json.as_bytes(), "run.json").unwrap(), half);
    let mut merged = merge(vec![half_judged(Some((1, 2))), half_judged(Some((2, 2)))]).unwrap();
    assert_eq!(merged.clients[0].not_judged, 400);
    assert_eq!(merged.clients[0].not_judged_reasons["request: no <reader>"], 400);
    merged.clients.push(half.clients[0].clone());
    let mut terminal = Vec::new();
    report::summary(&merged, &none, &mut terminal).unwrap();
    let terminal = String::from_utf8(terminal).unwrap();
    let (junit, markdown) = (written("junit", &half), written("md", &merged));
    for (text, part) in [
        (
            &terminal,
            "0 unsupported, 2 could not run, 400 not judged\n    400 not judged: request: no <reader>\n",
        ),
        (&terminal, "    2 without an outcome: hung\n"),
        (&terminal, "agrees in 2 variants, differs in 0, crashes in 0, is not judged in 1"),
        (&junit, "tests=\"4\" failures=\"0\" skipped=\"1\">"),
        (&junit, "<skipped message=\"200 cases not judged: request: no &lt;reader&gt;\"/>"),
        (&markdown, "| unsupported | could not run | not judged |"),
        (
            &markdown,
            "## Cases without an outcome\n\n| client | cases | why |\n|---|--:|---|\n| boto3 | 2 | hung |",
        ),
        (&markdown, "## Cases that were not judged\n"),
        (&markdown, "| OK1 | not judged | not judged |"),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_report_of_an_earlier_day_or_of_a_run_that_was_ended_early_says_what_is_missing() {
    let mut ended = Run { complete: false, ..run(&trials()[..7], None) };
    let earlier = written("json", &ended).replace(", \"notJudged\": 0", "");
    assert_eq!(report::read(earlier.as_bytes(), "run.json").unwrap(), ended);
    ended.clients[0].planned = 206;
    let read = report::read(written("json", &ended).as_bytes(), "run.json").unwrap();
    assert_eq!(read, ended);
    let mut terminal = Vec::new();
    report::summary(&read, &Policy::default(), &mut terminal).unwrap();
    let part = "run is not complete: 7 of 206 planned cases were told";
    for text in [String::from_utf8(terminal).unwrap(), written("md", &read)] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_deviation_is_stale_only_in_a_full_run_whose_cases_all_ran() {
    let stale = |run: &Run| run.stale().iter().map(|usage| usage.deviation.clone()).collect::<Vec<_>>();
    let full = run(&trials(), None);
    assert_eq!(stale(&full), ["boto3 <2: value-differs in OK1 of B"]);
    for changed in [
        Run { filtered: true, ..full.clone() },
        Run { complete: false, ..full.clone() },
        Run { shard: Some((0, 2)), ..full.clone() },
    ] {
        assert_eq!(stale(&changed), Vec::<String>::new());
    }
    let mut one_hung = trials();
    one_hung[10].1.outcome = Err(NoOutcome::Hung);
    assert_eq!(stale(&run(&one_hung, None)), Vec::<String>::new());
}

#[test]
fn shards_merge_to_the_report_of_the_whole_run() {
    let trials = trials();
    let whole = run(&trials, None);
    let shard = |index: usize| {
        let part = trials.iter().enumerate().filter(move |(at, _)| at % 3 == index).map(|(_, trial)| trial);
        run(part, Some((index as u32, 3)))
    };
    let mut merged = merge(vec![shard(2), shard(0), shard(1)]).unwrap();
    merged.timing = whole.timing.clone();
    assert_eq!(written("json", &merged), written("json", &whole));
    assert!(!merge(vec![shard(0), shard(1)]).unwrap().complete);
    assert!(merge(vec![shard(0), shard(0)]).unwrap_err().to_string().contains("twice"));
    assert!(merge(vec![shard(0), whole]).is_err());
    assert!(merge(Vec::new()).is_err());
}

#[test]
fn a_report_reads_back_the_same_and_says_where_it_is_wrong() {
    let run = run(&trials(), Some((1, 4)));
    let text = written("json", &run);
    assert_eq!(report::read(text.as_bytes(), "run.json").unwrap(), run);
    for (from, to, told) in [
        ("\"version\": 1,", "\"version\": 2,", "run.json: .version: this program reads version 1"),
        ("\"complete\": true", "\"complete\": 1", ".complete: expected true or false, found a number"),
        ("\"class\": \"must\"", "\"class\": \"maybe\"", ".findings[0].class: expected a class"),
        ("\"oracle\": \"response\"", "\"oracle\": \"omen\"", ".findings[0].oracle: expected an oracle"),
        ("\"id\": \"", "\"id\": \"x", ".findings[0].id: is not the id of this client"),
        ("\"1/4\"", "\"1-4\"", ".coverage.shard: expected a shard"),
        ("{", "[", "not JSON"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = report::read(text.replacen(from, to, 1).as_bytes(), "run.json").unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn a_report_has_exactly_the_members_that_other_programs_rely_on() {
    let json = parse(written("json", &run(&trials(), None)).as_bytes()).unwrap();
    let keys = |json: &Json| -> String {
        let names = json.as_object().unwrap().iter().map(|(name, _)| name.to_lossy());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&json), "version tool complete api clients coverage findings timing");
    assert_eq!(keys(json.get("api").unwrap()), "service date operations");
    let first = |name: &str| json.get(name).and_then(Json::as_array).unwrap()[0].clone();
    assert_eq!(
        keys(&first("clients")),
        "name version cases pass known findings unsupported couldNotRun notJudged"
    );
    let finding = first("findings");
    assert_eq!(
        keys(&finding),
        "id client operation variant class oracle kind path shape operations places expected actual message rule \
         case seed unstable minimal reproduce deviation"
    );
    let place = &finding.get("places").and_then(Json::as_array).unwrap()[0];
    assert_eq!(keys(place), "operation path case");
}

#[test]
fn a_run_fails_on_what_its_policy_says() {
    let run = run(&trials(), None);
    let on = |class| Policy { fail_on: class, baseline: None };
    assert_eq!(run.failing(&on(Some(Class::Must))).count(), 3);
    assert_eq!(run.failing(&on(None)).count(), 0);
    assert_eq!(run.conclusion(&on(Some(Class::Must))), Conclusion::Failed);
    // A stale deviation fails by itself.
    assert_eq!(run.conclusion(&on(None)), Conclusion::Failed);
    let unstale = Run { filtered: true, ..run.clone() };
    assert_eq!(unstale.conclusion(&on(None)), Conclusion::AsExpected);
    let known = Policy { fail_on: Some(Class::Snap), baseline: Some(Baseline::of(&run)) };
    assert_eq!(unstale.conclusion(&known), Conclusion::AsExpected);

    let mut soft = unstale.clone();
    soft.findings.iter_mut().for_each(|finding| finding.class = Class::Agree);
    assert_eq!(soft.conclusion(&on(Some(Class::Should))), Conclusion::AsExpected);
    assert_eq!(soft.conclusion(&on(Some(Class::Agree))), Conclusion::Failed);

    let mut barely = run.clone();
    barely.clients[0].could_not_run = 3;
    assert_eq!(barely.conclusion(&on(None)), Conclusion::BarelyRan);
    assert_eq!(Run { clients: Vec::new(), ..unstale }.conclusion(&on(None)), Conclusion::BarelyRan);
}

#[test]
fn a_baseline_covers_what_showed_everywhere_before() {
    let before = run(&trials(), None);
    let now = run(&trials()[..1], None);
    assert_eq!(now.findings[0].id().to_string(), "boto3/response/TS2/value-differs/timestamp/A.When");
    assert!(Baseline::of(&before).covers(&now.findings[0]));
    assert!(!Baseline::of(&now).covers(&before.findings[2]));
}

#[test]
fn text_reports_name_each_failure_and_escape_what_is_hostile() {
    let run = run(&trials(), None);
    let junit = written("junit", &run);
    assert_eq!(junit.matches("<failure ").count(), 3);
    assert_eq!(junit.matches("<testcase ").count(), 4);
    assert!(junit.contains("failures=\"3\""));
    assert!(junit.contains("`&lt;&amp;\u{fffd}&gt;` differs."), "{junit}");
    let markdown = written("md", &run);
    for part in ["## Findings\n", "## Known deviations", "## Stale deviations", "| boto3 | 1.44.5 | 206 |"] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    let mut terminal = Vec::new();
    let policy = Policy { fail_on: Some(Class::Must), baseline: None };
    report::summary(&run, &policy, &mut terminal).unwrap();
    let terminal = String::from_utf8(terminal).unwrap();
    for part in
        ["MUST boto3 TS2 response value-differs: A output.A.When", "also in B, C", "STALE", "200 pass"]
    {
        assert!(terminal.contains(part), "{part}: {terminal}");
    }
}

#[test]
fn a_survey_counts_what_the_cases_of_the_plan_touched() {
    let model = crate::oracles::model();
    let mut survey = Survey::new(&model, ["DescribeThing", "ListThings"]);
    let mut described = case("a", "DescribeThing", "OK3");
    described.call.input = Value::structure([("Name", Value::string("x"))]);
    let choice = Value::structure([("Text", Value::string("x"))]);
    described.expectation.result = Expected::OneOf(vec![
        Expected::Output(Value::structure([("Status", Value::string("Ready")), ("Choice", choice)])),
        Expected::Error(ExpectedError { modeled: Some("NotFound".to_owned()), ..ExpectedError::default() }),
    ]);
    survey.add(&described);
    survey.add(&case("b", "CreateThing", "OK3"));
    let mut waited = case("c", "DescribeThing", "WA1");
    waited.call.mode = Mode::Wait { waiter: "ThingReady".to_owned(), delay_ms: 1, max_attempts: 2 };
    survey.add(&waited);
    let coverage = survey.coverage();
    let seen: Vec<(&str, u64, u64)> =
        coverage.dimensions.iter().map(|(name, one)| (name.as_str(), one.seen(), one.of)).collect();
    assert_eq!(
        seen,
        [
            ("enumValues", 1, 3),
            ("errors", 1, 1),
            ("inputMembers", 1, 4),
            ("outputMembers", 3, 26),
            ("paginators", 0, 1),
            ("unionArms", 1, 3),
            ("waiters", 1, 1),
        ]
    );
    assert!(coverage.dimensions["unionArms"].unseen.contains("Choice.Tag"));
    assert_eq!(coverage.operations["DescribeThing"], 2);
    assert_eq!(coverage.operations["ListThings"], 0);
}

#[test]
fn a_minimal_exchange_shows_hostile_bytes_and_hides_what_changes() {
    let model = crate::oracles::model();
    let mut hostile = case("a", "DescribeThing", "OK16");
    hostile.call.input = Value::structure([("Name", Value::string("x".repeat(70_000)))]);
    hostile.answers = vec![
        Response::new(200, b"{\"Name\":\"\xff\"}".to_vec()).with("x-amzn-RequestId", "random").into(),
        Response::new(200, "{ \"Name\" : 1, \"Name\" : 2 }").into(),
        Response { framing: Framing::Cut(99), ..Response::new(500, "{\"Name\":\"\\ud800\"}") }.into(),
        Answer::Raw(vec![
            WireStep::Bytes(b"HTTP/1.1 200 OK\r\n".to_vec()),
            WireStep::Pause(5),
            WireStep::Reset,
        ]),
    ];
    let minimal = Minimal::of(&model, &hostile);
    let text = |json: &Json| pretty(json);
    assert!(text(&minimal.request).contains("… 69940 more characters"));
    assert!(text(&minimal.request).contains("\"X-Amz-Target\": \"Things.DescribeThing\""));
    let response = text(&minimal.response);
    for part in [
        "\"x-amzn-RequestId\": \"…\"",
        "\"base64\": \"eyJOYW1lIjoi/yJ9\"",
        r#""text": "{ \"Name\" : 1, \"Name\" : 2 }""#,
        r#"{"Name": "\ud800"}"#,
        "\"cutShortOf\": 99",
        r#"{"text": "HTTP/1.1 200 OK\r\n"}"#,
        "\"reset\"",
    ] {
        assert!(response.contains(part), "{part}: {response}");
    }
    assert!(!response.contains("random"));
}

#[test]
fn of_two_versions_of_a_client_only_what_changed_is_told_the_worst_first() {
    let mut ledger = Ledger::new(Vec::new());
    let differs = |kind, shape: &str| judgement(kind, shape);
    let crash = |shape: &str| Judgement { class: Class::Should, ..judgement(Kind::Crash, shape) };
    let versions = [
        ("1.0", vec![differs(Kind::ValueDiffers, "A.Both"), differs(Kind::MemberMissing, "A.Old")]),
        (
            "2.0",
            vec![differs(Kind::ValueDiffers, "A.Both"), crash("A.New"), differs(Kind::TypeDiffers, "A.New")],
        ),
    ];
    for (version, judgements) in versions {
        for variant in ["OK1", "TS2"] {
            let (client, version) = (format!("boto3@{version}"), version.to_owned());
            let evidence = Evidence { client, version, ..evidence(output()) };
            ledger.enter(&case(variant, "A", variant), &evidence, judgements.clone(), None);
        }
    }
    let run = Run { clients: ledger.tallies(), findings: ledger.findings(), ..run(&[], None) };
    let upgrade = Upgrade::of(&run).unwrap();
    let mut out = Vec::new();
    report::upgrade(&upgrade, &run, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let heads: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        heads,
        [
            "WORSE  MUST boto3@2.0 OK1 response type-differs: A output.A.New",
            "WORSE  SHOULD boto3@2.0 OK1 response crash: A output.A.New",
            "BETTER MUST OK1, TS2 response member-missing: A, output.A.Old",
            "boto3 1.0 -> 2.0 on sagemaker 2026-11-01: 2 cases each",
            "2 changes for the worse, 1 for the better; 2 differences are in both",
        ]
    );
    let policy = |class| Policy { fail_on: Some(class), baseline: None };
    assert_eq!(upgrade.conclusion(&run, &policy(Class::Must)), Conclusion::Failed);
    let same = Run { clients: vec![run.clients[0].clone(), run.clients[0].clone()], ..run };
    assert!(Upgrade::of(&same).is_none());
}
