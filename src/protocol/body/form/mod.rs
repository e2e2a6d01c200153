//! The form bodies of the query protocols: an ordered list of decoded pairs ⇄ bytes, value ⇄ pairs by shape.
//!
//! The rules (<https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>,
//! <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>):
//!
//! - A key is the path to a scalar, its steps between dots, items and entries numbered from 1: `Tags.member.2.Key`,
//!   `Attributes.entry.1.value`, flattened `Tags.2.Key`. EC2's lists are all flattened, and its names begin with a
//!   capital.
//! - awsQuery writes an empty list as `Tags=`; an empty map or structure leaves nothing in a form, and neither does
//!   EC2's empty list. Reading what was written gives it back without them.
//! - The order of keys does not count, nor do gaps in numbers; the last of doubled keys does. Unknown keys are
//!   ignored, `Action` and `Version` among them.
//! - Scalars are text: timestamps are date-times unless the model says otherwise, blobs base64.
//! - There is no null, and no document.

mod decode;
mod encode;
pub(crate) mod message;
mod pairs;
mod tree;

pub(crate) use pairs::{Pairs, parse, write};

use crate::api::model::{Fields, Member, Model, ShapeId, ShapeKind, Value};
use crate::protocol::body::xml::element_name;
use crate::protocol::contract::ProtocolError;

/// Which of the two query protocols a form is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// awsQuery.
    Query,
    /// ec2Query.
    Ec2,
}

/// Writes the members of a structure as pairs after those that are there.
pub(crate) fn encode_members(
    model: &Model,
    dialect: Dialect,
    shape: ShapeId,
    fields: &Fields,
    pairs: &mut Pairs,
) -> Result<(), ProtocolError> {
    let mut writer = encode::FormWriter { model, dialect, pairs };
    writer.structure(model.shape(shape), fields, "").map_err(|error| *error)
}

/// Reads pairs as a structure.
pub(crate) fn decode_members(
    model: &Model,
    dialect: Dialect,
    shape: ShapeId,
    pairs: &Pairs,
) -> Result<Value, ProtocolError> {
    let tree = tree::FormNode::of(pairs)?;
    let reader = decode::FormReader { model, dialect };
    reader.structure(model.shape(shape), &tree).map(Value::Structure).map_err(|error| *error)
}

/// The step of a member in a key.
fn member_name(model: &Model, dialect: Dialect, member: &Member) -> String {
    match dialect {
        Dialect::Query => element_name(model, member).to_owned(),
        Dialect::Ec2 => member.query_name.clone().unwrap_or_else(|| capital(member.wire_name())),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What stands between a collection's key and the numbers of its items or entries; nothing where it is flattened.
fn between(model: &Model, dialect: Dialect, shape: ShapeId, flattened: bool) -> Option<&str> {
    let shape = model.shape(shape);
    match shape.kind {
        _ if flattened || shape.xml().flattened => None,
        ShapeKind::List { .. } if dialect == Dialect::Ec2 => None,
        ShapeKind::List { .. } => Some(shape.xml().item.name.as_deref().unwrap_or("member")),
        _ => Some("entry"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, decode_members, encode_members, parse, write};
    use crate::api::model::Value;
    use crate::protocol::kinds::kinds;

    #[test]
    fn a_form_is_read_however_its_client_escapes_it() {
        for (body, pairs) in [
            ("", &[][..]),
            ("a=b", &[("a", "b")]),
            ("a=b+c%20d&&x=%2B%3d%26", &[("a", "b c d"), ("x", "+=&")]),
            ("a&b=&=c", &[("a", ""), ("b", ""), ("", "c")]),
            ("a=1&a=2", &[("a", "1"), ("a", "2")]),
            ("a=b=c", &[("a", "b=c")]),
            ("a=%&b=%4&c=%zz", &[("a", "%"), ("b", "%4"), ("c", "%zz")]),
            ("%C3%BC=%E2%82%ac", &[("\u{fc}", "\u{20ac}")]),
        ] {
            let read = parse(body.as_bytes()).unwrap();
            let wanted: Vec<_> =
                pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            assert_eq!(read, wanted, "{body}");
            assert_eq!(parse(&write(&read)).unwrap(), wanted, "{body}");
        }
        let text = [("a b*".to_owned(), "~-._/\u{e9}+".to_owned())].to_vec();
        assert_eq!(write(&text), b"a%20b%2A=~-._%2F%C3%A9%2B");
        assert_eq!(parse(b"a=%ff").unwrap_err().path, "body");
    }

    #[test]
    fn keys_are_read_in_any_order_and_what_does_not_fit_is_told_with_its_path() {
        let model = kinds();
        let shape = model.shape_named("Kinds").unwrap().id;
        let read = |body: &str| {
            let value = decode_members(&model, Dialect::Query, shape, &parse(body.as_bytes()).unwrap());
            let value = value.map_err(|error| format!("{}: {}", error.path, error.found))?;
            let Value::Structure(fields) = &value else { panic!("{value:?}") };
            let mut pairs = Vec::new();
            encode_members(&model, Dialect::Query, shape, fields, &mut pairs).unwrap();
            assert_eq!(decode_members(&model, Dialect::Query, shape, &pairs), Ok(value.clone()), "{body}");
            Ok::<_, String>(String::from_utf8(write(&pairs)).unwrap())
        };
        for (body, wanted) in [
            ("Action=Echo&Version=1&other.1.x=y", Ok("")),
            ("list.member.10=2&list.member.9=1", Ok("list.member.1=1&list.member.2=2")),
            ("list=", Ok("list=")),
            ("map.entry.2.value=x&map.entry.2.key=k", Ok("map.entry.1.key=k&map.entry.1.value=x")),
            ("int=5&int=7", Ok("int=7")),
            ("union.word=w&string=s+t", Ok("string=s%20t&union.word=w")),
            ("list.member.x=a", Err(".list: `x`")),
            ("list.1=a", Err(".list: others")),
            ("list.member.1.x=a", Err(".list[0]: keys below it")),
            ("map.entry.1.value=x", Err(".map: none")),
            ("map.entry.1.key=x", Err(".map[\"x\"]: none")),
            ("union.word=w&union.number=1", Err(".union: 2")),
            ("int=five", Err(".int: a number five")),
        ] {
            assert_eq!(read(body).as_deref().map_err(String::as_str), wanted, "{body}");
        }
        let deep = format!("a{}=1", ".b".repeat(300));
        assert!(decode_members(&model, Dialect::Ec2, shape, &parse(deep.as_bytes()).unwrap()).is_err());
    }
}
