//! Scenarios recorded as a user does it: what is told, what is left behind, and what is never called.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use shapetape::ground::clock::SystemClock;
use shapetape::ground::exchange::{Answer, Handler, Pending, Request, Response};
use shapetape::tape::cassette;
use shapetape::tape::record::{Upstream, check_account};
use shapetape::wire::sigv4::Credentials;

use crate::world::{TinyAccount, serve};

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios").join(name)
}

fn record(folder: &Path, name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shapetape"));
    command.current_dir(folder).arg("record").arg(scenario(name));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn told(output: &Output) -> String {
    let whole =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    whole.replace(&scenario("").display().to_string(), "")
}

#[test]
fn a_step_that_fails_is_told_with_its_place_its_difference_and_its_exchange() {
    let folder = tempfile::tempdir().unwrap();
    let output = record(folder.path(), "fails.yaml").output().unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for line in [
        "fails.yaml:3:5: CreateModel: ok",
        "fails.yaml:5:5: it is not what it was made as: FAILED",
        "  output.EnableNetworkIsolation\n    expected true\n    actual   false",
        "  output.ModelName\n    expected \"other\"\n    actual   \"model-",
        "  Containers\n    expected at least 2 of them\n    actual   0",
        "      \"operation\": \"DescribeModel\",",
        "fails.yaml:14:5: finally DeleteModel: ok",
        "recorded: 3 interactions, 0 replayed, into cassettes/sagemaker/fails.partial.json",
    ] {
        assert!(told.contains(line), "{line}\nis not among\n{told}");
    }
    assert!(!told.contains("never reached"), "{told}");
    assert!(!folder.path().join("cassettes/sagemaker/fails.json").exists());
}

#[test]
fn a_dry_run_prints_the_calls_and_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let output = record(folder.path(), "fails.yaml").arg("--dry-run").output().unwrap();
    let told = told(&output);
    assert!(output.status.success(), "{told}");
    assert_eq!(told.lines().count(), 4, "{told}");
    assert!(told.contains(":14:5: finally call DeleteModel {\"ModelName\":\"model-"), "{told}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// An account in which a look at an endpoint makes somebody press Ctrl-C.
#[derive(Default)]
struct Interrupting {
    account: TinyAccount,
    recorder: Mutex<Option<u32>>,
    seen: Mutex<Vec<String>>,
}

impl Handler for Interrupting {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        let target = request.headers.get("x-amz-target").unwrap_or_default().to_owned();
        if target.ends_with("DescribeEndpoint")
            && let Some(recorder) = self.recorder.lock().unwrap().take()
        {
            let sent = Command::new("kill").args(["-INT", &recorder.to_string()]).status().unwrap();
            assert!(sent.success());
        }
        self.seen.lock().unwrap().push(target);
        self.account.handle(request)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ctrl_c_what_always_runs_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    let account = Arc::new(Interrupting::default());
    let upstream = serve(account.clone()).await;
    let child = {
        // The account answers nobody's look before it knows whom to interrupt.
        let mut recorder = account.recorder.lock().unwrap();
        let child = record(folder.path(), "never-ends.yaml")
            .args(["--upstream", &upstream.endpoint()])
            .spawn()
            .unwrap();
        *recorder = Some(child.id());
        child
    };
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("finally UpdateEndpointWeightsAndCapacities: ok"), "{told}");
    assert!(!told.contains("never reached"), "{told}");
    let last = account.seen.lock().unwrap().last().cloned();
    assert_eq!(last.as_deref(), Some("SageMaker.UpdateEndpointWeightsAndCapacities"));
    assert!(folder.path().join("cassettes/sagemaker/never-ends.partial.json").exists());
}

#[test]
fn what_cannot_be_recorded_is_said_before_anything_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.yaml");
    std::fs::write(
        &broken,
        "service: sagemaker\nsteps: [{call: CreateModle}, {call: ListModels, inptu: {}}]\n",
    )
    .unwrap();
    let lone = folder.path().join("lone.yaml");
    std::fs::write(&lone, "service: sqs\nsteps: [{call: ListQueues}]\n").unwrap();
    for (arguments, code, words) in [
        (vec!["--upstream", "aws"], 2, "--upstream aws needs --account ID"),
        (vec!["--upstream", "aws", "--account", "12"], 2, "an account is 12 digits"),
        (vec!["--variable", "rolle=x"], 2, "no scenario has such a variable"),
        (vec!["--upstream", "moto"], 2, "not sandbox, aws, a URL or SERVICE=URL"),
        (vec!["--client", "cobol"], 2, "cobol"),
        (vec![broken.to_str().unwrap(), lone.to_str().unwrap()], 2, "unknown key `inptu`"),
        (vec![broken.to_str().unwrap(), lone.to_str().unwrap()], 2, "no model of the service `sqs`"),
        (vec![broken.to_str().unwrap(), "--cassette", "x.json"], 2, "broken.yaml:2:"),
        (vec!["--", "true"], 2, "scenarios go with neither a command nor --control"),
    ] {
        let output = record(folder.path(), "fails.yaml").args(&arguments).output().unwrap();
        let told = told(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
    assert!(!folder.path().join("cassettes").exists());
}

/// STS, as far as one question goes.
struct Sts(u16, &'static str);

impl Handler for Sts {
    fn handle<'a>(&'a self, request: Request) -> Pending<'a, Answer> {
        let scope = request.headers.get("authorization").unwrap_or_default();
        assert!(scope.contains("/us-east-1/sts/aws4_request"), "{scope}");
        assert_eq!(request.body, b"Action=GetCallerIdentity&Version=2011-06-15");
        let response = Response::new(self.0, self.1).with("Content-Type", "text/xml");
        Box::pin(async move { response.into() })
    }
}

#[tokio::test]
async fn only_the_account_that_was_named_is_recorded() {
    const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>AIDA</UserId>\
                            <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    const REFUSAL: &str =
        "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code></Error></ErrorResponse>";
    for (status, body, account, complaint) in [
        (200, IDENTITY, "111122223333", None),
        (200, IDENTITY, "444455556666", Some("the credentials are those of account 111122223333")),
        (403, REFUSAL, "111122223333", Some("STS refused the credentials (403 ExpiredToken)")),
        (200, "<html>", "111122223333", Some("STS did not say")),
    ] {
        let server = serve(Arc::new(Sts(status, body))).await;
        let credentials = Credentials::new("AKIDEXAMPLE", "secret");
        let sts = Upstream::sts(Some(&server.endpoint()), "us-east-1", credentials).unwrap();
        let checked = check_account(&sts, account, "us-east-1", &SystemClock).await;
        let told = checked.err().map(|error| error.to_string());
        assert_eq!(told.is_some(), complaint.is_some(), "{told:?}");
        assert!(told.as_deref().unwrap_or_default().contains(complaint.unwrap_or_default()), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_wrong_account_nothing_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Arc::new(Sts(200, "<Account>111122223333</Account>"))).await;
    let mut command = record(folder.path(), "fails.yaml");
    command.args(["--upstream", "aws", "--account", "444455556666", "--sts", &server.endpoint()]);
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "no-secret");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("line 3: CreateModel"), "what it would make: {told}");
    assert!(told.contains("the credentials are those of account 111122223333"), "{told}");
    assert!(!told.contains("no-secret") && !folder.path().join("cassettes").exists(), "{told}");
}

#[test]
fn what_an_old_cassette_has_is_not_called_again() {
    let folder = tempfile::tempdir().unwrap();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/sagemaker/notebook-instance.yaml");
    let run = |mode: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shapetape"));
        command.current_dir(folder.path()).arg("record").arg(&old).args([
            "--cassette",
            "c.json",
            "--mode",
            mode,
        ]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        told(&output)
    };
    run("all");
    let before = std::fs::read_to_string(folder.path().join("c.json")).unwrap();
    let told = run("new");
    assert!(told.contains("recorded: 24 interactions, "), "{told}");
    let after = cassette::load(&folder.path().join("c.json")).unwrap();
    assert_eq!(cassette::render(&after), before);
}
