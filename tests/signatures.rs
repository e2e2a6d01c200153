//! Signatures of every kind that clients of AWS make: `tests/data/signatures`, whose README says where each is from.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shapetape::ground::clock::Time;
use shapetape::ground::exchange::{Headers, Request};
use shapetape::wire::sigv4::{Credentials, FailureKind, Part, SignatureFailure, sign, unchunked, verify};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/signatures")
}

/// A stretch of a body.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Stretch {
    Text(String),
    Repeated { repeat: String, times: usize },
}

fn bytes(stretches: &[Stretch]) -> Vec<u8> {
    let bytes = |stretch: &Stretch| match stretch {
        Stretch::Text(text) => text.clone(),
        Stretch::Repeated { repeat, times } => repeat.repeat(*times),
    };
    stretches.iter().map(bytes).collect::<String>().into_bytes()
}

/// How long a presigned URL is good.
#[derive(serde::Deserialize)]
struct Good {
    seconds: i64,
}

/// A request as a client sends it.
#[derive(serde::Deserialize)]
struct Vector {
    name: String,
    head: Vec<String>,
    body: Vec<Stretch>,
    secret: String,
    decoded: Option<Vec<Stretch>>,
    trailer: Option<String>,
    refused: Option<String>,
    good: Option<Good>,
}

impl Vector {
    fn request(&self) -> Request {
        let mut line = self.head[0].split(' ');
        let (method, target) = (line.next().unwrap().to_owned(), line.next().unwrap().to_owned());
        let field = |line: &String| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), Headers::text(value.trim().as_bytes()))
        };
        let headers: Headers = self.head[1..].iter().map(field).collect();
        let prefix = if target.starts_with("/s1/") { 3 } else { 0 };
        Request { method, target, prefix, headers, body: bytes(&self.body) }
    }

    fn verify(&self, request: &Request, now: Option<Time>) -> Result<String, SignatureFailure> {
        verify(request, &|_| Some(self.secret.clone()), now).map(|verified| verified.service)
    }

    fn is_version_2(&self) -> bool {
        self.request().version_2_key().is_some()
    }
}

fn vectors() -> Vec<Vector> {
    let read = |name: &str| -> Vec<Vector> {
        serde_json::from_slice(&std::fs::read(folder().join(name)).unwrap()).unwrap()
    };
    ["from_botocore.json", "captured.json", "published.json"].into_iter().flat_map(read).collect()
}

fn named(name: &str) -> Vector {
    vectors().into_iter().find(|vector| vector.name == name).unwrap_or_else(|| panic!("no vector {name}"))
}

fn again(request: &Request) -> Request {
    let mut request = request.clone();
    sign(&mut request, &Credentials::new("AKIDOWN", "own"), "eu-west-1", "s3", Time(0)).unwrap();
    request
}

#[test]
fn the_vectors_are_what_botocore_makes() {
    let python = crate::setup::folder("venv").join("bin/python");
    let made = Command::new(python).arg("-B").arg(folder().join("from_botocore.py")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let stored = std::fs::read(folder().join("from_botocore.json")).unwrap();
    assert!(made.stdout == stored, "run tests/data/signatures/from_botocore.py and look at what changed");
}

#[test]
fn every_kind_of_signature_verifies_and_is_signed_anew() {
    let (mut seen, mut chunked) = (0, 0);
    for vector in vectors().iter().filter(|vector| vector.refused.is_none()) {
        let request = vector.request();
        let verified = vector.verify(&request, None);
        assert!(verified.is_ok(), "{}: {:#?}", vector.name, verified.unwrap_err());
        let plain = unchunked(&request).unwrap();
        assert_eq!(plain.is_some(), vector.decoded.is_some(), "{}", vector.name);
        if let (Some(plain), Some(decoded)) = (&plain, &vector.decoded) {
            assert!(plain.body == bytes(decoded), "{}: {} bytes", vector.name, plain.body.len());
            for gone in ["x-amz-trailer", "x-amz-decoded-content-length", "content-encoding"] {
                assert!(!plain.headers.contains(gone), "{}: {gone}", vector.name);
            }
            if let Some((name, value)) = vector.trailer.as_ref().and_then(|field| field.split_once(": ")) {
                assert_eq!(plain.headers.get(name), Some(value), "{}", vector.name);
            }
            chunked += 1;
        }
        // What a recorder forwards is signed by it alone, and nothing of the client's signature is left.
        let own = again(plain.as_ref().unwrap_or(&request));
        let verified = verify(&own, &|id| (id == "AKIDOWN").then(|| "own".to_owned()), None);
        assert!(verified.is_ok(), "{}: {:#?}", vector.name, verified.unwrap_err());
        for left in ["AWSAccessKeyId", "Signature=", "X-Amz-Credential", "oken"] {
            assert!(!own.target.contains(left), "{}: {}", vector.name, own.target);
        }
        seen += 1;
    }
    println!("{seen} signatures verified, {chunked} of them over bodies in chunks");
    assert!(seen >= 30 && chunked >= 6, "{seen} {chunked}");
}

#[test]
fn a_wrong_signature_of_each_kind_is_refused_and_the_stage_named() {
    for vector in vectors().iter().filter(|vector| vector.refused.is_none()) {
        let right = vector.request();
        let refused = |change: &dyn Fn(&mut Request)| {
            let mut changed = right.clone();
            change(&mut changed);
            let failure = vector.verify(&changed, None).expect_err(&vector.name);
            assert_eq!(failure.code, "InvalidSignatureException", "{}: {failure}", vector.name);
            *failure.diagnosis.unwrap()
        };
        let diagnosis = refused(&|it| it.method = "PATCH".to_owned());
        let cause = diagnosis.cause.clone().unwrap_or_default();
        assert_eq!(cause, format!("the method {} was signed", right.method), "{}", vector.name);
        let parts: Vec<_> = diagnosis.differences.iter().map(|difference| &difference.part).collect();
        assert_eq!(parts, [&Part::Method], "{}", vector.name);
        let failure = verify(&right, &|_| Some("another".to_owned()), None).expect_err(&vector.name);
        let diagnosis = *failure.diagnosis.unwrap();
        assert_eq!(diagnosis.cause, None, "{}: {diagnosis}", vector.name);
        // A text of version 2 is a text to sign; under one of version 4 stands the canonical request.
        assert_eq!(diagnosis.canonical_request.is_empty(), vector.is_version_2(), "{}", vector.name);
        assert!(diagnosis.string_to_sign.contains('\n'), "{}: {diagnosis}", vector.name);
    }
}

#[test]
fn what_was_signed_otherwise_in_version_2_is_named() {
    type Change = fn(&mut Request);
    let changes: [(&str, Change, &str, Part); 4] = [
        (
            "version 2 presigned, HEAD",
            |it| it.method = "GET".to_owned(),
            "the method HEAD was signed",
            Part::Method,
        ),
        (
            "version 2 presigned, S3",
            |it| it.headers.push("Content-Type", "text/plain"),
            "the header content-type was added after signing",
            Part::Header("content-type".to_owned()),
        ),
        (
            "version 2 presigned, S3",
            |it| it.headers.push("X-Amz-Acl", "private"),
            "the header x-amz-acl was added after signing",
            Part::Header("x-amz-acl".to_owned()),
        ),
        (
            "version 2 presigned, HEAD",
            |it| it.target.push_str("&versionId=3"),
            "the query was not signed",
            Part::Path,
        ),
    ];
    for (name, change, cause, part) in changes {
        let vector = named(name);
        let mut changed = vector.request();
        change(&mut changed);
        let diagnosis = *vector.verify(&changed, None).unwrap_err().diagnosis.unwrap();
        assert_eq!(diagnosis.cause.as_deref(), Some(cause), "{diagnosis}");
        assert!(diagnosis.differences.iter().any(|difference| difference.part == part), "{diagnosis}");
    }
}

#[test]
fn a_presigned_url_is_good_until_its_end_by_the_clock_given() {
    let signed = Time::from_amz_date("20261121T115147Z").unwrap();
    let mut seen = 0;
    for (vector, good) in vectors().iter().filter_map(|vector| Some((vector, vector.good.as_ref()?))) {
        let at = |seconds: i64| vector.verify(&vector.request(), Some(Time(signed.0 + seconds * 1000)));
        assert!(at(good.seconds).is_ok(), "{}", vector.name);
        let failure = at(good.seconds + 1).unwrap_err();
        assert!(
            failure.message.starts_with("Signature expired: the presigned URL was good until "),
            "{failure}"
        );
        seen += 1;
    }
    assert!(seen >= 9, "{seen}");
}

/// A body with one place of it written otherwise.
fn replaced(request: &mut Request, from: &str, to: &str) {
    let text = Headers::text(&request.body);
    assert!(text.contains(from), "no {from:?} in the body");
    request.body = Headers::octets(&text.replacen(from, to, 1));
}

#[test]
fn a_damaged_chunk_is_told_with_its_number() {
    type Change = fn(&mut Request);
    let changed = "does not match, though that of the request does";
    let cases: [(&str, Change, &str, &str); 9] = [
        (
            "the first chunk",
            |it| it.body[100] = b'b',
            "chunk 1 of 3 (65536 bytes)",
            "the data of chunk 1 was changed",
        ),
        (
            "the second",
            |it| replaced(it, "a\r\n0;", "b\r\n0;"),
            "chunk 2 of 3 (1024 bytes)",
            "the data of chunk 2",
        ),
        (
            "the closing chunk",
            |it| replaced(it, "0;chunk-signature=b", "0;chunk-signature=c"),
            "chunk 3 of 3 (0 bytes)",
            "the data or the signature of chunk 3 was changed",
        ),
        (
            "two in another order",
            |it| {
                let first: Vec<u8> = it.body.drain(..65_536 + 88 + 2).collect();
                let end = 1024 + 86 + 2;
                it.body.splice(end..end, first);
            },
            "chunk 1 of 3 (1024 bytes)",
            "chunk 1 was signed to follow chunk 2: the order of the chunks was changed",
        ),
        ("a cut", |it| it.body.truncate(1000), "chunk 1: its size line says 65536 bytes, and 912 follow", ""),
        ("no end", |it| it.body.truncate(66_560 + 88 + 2 + 86 + 2), "chunk 3: the body ends before it", ""),
        ("a size", |it| replaced(it, "400;", "4x0;"), "chunk 2: \"4x0;chunk-signature=", ""),
        (
            "a smaller size",
            |it| replaced(it, "400;", "3ff;"),
            "chunk 2: its data does not end after the 1023 bytes",
            "",
        ),
        (
            "a length",
            |it| it.headers.set("x-amz-decoded-content-length", "66561"),
            "",
            "the header x-amz-decoded-content-length was changed",
        ),
    ];
    let vector = named("a chunked upload");
    for (what, change, told, cause) in cases {
        let mut request = vector.request();
        change(&mut request);
        let failure = vector.verify(&request, None).expect_err(what);
        assert!(failure.message.contains(told), "{what}: {failure}");
        assert_eq!(failure.message.contains(changed), told.contains(" of "), "{what}: {failure}");
        let found = failure.diagnosis.map(|diagnosis| diagnosis.cause.clone().unwrap_or_default());
        assert_eq!(found.is_some(), !cause.is_empty(), "{what}: {found:?}");
        let known = what == "a length" || found.as_deref().unwrap_or_default().contains(cause);
        assert!(known, "{what}: {found:?}");
    }
    let vector = named("a chunked upload with a trailer");
    let cases: [(&str, &str, &str); 3] = [
        ("sOO8", "sOO9", "The signature of the trailer does not match"),
        ("x-amz-checksum-crc32c:", "x-amz-checksum-crc32:", "the trailer lacks x-amz-checksum-crc32c"),
        ("x-amz-trailer-signature:", "x-amz-other:", "the trailer lacks x-amz-trailer-signature"),
    ];
    for (from, to, told) in cases {
        let mut request = vector.request();
        replaced(&mut request, from, to);
        let failure = vector.verify(&request, None).expect_err(told);
        assert!(failure.message.contains(told), "{failure}");
    }
    // An unsigned body is held against its length all the same.
    let vector = named("S3 over http, a stream: unsigned chunks and a trailer");
    let mut request = vector.request();
    replaced(&mut request, "5\r\nworld\r\n", "");
    let failure = unchunked(&request).unwrap_err();
    assert!(
        failure.message.contains("hold 6 bytes together, but x-amz-decoded-content-length says 11"),
        "{failure}"
    );
}

#[test]
fn what_is_not_verified_is_named() {
    let mut seen = 0;
    for vector in vectors().iter().filter(|vector| vector.refused.is_some()) {
        let failure = vector.verify(&vector.request(), None).unwrap_err();
        match vector.refused.as_deref() {
            Some("unsigned") => {
                assert_eq!(
                    (failure.kind, failure.code),
                    (FailureKind::Unsigned, "MissingAuthenticationTokenException")
                );
            }
            Some(words) => {
                assert_eq!(failure.kind, FailureKind::Unsupported, "{}: {failure}", vector.name);
                assert!(failure.message.contains(words), "{}: {failure}", vector.name);
            }
            None => {}
        }
        println!("{}: {failure}", vector.name);
        seen += 1;
    }
    assert_eq!(seen, 5);
    let basic = format!("Basic {}", STANDARD.encode("me:pass"));
    let sigv4a = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20261121/s3/aws4_request, SignedHeaders=host, Signature=30";
    for (field, told) in [
        (sigv4a, "The client signed with SigV4a, which covers a set of regions"),
        ("Bearer eyJhbGciOi", "The client sent a bearer token in place of a signature"),
        (&basic, "The client sent a user name and a password"),
        ("AWS3-HTTPS AWSAccessKeyId=AKIDEXAMPLE,Algorithm=HmacSHA256,Signature=x", "Signature Version 3"),
    ] {
        let mut request = Request { method: "GET".into(), target: "/".into(), ..Request::default() };
        request.headers.push("Authorization", field);
        let failure = verify(&request, &|_| None, None).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unsupported);
        assert!(failure.message.contains(told), "{failure}");
        // What a client sends in place of a signature is a secret.
        assert!(!failure.message.contains("eyJ") && !failure.message.contains("bWU6"), "{failure}");
        println!("{failure}");
    }
    let url = "/?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Signature=30";
    let request = Request { method: "GET".into(), target: url.into(), ..Request::default() };
    assert!(verify(&request, &|_| None, None).unwrap_err().message.contains("SigV4a"));
}
