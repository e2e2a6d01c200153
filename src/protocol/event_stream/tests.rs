//! botocore's messages, cut and damaged streams, and events of every form by shape.

use super::{EventFormat, HeaderValue, INITIAL_RESPONSE, Message, decode, encode, messages};
use crate::api::model::{Fields, Model, ServiceFiles, ShapeId, Timestamp, Value, load_botocore};
use crate::protocol::body::json::{decode_body, encode_body};
use crate::protocol::contract::ProtocolError;

const CASES: &str = include_str!("../../../tests/data/event-streams.txt");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn cases() -> impl Iterator<Item = Vec<&'static str>> {
    CASES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

#[test]
fn botocores_messages_are_read_and_written_back_and_broken_ones_told_with_their_place() {
    let mut count = 0;
    for case in cases() {
        let stream = bytes(case.last().unwrap());
        let (read, error) = messages(&stream);
        match case.as_slice() {
            [name, "ok", headers, payload, _] => {
                let [message] = read.as_slice() else { panic!("{name}: {error:?}") };
                assert_eq!(message.headers.len().to_string(), *headers, "{name}");
                assert_eq!(message.payload.len().to_string(), *payload, "{name}");
                assert_eq!(message.to_bytes(), stream, "{name}");
                // One more message after it, cut at every byte: the first is there, the cut is told.
                let twice = [stream.clone(), stream.clone()].concat();
                for end in stream.len() + 1..twice.len() {
                    let (read, error) = messages(&twice[..end]);
                    let error = error.unwrap();
                    assert_eq!((read.len(), error.message, error.at), (1, 1, end), "{name}");
                    assert!(error.what.contains("cut"), "{name}: {error:?}");
                }
            }
            [name, at, word, _] => {
                let error = error.unwrap();
                assert_eq!(error.at.to_string(), *at, "{name}: {error:?}");
                assert!(error.what.contains(word), "{name}: {error:?}");
            }
            other => panic!("{other:?}"),
        }
        count += 1;
    }
    println!("{count} messages");
    assert_eq!(count, 16);
}

#[test]
fn every_flipped_bit_is_found_by_a_checksum_or_a_length() {
    let all = cases().find(|case| case[0] == "all_headers_types").unwrap();
    let stream = bytes(all.last().unwrap());
    for bit in 0..stream.len() * 8 {
        let mut damaged = stream.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(messages(&damaged).1.is_some(), "bit {bit}");
    }
}

fn encode_json(model: &Model, shape: ShapeId, value: &Value) -> Result<Vec<u8>, ProtocolError> {
    let body = encode_body(model, shape, value)?;
    Ok(crate::ground::json::write(&body, crate::ground::json::Style::Compact))
}

fn decode_json(model: &Model, shape: ShapeId, payload: &[u8]) -> Result<Value, ProtocolError> {
    let json =
        crate::ground::json::parse(payload).map_err(|error| ProtocolError::new("JSON", error.to_string()))?;
    decode_body(model, shape, &json)
}

const JSON: EventFormat =
    EventFormat { content_type: "application/json", encode: encode_json, decode: decode_json };

/// A service whose one output is a stream with every form of event.
fn streaming() -> (Model, ShapeId) {
    let service_2 = serde_json::json!({
        "metadata": {"protocol": "json", "targetPrefix": "S", "serviceId": "S", "endpointPrefix": "s"},
        "operations": {"Watch": {"name": "Watch", "output": {"shape": "Output"}}},
        "shapes": {
            "Output": {"type": "structure", "members": {"note": {"shape": "Text"}, "events": {"shape": "Events"}}},
            "Events": {"type": "structure", "eventstream": true, "members": {
                "plain": {"shape": "Plain"}, "bytes": {"shape": "Bytes"}, "words": {"shape": "Words"},
                "inner": {"shape": "Inner"}, "empty": {"shape": "Empty"}, "headers": {"shape": "Headers"},
                "broken": {"shape": "Broken"}}},
            "Plain": {"type": "structure", "event": true, "members": {"text": {"shape": "Text"}, "number": {"shape": "Long"}}},
            "Bytes": {"type": "structure", "event": true, "members": {
                "payload": {"shape": "Blob", "eventpayload": true}, "kind": {"shape": "Text", "eventheader": true}}},
            "Words": {"type": "structure", "event": true, "members": {"payload": {"shape": "Text", "eventpayload": true}}},
            "Inner": {"type": "structure", "event": true, "members": {"payload": {"shape": "Plain", "eventpayload": true}}},
            "Empty": {"type": "structure", "event": true, "members": {}},
            "Headers": {"type": "structure", "event": true, "members": {
                "flag": {"shape": "Flag", "eventheader": true}, "byte": {"shape": "Byte", "eventheader": true},
                "short": {"shape": "Short", "eventheader": true}, "int": {"shape": "Int", "eventheader": true},
                "long": {"shape": "Long", "eventheader": true}, "blob": {"shape": "Blob", "eventheader": true},
                "text": {"shape": "Text", "eventheader": true}, "time": {"shape": "Time", "eventheader": true},
                "rest": {"shape": "Text"}}},
            "Broken": {"type": "structure", "exception": true, "members": {"message": {"shape": "Text"}}},
            "Text": {"type": "string"}, "Blob": {"type": "blob"}, "Flag": {"type": "boolean"}, "Byte": {"type": "byte"},
            "Short": {"type": "short"}, "Int": {"type": "integer"}, "Long": {"type": "long"}, "Time": {"type": "timestamp"}
        }
    });
    let files = ServiceFiles { place: "streaming".to_owned(), service_2, ..ServiceFiles::default() };
    let model = load_botocore(&files).unwrap();
    let shape = model.shape_named("Output").unwrap().id;
    (model, shape)
}

fn text(name: &str, text: &str) -> (String, Value) {
    (name.to_owned(), Value::string(text))
}

fn events() -> Vec<Value> {
    let arm =
        |name: &str, members: Vec<(String, Value)>| Value::structure([(name, Value::structure(members))]);
    let number = |name: &str, number| (name.to_owned(), Value::Integer(number));
    let time = Value::Timestamp(Timestamp { seconds: -1, nanos: 5_000_000 });
    vec![
        arm("plain", vec![text("text", "t"), number("number", 7)]),
        arm("plain", vec![]),
        arm("bytes", vec![("payload".to_owned(), Value::Blob(vec![0, 255])), text("kind", "k")]),
        arm("bytes", vec![("payload".to_owned(), Value::Blob(vec![]))]),
        arm("bytes", vec![]),
        arm("words", vec![text("payload", "\u{fc}ber")]),
        arm("inner", vec![("payload".to_owned(), Value::structure([text("text", "x")]))]),
        arm("empty", vec![]),
        arm(
            "headers",
            vec![
                ("flag".to_owned(), Value::Boolean(true)),
                number("byte", -1),
                number("short", 300),
                number("int", -70_000),
                number("long", i64::MIN),
                ("blob".to_owned(), Value::Blob(vec![1])),
                text("text", "h"),
                ("time".to_owned(), time),
                text("rest", "r"),
            ],
        ),
        arm("broken", vec![text("message", "no")]),
    ]
}

#[test]
fn a_stream_is_read_back_as_it_was_written() {
    let (model, shape) = streaming();
    let fields: Fields =
        [text("note", "n"), ("events".to_owned(), Value::List(events()))].into_iter().collect();
    let written = encode(&JSON, &model, shape, &fields, INITIAL_RESPONSE).unwrap();
    assert_eq!(decode(&JSON, &model, shape, &written, INITIAL_RESPONSE), Ok((fields.clone(), None)));
    let (read, broken) = messages(&written);
    assert!(broken.is_none());
    assert_eq!(read.iter().flat_map(Message::to_bytes).collect::<Vec<_>>(), written);
    let told =
        |name: &str| read.iter().map(|one| one.text(name).unwrap_or("-")).collect::<Vec<_>>().join(" ");
    assert_eq!(
        told(":event-type"),
        "initial-response plain plain bytes bytes bytes words inner empty headers -"
    );
    assert_eq!(told(":exception-type"), "- - - - - - - - - - broken");
    assert_eq!(read[3].text(":content-type"), Some("application/octet-stream"));
    assert_eq!(read[9].headers[4].value, HeaderValue::Byte(-1));
    // With HTTP bindings the other members are not in the stream.
    let outside = encode(&JSON, &model, shape, &fields, None).unwrap();
    let mut alone = fields;
    alone.shift_remove("note");
    assert_eq!(decode(&JSON, &model, shape, &outside, None), Ok((alone, None)));
}

#[test]
fn what_a_stream_says_beside_its_events_is_kept_or_told_with_its_place() {
    let (model, shape) = streaming();
    let stream = |headers: &[(&str, &str)], payload: &str| {
        let headers = headers.iter().map(|(name, value)| super::EventHeader::text(name, *value)).collect();
        Message { headers, payload: payload.into() }.to_bytes()
    };
    let event = [(":event-type", "plain"), (":message-type", "event")];
    let read = |bytes: &[u8]| decode(&JSON, &model, shape, bytes, None);
    let unknown = stream(&[(":event-type", "other"), (":message-type", "event")], "\u{1}");
    assert_eq!(read(&unknown).unwrap().0["events"], Value::List(vec![Value::UnknownArm("other".to_owned())]));
    let error = [(":message-type", "error"), (":error-code", "Internal"), (":error-message", "m")];
    let (fields, ending) = read(&[stream(&event, "{}"), stream(&error, "")].concat()).unwrap();
    assert_eq!(fields["events"].items().map(<[_]>::len), Some(1));
    assert_eq!(
        ending.map(|ending| (ending.code, ending.message)),
        Some(("Internal".into(), Some("m".into())))
    );
    // A client's signed messages, and the empty one at their end.
    let signed = |payload: Vec<u8>| {
        let value = HeaderValue::Bytes(vec![7; 32]);
        let headers = vec![super::EventHeader { name: ":chunk-signature".to_owned(), value }];
        Message { headers, payload }.to_bytes()
    };
    let (fields, _) = read(&[signed(stream(&event, "{}")), signed(Vec::new())].concat()).unwrap();
    assert_eq!(fields["events"].items().map(<[_]>::len), Some(1));
    for (bytes, path, found) in [
        (stream(&event, "{"), "events[0].plain", "line"),
        (stream(&event, r#"{"number":"x"}"#), "events[0].plain.number", "string"),
        (stream(&[(":message-type", "note")], ""), "events[0]", "`note`"),
        (stream(&[], ""), "events[0]", "none"),
        (stream(&event, "{}")[..20].to_vec(), "body", "byte 20 of the stream"),
        (signed(vec![0; 3]), "body", "cut"),
    ] {
        let error = read(&bytes).unwrap_err();
        assert!(error.path.trim_start_matches('.') == path && error.found.contains(found), "{error:?}");
    }
}
