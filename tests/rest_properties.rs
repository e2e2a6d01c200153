//! Protocols with HTTP bindings over generated values of real services: what is written is read back, by the operation
//! that it was written for, and no bytes break the readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use shapetape::api::model::{Location, Model, Operation, ShapeId, Value};
use shapetape::api::values::{Rng, Values};
use shapetape::ground::exchange::{Request, Response};
use shapetape::protocol::{
    Reply, ServiceError, decode_request, decode_response, encode_error, encode_request, encode_response,
};

use crate::protocol_suite::compare::comparable;
use crate::protocol_suite::parsing::service_model;

/// Services that between them have every binding: labels, greedy ones, query lists and maps, header lists, prefixes,
/// payloads of every kind, flattened lists, attributes and namespaces.
const SERVICES: [&str; 12] = [
    "sagemaker-runtime",
    "sagemaker-featurestore-runtime",
    "sagemaker-geospatial",
    "lambda",
    "apigateway",
    "iot",
    "eks",
    "polly",
    "glacier",
    "s3",
    "route53",
    "cloudfront",
];

/// How many values are made of every input and output.
const VALUES: u64 = 4;

#[derive(Default)]
struct Tally {
    round_trips: usize,
    /// Why values could not be written, by what was expected: event streams, and text that a place cannot hold.
    refused: BTreeMap<String, usize>,
    failures: Vec<String>,
}

#[test]
fn every_input_and_output_of_rest_services_is_read_back_as_it_was_written() {
    let mut failures = Vec::new();
    for service in SERVICES {
        let model = Arc::new(service_model(service));
        let values = Values::new(Arc::clone(&model), 1, 3);
        let mut tally = Tally::default();
        for operation in model.operations.values().filter(|operation| is_told_apart(operation)) {
            for turn in 0..VALUES {
                let mut rng = Rng::labelled(turn, &operation.name);
                let mut value = |shape: Option<ShapeId>| {
                    shape.map_or_else(Value::default, |shape| values.random(shape, &mut rng))
                };
                let (input, output) = (value(operation.input), value(operation.output));
                let outcomes = [request(&model, operation, &input), response(&model, operation, &output)];
                for outcome in outcomes {
                    match outcome {
                        Ok(None) => tally.round_trips += 1,
                        Ok(Some(refused)) => *tally.refused.entry(refused).or_default() += 1,
                        Err(why) => tally.failures.push(format!("{service} {}: {why}", operation.name)),
                    }
                }
            }
        }
        let refused: usize = tally.refused.values().sum();
        println!("{service}: {} round trips, {refused} refused: {:?}", tally.round_trips, tally.refused);
        if refused * 20 > tally.round_trips {
            tally.failures.push(format!("{service}: {refused} values could not be written"));
        }
        failures.extend(tally.failures);
    }
    failures.truncate(20);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A deprecated operation of S3 has the same requests as its successor, and two members under one name; the host alone
/// tells a list of directory buckets.
fn is_told_apart(operation: &Operation) -> bool {
    !operation.deprecated && operation.name != "ListDirectoryBuckets"
}

/// `Ok(Some)` where the value cannot be written: the wire has no place for it.
type Outcome = Result<Option<String>, String>;

fn request(model: &Model, operation: &Operation, input: &Value) -> Outcome {
    let request = match encode_request(model, operation, input) {
        Ok(request) => request,
        Err(error) => return Ok(Some(error.expected)),
    };
    let (found, read) = decode_request(model, &request).map_err(|error| format!("{error}\n{request:?}"))?;
    if found.name != operation.name {
        return Err(format!("`{} {}` was taken for {}", request.method, request.target, found.name));
    }
    same(model, operation.input, read, input)
}

fn response(model: &Model, operation: &Operation, output: &Value) -> Outcome {
    let response = match encode_response(model, operation, output) {
        Ok(response) if (200..300).contains(&response.status) => response,
        Ok(response) => return Ok(Some(format!("a status of success, not {}", response.status / 100))),
        Err(error) => return Ok(Some(error.expected)),
    };
    match decode_response(model, operation, &response).map_err(|error| format!("{error}\n{response:?}"))? {
        Reply::Output(read) => same(model, operation.output, read, output),
        Reply::Error(error) => Err(format!("read as {error:?}")),
    }
}

/// A message tells more than was given where the value left it open: a status, the type of its body, an empty stream.
fn same(model: &Model, shape: Option<ShapeId>, mut read: Value, written: &Value) -> Outcome {
    if let (Some(shape), Value::Structure(fields)) = (shape, &mut read) {
        fields.retain(|name, value| {
            let member = model.shape(shape).member(name).unwrap();
            let told = match member.location {
                Some(Location::StatusCode) => true,
                Some(Location::Header) => member.wire_name().eq_ignore_ascii_case("content-type"),
                _ => member.payload && *value == Value::Blob(Vec::new()),
            };
            !told || written.get(name).is_some()
        });
    }
    let (read, written) = (comparable(model, shape, read), comparable(model, shape, written.clone()));
    if read == written { Ok(None) } else { Err(format!("wrote {written:?}\nread {read:?}")) }
}

#[test]
fn no_bytes_break_the_readers_of_rest_services() {
    for service in ["lambda", "s3", "cloudfront"] {
        let model = Arc::new(service_model(service));
        let values = Values::new(Arc::clone(&model), 1, 3);
        let mut rng = Rng::labelled(1, service);
        let (mut read, mut refused) = (0, 0);
        for operation in model.operations.values() {
            for _ in 0..12 {
                let input =
                    operation.input.map_or_else(Value::default, |shape| values.random(shape, &mut rng));
                let output =
                    operation.output.map_or_else(Value::default, |shape| values.random(shape, &mut rng));
                let outcomes = [
                    damaged_request(&model, operation, &input, &mut rng),
                    damaged_response(&model, operation, &output, &mut rng),
                ];
                read += outcomes.iter().filter(|outcome| **outcome).count();
                refused += outcomes.iter().filter(|outcome| !**outcome).count();
            }
        }
        println!("{service}: {read} damaged messages read, {refused} refused");
        assert!(read > 0 && refused > 0, "{service}: the damage tells nothing");
    }
}

fn damaged_request(model: &Model, operation: &Operation, input: &Value, rng: &mut Rng) -> bool {
    let Ok(request) = encode_request(model, operation, input) else { return false };
    let target = String::from_utf8_lossy(&damaged(request.target.as_bytes(), rng)).into_owned();
    let headers = request.headers.iter();
    let headers = headers
        .map(|(name, value)| {
            (name.to_owned(), String::from_utf8_lossy(&damaged(value.as_bytes(), rng)).into_owned())
        })
        .collect();
    let whole = Request { headers, body: damaged(&request.body, rng), ..request };
    let _ = decode_request(model, &Request { target, ..whole.clone() });
    decode_request(model, &whole).is_ok()
}

fn damaged_response(model: &Model, operation: &Operation, output: &Value, rng: &mut Rng) -> bool {
    let Ok(mut response) = encode_response(model, operation, output) else { return false };
    response.body = damaged(&response.body, rng);
    let read = decode_response(model, operation, &response).is_ok();
    if let Some(shape) = model.errors().next() {
        let error = ServiceError::modeled(model, shape, "no");
        let mut response = encode_error(model, &error).unwrap_or_else(|_| Response::new(400, ""));
        response.body = damaged(&response.body, rng);
        let _ = decode_response(model, operation, &response);
    }
    read
}

/// A byte flipped, a piece cut out or doubled, or markup put in.
fn damaged(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    const MARKUP: [&[u8]; 12] = [
        b"<",
        b"</",
        b"/>",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"&amp;",
        b"&x;",
        b"&#x0;",
        b"%",
        b"\xff",
        b"<!DOCTYPE a [",
    ];
    let mut bytes = bytes.to_vec();
    let (from, to) = (rng.index(bytes.len() + 1), rng.index(bytes.len() + 1));
    let (from, to) = (from.min(to), from.max(to));
    match rng.below(4) {
        0 if from < bytes.len() => bytes[from] ^= 1 << rng.below(8),
        1 => drop(bytes.drain(from..to)),
        2 => {
            let piece = bytes[from..to].to_vec();
            bytes.splice(from..from, piece);
        }
        _ => {
            let piece = rng.pick(&MARKUP).copied().unwrap_or_default();
            bytes.splice(from..from, piece.iter().copied());
        }
    }
    bytes
}
