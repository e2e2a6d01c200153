//! The JSON bodies of Smithy's JSON protocols, directed by shapes: value ⇄ document.
//!
//! The rules, for both directions (<https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>):
//!
//! - A member that is null is absent; a required member that is absent stays absent. Filling it with a zero
//!   ("client error correction") is a client's business, and judges must see that it was not there. A document
//!   is the exception: null is one of its values.
//! - Unknown members are ignored, names are matched with their case, the last of doubled keys counts.
//! - Lists and maps hold null only when sparse; anywhere else it is an error (smithy-lang/smithy#2972).
//! - A union has exactly one member. `__type` and nulls beside it do not count; an arm unknown to the model is
//!   read as [`Value::UnknownArm`] and cannot be written, for nothing but its name is kept.
//! - Integers are read by value (`2.5E1` is 25) and refused with a fraction or beyond their width; big numbers
//!   keep their text; floats are written in the shortest form that reads back at their width, and `"NaN"`,
//!   `"Infinity"`, `"-Infinity"` are the only text they take.
//! - Timestamps follow the member's format, then the shape's, then epoch seconds; no format stands in for
//!   another. Digits beyond the nanosecond are cut off.
//! - `jsonvalue` members are plain strings: botocore treats them as documents in headers only.

mod decode;
mod encode;
mod error;
mod number;

pub(crate) use error::{error_type, message};

use crate::api::model::{Fields, Member, Model, Shape, ShapeId, TimestampFormat, Value};
use crate::ground::json::{Json, Style, parse, write};

use crate::protocol::body::fit::Fallible;
use crate::protocol::contract::ProtocolError;
use crate::protocol::view::View;

/// Writes a value as its shape wants it.
pub(crate) fn encode_body(model: &Model, shape: ShapeId, value: &Value) -> Result<Json, ProtocolError> {
    encode::encode(model, shape, None, value).map_err(|error| *error)
}

/// Reads a document as a value of a shape.
pub(crate) fn decode_body(model: &Model, shape: ShapeId, json: &Json) -> Result<Value, ProtocolError> {
    decode::decode(model, shape, None, json).map_err(|error| *error)
}

/// Reads a body as a tree.
pub(crate) fn view(body: &[u8]) -> Result<View, ProtocolError> {
    parse(body).map(View::new).map_err(|error| {
        let found = format!("{} at line {}, column {}", error.what, error.line, error.column);
        ProtocolError::new("one JSON document", found).within("body")
    })
}

/// Writes a tree, in the style of services.
pub(crate) fn write_view(view: &View) -> Vec<u8> {
    write(&view.root, Style::Compact)
}

/// Writes a scalar; a timestamp in that format.
pub(crate) fn write_scalar(
    model: &Model,
    shape: &Shape,
    format: TimestampFormat,
    value: &Value,
) -> Fallible<Json> {
    encode::encode(model, shape.id, Some(format), value)
}

/// Reads a scalar; a timestamp in that format.
pub(crate) fn read_scalar(
    model: &Model,
    shape: &Shape,
    format: TimestampFormat,
    json: &Json,
) -> Fallible<Value> {
    decode::decode(model, shape.id, Some(format), json)
}

/// Reads the members of a structure that `wanted` lets through.
pub(crate) fn decode_members(
    model: &Model,
    shape: &Shape,
    json: &Json,
    wanted: &dyn Fn(&Member) -> bool,
) -> Result<Fields, ProtocolError> {
    decode::members(model, shape, json, wanted).map_err(|error| *error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::Timestamp;
    use crate::ground::json::MAX_DEPTH;
    use crate::protocol::kinds::kinds;

    /// What a body reads as, written again; or where it was refused and what was wanted.
    fn read_and_written(body: &str) -> Result<String, String> {
        let model = kinds();
        let shape = model.shape_named("Kinds").unwrap().id;
        let value = decode_body(&model, shape, &parse(body.as_bytes()).unwrap())
            .map_err(|error| format!("{}: {}", error.path, error.expected))?;
        let again = encode_body(&model, shape, &value).unwrap();
        assert_eq!(decode_body(&model, shape, &again).unwrap(), value, "{body}");
        Ok(String::from_utf8(write(&again, Style::Compact)).unwrap())
    }

    #[test]
    fn what_is_read_is_what_was_said() {
        for (body, wanted) in [
            // Names, nulls, doubled and unknown members.
            (r#"{"string":"x","String":1,"other":{"a":[null]},"flag":null}"#, r#"{"string":"x"}"#),
            (r#"{"string":"x","string":"y"}"#, r#"{"string":"y"}"#),
            (r#"{"string":"x","string":null}"#, "{}"),
            (r#"{"string":null,"string":"x"}"#, r#"{"string":"x"}"#),
            (r#"{"re-named":"yes","renamed":"no"}"#, r#"{"re-named":"yes"}"#),
            (r#"{"jsonText":"{\"a\": 1}"}"#, r#"{"jsonText":"{\"a\": 1}"}"#),
            (r#"{"list":[],"map":{},"inner":{}}"#, r#"{"list":[],"map":{},"inner":{}}"#),
            // Text that is not Unicode, and keys that look like something else.
            (r#"{"string":"\ud800x\udc00\u0000"}"#, r#"{"string":"\ud800x\udc00\u0000"}"#),
            (
                r#"{"map":{"":"","__type":"t","0":"z","\udfff":"s"}}"#,
                r#"{"map":{"":"","__type":"t","0":"z","\udfff":"s"}}"#,
            ),
            (r#"{"map":{"a":"1","b":"2","a":"3"}}"#, r#"{"map":{"a":"3","b":"2"}}"#),
            // Numbers.
            (
                r#"{"byte":-128,"short":32767,"int":-2147483648,"long":9223372036854775807}"#,
                r#"{"byte":-128,"short":32767,"int":-2147483648,"long":9223372036854775807}"#,
            ),
            (r#"{"int":25.0,"long":2.5E1}"#, r#"{"int":25,"long":25}"#),
            (
                r#"{"bigInteger":123456789012345678901234567890,"bigDecimal":1.10E-400}"#,
                r#"{"bigInteger":123456789012345678901234567890,"bigDecimal":1.10E-400}"#,
            ),
            (r#"{"float":0.1,"double":0.1}"#, r#"{"float":0.1,"double":0.1}"#),
            (r#"{"float":16777217,"double":16777217}"#, r#"{"float":16777216.0,"double":16777217.0}"#),
            (r#"{"float":-0.0,"double":1e21}"#, r#"{"float":-0.0,"double":1e21}"#),
            (r#"{"float":"NaN","double":"-Infinity"}"#, r#"{"float":"NaN","double":"-Infinity"}"#),
            // Blobs.
            (r#"{"blob":""}"#, r#"{"blob":""}"#),
            (r#"{"blob":"/+8="}"#, r#"{"blob":"/+8="}"#),
            // Sparse collections.
            (r#"{"sparseList":[null,1,null,2]}"#, r#"{"sparseList":[null,1,null,2]}"#),
            (r#"{"sparseMap":{"a":null,"b":"","c":null}}"#, r#"{"sparseMap":{"a":null,"b":"","c":null}}"#),
            // Unions.
            (
                r#"{"union":{"__type":"ns#Choice","number":null,"word":"w","other":null}}"#,
                r#"{"union":{"word":"w"}}"#,
            ),
            (
                r#"{"union":{"nested":{"nested":{"kinds":{}}}}}"#,
                r#"{"union":{"nested":{"nested":{"kinds":{}}}}}"#,
            ),
            (r#"{"unions":[{"word":"a"},{"number":1}]}"#, r#"{"unions":[{"word":"a"},{"number":1}]}"#),
            (r#"{"union":{"word":"a","word":"b"}}"#, r#"{"union":{"word":"b"}}"#),
            (r#"{"union":null}"#, "{}"),
            // Documents.
            (
                r#"{"document":{"a":[22.0,22,null,{"a":1,"a":2}]}}"#,
                r#"{"document":{"a":[22.0,22,null,{"a":1,"a":2}]}}"#,
            ),
            (r#"{"document":null,"documents":[null,1e0]}"#, r#"{"document":null,"documents":[null,1e0]}"#),
        ] {
            assert_eq!(read_and_written(body), Ok(wanted.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_does_not_fit_its_shape_is_refused_with_its_place() {
        for (body, wanted) in [
            (r#"{"string":1}"#, ".string: a string (String)"),
            (r#"{"flag":"true"}"#, ".flag: a boolean (Boolean)"),
            (r#"{"flag":1}"#, ".flag: a boolean (Boolean)"),
            (r#"{"byte":128}"#, ".byte: an 8-bit integer (Byte)"),
            (r#"{"short":-32769}"#, ".short: a 16-bit integer (Short)"),
            (r#"{"int":2147483648}"#, ".int: a 32-bit integer (Integer)"),
            (r#"{"int":25.5}"#, ".int: a 32-bit integer (Integer)"),
            (r#"{"int":"25"}"#, ".int: a 32-bit integer (Integer)"),
            (r#"{"long":9223372036854775808}"#, ".long: a 64-bit integer (Long)"),
            (r#"{"long":1e400}"#, ".long: a 64-bit integer (Long)"),
            (r#"{"bigInteger":0.5}"#, ".bigInteger: a whole number (BigInteger)"),
            (r#"{"bigDecimal":"0.5"}"#, ".bigDecimal: a number (BigDecimal)"),
            (r#"{"float":1e39}"#, ".float: a 32-bit float (Float)"),
            (r#"{"double":"1.5"}"#, ".double: a 64-bit float (Double)"),
            (r#"{"double":"nan"}"#, ".double: a 64-bit float (Double)"),
            (r#"{"blob":"/-8="}"#, ".blob: a blob in base64 (Blob)"),
            (r#"{"blob":"/+8"}"#, ".blob: a blob in base64 (Blob)"),
            (r#"{"blob":"/+9="}"#, ".blob: a blob in base64 (Blob)"),
            (r#"{"list":{"0":1}}"#, ".list: a list (Integers)"),
            (r#"{"list":[1,null]}"#, ".list[1]: a 32-bit integer (Integer)"),
            (r#"{"map":["a"]}"#, ".map: a map (Strings)"),
            (r#"{"map":{"a":null}}"#, ".map[\"a\"]: a string (String)"),
            (r#"{"inner":"x"}"#, ".inner: a structure (Kinds)"),
            (r#"{"inners":[{"inner":{"int":true}}]}"#, ".inners[0].inner.int: a 32-bit integer (Integer)"),
            (r#"{"union":{}}"#, ".union: exactly one member of the union Choice"),
            (r#"{"union":{"word":null,"__type":"x"}}"#, ".union: exactly one member of the union Choice"),
            (r#"{"union":{"word":"w","number":1}}"#, ".union: exactly one member of the union Choice"),
            (r#"{"union":{"word":"w","other":1}}"#, ".union: exactly one member of the union Choice"),
            (r#"{"unions":[{"word":"a"},{"number":"b"}]}"#, ".unions[1].number: a 32-bit integer (Integer)"),
            (r#"{"unions":[null]}"#, ".unions[0]: a union (Choice)"),
        ] {
            assert_eq!(read_and_written(body), Err(wanted.to_owned()), "{body}");
        }
    }

    #[test]
    fn timestamps_are_exact_in_their_own_format_and_refused_in_another() {
        for (body, wanted) in [
            (r#"{"epoch":1700000000.123456789}"#, Some(r#"{"epoch":1700000000.123456789}"#)),
            (r#"{"epoch":1.611248009879E9}"#, Some(r#"{"epoch":1611248009.879}"#)),
            (r#"{"epoch":-0.5}"#, Some(r#"{"epoch":-0.5}"#)),
            (r#"{"epoch":-62135596800}"#, Some(r#"{"epoch":-62135596800}"#)),
            (r#"{"epoch":0.1234567899}"#, Some(r#"{"epoch":0.123456789}"#)),
            (r#"{"epochByMember":1.5}"#, Some(r#"{"epochByMember":1.5}"#)),
            (r#"{"date":"2019-12-16T22:48:18-01:00"}"#, Some(r#"{"date":"2019-12-16T23:48:18Z"}"#)),
            (
                r#"{"date":"0000-01-01t00:00:00.000000001z"}"#,
                Some(r#"{"date":"0000-01-01T00:00:00.000000001Z"}"#),
            ),
            (
                r#"{"date":"9999-12-31T23:59:59.999999999Z"}"#,
                Some(r#"{"date":"9999-12-31T23:59:59.999999999Z"}"#),
            ),
            (
                r#"{"http":"Tue, 14 Nov 2023 22:13:20.5 GMT"}"#,
                Some(r#"{"http":"Tue, 14 Nov 2023 22:13:20.5 GMT"}"#),
            ),
            (r#"{"epoch":"1700000000"}"#, None),
            (r#"{"epoch":"2023-11-14T22:13:20Z"}"#, None),
            (r#"{"epoch":1e300}"#, None),
            (r#"{"epochByMember":"2023-11-14T22:13:20Z"}"#, None),
            (r#"{"date":1700000000}"#, None),
            (r#"{"date":"2023-11-14T22:13:20"}"#, None),
            (r#"{"date":"Tue, 14 Nov 2023 22:13:20 GMT"}"#, None),
            (r#"{"http":1700000000}"#, None),
            (r#"{"http":"2023-11-14T22:13:20Z"}"#, None),
            (r#"{"http":""}"#, None),
            (r#"{"epoch":true}"#, None),
        ] {
            assert_eq!(read_and_written(body).ok().as_deref(), wanted, "{body}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_its_shape_is_not_written() {
        let model = kinds();
        let union = |arms: &[(&str, Value)]| Value::structure(arms.iter().cloned());
        for (member, value, wanted) in [
            ("string", Value::Integer(1), "a string (String)"),
            ("byte", Value::Integer(128), "an 8-bit integer (Byte)"),
            ("int", Value::Float(1.0), "a 32-bit integer (Integer)"),
            ("bigInteger", Value::BigNumber("1.5".to_owned()), "a whole number (BigInteger)"),
            ("bigDecimal", Value::BigNumber("01".to_owned()), "a number (BigDecimal)"),
            ("float", Value::Float(1e39), "a 32-bit float"),
            (
                "date",
                Value::Timestamp(Timestamp::from_seconds(i64::MAX)),
                "a moment in the years 0000 to 9999",
            ),
            (
                "http",
                Value::Timestamp(Timestamp::from_seconds(-62_167_219_201)),
                "a moment in the years 0000 to 9999",
            ),
            ("list", Value::List(vec![Value::Null]), "a 32-bit integer (Integer)"),
            ("union", union(&[]), "exactly one member of the union Choice"),
            ("union", union(&[("word", Value::Null)]), "exactly one member of the union Choice"),
            (
                "union",
                union(&[("word", Value::string("")), ("number", Value::Integer(1))]),
                "exactly one member of the union Choice",
            ),
            ("union", union(&[("other", Value::Integer(1))]), "a member of Choice"),
            ("union", Value::UnknownArm("other".to_owned()), "a union (Choice)"),
        ] {
            let input = Value::structure([(member, value.clone())]);
            let shape = model.shape_named("Kinds").unwrap().id;
            let error = encode_body(&model, shape, &input).unwrap_err();
            assert_eq!(error.expected, wanted, "{member} {value:?}");
        }
    }

    #[test]
    fn an_arm_that_the_model_does_not_know_is_kept_by_name() {
        let model = kinds();
        let shape = model.shape_named("Choice").unwrap().id;
        let body = parse(br#"{"newer":{"a":1},"word":null}"#).unwrap();
        assert_eq!(decode_body(&model, shape, &body), Ok(Value::UnknownArm("newer".to_owned())));
    }

    #[test]
    fn the_deepest_document_is_read_and_written_on_a_small_stack() {
        let depth = MAX_DEPTH / 2;
        let body = format!("{}{}", r#"{"inners":["#.repeat(depth), "]}".repeat(depth));
        let small = std::thread::Builder::new().stack_size(1 << 20);
        let again = small.spawn({
            let body = body.clone();
            move || read_and_written(&body)
        });
        assert_eq!(again.unwrap().join().unwrap(), Ok(body));
    }
}
