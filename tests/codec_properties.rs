//! The codec over generated values: what is written is read back, and no bytes break the readers.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::Union;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use shapetape::api::model::{
    Member, Model, Operation, ServiceFiles, ShapeId, ShapeKind, Timestamp, TimestampFormat, Value, latest,
    load_botocore, synthetic,
};
use shapetape::api::values::values_of;
use shapetape::ground::exchange::{Request, Response};
use shapetape::ground::json::{Json, Text};
use shapetape::protocol::{
    Reply, ServiceError, decode_request, decode_response, encode_error, encode_request, encode_response,
};

/// Runs a property over so many cases, always the same ones.
fn check<S: Strategy>(
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> Result<(), TestError<S::Value>> {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng).run(strategy, property)
}

/// A service with every kind of shape.
fn kinds() -> Arc<Model> {
    let service_2 = serde_json::from_str(include_str!("data/kinds.json")).unwrap();
    let files = ServiceFiles { place: "kinds".to_owned(), service_2, ..ServiceFiles::default() };
    Arc::new(load_botocore(&files).unwrap())
}

#[test]
fn every_input_and_output_is_read_back_as_it_was_written() {
    for (model, cases) in [(kinds(), 2_000), (synthetic().unwrap(), 100), (latest().unwrap(), 12)] {
        let mut checked = 0;
        for operation in model.operations.values().filter(|operation| operation.name != "Listen") {
            let inputs = values(&model, operation.input);
            let outputs = values(&model, operation.output);
            check(cases, &(inputs, outputs), |(input, output)| {
                round_trip(&model, operation, &input, &output)
            })
            .unwrap_or_else(|error| panic!("{}: {error}", operation.name));
            checked += cases;
        }
        println!("{}: {checked} inputs and outputs", model.metadata.service_id);
    }
}

fn round_trip(
    model: &Model,
    operation: &Operation,
    input: &Value,
    output: &Value,
) -> Result<(), TestCaseError> {
    let request = encode_request(model, operation, input).map_err(fail)?;
    let (found, read) = decode_request(model, &request).map_err(fail)?;
    prop_assert_eq!(&found.name, &operation.name);
    prop_assert_eq!(&read, input);
    let response = encode_response(model, operation, output).map_err(fail)?;
    let reply = decode_response(model, operation, &response).map_err(fail)?;
    prop_assert_eq!(reply, Reply::Output(output.clone()));
    Ok(())
}

fn fail(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

#[test]
fn every_modelled_error_is_read_back_as_it_was_written() {
    for model in [kinds(), synthetic().unwrap(), latest().unwrap()] {
        let operation = &model.operations[0];
        for shape in model.errors() {
            let members = (values(&model, Some(shape.id)), text(), 400..600_u16);
            check(200, &members, |(members, message, status)| {
                let mut error =
                    ServiceError { status, ..ServiceError::modeled(&model, shape, message.clone()) };
                error.members = members.fields().cloned().unwrap_or_default();
                if let Some(name) = ["message", "Message"].iter().find(|name| shape.member(name).is_some()) {
                    error.members.insert((*name).to_owned(), Value::String(message));
                }
                let response = encode_error(&model, &error).map_err(fail)?;
                let reply = decode_response(&model, operation, &response).map_err(fail)?;
                prop_assert_eq!(reply, Reply::Error(error));
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{}: {error}", shape.name));
        }
    }
}

#[test]
fn no_bytes_break_the_readers_and_what_they_read_can_be_written() {
    for (model, cases) in [(kinds(), 4_000), (synthetic().unwrap(), 200), (latest().unwrap(), 20)] {
        let error = ServiceError::modeled(&model, model.errors().next().unwrap(), "no");
        for operation in model.operations.values().filter(|operation| operation.name != "Listen") {
            let side = |shape| (values(&model, shape), proptest::collection::vec(damage(), 1..4));
            check(cases, &(side(operation.input), side(operation.output)), |(input, output)| {
                let mut request = encode_request(&model, operation, &input.0).map_err(fail)?;
                let mut response = encode_response(&model, operation, &output.0).map_err(fail)?;
                input.1.iter().for_each(|damage| damage.apply(&mut request.body));
                output.1.iter().for_each(|damage| damage.apply(&mut response.body));
                read_request(&model, operation, &request)?;
                read_response(&model, operation, &response)?;
                response.status = 400;
                read_response(&model, operation, &response)?;
                let mut response = encode_error(&model, &error).map_err(fail)?;
                output.1.iter().for_each(|damage| damage.apply(&mut response.body));
                read_response(&model, operation, &response)
            })
            .unwrap_or_else(|error| panic!("{}: {error}", operation.name));
        }
    }
}

/// A request that can be read at all is the same after it was written again.
fn read_request(model: &Model, operation: &Operation, request: &Request) -> Result<(), TestCaseError> {
    let Ok((_, input)) = decode_request(model, request) else { return Ok(()) };
    let Ok(again) = encode_request(model, operation, &input) else { return Ok(()) };
    prop_assert_eq!(decode_request(model, &again).map_err(fail)?.1, input);
    Ok(())
}

fn read_response(model: &Model, operation: &Operation, response: &Response) -> Result<(), TestCaseError> {
    let Ok(reply) = decode_response(model, operation, response) else { return Ok(()) };
    let again = match &reply {
        Reply::Output(output) => encode_response(model, operation, output),
        Reply::Error(error) => encode_error(model, error),
    };
    if let Ok(again) = again {
        let read = decode_response(model, operation, &again).map_err(fail)?;
        match (read, reply) {
            (Reply::Output(read), Reply::Output(output)) => prop_assert_eq!(read, output),
            (Reply::Error(read), Reply::Error(error)) => {
                prop_assert_eq!((read.code, read.status), (error.code, error.status))
            }
            (read, reply) => return Err(fail(format!("{reply:?} became {read:?}"))),
        }
    }
    Ok(())
}

/// What happens to a body on its way.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Cut(Index),
    Splice(Index, Index, Vec<u8>),
    Repeat(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let words = [
        "null",
        "{}",
        "[]",
        "\"\"",
        "1e999",
        "-1",
        "25.0",
        "0.5",
        "1e-99999999999999999999",
        "NaN",
        "\"NaN\"",
        "true",
        "{\"__type\":\"x\"}",
        "\"\\ud800\"",
        "\\",
        "\"",
        ",",
        "\u{0}",
        "\u{feff}",
        "9223372036854775808",
        "\"2023-11-14T22:13:20.5-23:59\"",
        "\"Tue, 14 Nov 2023 22:13:20 GMT\"",
    ];
    let spliced = prop_oneof![
        proptest::sample::select(words.map(|word| word.as_bytes().to_vec()).to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    prop_oneof![
        (any::<Index>(), 0..8_u8).prop_map(|(place, bit)| Damage::Flip(place, bit)),
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), any::<Index>(), spliced)
            .prop_map(|(from, to, bytes)| Damage::Splice(from, to, bytes)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Repeat(from, to)),
    ]
}

impl Damage {
    fn apply(&self, body: &mut Vec<u8>) {
        let size = body.len() + 1;
        let range = |from: &Index, to: &Index| {
            let (from, to) = (from.index(size), to.index(size));
            from.min(to)..from.max(to)
        };
        match self {
            Damage::Flip(place, bit) if !body.is_empty() => {
                let place = place.index(body.len());
                body[place] ^= 1 << bit;
            }
            Damage::Flip(..) => {}
            Damage::Cut(place) => body.truncate(place.index(size)),
            Damage::Splice(from, to, bytes) => {
                body.splice(range(from, to), bytes.iter().copied());
            }
            Damage::Repeat(from, to) => {
                let range = range(from, to);
                let piece = body[range.clone()].to_vec();
                body.splice(range.end..range.end, piece);
            }
        }
    }
}

/// Values of a shape: of a real service valid ones, of [`kinds`] wild ones.
fn values(model: &Arc<Model>, shape: Option<ShapeId>) -> BoxedStrategy<Value> {
    match shape {
        None => Just(Value::default()).boxed(),
        Some(shape) if model.metadata.service_id == "Kinds" => wild(model, shape, None, 3),
        Some(shape) => values_of(model, shape).boxed(),
    }
}

/// Any text, the ends of every width, every format's range.
fn wild(
    model: &Arc<Model>,
    shape: ShapeId,
    format: Option<TimestampFormat>,
    depth: u32,
) -> BoxedStrategy<Value> {
    let shape = model.shape(shape);
    match &shape.kind {
        ShapeKind::Structure { members, union } => {
            let inside =
                members.values().filter(|member| depth > 0 || is_leaf(model, member)).map(|member| {
                    let below = wild(model, member.shape, member.timestamp_format, depth.saturating_sub(1));
                    (member.name.clone(), below)
                });
            if *union { one_of(inside.collect()) } else { some_of(inside.collect()) }
        }
        ShapeKind::List { item, sparse } => {
            let items = item_of(model, *item, *sparse, depth);
            proptest::collection::vec(items, 0..3).prop_map(Value::List).boxed()
        }
        ShapeKind::Map { value, sparse, .. } => {
            let entries = (text(), item_of(model, *value, *sparse, depth));
            proptest::collection::vec(entries, 0..3)
                .prop_map(|entries| Value::Map(entries.into_iter().collect()))
                .boxed()
        }
        ShapeKind::String => text().prop_map(Value::String).boxed(),
        ShapeKind::Blob => any::<Vec<u8>>().prop_map(Value::Blob).boxed(),
        ShapeKind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        ShapeKind::Byte => integer(any::<i8>(), i8::MIN, i8::MAX),
        ShapeKind::Short => integer(any::<i16>(), i16::MIN, i16::MAX),
        ShapeKind::Integer => integer(any::<i32>(), i32::MIN, i32::MAX),
        ShapeKind::Long => integer(any::<i64>(), i64::MIN, i64::MAX),
        ShapeKind::BigInteger => "-?[1-9][0-9]{0,40}".prop_map(Value::BigNumber).boxed(),
        ShapeKind::BigDecimal => {
            "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?".prop_map(Value::BigNumber).boxed()
        }
        ShapeKind::Float => {
            proptest::num::f32::ANY.prop_map(|number| Value::Float(f64::from(number))).boxed()
        }
        ShapeKind::Double => proptest::num::f64::ANY.prop_map(Value::Float).boxed(),
        ShapeKind::Timestamp => timestamp(format.or(shape.timestamp_format)),
        ShapeKind::Document => document().prop_map(Value::Document).boxed(),
    }
}

/// True for a member that cannot nest: what a structure at the deepest level is made of.
fn is_leaf(model: &Model, member: &Member) -> bool {
    !matches!(
        model.shape(member.shape).kind,
        ShapeKind::Structure { .. } | ShapeKind::List { .. } | ShapeKind::Map { .. }
    )
}

fn some_of(members: Vec<(String, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let members: Vec<_> =
        members.into_iter().map(|(name, value)| (Just(name), proptest::option::of(value))).collect();
    members
        .prop_map(|set| {
            Value::structure(set.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))))
        })
        .boxed()
}

fn one_of(arms: Vec<(String, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let arms = arms
        .into_iter()
        .map(|(name, value)| value.prop_map(move |value| Value::structure([(name.clone(), value)])).boxed());
    Union::new(arms).boxed()
}

fn item_of(model: &Arc<Model>, shape: ShapeId, sparse: bool, depth: u32) -> BoxedStrategy<Value> {
    let items = wild(model, shape, None, depth);
    if sparse { prop_oneof![Just(Value::Null), items].boxed() } else { items }
}

fn integer<N: Into<i64> + Copy + std::fmt::Debug + 'static>(
    any: impl Strategy<Value = N> + 'static,
    least: N,
    greatest: N,
) -> BoxedStrategy<Value> {
    prop_oneof![any, Just(least), Just(greatest)].prop_map(|number| Value::Integer(number.into())).boxed()
}

/// Any UTF-16, so lone surrogates too.
fn text() -> impl Strategy<Value = Text> {
    let unit = prop_oneof![any::<u16>(), 0x20..0x7F_u16, 0xD7FE..0xE002_u16];
    proptest::collection::vec(unit, 0..8).prop_map(|units| Text::from_utf16(&units))
}

fn timestamp(format: Option<TimestampFormat>) -> BoxedStrategy<Value> {
    let seconds = match format {
        None | Some(TimestampFormat::EpochSeconds) => any::<i64>().boxed(),
        Some(_) => (-62_167_219_200..253_402_300_800_i64).boxed(),
    };
    let nanos = prop_oneof![Just(0), Just(123_000_000), 0..1_000_000_000_u32];
    (seconds, nanos).prop_map(|(seconds, nanos)| Value::Timestamp(Timestamp { seconds, nanos })).boxed()
}

fn document() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?".prop_map(Json::Number),
        text().prop_map(Json::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
            proptest::collection::vec((text(), inner), 0..3).prop_map(Json::Object),
        ]
    })
}
