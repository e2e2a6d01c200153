//! Signatures: botocore's signing suite, and requests captured from real clients.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shapetape::ground::clock::Time;
use shapetape::ground::exchange::{Headers, Request};
use shapetape::wire::sigv4::{
    Credentials, Diagnosis, Part, SignatureFailure, SignedText, explain, sign, verify,
};

const SUITE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A request from its lines and body; a line that begins with a space goes on with the one before.
fn request(lines: &[&str], body: &[u8]) -> Request {
    let (method, rest) = lines[0].split_once(' ').unwrap();
    let (target, _) = rest.rsplit_once(' ').unwrap();
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in &lines[1..] {
        match line.strip_prefix(' ') {
            Some(more) => fields.last_mut().unwrap().1.push_str(&format!(" {}", more.trim())),
            None => {
                let (name, value) = line.split_once(':').unwrap();
                fields.push((name, Headers::text(value.trim().as_bytes())));
            }
        }
    }
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        prefix: 0,
        headers: fields.into_iter().collect(),
        body: body.to_vec(),
    }
}

fn refused(request: &Request, secret: &str) -> Option<SignatureFailure> {
    verify(request, &|_| Some(secret.to_owned()), None).err()
}

fn diagnosis(request: &Request, secret: &str) -> Diagnosis {
    *refused(request, secret).expect("the signature does not match").diagnosis.unwrap()
}

/// One folder of the suite.
struct Case {
    name: String,
    files: PathBuf,
}

impl Case {
    fn text(&self, kind: &str) -> String {
        std::fs::read_to_string(self.files.with_extension(kind)).unwrap().replace('\r', "")
    }

    fn request(&self, kind: &str) -> Request {
        let text = self.text(kind);
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        request(&head.trim_end().split('\n').collect::<Vec<_>>(), body.as_bytes())
    }

    /// What our texts, our verdict and our own signature have against the case.
    fn failures(&self) -> Vec<String> {
        // The signature of one .sreq (get-vanilla-with-session-token) is not the one of its .authz, which is
        // what botocore's own runner compares.
        let mut signed = self.request("sreq");
        signed.headers.set("authorization", self.text("authz"));
        let mut failures = Vec::new();
        let mut hold = |what: &str, ours: &str, theirs: &str| {
            if ours != theirs {
                failures.push(format!("{}: {what}\nours:\n{ours}\ntheirs:\n{theirs}", self.name));
            }
        };
        let texts = diagnosis(&signed, "another secret");
        let token = signed.headers.get("x-amz-security-token");
        let theirs = token.map_or(self.text("creq"), |token| self.text("creq").replace(token, "(hidden)"));
        hold("canonical request", &texts.canonical_request, &theirs);
        hold("string to sign", &texts.string_to_sign, &self.text("sts"));
        hold(
            "verdict",
            &refused(&signed, SUITE_SECRET).map(|failure| failure.to_string()).unwrap_or_default(),
            "",
        );
        let mut own = self.request("req");
        let credentials = Credentials {
            session_token: token.filter(|_| theirs.contains("x-amz-security-token")).map(str::to_owned),
            ..Credentials::new("AKIDEXAMPLE", SUITE_SECRET)
        };
        let time = Time::from_amz_date("20150830T123600Z").unwrap();
        let unsignable = sign(&mut own, &credentials, "us-east-1", "service", time).err();
        hold("signing", &unsignable.map(|cause| cause.to_string()).unwrap_or_default(), "");
        hold("signature", own.headers.get("authorization").unwrap_or_default(), &self.text("authz"));
        failures
    }
}

fn cases(folder: &Path, found: &mut Vec<Case>, root: &Path) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|cause| panic!("{}: {cause}\nrun: cargo xtask setup", folder.display()));
    for entry in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let files = entry.join(entry.file_name().unwrap());
        if files.with_extension("req").exists() {
            let name = entry.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.push(Case { name, files });
        } else {
            cases(&entry, found, root);
        }
    }
}

#[test]
fn botocore_s_signing_suite_agrees() {
    let root = crate::setup::folder("suites/auth/aws4_testsuite");
    let mut found = Vec::new();
    cases(&root, &mut found, &root);
    assert_eq!(found.len(), 34, "the suite is not whole\nrun: cargo xtask setup");
    let listed = std::fs::read_to_string(here().join("tests/data/signing-skips.txt")).unwrap();
    let lines = listed.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut skips: BTreeMap<&str, &str> =
        lines.map(|line| line.split_once(' ').expect("every skip has its reason")).collect();
    let (mut passed, mut failures) = (0, Vec::new());
    for case in &found {
        match (case.failures(), skips.remove(case.name.as_str())) {
            (against, None) if against.is_empty() => passed += 1,
            (against, None) => failures.extend(against),
            (against, Some(_)) if against.is_empty() => {
                failures.push(format!("{}: listed as skipped, but passes", case.name));
            }
            (_, Some(reason)) => println!("skipped {}: {reason}", case.name),
        }
    }
    failures.extend(
        skips.into_keys().map(|name| format!("{name}: listed as skipped, but there is no such case")),
    );
    println!("signing suite: {passed} of {} cases", found.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// One file of `tests/data/captures`.
#[derive(serde::Deserialize)]
struct Capture {
    client: String,
    request: String,
    secret: String,
    head: Vec<String>,
    body: String,
}

impl Capture {
    fn request(&self) -> Request {
        let lines: Vec<&str> = self.head.iter().map(String::as_str).collect();
        request(&lines, self.body.as_bytes())
    }
}

fn captures() -> BTreeMap<String, Capture> {
    let folder = std::fs::read_dir(here().join("tests/data/captures")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap())
        })
        .collect()
}

#[test]
fn captured_signatures_of_real_clients_verify() {
    let captures = captures();
    for (name, capture) in &captures {
        let secret = &capture.secret;
        let keys = |id: &str| id.starts_with("AKIDEXAMPLE").then(|| secret.clone());
        let verified =
            verify(&capture.request(), &keys, Some(Time::from_amz_date("20261121T120500Z").unwrap()))
                .unwrap_or_else(|failure| panic!("{name}: {failure:#?}"));
        assert_eq!(verified.region, "us-east-1");
        println!(
            "verified {name}: {} ({}); signed headers {}",
            capture.client,
            capture.request,
            verified.signed_headers.join(";")
        );
        // Our own signature over the same request verifies as well.
        let mut own = capture.request();
        let credentials =
            Credentials { session_token: Some("t".to_owned()), ..Credentials::new("AKIDEXAMPLE", secret) };
        sign(&mut own, &credentials, "eu-west-1", &verified.service, verified.time).unwrap();
        let again = verify(&own, &keys, None).unwrap();
        assert_eq!((again.region.as_str(), again.presigned), ("eu-west-1", false), "{name}");
    }
    for client in ["boto3", "aws-cli", "js-v3", "go-v2", "java-v2"] {
        assert!(captures.contains_key(client), "no capture of {client}");
    }
}

/// Something that is done to a request after it was signed.
type Change = fn(&mut Request);
/// Whether a difference lies where the change was made.
type Place = fn(&Part) -> bool;

#[test]
fn a_changed_request_is_refused_and_the_line_named() {
    let changes: [(&str, Change, Place); 6] = [
        (
            "host",
            |it| it.headers.set("host", "sandbox.example:80"),
            |part| *part == Part::Header("host".to_owned()),
        ),
        (
            "header",
            |it| it.headers.set("x-amz-target", "SageMaker.Other"),
            |part| *part == Part::Header("x-amz-target".to_owned()),
        ),
        ("body", |it| it.body.push(b' '), |part| *part == Part::Payload),
        ("path", |it| it.target = it.target.replacen('/', "/x", 1), |part| *part == Part::Path),
        (
            "query",
            |it| it.target.push_str(if it.target.contains('?') { "&x=y" } else { "?x=y" }),
            |part| *part == Part::Query,
        ),
        ("scope", move_scope, |part| *part == Part::Scope),
    ];
    for (name, capture) in captures() {
        for (what, change, part) in &changes {
            let original = capture.request();
            let mut changed = original.clone();
            change(&mut changed);
            if changed.headers.contains("x-amz-target") != original.headers.contains("x-amz-target") {
                continue;
            }
            let diagnosis = diagnosis(&changed, &capture.secret);
            let differences = explain(&original, &changed).unwrap();
            assert!(!differences.is_empty(), "{name}: {what}: {diagnosis}");
            for difference in differences {
                if *what == "scope" && matches!(difference.part, Part::Query) {
                    continue;
                }
                assert!(part(&difference.part), "{name}: {what}: {difference}");
                let text = match difference.text {
                    SignedText::CanonicalRequest => &diagnosis.canonical_request,
                    SignedText::StringToSign => &diagnosis.string_to_sign,
                };
                let line = text.split('\n').nth(difference.line - 1);
                assert_eq!(line, difference.arrived.as_deref(), "{name}: {what}");
                println!("{name}, {what} changed: {difference}");
            }
        }
    }
}

fn move_scope(request: &mut Request) {
    if let Some(authorization) = request.headers.get("authorization").map(str::to_owned) {
        request.headers.set("authorization", authorization.replace("/us-east-1/", "/xy-none-1/"));
    }
    request.target = request.target.replace("%2Fus-east-1%2F", "%2Fxy-none-1%2F");
}

#[test]
fn the_usual_suspects_are_found_without_a_reference() {
    let captures = captures();
    let suspects: [(&str, Change, &str, &str); 11] = [
        ("boto3", |it| it.method = "GET".to_owned(), "the method POST was signed", "method"),
        ("boto3", behind_a_proxy, "that a proxy replaced", "header host"),
        ("boto3", |it| it.headers.set("content-type", "text/json"), "changed after", "header content-type"),
        ("boto3", |it| it.body.push(b'\n'), "without its closing white space", "hash of the body"),
        ("boto3", |it| in_authorization(it, "us-east-1", "eu-west-1"), "the region us-east-1", "scope"),
        ("boto3", |it| in_authorization(it, "/sagemaker/", "/sage/"), "the service sagemaker", "scope"),
        ("aws-cli", |it| in_authorization(it, ";x-amz-target", ""), "is not listed", "header x-amz-target"),
        (
            "aws-cli",
            |it| in_authorization(it, "host;", "host;user-agent;"),
            "but was not",
            "header user-agent",
        ),
        ("js-v3", |it| it.body = b"{}".to_vec(), "x-amz-content-sha256 tells of", "hash of the body"),
        (
            "js-v3",
            |it| it.headers.set("amz-sdk-request", "attempt=2; max=3"),
            "after",
            "header amz-sdk-request",
        ),
        ("go-v2", |it| it.target.push('/'), "closing slash otherwise", "path"),
    ];
    for (name, change, cause, part) in suspects {
        let mut changed = captures[name].request();
        change(&mut changed);
        let diagnosis = diagnosis(&changed, &captures[name].secret);
        assert!(diagnosis.cause.clone().unwrap_or_default().contains(cause), "{name}, {cause}: {diagnosis}");
        let parts: Vec<String> = diagnosis.differences.iter().map(|found| found.part.to_string()).collect();
        assert!(parts.iter().any(|found| found == part) || part.is_empty(), "{name}, {cause}: {diagnosis}");
    }
}

fn behind_a_proxy(request: &mut Request) {
    request.headers.set("host", "inner:80");
    request.headers.push("X-Forwarded-Host", "127.0.0.1:5711");
}

fn in_authorization(request: &mut Request, from: &str, to: &str) {
    let changed = request.headers.get("authorization").unwrap().replacen(from, to, 1);
    request.headers.set("authorization", changed);
}

#[test]
fn each_way_to_be_refused_has_its_code() {
    let good = captures()["boto3"].request();
    let url = captures()["boto3-presigned"].request();
    let cases: [(&Request, Change, &str, &str); 15] = [
        (&good, |it| it.headers.remove("authorization"), "MissingAuthenticationTokenException", "Missing"),
        (&good, |it| it.headers.set("authorization", "Bearer x"), "IncompleteSignatureException", "'Bearer'"),
        (&good, |it| it.headers.set("authorization", ""), "IncompleteSignatureException", "''"),
        (
            &good,
            |it| in_authorization(it, " Credential=", " X="),
            "IncompleteSignatureException",
            "'Credential'",
        ),
        (&good, |it| in_authorization(it, "Signature=", "X="), "IncompleteSignatureException", "'Signature'"),
        (&good, |it| in_authorization(it, "/aws4_request", ""), "IncompleteSignatureException", "5 slash"),
        (&good, |it| it.headers.remove("x-amz-date"), "IncompleteSignatureException", "'X-Amz-Date'"),
        (
            &good,
            |it| it.headers.set("x-amz-date", "20260231T115147Z"),
            "IncompleteSignatureException",
            "ISO-8601",
        ),
        (
            &good,
            |it| it.headers.set("x-amz-date", "20261122T115147Z"),
            "InvalidSignatureException",
            "Date in Cred",
        ),
        (&good, |it| in_authorization(it, "host;", ""), "InvalidSignatureException", "'Host'"),
        (
            &good,
            |it| in_authorization(it, "AKIDEXAMPLE", "AKIDOTHER"),
            "UnrecognizedClientException",
            "token",
        ),
        (&good, |it| it.target = "not a uri".to_owned(), "InvalidSignatureException", "does not match"),
        (
            &url,
            |it| it.target = it.target.replace("-Date=2", "-D=2"),
            "IncompleteSignatureException",
            "X-Amz-Date",
        ),
        (&url, |it| it.target = it.target.replace("=3600", "=-1"), "IncompleteSignatureException", "Expires"),
        (
            &url,
            |it| it.target = it.target.replace("=3600", "=3601"),
            "InvalidSignatureException",
            "does not match",
        ),
    ];
    let keys = |id: &str| id.starts_with("AKIDEXAMPLE").then(|| "testing".to_owned());
    for (request, change, code, words) in cases {
        let mut changed = request.clone();
        change(&mut changed);
        let failure = verify(&changed, &keys, None).unwrap_err();
        assert_eq!(failure.code, code, "{failure}");
        assert!(failure.message.contains(words), "{failure}");
    }
    for (request, now, words) in [
        (
            &good,
            "20261121T120648Z",
            "Signature expired: 20261121T115147Z is now earlier than 20261121T115148Z",
        ),
        (&good, "20261121T113646Z", "Signature not yet current: 20261121T115147Z is still later than"),
        (&url, "20261121T130345Z", "Signature expired"),
    ] {
        let failure = verify(request, &keys, Time::from_amz_date(now)).unwrap_err();
        assert_eq!(failure.code, "InvalidSignatureException");
        assert!(failure.message.starts_with(words), "{failure}");
    }
    assert!(verify(&url, &keys, Time::from_amz_date("20261121T130344Z")).unwrap().presigned);
}

#[test]
fn neither_keys_nor_tokens_show() {
    let keys =
        Credentials { session_token: Some("token".to_owned()), ..Credentials::new("AKIDEXAMPLE", "secret") };
    assert_eq!(format!("{keys:?}"), "Credentials { access_key_id: \"AKIDEXAMPLE\", .. }");
    for (name, token) in [("js-v3", "example-session-token"), ("boto3-presigned", "example%2Fsession")] {
        let shown = diagnosis(&captures()[name].request(), "another secret").to_string();
        assert!(!shown.contains(token) && shown.contains("(hidden)"), "{shown}");
    }
}
