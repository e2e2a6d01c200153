//! WT: a value of another kind than the model says.

use crate::api::model::{Shape, ShapeKind, Value};
use crate::check::case::Class::Must;
use crate::check::taxonomy::draft::Sheet;
use crate::check::taxonomy::place::Place;
use crate::check::taxonomy::subject::Due::{Is, Refused};
use crate::check::taxonomy::subject::{Due, Side};
use crate::ground::json::Json;

fn wrong(sheet: &mut Sheet<'_>, wanted: fn(&Shape) -> bool, forms: &[(&'static str, &'static str)]) {
    let subject = sheet.subject;
    let wanted = |place: &Place| wanted(subject.shape(place.shape));
    sheet.at_places(Side::Output, wanted, forms, |subject, place, text| {
        subject.holds(place, crate::ground::json::parse(text.as_bytes()).ok()?, &[Refused])
    });
}

/// WT1.
pub(in crate::check::taxonomy) fn number_for_text(sheet: &mut Sheet<'_>) {
    wrong(sheet, |shape| shape.kind == ShapeKind::String, &[("", "17")]);
}

/// WT2.
pub(in crate::check::taxonomy) fn for_boolean(sheet: &mut Sheet<'_>) {
    wrong(sheet, |shape| shape.kind == ShapeKind::Boolean, &[("text", "\"true\""), ("number", "1")]);
}

/// WT3.
pub(in crate::check::taxonomy) fn for_containers(sheet: &mut Sheet<'_>) {
    wrong(
        sheet,
        |shape| matches!(shape.kind, ShapeKind::List { .. }),
        &[("object", "{}"), ("text", "\"x\"")],
    );
    wrong(sheet, |shape| matches!(shape.kind, ShapeKind::Map { .. }), &[("list", "[]"), ("number", "1")]);
    let structure = |shape: &Shape| matches!(shape.kind, ShapeKind::Structure { .. });
    wrong(sheet, structure, &[("list", "[]"), ("text", "\"x\"")]);
}

/// WT4.
pub(in crate::check::taxonomy) fn not_base64(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let blob = |place: &Place| subject.shape(place.shape).kind == ShapeKind::Blob;
    type Form = (&'static str, &'static [u8], bool);
    let forms: [(&str, Form); 5] = [
        ("invalid", ("***", b"", false)),
        ("url-safe", ("-_-_", &[0xFB, 0xFF, 0xBF], true)),
        ("unpadded", ("YQ", b"a", true)),
        ("space", ("Y Q = =", b"a", true)),
        ("empty", ("", b"", true)),
    ];
    sheet.at_places(Side::Output, blob, &forms, |subject, place, (text, bytes, readable)| {
        let is = Is(Value::Blob(bytes.to_vec()));
        let dues: Vec<Due> = match (text, readable) {
            ("", _) => vec![is],
            (_, true) => vec![Refused, is],
            _ => vec![Refused],
        };
        let parts = subject.holds(place, Json::string(text), &dues)?;
        Some(if text.is_empty() { parts.class(Must) } else { parts })
    });
}
