//! The query protocols and CBOR over generated values of real services: what is written is read back as far as the
//! format can say it, and no damaged body breaks a reader.

use std::path::PathBuf;
use std::sync::Arc;

use shapetape::api::model::{Model, ModelFile, Operation, ProtocolName, ShapeId, ShapeKind, Value, load};
use shapetape::api::values::{Rng, Values};
use shapetape::ground::exchange::{Request, Response};
use shapetape::protocol::{Protocol, Reply, event_stream, protocol_named};

use crate::setup;

/// Service, protocol, and every which operation is taken: EC2 has hundreds of them.
const SERVICES: [(&str, ProtocolName, usize); 8] = [
    ("sts", ProtocolName::AwsQuery, 1),
    ("iam", ProtocolName::AwsQuery, 1),
    ("sqs", ProtocolName::AwsQuery, 1),
    ("sns", ProtocolName::AwsQuery, 1),
    ("cloudwatch", ProtocolName::AwsQuery, 1),
    ("cloudwatch", ProtocolName::RpcV2Cbor, 1),
    ("eventbridgev2", ProtocolName::RpcV2Cbor, 1),
    ("ec2", ProtocolName::Ec2Query, 12),
];

fn model(service: &str) -> Arc<Model> {
    let python = setup::folder("venv/lib");
    let folder = |path: PathBuf| path.join("site-packages/botocore/data").join(service);
    let versions = std::fs::read_dir(python).unwrap().map(|entry| folder(entry.unwrap().path()));
    let folder = versions.into_iter().find(|folder| folder.exists()).expect("botocore in the set-up");
    let dates = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let newest = dates.max().unwrap();
    let bytes = std::fs::read(newest.join("service-2.json.gz")).unwrap();
    let name = format!("{}/service-2.json.gz", newest.file_name().unwrap().to_str().unwrap());
    Arc::new(load(service, vec![ModelFile { name, bytes }]).unwrap())
}

/// Values of a shape: smallest, with items, fullest in several turns, random ones.
fn made(values: &Values, shape: Option<ShapeId>) -> Vec<Value> {
    let Some(shape) = shape else { return vec![Value::default()] };
    let mut rng = Rng::new(1);
    let mut made = vec![values.minimal(shape), values.with_items(shape)];
    made.extend((0..3).map(|turn| values.maximal(shape, turn)));
    made.extend((0..5).map(|_| values.random(shape, &mut rng)));
    made
}

/// What a format says of a value, `None` where that is nothing.
struct Said<'m> {
    model: &'m Model,
    /// An empty list is said.
    lists: bool,
    /// An empty structure or map is said.
    groups: bool,
    /// Flattened collections are said even if they are empty.
    flattened: bool,
}

impl Said<'_> {
    fn of(&self, shape: ShapeId, flattened: bool, value: &Value) -> Option<Value> {
        let shape = self.model.shape(shape);
        let flattened = flattened || shape.xml().flattened;
        match (&shape.kind, value) {
            (ShapeKind::Structure { members, .. }, Value::Structure(fields)) => {
                let said = fields.iter().filter_map(|(name, value)| {
                    let member = &members[name];
                    Some((name, self.of(member.shape, member.flattened, value)?))
                });
                let said: Vec<_> = said.collect();
                (self.groups || !said.is_empty()).then(|| Value::structure(said))
            }
            (ShapeKind::List { item, .. }, Value::List(items)) => {
                let said: Vec<_> = items.iter().filter_map(|value| self.of(*item, false, value)).collect();
                let kept =
                    if items.is_empty() { self.lists && (self.flattened || !flattened) } else { false };
                (kept || !said.is_empty()).then_some(Value::List(said))
            }
            (ShapeKind::Map { value: inner, .. }, Value::Map(entries)) => {
                let of = |value: &Value| self.of(*inner, false, value).unwrap_or_else(|| empty(value));
                let said = entries.iter().map(|(key, value)| (key.clone(), of(value)));
                (self.groups && !flattened || !entries.is_empty()).then(|| Value::Map(said.collect()))
            }
            _ => Some(value.clone()),
        }
    }
}

fn empty(value: &Value) -> Value {
    match value {
        Value::Map(_) => Value::Map(Default::default()),
        Value::List(_) => Value::List(Vec::new()),
        _ => Value::default(),
    }
}

fn said(model: &Model, name: &ProtocolName, input: bool, shape: Option<ShapeId>, value: &Value) -> Value {
    let (lists, groups, flattened) = match (name, input) {
        (ProtocolName::RpcV2Cbor, _) => return value.clone(),
        (ProtocolName::Ec2Query, true) => (false, false, false),
        (_, true) => (true, false, true),
        (_, false) => (true, true, false),
    };
    let said = shape.and_then(|shape| Said { model, lists, groups, flattened }.of(shape, false, value));
    said.unwrap_or_default()
}

#[test]
fn inputs_and_outputs_of_real_services_are_read_back_as_they_were_written() {
    for (service, name, step) in SERVICES {
        let model = model(service);
        let protocol = protocol_named(&name).unwrap();
        let values = Values::new(Arc::clone(&model), 7, 3);
        let (mut operations, mut checked) = (0, 0);
        for operation in model.operations.values().step_by(step) {
            for input in made(&values, operation.input) {
                let read = there_and_back(protocol, &model, operation, &input);
                assert_eq!(read, said(&model, &name, true, operation.input, &input), "{}", operation.name);
                checked += 1;
            }
            for output in made(&values, operation.output) {
                let response = protocol.encode_response(&model, operation, &output).unwrap();
                let read = protocol.decode_response(&model, operation, &response).unwrap();
                let output = said(&model, &name, false, operation.output, &output);
                assert_eq!(read, Reply::Output(output), "{}", operation.name);
                let view = protocol.view(&response.body);
                assert!(
                    response.body.is_empty()
                        || protocol.view(&protocol.write(&view.clone().unwrap())) == view
                );
                checked += 1;
            }
            operations += 1;
        }
        println!("{service} in {name}: {checked} inputs and outputs of {operations} operations");
        assert!(operations > 5);
    }
}

/// The input as a server reads it.
fn there_and_back(protocol: &dyn Protocol, model: &Model, operation: &Operation, input: &Value) -> Value {
    let request = protocol.encode_request(model, operation, input).unwrap();
    assert!(protocol.speaks(&signed(&request)), "{}", operation.name);
    let found = protocol.operation_of(model, &request).unwrap();
    assert_eq!(found.name, operation.name);
    protocol
        .decode_request(model, operation, &request)
        .unwrap_or_else(|error| panic!("{}: {error}", operation.name))
}

/// The same with the scope of a signature, which tells EC2's forms from others.
fn signed(request: &Request) -> Request {
    let mut signed = request.clone();
    signed
        .headers
        .push("Authorization", "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/ec2/aws4_request");
    signed
}

#[test]
fn damaged_bodies_are_refused_or_read_and_never_break_a_reader() {
    for (service, name, step) in SERVICES {
        let model = model(service);
        let protocol = protocol_named(&name).unwrap();
        let values = Values::new(Arc::clone(&model), 7, 3);
        let mut rng = Rng::new(11);
        let (mut read, mut refused) = (0, 0);
        for operation in model.operations.values().step_by(step * 3) {
            let input = operation.input.map_or_else(Value::default, |shape| values.maximal(shape, 0));
            let output = operation.output.map_or_else(Value::default, |shape| values.maximal(shape, 0));
            let request = protocol.encode_request(&model, operation, &input).unwrap();
            let response = protocol.encode_response(&model, operation, &output).unwrap();
            for _ in 0..40 {
                let request = Request { body: damaged(&request.body, &mut rng), ..request.clone() };
                let response = Response { body: damaged(&response.body, &mut rng), ..response.clone() };
                let _ = protocol.operation_of(&model, &request);
                let view = protocol.view(&response.body).map(|view| protocol.write(&view));
                for whole in [
                    protocol.decode_request(&model, operation, &request).is_ok(),
                    protocol.decode_response(&model, operation, &response).is_ok(),
                    protocol
                        .decode_response(&model, operation, &Response { status: 400, ..response })
                        .is_ok(),
                    view.is_ok(),
                ] {
                    if whole { read += 1 } else { refused += 1 }
                }
            }
        }
        println!("{service} in {name}: {read} damaged bodies read, {refused} refused");
        assert!(read > 0 && refused > 0);
    }
}

/// A body with bytes changed, left out or put in, or cut.
fn damaged(body: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=rng.index(3) {
        let at = rng.index(body.len().max(1));
        match rng.index(5) {
            _ if body.is_empty() => body.push(rng.index(256) as u8),
            0 => body.truncate(at),
            1 => drop(body.remove(at)),
            2 => body.insert(at, rng.index(256) as u8),
            3 => body[at] ^= 1 << rng.index(8),
            _ => body[at] = [0, 0xFF, 0x7F, b'<', b'&', b'.', b'%', 0x9F, 0xBF, 0x5B][rng.index(10)],
        }
    }
    body
}

#[test]
fn a_stream_of_real_events_is_read_back_event_by_event() {
    for (service, operation, member) in
        [("kinesis", "SubscribeToShard", "EventStream"), ("logs", "StartLiveTail", "responseStream")]
    {
        let model = model(service);
        let protocol = protocol_named(&ProtocolName::AwsJson).unwrap();
        let values = Values::new(Arc::clone(&model), 7, 3);
        let operation = model.operation(operation).unwrap();
        let output = model.shape(operation.output.unwrap());
        let union = output.member(member).unwrap().shape;
        let members = model.shape(union).members().unwrap();
        // botocore's models have the union of events as a structure: one member each.
        let events: Vec<Value> = members
            .values()
            .map(|arm| Value::structure([(arm.name.as_str(), values.maximal(arm.shape, 0))]))
            .collect();
        let arms = events.len();
        let written = Value::structure([(member, Value::List(events))]);
        let response = protocol.encode_response(&model, operation, &written).unwrap();
        assert_eq!(response.headers.get("content-type"), Some("application/vnd.amazon.eventstream"));
        let (messages, error) = event_stream::messages(&response.body);
        assert_eq!((messages.len(), error), (arms + 1, None), "{service}");
        let read = protocol.decode_response(&model, operation, &response);
        assert_eq!(read, Ok(Reply::Output(written)), "{service}");
        for end in [1, response.body.len() / 2, response.body.len() - 1] {
            let cut = Response { body: response.body[..end].to_vec(), ..response.clone() };
            let error = protocol.decode_response(&model, operation, &cut).unwrap_err();
            assert!(error.found.contains(&format!("byte {end} of the stream")), "{error}");
        }
    }
}
