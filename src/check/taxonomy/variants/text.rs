//! OK16: text of every kind, in all members of an operation at once.

use crate::api::model::{Shape, ShapeKind, Value};
use crate::api::values::length_bounds;
use crate::check::case::Expected::{OneOf, Output, Refusal};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::json::{Style, Text, write};

/// What stands for a byte that is not UTF-8 until the body is written.
const MARK: &str = "\u{E000}";
/// Longer texts than this are for the named operations.
const LONG: u32 = 2_048;

/// OK16.
pub(in crate::check::taxonomy) fn texts(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.output().is_none_or(|_| text_of(subject, "a") == text_of(subject, "b")) {
        return;
    }
    for (form, text) in [
        ("empty", ""),
        ("one", "x"),
        ("nul", "a\0b"),
        ("control", "\u{1}\t\r\n\u{7F}\u{85}"),
        ("separators", "a\u{2028}b\u{2029}c"),
        ("astral", "\u{1F600}\u{10FFFF}\u{E9}"),
        ("quotes", "\"\\/</script>'&amp;${x}%s"),
        ("spaces", "  a  "),
    ] {
        sheet.add(form, move || subject.says(text_of(subject, text)));
    }
    sheet.add("longest", move || {
        subject.says(with_texts(subject, |shape| {
            let most = length_bounds(shape).1.min(LONG);
            Text::from("m".repeat(most as usize))
        }))
    });
    sheet.add("surrogate", move || surrogate(subject));
    sheet.add("invalid-utf8", move || invalid(subject));
    sheet.add_slow("64k", 20, move || long(subject, 64 << 10));
    sheet.add_slow("1m", 200, move || long(subject, 1 << 20));
}

fn surrogate(subject: &Subject<'_>) -> FormParts {
    let with = |unit: u16| with_texts(subject, |_| Text::from_utf16(&[0x61, unit, 0x62]));
    let exact = with(0xD800);
    let body = subject.json(&exact);
    subject.gives(&body, OneOf(vec![Output(exact), Output(with(0xFFFD)), Refusal]))
}

fn invalid(subject: &Subject<'_>) -> FormParts {
    let marked = text_of(subject, &format!("a{MARK}b"));
    let replaced = text_of(subject, "a\u{FFFD}b");
    let bytes = write(&subject.json(&marked), Style::Compact);
    let mut broken = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some((first, after)) = rest.split_first() {
        match rest.strip_prefix(MARK.as_bytes()) {
            Some(after) => {
                broken.push(0xFF);
                rest = after;
            }
            None => {
                broken.push(*first);
                rest = after;
            }
        }
    }
    subject.gives_bytes(broken, OneOf(vec![Output(replaced), Refusal]))
}

/// One long text, in the first member that is text.
fn long(subject: &Subject<'_>, length: usize) -> FormParts {
    let open = |shape: &Shape| shape.kind == ShapeKind::String && shape.values.is_empty();
    let place = subject.places(Side::Output).iter().find(|place| open(subject.shape(place.shape)));
    match place {
        Some(place) => subject.says(subject.with(Side::Output, place, Value::string("x".repeat(length)))),
        None => subject.says(subject.minimal(Side::Output)),
    }
}

fn text_of(subject: &Subject<'_>, text: &str) -> Value {
    with_texts(subject, |_| Text::from(text))
}

/// A maximal output in which every open text is another one.
fn with_texts(subject: &Subject<'_>, text: impl Fn(&Shape) -> Text) -> Value {
    let Some(output) = subject.operation.output else { return Value::default() };
    let mut value = subject.values.maximal(output, 0);
    replace(subject, subject.shape(output), &mut value, &text);
    value
}

fn replace(subject: &Subject<'_>, shape: &Shape, value: &mut Value, text: &impl Fn(&Shape) -> Text) {
    match (&shape.kind, value) {
        (ShapeKind::Structure { members, .. }, Value::Structure(fields)) => {
            for (name, value) in fields {
                if let Some(member) = members.get(name).filter(|member| !member.json_text) {
                    replace(subject, subject.shape(member.shape), value, text);
                }
            }
        }
        (ShapeKind::List { item, .. }, Value::List(items)) => {
            items.iter_mut().for_each(|value| replace(subject, subject.shape(*item), value, text));
        }
        (ShapeKind::Map { value: inner, .. }, Value::Map(entries)) => {
            entries.values_mut().for_each(|value| replace(subject, subject.shape(*inner), value, text));
        }
        (ShapeKind::String, value) if shape.values.is_empty() => *value = Value::String(text(shape)),
        _ => {}
    }
}
