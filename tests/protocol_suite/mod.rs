//! botocore's protocol suites (the Smithy protocol tests in botocore's form) against `protocol`, both halves:
//! each request is written and read again as a server reads it, each response read and written again.

pub(crate) mod compare;
pub(crate) mod parsing;
mod s3;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Source;
use shapetape::api::model::{
    Model, Operation, ProtocolName, ServiceFiles, ShapeId, ShapeKind, Timestamp, Value, load_botocore,
};
use shapetape::ground::exchange::{Request, Response};
use shapetape::ground::json::Text;
use shapetape::protocol::{
    Reply, ServiceError, address, decode_request, decode_response, encode_error, encode_request,
    encode_response, host_prefix, request_id,
};

use self::compare::{comparable, in_form, same_body};
use crate::setup;

/// Per protocol, as botocore names it, its files with the cases that each must hold at least, so that an empty folder
/// does not pass: botocore 1.44.5. A protocol that is not here must be refused by name.
const PROTOCOLS: [(&str, &[(&str, usize)]); 6] = [
    (
        "json",
        &[
            ("input/json.json", 54),
            ("input/json_1_0.json", 21),
            ("input/json_1_0-query-compatible.json", 1),
            ("output/json.json", 58),
            ("output/json_1_0.json", 32),
            ("output/json_1_0-query-compatible.json", 2),
        ],
    ),
    ("rest-json", &[("input/rest-json.json", 113), ("output/rest-json.json", 91)]),
    ("rest-xml", &[("input/rest-xml.json", 94), ("output/rest-xml.json", 78)]),
    ("query", &[("input/query.json", 38), ("output/query.json", 38)]),
    ("ec2", &[("input/ec2.json", 29), ("output/ec2.json", 29)]),
    (
        "smithy-rpc-v2-cbor",
        &[
            ("input/smithy-rpc-v2-cbor.json", 15),
            ("input/smithy-rpc-v2-cbor-query-compatible.json", 1),
            ("input/smithy-rpc-v2-cbor-non-query-compatible.json", 1),
            ("output/smithy-rpc-v2-cbor.json", 35),
            ("output/smithy-rpc-v2-cbor-query-compatible.json", 2),
        ],
    ),
];

#[derive(Default)]
struct Tally {
    passed: usize,
    both_ways: usize,
    skipped: usize,
    unsupported: usize,
}

#[test]
fn every_case_of_botocores_suites_passes_or_is_listed() {
    let mut skips = skips();
    assert!(skips.len() <= 10, "at most ten cases may be skipped");
    let mut failures = Vec::new();
    let mut tallies = BTreeMap::<String, Tally>::new();
    for (file, suites) in suites() {
        let protocol = suites[0]["metadata"]["protocol"].as_str().unwrap_or("none").to_owned();
        let spoken = PROTOCOLS.iter().find(|(name, _)| *name == protocol);
        let tally = tallies.entry(protocol).or_default();
        let before = tally.passed + tally.skipped;
        for (suite, case) in cases(&suites) {
            let id = format!("{file} {}", case["id"].as_str().unwrap());
            if spoken.is_none() {
                refuse(suite, case);
                tally.unsupported += 1;
                continue;
            }
            let outcome = run(suite, case);
            match (skips.remove(&id), outcome) {
                (None, Ok(both_ways)) => {
                    tally.passed += 1;
                    tally.both_ways += usize::from(both_ways);
                }
                (Some(_), Err(_)) => tally.skipped += 1,
                (Some(_), Ok(_)) => failures.push(format!("{id}: passes, but is listed as skipped")),
                (None, Err(why)) => failures.push(format!("{id}: {why}")),
            }
        }
        let found = tally.passed + tally.skipped - before;
        if let Some((_, files)) = spoken
            && let Some((_, wanted)) = files.iter().find(|(name, _)| *name == file)
            && found < *wanted
        {
            failures.push(format!("{file}: {found} cases of {wanted}"));
        }
    }
    for (protocol, tally) in tallies {
        let Tally { passed, both_ways, skipped, unsupported } = tally;
        println!(
            "{protocol}: {passed} passed, {both_ways} of them both ways, {skipped} skipped, {unsupported} unsupported"
        );
    }
    failures
        .extend(skips.into_keys().map(|id| format!("{id}: listed as skipped, but there is no such case")));
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Id to reason.
fn skips() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/suite-skips.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let (file, id) = (words.next().unwrap(), words.next().unwrap());
            (format!("{file} {id}"), words.next().expect("every skip has its reason").to_owned())
        })
        .collect()
}

/// The suite files by name, in order.
pub(crate) fn suites() -> Vec<(String, Source)> {
    let root = setup::folder("suites/protocols");
    let mut files = Vec::new();
    for half in ["input", "output"] {
        let folder = std::fs::read_dir(root.join(half)).unwrap();
        let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "json")) {
            let name = format!("{half}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push((name, serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()));
        }
    }
    for (name, _) in PROTOCOLS.iter().flat_map(|(_, files)| *files) {
        assert!(files.iter().any(|(file, _)| file == name), "{name} is missing\nrun: cargo xtask setup");
    }
    files
}

fn cases(suites: &Source) -> impl Iterator<Item = (&Source, &Source)> {
    let suites = suites.as_array().unwrap().iter();
    suites.flat_map(|suite| suite["cases"].as_array().unwrap().iter().map(move |case| (suite, case)))
}

/// The model of one case: the suite's shapes and metadata, the case's operation.
fn model_of(suite: &Source, case: &Source) -> (Model, Operation) {
    let name = case["given"]["name"].as_str().unwrap_or("OperationName");
    let mut given = case["given"].clone();
    // The cases made of Smithy's leave it out: awsQuery wraps every output in an element of this name.
    if suite["metadata"]["protocol"] == "query" && given["output"].is_object() {
        let output = given["output"].as_object_mut().unwrap();
        output.entry("resultWrapper").or_insert_with(|| format!("{name}Result").into());
    }
    let service = serde_json::json!({
        "metadata": suite["metadata"],
        "operations": {name: given},
        "shapes": suite["shapes"],
    });
    let files = ServiceFiles { place: "suite".to_owned(), service_2: service, ..ServiceFiles::default() };
    let model = load_botocore(&files).unwrap();
    let operation = model.operation(name).unwrap().clone();
    (model, operation)
}

/// An unsupported protocol is refused by name, not misread.
fn refuse(suite: &Source, case: &Source) {
    let (model, operation) = model_of(suite, case);
    let error = encode_request(&model, &operation, &Value::default()).unwrap_err();
    assert!(error.to_string().contains(&model.metadata.protocol.to_string()), "{error}");
}

/// Runs a case; `true` where it ran both ways.
fn run(suite: &Source, case: &Source) -> Result<bool, String> {
    let (model, operation) = model_of(suite, case);
    if case.get("serialized").is_some() {
        input_case(&model, &operation, suite, case)
    } else if case.get("error").is_some() {
        error_case(&model, &operation, case).map(|()| true)
    } else {
        output_case(&model, &operation, case).map(|()| true)
    }
}

fn input_case(model: &Model, operation: &Operation, suite: &Source, case: &Source) -> Result<bool, String> {
    let wanted = &case["serialized"];
    let mut input = optional(model, operation.input, &case["params"]);
    fill_tokens(model, operation.input, &mut input);
    let mut request = encode_request(model, operation, &input).map_err(|error| error.to_string())?;
    if let Some(endpoint) = suite["clientEndpoint"].as_str() {
        let prefix = host_prefix(model, operation, &input).map_err(|error| error.to_string())?;
        address(&mut request, endpoint, prefix.as_deref()).map_err(|error| error.to_string())?;
    }
    same("method", Some(request.method.as_str()), wanted["method"].as_str())?;
    same("uri", Some(request.target.as_str()), wanted["uri"].as_str())?;
    if let Some(host) = wanted["host"].as_str() {
        // Where the endpoint has a path, the suite writes it in the host as well.
        same("host", request.headers.get("host"), host.split('/').next())?;
        request.prefix = host.split_once('/').map_or(0, |(_, base)| base.len() + 1);
    }
    for (name, value) in wanted["headers"].as_object().into_iter().flatten() {
        same(name, request.headers.get(name), value.as_str())?;
    }
    for name in wanted["forbidHeaders"].as_array().into_iter().flatten().filter_map(Source::as_str) {
        same(name, request.headers.get(name), None)?;
    }
    // Its length is told by whoever sends a request.
    let required = wanted["requireHeaders"].as_array().into_iter().flatten().filter_map(Source::as_str);
    for name in required.filter(|name| *name != "Content-Length") {
        same(name, request.headers.get(name).map(|_| "there"), Some("there"))?;
    }
    let mut read = vec![request.clone()];
    if let Some(body) = wanted["body"].as_str() {
        let body = body_of(model, body);
        same_body(model, &request, &body)?;
        let headers = wanted["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        read.push(Request { headers, body, ..request });
    }
    let set = in_form(model, comparable(model, operation.input, input));
    let names_operation = |request: &&Request| match model.metadata.protocol {
        ProtocolName::AwsJson => request.headers.contains("x-amz-target"),
        _ => true,
    };
    let mut both_ways = false;
    for request in read.iter().filter(names_operation) {
        let (found, value) = decode_request(model, request).map_err(|error| error.to_string())?;
        same("operation", Some(found.name.as_str()), Some(operation.name.as_str()))?;
        same_value(&comparable(model, operation.input, value), &set)?;
        both_ways = true;
    }
    Ok(both_ways)
}

/// The suite's clients have one token for every request that is given none.
fn fill_tokens(model: &Model, shape: Option<ShapeId>, input: &mut Value) {
    let (Some(shape), Value::Structure(fields)) = (shape, input) else { return };
    for member in model.shape(shape).members().into_iter().flat_map(|members| members.values()) {
        if member.idempotency_token && !fields.contains_key(&member.name) {
            fields.insert(member.name.clone(), Value::string("00000000-0000-4000-8000-000000000000"));
        }
    }
}

/// The suites write a body that is no text in base64.
fn body_of(model: &Model, body: &str) -> Vec<u8> {
    match model.metadata.protocol {
        ProtocolName::RpcV2Cbor => STANDARD.decode(body).unwrap(),
        _ => body.into(),
    }
}

pub(crate) fn response_of(model: &Model, case: &Source) -> Response {
    let source = &case["response"];
    let status = u16::try_from(source["status_code"].as_u64().unwrap()).unwrap();
    let mut response = Response::new(status, body_of(model, source["body"].as_str().unwrap_or_default()));
    for (name, value) in source["headers"].as_object().into_iter().flatten() {
        response.headers.push(name, value.as_str().unwrap());
    }
    response
}

fn output_case(model: &Model, operation: &Operation, case: &Source) -> Result<(), String> {
    let wanted = optional(model, operation.output, &case["result"]);
    let response = response_of(model, case);
    let written = encode_response(model, operation, &wanted).map_err(|error| error.to_string())?;
    for response in [&response, &written] {
        match decode_response(model, operation, response).map_err(|error| error.to_string())? {
            Reply::Output(output) => same_value(
                &comparable(model, operation.output, output),
                &comparable(model, operation.output, wanted.clone()),
            )?,
            Reply::Error(error) => return Err(format!("read as {error:?}")),
        }
    }
    // The XML of ec2Query and awsQuery has the id itself.
    let tagged = |tag: &str| {
        let (_, rest) = case["response"]["body"].as_str()?.split_once(&format!("<{tag}>"))?;
        rest.split_once('<').map(|(id, _)| id.trim())
    };
    let field = case["response"]["headers"]["X-Amzn-Requestid"].as_str();
    let id = field.or_else(|| tagged("requestId")).or_else(|| tagged("RequestId"));
    same("request id", request_id(model, &response).as_deref(), id)
}

fn error_case(model: &Model, operation: &Operation, case: &Source) -> Result<(), String> {
    let shape = model.shape(operation.errors[0]);
    let Value::Structure(members) = value_of(model, shape.id, &case["error"]) else {
        return Err("the error is no structure".to_owned());
    };
    let response = response_of(model, case);
    let wanted = ServiceError {
        code: case["errorCode"].as_str().unwrap().to_owned(),
        message: case["errorMessage"].as_str().map(Into::into).or_else(|| element(&response, "Message")),
        members,
        status: u16::try_from(case["response"]["status_code"].as_u64().unwrap()).unwrap(),
        request_id: ["RequestId", "RequestID"]
            .iter()
            .find_map(|name| element(&response, name))
            .map(|id| id.to_lossy()),
        modeled: Some(shape.name.clone()),
    };
    let written = encode_error(model, &wanted).map_err(|error| error.to_string())?;
    for response in [response, written] {
        match decode_response(model, operation, &response).map_err(|error| error.to_string())? {
            Reply::Error(error) if error == wanted => {}
            other => return Err(format!("read {other:?}, wanted {wanted:?}")),
        }
    }
    Ok(())
}

/// The text of an element that the suite says nothing of, though a reader must find it.
fn element(response: &Response, name: &str) -> Option<Text> {
    let body = std::str::from_utf8(&response.body).ok()?;
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text.into())
}

pub(crate) fn optional(model: &Model, shape: Option<ShapeId>, source: &Source) -> Value {
    shape.map_or_else(Value::default, |shape| value_of(model, shape, source))
}

/// The suite's form of values: blobs as plain text, timestamps as epoch seconds.
pub(crate) fn value_of(model: &Model, shape: ShapeId, source: &Source) -> Value {
    let shape = model.shape(shape);
    if source.is_null() {
        return Value::Null;
    }
    match &shape.kind {
        ShapeKind::Structure { members, .. } => {
            let set = source.as_object().unwrap().iter();
            Value::structure(set.map(|(name, source)| (name, value_of(model, members[name].shape, source))))
        }
        ShapeKind::List { item, .. } => Value::List(
            source.as_array().unwrap().iter().map(|source| value_of(model, *item, source)).collect(),
        ),
        ShapeKind::Map { value, .. } => {
            let entries = source.as_object().unwrap().iter();
            Value::Map(entries.map(|(key, entry)| (key.into(), value_of(model, *value, entry))).collect())
        }
        ShapeKind::Boolean => Value::Boolean(source.as_bool().unwrap()),
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => {
            Value::Integer(source.as_i64().unwrap())
        }
        ShapeKind::BigInteger | ShapeKind::BigDecimal => Value::BigNumber(source.to_string()),
        ShapeKind::Float => Value::Float(f64::from(float(source) as f32)),
        ShapeKind::Double => Value::Float(float(source)),
        ShapeKind::String => Value::string(source.as_str().unwrap()),
        ShapeKind::Blob => Value::Blob(source.as_str().unwrap().into()),
        ShapeKind::Timestamp => Value::Timestamp(Timestamp::from_epoch_text(&source.to_string()).unwrap()),
        ShapeKind::Document => Value::Document(source.clone().into()),
    }
}

fn float(source: &Source) -> f64 {
    source.as_f64().unwrap_or_else(|| source.as_str().unwrap().parse().unwrap())
}

fn same(what: &str, found: Option<&str>, wanted: Option<&str>) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, wanted {wanted:?}")) }
}

fn same_value(found: &Value, wanted: &Value) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("read {found:?}, wanted {wanted:?}")) }
}
