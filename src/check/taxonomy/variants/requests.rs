//! RQ: requests, judged by what arrives; the answer is a plain success.

use crate::api::model::{ShapeKind, Timestamp, Value};
use crate::check::case::Class::Agree;
use crate::check::case::CountRange;
use crate::check::case::Expected::{OneOf, Refusal};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::pairs::rows;
use crate::check::taxonomy::place::{PathStep, Place, take};
use crate::check::taxonomy::subject::{Side, Subject};

/// A request that a client may also refuse to send.
pub(super) fn maybe_refused(subject: &Subject<'_>, input: Value) -> FormParts {
    let parts = subject.asks(input);
    let result = OneOf(vec![parts.result.clone(), Refusal]);
    FormParts { result, requests: CountRange::between(0, 1), ..parts }.class(Agree)
}

/// RQ1.
pub(in crate::check::taxonomy) fn no_input(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.minimal(Side::Input) == Value::default() {
        sheet.add("", move || subject.asks(Value::default()));
    }
}

/// RQ2.
pub(in crate::check::taxonomy) fn members(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let Some(root) = subject.operation.input else { return };
    sheet.add("minimal", move || subject.asks(subject.minimal(Side::Input)));
    sheet.add("maximal", move || subject.asks(subject.values.maximal(root, 0)));
    sheet.at_places(
        Side::Input,
        |place| place.optional,
        &[("", ())],
        |subject, place, ()| Some(subject.asks(subject.with_usual(Side::Input, place))),
    );
    for (number, row) in rows(&subject.optional(Side::Input)).into_iter().enumerate() {
        sheet.add(format!("pairs-{number}"), move || subject.asks(subject.with_all(Side::Input, &row)));
    }
    for (name, value) in subject.enum_values(Side::Input) {
        sheet.add(name, move || subject.asks(value.make(subject)));
    }
    let keyed = |place: &Place| subject.every_key(place.shape).is_some();
    sheet.at_places(Side::Input, keyed, &[("every-key", ())], |subject, place, ()| {
        Some(subject.asks(subject.with(Side::Input, place, subject.every_key(place.shape)?)))
    });
}

/// RQ3.
pub(in crate::check::taxonomy) fn zeros(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let zero = |place: &Place| place.is_member() && subject.zero(place.shape).is_some();
    sheet.at_places(Side::Input, zero, &[("", ())], |subject, place, ()| {
        Some(subject.asks(subject.with(Side::Input, place, subject.zero(place.shape)?)))
    });
    if subject.places(Side::Input).iter().any(|place| place.steps.len() == 1 && zero(place)) {
        sheet.add("all", move || {
            let mut input = subject.minimal(Side::Input);
            for place in subject.places(Side::Input).iter().filter(|place| place.steps.len() == 1) {
                if let (Value::Structure(fields), Some(zero)) = (&mut input, subject.zero(place.shape)) {
                    fields.insert(place.name().to_owned(), zero);
                }
            }
            subject.asks(input)
        });
    }
}

/// RQ4: every second optional member is absent.
pub(in crate::check::taxonomy) fn absent(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for (form, parity) in [("even", 0), ("odd", 1)] {
        sheet.add(form, move || {
            let names = subject.optional(Side::Input).into_iter().enumerate();
            let kept: Vec<String> =
                names.filter(|(index, _)| index % 2 == parity).map(|(_, name)| name).collect();
            subject.asks(subject.with_all(Side::Input, &kept))
        });
    }
}

/// RQ6.
pub(in crate::check::taxonomy) fn timestamps(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let timestamp = |place: &Place| subject.shape(place.shape).kind == ShapeKind::Timestamp;
    const FORMS: [(&str, &str); 11] = [
        ("whole", "1700000000"),
        ("ms", "1700000000.123"),
        ("ms-999", "1700000000.999"),
        ("us", "1700000000.123456"),
        ("ns", "1700000000.123456789"),
        ("zero", "0"),
        ("negative", "-1"),
        ("negative-fraction", "-0.5"),
        ("negative-ms", "-1.001"),
        ("2038", "2147483648"),
        ("9999", "253402300799"),
    ];
    sheet.at_places(Side::Input, timestamp, &FORMS, |subject, place, text| {
        let time = Timestamp::from_epoch_text(text)?;
        Some(subject.asks(subject.with(Side::Input, place, Value::Timestamp(time))))
    });
}

/// RQ7.
pub(in crate::check::taxonomy) fn unions(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let arm = |place: &Place| place.arm;
    sheet.at_places(Side::Input, arm, &[("", ())], |subject, place, ()| {
        Some(subject.asks(subject.with_usual(Side::Input, place)))
    });
    let union = |place: &Place| subject.shape(place.shape).is_union();
    sheet.at_places(Side::Input, union, &[("unknown", ())], |subject, place, ()| {
        let arm = Value::UnknownArm("NotInTheModel".to_owned());
        Some(maybe_refused(subject, subject.with(Side::Input, place, arm)))
    });
}

/// RQ10.
pub(in crate::check::taxonomy) fn idempotency_tokens(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    for place in subject.places(Side::Input).iter().filter(|place| subject.is_token(place)) {
        sheet.add(format!("{}-filled", place.label()), move || {
            let mut input = subject.with_usual(Side::Input, place);
            take(&mut input, &place.steps);
            subject.asks(input).at(Side::Input, place)
        });
        sheet.add(format!("{}-given", place.label()), move || {
            subject.asks(subject.with_usual(Side::Input, place)).at(Side::Input, place)
        });
    }
}

/// RQ11.
pub(in crate::check::taxonomy) fn headers(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    sheet.add("", move || {
        let root = subject.operation.input;
        let mut rng = subject.rng("headers");
        subject.asks(root.map_or_else(Value::default, |root| subject.values.random(root, &mut rng)))
    });
}

/// RQ12.
pub(in crate::check::taxonomy) fn compression(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    if subject.operation.request_codings.is_empty() {
        return;
    }
    let open = |place: &&Place| {
        let shape = subject.shape(place.shape);
        shape.kind == ShapeKind::String
            && shape.values.is_empty()
            && shape.max.is_none()
            && shape.pattern.is_none()
            || shape.kind == ShapeKind::Blob && shape.max.is_none()
    };
    let Some(place) = subject.places(Side::Input).iter().find(open) else { return };
    for (form, length) in [("small", 1_000), ("at-threshold", 10_240), ("large", 20_000)] {
        sheet.add(form, move || {
            let leaf = match subject.shape(place.shape).kind {
                ShapeKind::Blob => Value::Blob(vec![b'x'; length]),
                _ => Value::string("x".repeat(length)),
            };
            subject.asks(subject.with(Side::Input, place, leaf)).at(Side::Input, place)
        });
    }
}

impl Subject<'_> {
    /// Whether the client fills a place in by itself.
    pub(in crate::check::taxonomy) fn is_token(&self, place: &Place) -> bool {
        let Some(PathStep::Member(name)) = place.steps.last() else { return false };
        let member = self.shape(place.owner.0).member(name);
        member.is_some_and(|member| member.idempotency_token)
    }
}
