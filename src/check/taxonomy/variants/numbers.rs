//! IN and FL: whole numbers and floating-point numbers, at their ends and in every spelling.

use crate::api::model::{Shape, ShapeKind, Value};
use crate::api::values::type_bounds;
use crate::check::case::Class::Agree;
use crate::check::taxonomy::draft::Sheet;
use crate::check::taxonomy::place::{Place, put};
use crate::check::taxonomy::subject::Due::{Is, Refused};
use crate::check::taxonomy::subject::{Due, Side, Subject};
use crate::ground::json::Json;

fn is_integer(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long)
}

fn is_float(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Float | ShapeKind::Double)
}

/// A whole number of any size.
fn whole(number: i128) -> Value {
    i64::try_from(number).map_or_else(|_| Value::BigNumber(number.to_string()), Value::Integer)
}

fn number(text: impl Into<String>) -> Json {
    Json::Number(text.into())
}

/// IN1.
pub(in crate::check::taxonomy) fn ends(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    type Pick = fn((i128, i128)) -> i128;
    let forms: [(&str, Pick); 4] =
        [("zero", |_| 0), ("minus-one", |_| -1), ("least", |ends| ends.0), ("most", |ends| ends.1)];
    let integer = |place: &Place| is_integer(subject.shape(place.shape));
    sheet.at_places(Side::Output, integer, &forms, |subject, place, pick| {
        let value = whole(pick(type_bounds(&subject.shape(place.shape).kind)));
        Some(subject.says(subject.with(Side::Output, place, value)))
    });
}

/// IN2.
pub(in crate::check::taxonomy) fn beyond(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let integer = |place: &Place| is_integer(subject.shape(place.shape));
    sheet.at_places(Side::Output, integer, &[("above", true), ("below", false)], |subject, place, above| {
        let (least, most) = type_bounds(&subject.shape(place.shape).kind);
        let beyond = if above { most + 1 } else { least - 1 };
        subject.holds(place, Json::number(beyond), &[Refused, Is(whole(beyond))])
    });
}

/// One spelling of a number where whole numbers stand.
fn spelled(
    sheet: &mut Sheet<'_>,
    forms: &[(&'static str, &'static str)],
    wanted: fn(&Shape) -> bool,
    dues: impl Fn(&str) -> Vec<Due> + Copy + 'static,
) {
    let subject = sheet.subject;
    let wanted = |place: &Place| wanted(subject.shape(place.shape));
    sheet.at_places(Side::Output, wanted, forms, move |subject, place, text| {
        subject.holds(place, number(text), &dues(text))
    });
}

/// IN3.
pub(in crate::check::taxonomy) fn with_fraction_of_zero(sheet: &mut Sheet<'_>) {
    let forms = [("point", "25.0"), ("exponent", "2.5E1"), ("negative-exponent", "250e-1")];
    spelled(sheet, &forms, is_integer, |_| vec![Is(Value::Integer(25))]);
}

/// IN4.
pub(in crate::check::taxonomy) fn with_fraction(sheet: &mut Sheet<'_>) {
    spelled(sheet, &[("", "25.5")], is_integer, |_| vec![Refused]);
}

/// IN5.
pub(in crate::check::taxonomy) fn beyond_double(sheet: &mut Sheet<'_>) {
    let forms = [
        ("above-double", "9007199254740993"),
        ("below-double", "-9007199254740993"),
        ("most", "9223372036854775807"),
        ("above-int", "2147483648"),
    ];
    let long = |shape: &Shape| shape.kind == ShapeKind::Long;
    spelled(sheet, &forms, long, |text| vec![Is(Value::Integer(text.parse().unwrap_or_default()))]);
}

/// IN6.
pub(in crate::check::taxonomy) fn beside_documents(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let of_kind = |wanted: fn(&Shape) -> bool| {
        subject.places(Side::Output).iter().find(|place| wanted(subject.shape(place.shape)))
    };
    let document = of_kind(|shape| shape.kind == ShapeKind::Document);
    let numbers: Vec<&Place> = [is_integer, is_float].into_iter().filter_map(of_kind).collect();
    let (Some(document), false) = (document, numbers.is_empty()) else { return };
    sheet.add("", move || {
        let held = Json::object([("n", number("22")), ("x", number("22.0"))]);
        let mut output = subject.with(Side::Output, document, Value::Document(held));
        for place in &numbers {
            let leaf =
                if is_integer(subject.shape(place.shape)) { Value::Integer(22) } else { Value::Float(22.5) };
            if let Some(root) = subject.output() {
                put(subject.values, root, &mut output, &place.steps, leaf);
            }
        }
        subject.says(output)
    });
}

/// IN7.
pub(in crate::check::taxonomy) fn as_text(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let integer = |place: &Place| is_integer(subject.shape(place.shape));
    sheet.at_places(Side::Output, integer, &[("", ())], |subject, place, ()| {
        subject.holds(place, Json::string("25"), &[Refused, Is(Value::Integer(25))])
    });
}

/// FL1.
pub(in crate::check::taxonomy) fn not_finite(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let float = |place: &Place| is_float(subject.shape(place.shape));
    let forms = [
        ("NaN", ("NaN", f64::NAN)),
        ("Infinity", ("Infinity", f64::INFINITY)),
        ("minus-Infinity", ("-Infinity", f64::NEG_INFINITY)),
    ];
    sheet.at_places(Side::Output, float, &forms, |subject, place, (text, number)| {
        subject.holds(place, Json::string(text), &[Is(Value::Float(number))])
    });
}

/// FL2.
pub(in crate::check::taxonomy) fn bare_words(sheet: &mut Sheet<'_>) {
    let forms = [("NaN", "NaN"), ("Infinity", "Infinity"), ("minus-Infinity", "-Infinity")];
    spelled(sheet, &forms, is_float, |_| vec![Refused]);
}

/// FL3.
pub(in crate::check::taxonomy) fn too_large(sheet: &mut Sheet<'_>) {
    let forms = [("beyond-double", "1e400"), ("beyond-float", "1e39")];
    spelled(sheet, &forms, is_float, |text| {
        let number = text.parse().unwrap_or(f64::INFINITY);
        vec![Is(Value::Float(number)), Is(Value::Float(f64::INFINITY)), Refused]
    });
}

/// FL4.
pub(in crate::check::taxonomy) fn usual(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let float = |place: &Place| is_float(subject.shape(place.shape));
    let forms = [
        ("minus-zero", "-0.0"),
        ("tenth", "0.1"),
        ("whole", "1"),
        ("point-zero", "1.0"),
        ("exponent", "1.5E+2"),
        ("negative", "-2.5"),
    ];
    sheet.at_places(Side::Output, float, &forms, |subject: &Subject<'_>, place, text| {
        let parts = subject.holds(place, number(text), &[Is(Value::Float(text.parse().ok()?))])?;
        Some(if text == "-0.0" { parts.class(Agree) } else { parts })
    });
}

/// FL5.
pub(in crate::check::taxonomy) fn float_as_text(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let float = |place: &Place| is_float(subject.shape(place.shape));
    sheet.at_places(Side::Output, float, &[("", ())], |subject, place, ()| {
        subject.holds(place, Json::string("1.5"), &[Refused, Is(Value::Float(1.5))])
    });
}
