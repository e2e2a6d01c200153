//! botocore's protocol suites (the Smithy protocol tests in botocore's form) against `protocol`, both halves:
//! each request is written and read again as a server reads it, each response read and written again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Source;
use shapetape::api::model::{
    Model, Operation, ServiceFiles, ShapeId, ShapeKind, Timestamp, Value, load_botocore,
};
use shapetape::ground::exchange::{Request, Response};
use shapetape::ground::json::{self, Json};
use shapetape::protocol::{
    Reply, ServiceError, address, decode_request, decode_response, encode_error, encode_request,
    encode_response, host_prefix, request_id,
};

use crate::setup;

/// What a file must hold at least, so that an empty folder does not pass: botocore 1.44.5.
const CASES: [(&str, usize); 6] = [
    ("input/json.json", 54),
    ("input/json_1_0.json", 21),
    ("input/json_1_0-query-compatible.json", 1),
    ("output/json.json", 58),
    ("output/json_1_0.json", 32),
    ("output/json_1_0-query-compatible.json", 2),
];

#[derive(Default)]
struct Tally {
    passed: usize,
    skipped: usize,
    unsupported: usize,
}

#[test]
fn every_case_of_botocores_suites_passes_or_is_listed() {
    let mut skips = skips();
    assert!(skips.len() <= 5, "at most five cases may be skipped");
    let mut failures = Vec::new();
    for (file, suites) in suites() {
        let mut tally = Tally::default();
        for (suite, case) in cases(&suites) {
            let id = format!("{file} {}", case["id"].as_str().unwrap());
            if suite["metadata"]["protocol"] != "json" {
                refuse(suite, case);
                tally.unsupported += 1;
                continue;
            }
            let outcome = run(suite, case);
            match (skips.remove(&id), outcome) {
                (None, Ok(())) => tally.passed += 1,
                (Some(_), Err(_)) => tally.skipped += 1,
                (Some(_), Ok(())) => failures.push(format!("{id}: passes, but is listed as skipped")),
                (None, Err(why)) => failures.push(format!("{id}: {why}")),
            }
        }
        let Tally { passed, skipped, unsupported } = tally;
        println!("{file}: {passed} passed, {skipped} skipped, {unsupported} unsupported");
        if let Some((_, wanted)) = CASES.iter().find(|(name, _)| *name == file)
            && passed + skipped < *wanted
        {
            failures.push(format!("{file}: {} cases of {wanted}", passed + skipped));
        }
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
    for (name, _) in CASES {
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
    let service = serde_json::json!({
        "metadata": suite["metadata"],
        "operations": {name: case["given"]},
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

fn run(suite: &Source, case: &Source) -> Result<(), String> {
    let (model, operation) = model_of(suite, case);
    if case.get("serialized").is_some() {
        input_case(&model, &operation, suite, case)
    } else if case.get("error").is_some() {
        error_case(&model, &operation, case)
    } else {
        output_case(&model, &operation, case)
    }
}

fn input_case(model: &Model, operation: &Operation, suite: &Source, case: &Source) -> Result<(), String> {
    let wanted = &case["serialized"];
    let input = optional(model, operation.input, &case["params"]);
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
    }
    for (name, value) in wanted["headers"].as_object().into_iter().flatten() {
        same(name, request.headers.get(name), value.as_str())?;
    }
    let mut read = vec![request.clone()];
    if let Some(body) = wanted["body"].as_str() {
        same_json("body", &parse(&request.body)?, &parse(body.as_bytes())?)?;
        let headers = wanted["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        read.push(Request { headers, body: body.into(), ..request });
    }
    let set = without_nulls(input);
    for request in read.iter().filter(|request| request.headers.contains("x-amz-target")) {
        let (found, value) = decode_request(model, request).map_err(|error| error.to_string())?;
        same("operation", Some(found.name.as_str()), Some(operation.name.as_str()))?;
        same_value(&value, &set)?;
    }
    Ok(())
}

pub(crate) fn response_of(case: &Source) -> Response {
    let source = &case["response"];
    let status = u16::try_from(source["status_code"].as_u64().unwrap()).unwrap();
    let mut response = Response::new(status, source["body"].as_str().unwrap_or_default());
    for (name, value) in source["headers"].as_object().into_iter().flatten() {
        response.headers.push(name, value.as_str().unwrap());
    }
    response
}

fn output_case(model: &Model, operation: &Operation, case: &Source) -> Result<(), String> {
    let wanted = optional(model, operation.output, &case["result"]);
    let response = response_of(case);
    let written = encode_response(model, operation, &wanted).map_err(|error| error.to_string())?;
    for response in [&response, &written] {
        match decode_response(model, operation, response).map_err(|error| error.to_string())? {
            Reply::Output(output) => same_value(&output, &wanted)?,
            Reply::Error(error) => return Err(format!("read as {error:?}")),
        }
    }
    let id = case["response"]["headers"]["X-Amzn-Requestid"].as_str();
    same("request id", request_id(model, &response).as_deref(), id)
}

fn error_case(model: &Model, operation: &Operation, case: &Source) -> Result<(), String> {
    let shape = model.shape(operation.errors[0]);
    let Value::Structure(members) = value_of(model, shape.id, &case["error"]) else {
        return Err("the error is no structure".to_owned());
    };
    let wanted = ServiceError {
        code: case["errorCode"].as_str().unwrap().to_owned(),
        message: case["errorMessage"].as_str().map(Into::into),
        members,
        status: u16::try_from(case["response"]["status_code"].as_u64().unwrap()).unwrap(),
        request_id: None,
        modeled: Some(shape.name.clone()),
    };
    let written = encode_error(model, &wanted).map_err(|error| error.to_string())?;
    for response in [response_of(case), written] {
        match decode_response(model, operation, &response).map_err(|error| error.to_string())? {
            Reply::Error(error) if error == wanted => {}
            other => return Err(format!("read {other:?}, wanted {wanted:?}")),
        }
    }
    Ok(())
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
        ShapeKind::Float | ShapeKind::Double => {
            Value::Float(source.as_f64().unwrap_or_else(|| source.as_str().unwrap().parse().unwrap()))
        }
        ShapeKind::String => Value::string(source.as_str().unwrap()),
        ShapeKind::Blob => Value::Blob(source.as_str().unwrap().into()),
        ShapeKind::Timestamp => Value::Timestamp(Timestamp::from_epoch_text(&source.to_string()).unwrap()),
        ShapeKind::Document => Value::Document(source.clone().into()),
    }
}

/// What a reader gets of a written value: a null member is not written.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Structure(fields) => {
            let set = fields.into_iter().filter(|(_, value)| !matches!(value, Value::Null));
            Value::structure(set.map(|(name, value)| (name, without_nulls(value))))
        }
        other => other,
    }
}

fn parse(bytes: &[u8]) -> Result<Json, String> {
    json::parse(bytes).map_err(|error| error.to_string())
}

fn same(what: &str, found: Option<&str>, wanted: Option<&str>) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, wanted {wanted:?}")) }
}

fn same_value(found: &Value, wanted: &Value) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("read {found:?}, wanted {wanted:?}")) }
}

/// Equality of documents: members without order, numbers by their decimal value, nothing more and nothing less.
fn same_json(path: &str, found: &Json, wanted: &Json) -> Result<(), String> {
    match (found, wanted) {
        (Json::Object(left), Json::Object(right)) if left.len() == right.len() => {
            left.iter().try_for_each(|(name, value)| {
                let name = name.as_str().unwrap();
                let other = wanted.get(name).ok_or_else(|| format!("{path}.{name}: not wanted"))?;
                same_json(&format!("{path}.{name}"), value, other)
            })
        }
        (Json::Array(left), Json::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .try_for_each(|(index, (left, right))| same_json(&format!("{path}[{index}]"), left, right)),
        (Json::Number(left), Json::Number(right)) if decimal(left) == decimal(right) => Ok(()),
        (left, right) if left == right => Ok(()),
        (left, right) => Err(format!("{path}: {left:?}, wanted {right:?}")),
    }
}

/// The suites write numbers without exponent: their value is their digits without trailing fraction zeros.
fn decimal(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}
