//! JSON to the value of a shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;

use super::encode::expectation;
use super::number::{self, Whole};
use crate::api::model::{
    Fields, Member, Model, Shape, ShapeId, ShapeKind, Timestamp, TimestampFormat, Value,
};
use crate::ground::json::{Json, Text};
use crate::protocol::body::fit::{Fallible, one_arm, refuse, under};
use crate::protocol::contract::{ProtocolError, shown};

/// Reads one value; `format` is what the member says about timestamps.
pub(super) fn decode(
    model: &Model,
    shape: ShapeId,
    format: Option<TimestampFormat>,
    json: &Json,
) -> Fallible<Value> {
    let shape = model.shape(shape);
    match (&shape.kind, json) {
        (ShapeKind::Structure { union: true, .. }, Json::Object(members)) => union(model, shape, members),
        (ShapeKind::Structure { .. }, Json::Object(members)) => structure(model, shape, members, &|_| true),
        (ShapeKind::List { item, sparse }, Json::Array(items)) => list(model, *item, *sparse, items),
        (ShapeKind::Map { value, sparse, .. }, Json::Object(entries)) => map(model, *value, *sparse, entries),
        (ShapeKind::Document, json) => Ok(Value::Document(json.clone())),
        (_, Json::Number(text)) => from_number(shape, format, text),
        (_, Json::String(text)) => from_text(shape, format, text),
        (ShapeKind::Boolean, Json::Bool(flag)) => Ok(Value::Boolean(*flag)),
        _ => Err(mismatch(shape, json)),
    }
}

fn mismatch(shape: &Shape, json: &Json) -> Box<ProtocolError> {
    refuse(expectation(shape), shown(json))
}

/// Reads the members of a structure that `wanted` lets through; the others count as unknown.
pub(super) fn members(
    model: &Model,
    shape: &Shape,
    json: &Json,
    wanted: &dyn Fn(&Member) -> bool,
) -> Fallible<Fields> {
    let members = json.as_object().ok_or_else(|| mismatch(shape, json))?;
    match structure(model, shape, members, wanted)? {
        Value::Structure(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

fn structure(
    model: &Model,
    shape: &Shape,
    members: &[(Text, Json)],
    wanted: &dyn Fn(&Member) -> bool,
) -> Fallible<Value> {
    let mut fields = Fields::with_capacity(members.len());
    for (wire_name, json) in members {
        let member = wire_name.as_str().and_then(|name| member_on_wire(shape, name));
        let Some(member) = member.filter(|member| wanted(member)) else { continue };
        if is_absent(model, member, json) {
            fields.shift_remove(&member.name);
        } else {
            fields.insert(member.name.clone(), value_of(model, member, json)?);
        }
    }
    Ok(Value::Structure(fields))
}

/// A null member is an absent one; only a document can itself be null.
fn is_absent(model: &Model, member: &Member, json: &Json) -> bool {
    *json == Json::Null && model.shape(member.shape).kind != ShapeKind::Document
}

fn value_of(model: &Model, member: &Member, json: &Json) -> Fallible<Value> {
    decode(model, member.shape, member.timestamp_format, json)
        .map_err(|error| under(error, format_args!(".{}", member.name)))
}

/// The member that is written under a name; names are matched with their case.
fn member_on_wire<'m>(shape: &'m Shape, name: &str) -> Option<&'m Member> {
    let members = shape.members()?;
    let same_name = members.get(name).filter(|member| member.wire_name() == name);
    same_name.or_else(|| members.values().find(|member| member.wire_name.as_deref() == Some(name)))
}

/// A union has exactly one member beside nulls and Coral's `__type`; one that the model does not know is kept
/// by name. Smithy's suite: `AwsJson10DeserializeIgnoreType`, `AwsJson10DeserializeAllowNulls`.
fn union(model: &Model, shape: &Shape, members: &[(Text, Json)]) -> Fallible<Value> {
    let mut set = IndexMap::<&Text, &Json>::new();
    for (name, json) in members {
        set.insert(name, json);
    }
    set.retain(|name, json| **json != Json::Null && (**name != "__type" || shape.member("__type").is_some()));
    let mut set = set.into_iter();
    match (set.next(), set.next()) {
        (Some((name, json)), None) => match name.as_str().and_then(|name| member_on_wire(shape, name)) {
            Some(member) => Ok(Value::structure([(&member.name, value_of(model, member, json)?)])),
            None => Ok(Value::UnknownArm(name.to_lossy())),
        },
        (None, _) => Err(refuse(one_arm(shape), "none")),
        (Some((first, _)), Some((second, _))) => {
            Err(refuse(one_arm(shape), format!("{first:?} and {second:?}")))
        }
    }
}

fn list(model: &Model, shape: ShapeId, sparse: bool, items: &[Json]) -> Fallible<Value> {
    let mut values = Vec::with_capacity(items.len());
    for (index, json) in items.iter().enumerate() {
        values
            .push(item(model, shape, sparse, json).map_err(|error| under(error, format_args!("[{index}]")))?);
    }
    Ok(Value::List(values))
}

fn map(model: &Model, shape: ShapeId, sparse: bool, entries: &[(Text, Json)]) -> Fallible<Value> {
    let mut map = IndexMap::with_capacity(entries.len());
    for (key, json) in entries {
        let value =
            item(model, shape, sparse, json).map_err(|error| under(error, format_args!("[{key:?}]")))?;
        map.insert(key.clone(), value);
    }
    Ok(Value::Map(map))
}

/// Null is an item of sparse lists and maps only. Clients once skipped it elsewhere; since 2026 Smithy's
/// clients refuse it (smithy-lang/smithy#2972), and so does this reader.
fn item(model: &Model, shape: ShapeId, sparse: bool, json: &Json) -> Fallible<Value> {
    if sparse && *json == Json::Null && model.shape(shape).kind != ShapeKind::Document {
        return Ok(Value::Null);
    }
    decode(model, shape, None, json)
}

fn from_number(shape: &Shape, format: Option<TimestampFormat>, text: &str) -> Fallible<Value> {
    let value = match shape.kind {
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => {
            let (least, greatest, _) = number::width(shape);
            match number::whole(text) {
                Whole::Fits(number) if (least..=greatest).contains(&number) => Some(Value::Integer(number)),
                _ => None,
            }
        }
        ShapeKind::BigInteger | ShapeKind::BigDecimal => {
            number::is_big(&shape.kind, text).then(|| Value::BigNumber(text.to_owned()))
        }
        ShapeKind::Float => number::float(text).map(Value::Float),
        ShapeKind::Double => number::double(text).map(Value::Float),
        ShapeKind::Timestamp if format_of(shape, format) == TimestampFormat::EpochSeconds => {
            Timestamp::from_epoch_text(text).map(Value::Timestamp)
        }
        _ => None,
    };
    value.ok_or_else(|| wrong(shape, format, &Json::Number(text.to_owned())))
}

fn from_text(shape: &Shape, format: Option<TimestampFormat>, text: &Text) -> Fallible<Value> {
    let value = match shape.kind {
        ShapeKind::String => return Ok(Value::String(text.clone())),
        ShapeKind::Blob => text.as_str().and_then(|text| STANDARD.decode(text).ok()).map(Value::Blob),
        ShapeKind::Float | ShapeKind::Double => text.as_str().and_then(special).map(Value::Float),
        ShapeKind::Timestamp => {
            text.as_str().and_then(|text| moment(format_of(shape, format), text)).map(Value::Timestamp)
        }
        _ => None,
    };
    value.ok_or_else(|| wrong(shape, format, &Json::String(text.clone())))
}

/// The floats that JSON has no number for.
fn special(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// The member's format before the shape's before the protocol's: Smithy 2.0, `timestampFormat` trait.
fn format_of(shape: &Shape, format: Option<TimestampFormat>) -> TimestampFormat {
    format.or(shape.timestamp_format).unwrap_or(TimestampFormat::EpochSeconds)
}

fn moment(format: TimestampFormat, text: &str) -> Option<Timestamp> {
    match format {
        TimestampFormat::EpochSeconds => None,
        TimestampFormat::DateTime => Timestamp::from_date_time(text),
        TimestampFormat::HttpDate => Timestamp::from_http_date(text),
    }
}

fn wrong(shape: &Shape, format: Option<TimestampFormat>, json: &Json) -> Box<ProtocolError> {
    let mut error = mismatch(shape, json);
    let written = match format_of(shape, format) {
        TimestampFormat::EpochSeconds => "it is written as a number of seconds since 1970",
        TimestampFormat::DateTime => "it is written as an RFC 3339 date-time in a string",
        TimestampFormat::HttpDate => "it is written as an RFC 9110 HTTP date in a string",
    };
    error.hint = (shape.kind == ShapeKind::Timestamp).then(|| written.to_owned());
    error
}
