//! The XML bodies of restXml, and of the answers of the query protocols: value ⇄ document, directed by shapes.
//!
//! The rules (<https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>,
//! <https://smithy.io/2.0/spec/xml-bindings.html>):
//!
//! - Elements are matched by their local name: clients and services differ in prefixes. Namespaces are written as
//!   the model declares them and not asked for when read. Unknown elements and attributes are ignored; the last of
//!   doubled elements counts.
//! - A list is an element per item, `member` unless the model names it, within the member's element; a map an
//!   `entry` with `key` and `value`. Flattened ones stand in the structure itself, under the member's name; where
//!   the list's shape is flattened, as in botocore's older models, under the item's name if the member has none.
//! - White space counts in strings and is cut off around other scalars. CDATA is text; comments and processing
//!   instructions are not. `<a/>` and `<a></a>` say the same.
//! - A flattened list without items is absent: nothing is written that could tell the two apart.
//! - There is no null, and no document shape.
//! - Members are written in the order of the model, for schemas of some services fix it.
//! - No DTD, no entities but XML's five, at most [`read::MAX_DEPTH`] elements in each other.

mod decode;
mod encode;
pub(crate) mod error;
pub(crate) mod node;
mod read;
mod tree;
mod view;
mod write;

pub(crate) use read::parse;
pub(crate) use tree::{Document, Element};
pub(crate) use view::{document_of, view_of};
pub(crate) use write::write;

use crate::api::model::{Fields, Member, Model, Shape, ShapeKind, Value, XmlNamespace};
use crate::protocol::contract::ProtocolError;

/// Writes members of a structure as an element of that name.
pub(crate) fn encode_members(
    model: &Model,
    shape: &Shape,
    name: &str,
    namespace: Option<&XmlNamespace>,
    fields: &Fields,
) -> Result<Element, ProtocolError> {
    let mut element = Element::new(name);
    encode::declare(&mut element, shape.xml().root.namespace.as_ref().or(namespace));
    encode::structure(model, shape, fields, &mut element).map_err(|error| *error)?;
    Ok(element)
}

/// Writes a member as an element of that name.
pub(crate) fn encode_member(
    model: &Model,
    member: &Member,
    name: &str,
    value: &Value,
) -> Result<Element, ProtocolError> {
    encode::of_member(model, member, name, value).map_err(|error| *error)
}

/// Reads the members of a structure that `wanted` lets through.
pub(crate) fn decode_members(
    model: &Model,
    shape: &Shape,
    element: &Element,
    wanted: &dyn Fn(&Member) -> bool,
) -> Result<Fields, ProtocolError> {
    decode::structure(model, shape, element, wanted).map_err(|error| *error)
}

/// Reads an element as the value of a member.
pub(crate) fn decode_member(
    model: &Model,
    member: &Member,
    element: &Element,
) -> Result<Value, ProtocolError> {
    decode::value(model, model.shape(member.shape), member.timestamp_format, element).map_err(|error| *error)
}

/// Declares a namespace on an element that has none.
pub(crate) fn declare(element: &mut Element, namespace: Option<&XmlNamespace>) {
    encode::declare(element, namespace);
}

/// The name under which a member stands in its structure.
pub(crate) fn element_name<'m>(model: &'m Model, member: &'m Member) -> &'m str {
    let shape = model.shape(member.shape);
    let item = || match shape.kind {
        ShapeKind::List { .. } if shape.xml().flattened && !member.flattened => {
            shape.xml().item.name.as_deref()
        }
        _ => None,
    };
    member.wire_name.as_deref().or_else(item).unwrap_or(&member.name)
}

pub(crate) fn item_name(shape: &Shape) -> &str {
    shape.xml().item.name.as_deref().unwrap_or("member")
}

fn key_name(shape: &Shape) -> &str {
    shape.xml().key.name.as_deref().unwrap_or("key")
}

pub(crate) fn value_name(shape: &Shape) -> &str {
    shape.xml().value.name.as_deref().unwrap_or("value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::Json;

    #[test]
    fn a_document_is_kept_as_it_was_written() {
        for document in [
            "<a/>",
            "<a></a>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- b --><a><?pi c?></a><!-- d -->",
            "<x:a xmlns:x=\"urn:x\" b=\"1&#xA;&quot;2\"> t <b/> <![CDATA[<c>&]]>&lt;&amp;&gt;\n\t</x:a>",
            "<a>é&#xD;\u{1F600}</a>",
        ] {
            let written = write(&parse(document.as_bytes()).unwrap());
            assert_eq!(String::from_utf8_lossy(&written), document);
        }
    }

    #[test]
    fn text_is_what_xml_says_it_is() {
        for (document, text) in [
            ("<a>1<!-- 2 --><![CDATA[<3>]]>&amp;&#52;&#x35;</a>", "1<3>&45"),
            ("<a>\r\n1\r2\n</a>", "\n1\n2\n"),
            ("\u{feff}<a>1</a>\n", "1"),
            ("<a> <b>1</b> </a>", "  "),
        ] {
            assert_eq!(parse(document.as_bytes()).unwrap().root.text(), text, "{document}");
        }
        let root = parse(b"<a xmlns:y=\"urn:x\" y:type=' 1&lt; '/>").unwrap().root;
        assert_eq!((root.attribute("x:type"), root.attribute("type")), (Some(" 1< "), None));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse(deep(read::MAX_DEPTH).as_bytes()).is_ok());
        for document in [
            "",
            "text",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<a>&b;</a>",
            "<a>&</a>",
            "<a>&#x0;</a>",
            "<a b=\"1\" b=\"2\"/>",
            "<a b=1/>",
            "<a b=\"&c;\"/>",
            "<![CDATA[a]]><a/>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<!DOCTYPE html><html></html>",
            deep(read::MAX_DEPTH + 1).as_str(),
        ] {
            let shown: String = document.chars().take(40).collect();
            assert!(parse(document.as_bytes()).is_err(), "{shown}");
        }
        assert!(parse(b"<a>\xff</a>").is_err());
    }

    #[test]
    fn a_tree_that_was_edited_is_written_as_a_document() {
        let document = "<r xmlns=\"urn:x\"><i>1</i><i>2</i><e/><s k=\"v\">t</s></r>";
        let mut view = view_of(&parse(document.as_bytes()).unwrap());
        let again = document_of(&view).map(|document| write(&document)).unwrap();
        assert_eq!(String::from_utf8_lossy(&again), document.replace("<e/>", "<e></e>"));
        let Json::Object(roots) = &mut view.root else { panic!("no root") };
        roots[0].1 = Json::object([("i", Json::Array(vec![Json::number(3), Json::Bool(true), Json::Null]))]);
        let edited = document_of(&view).map(|document| write(&document)).unwrap();
        assert_eq!(String::from_utf8_lossy(&edited), "<r><i>3</i><i>true</i><i></i></r>");
    }
}
