//! TS: moments of every precision, sign and spelling.

use crate::api::model::{ShapeKind, Timestamp, TimestampFormat, Value};
use crate::check::case::Class::{Agree, Must};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::place::{PathStep, Place};
use crate::check::taxonomy::subject::Due::{Absent, Is, Refused};
use crate::check::taxonomy::subject::{Due, Side, Subject};
use crate::ground::json::Json;

/// A second whose every millisecond is tried: no power of two is near, so that rounding shows.
const SECOND: i64 = 1_745_539_261;

fn format(subject: &Subject<'_>, place: &Place) -> TimestampFormat {
    place.format.or(subject.shape(place.shape).timestamp_format).unwrap_or(TimestampFormat::EpochSeconds)
}

fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::from_epoch_text(text)
}

/// A moment as the model wants it written.
fn written(format: TimestampFormat, time: Timestamp) -> Json {
    match format {
        TimestampFormat::EpochSeconds => Json::Number(time.to_epoch_text()),
        TimestampFormat::DateTime => Json::string(time.to_date_time()),
        TimestampFormat::HttpDate => Json::string(time.to_http_date()),
    }
}

/// Forms of moments, all timestamps of a format or of every one.
fn moments<F: Copy + 'static>(
    sheet: &mut Sheet<'_>,
    only: Option<TimestampFormat>,
    forms: &[(&'static str, F)],
    make: impl Fn(&Subject<'_>, &Place, F) -> Option<FormParts> + Copy + 'static,
) {
    let subject = sheet.subject;
    let wanted = |place: &Place| {
        subject.shape(place.shape).kind == ShapeKind::Timestamp
            && only.is_none_or(|only| only == format(subject, place))
    };
    sheet.at_places(Side::Output, wanted, forms, make);
}

fn exact(subject: &Subject<'_>, place: &Place, text: &str) -> Option<FormParts> {
    let time = moment(text)?;
    subject.holds(place, written(format(subject, place), time), &[Is(Value::Timestamp(time))])
}

/// TS1.
pub(in crate::check::taxonomy) fn whole(sheet: &mut Sheet<'_>) {
    moments(sheet, None, &[("", "1700000000")], exact);
}

/// TS2.
pub(in crate::check::taxonomy) fn fractions(sheet: &mut Sheet<'_>) {
    let forms = [
        ("1", "1700000000.1"),
        ("2", "1700000000.12"),
        ("3", "1700000000.123"),
        ("6", "1700000000.123456"),
        ("9", "1700000000.123456789"),
    ];
    moments(sheet, None, &forms, exact);
}

/// TS3.
pub(in crate::check::taxonomy) fn milliseconds(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let wanted = |place: &Place| subject.shape(place.shape).kind == ShapeKind::Timestamp;
    let single = |place: &Place| wanted(place) && !place.steps.contains(&PathStep::Item);
    sheet.at_places(
        Side::Output,
        |place| wanted(place) && !single(place),
        &[("all", ())],
        |subject, place, ()| all_milliseconds(subject, place),
    );
    let one = move |subject: &Subject<'_>, place: &Place, number: u32| {
        let time = Timestamp { seconds: SECOND, nanos: number * 1_000_000 };
        subject.holds(place, written(format(subject, place), time), &[Is(Value::Timestamp(time))])
    };
    if let Some(place) = subject.places(Side::Output).iter().find(|place| single(place)) {
        let mut rng = subject.rng("milliseconds");
        let own = subject.is_named() && subject.owns(Side::Output, place);
        let numbers = if own {
            0..1_000
        } else {
            let number = rng.below(1_000) as u32;
            number..number + 1
        };
        for number in numbers {
            let name = format!("{}-{number:03}", place.label());
            sheet.add_if(name, move || Some(one(subject, place, number)?.at(Side::Output, place)));
        }
    }
}

/// A list of a thousand items, each with another millisecond at the place.
fn all_milliseconds(subject: &Subject<'_>, place: &Place) -> Option<FormParts> {
    let moment = |number: u32| Timestamp { seconds: SECOND, nanos: number * 1_000_000 };
    let moments = (0..1_000).map(|number| Value::Timestamp(moment(number))).collect();
    Some(subject.says(subject.listing(Side::Output, place, moments)?))
}

/// TS4.
pub(in crate::check::taxonomy) fn exponents(sheet: &mut Sheet<'_>) {
    let forms =
        [("upper", "1.611248009879E9"), ("lower", "1.7e9"), ("plus", "17E+8"), ("minus", "17000000001e-1")];
    moments(sheet, Some(TimestampFormat::EpochSeconds), &forms, |subject, place, text| {
        subject.holds(place, Json::Number(text.to_owned()), &[Is(Value::Timestamp(moment(text)?))])
    });
}

fn exact_or_refused(subject: &Subject<'_>, place: &Place, text: &str) -> Option<FormParts> {
    let time = moment(text)?;
    subject.holds(place, written(format(subject, place), time), &[Is(Value::Timestamp(time)), Refused])
}

/// TS5.
pub(in crate::check::taxonomy) fn early(sheet: &mut Sheet<'_>) {
    let forms = [
        ("zero", "0"),
        ("minus-one", "-1"),
        ("minus-half", "-0.5"),
        ("minus-fraction", "-1.25"),
        ("1900", "-2208988800"),
        ("year-1", "-62135596800"),
    ];
    moments(sheet, None, &forms, exact_or_refused);
}

/// TS6.
pub(in crate::check::taxonomy) fn late(sheet: &mut Sheet<'_>) {
    let forms = [("2038", "2147483648"), ("2049", "2493072000.5"), ("9999", "253402300799")];
    moments(sheet, None, &forms, |subject, place, text| match text {
        "253402300799" => Some(exact_or_refused(subject, place, text)?.class(Agree)),
        _ => exact(subject, place, text),
    });
}

/// TS7.
pub(in crate::check::taxonomy) fn other_formats(sheet: &mut Sheet<'_>) {
    let forms = [
        ("epoch", TimestampFormat::EpochSeconds),
        ("date-time", TimestampFormat::DateTime),
        ("http-date", TimestampFormat::HttpDate),
    ];
    moments(sheet, None, &forms, |subject, place, other| {
        if other == format(subject, place) {
            return None;
        }
        let time = Timestamp::from_seconds(SECOND);
        subject.holds(place, written(other, time), &[Is(Value::Timestamp(time)), Refused])
    });
}

/// TS8.
pub(in crate::check::taxonomy) fn offsets(sheet: &mut Sheet<'_>) {
    type Form = (&'static str, &'static str, bool);
    let forms: [(&str, Form); 7] = [
        ("behind", ("2019-12-16T22:48:18-01:00", "1576540098", true)),
        ("ahead", ("2019-12-17T00:48:18+01:00", "1576540098", true)),
        ("zero", ("2019-12-16T23:48:18+00:00", "1576540098", true)),
        ("fraction", ("2000-01-02T20:34:56.123456Z", "946845296.123456", true)),
        ("lower", ("2019-12-16t23:48:18z", "1576540098", false)),
        ("no-zone", ("2019-12-16T23:48:18", "1576540098", false)),
        ("leap-second", ("2016-12-31T23:59:60Z", "1483228800", false)),
    ];
    moments(sheet, Some(TimestampFormat::DateTime), &forms, |subject, place, (text, epoch, must)| {
        let is = Is(Value::Timestamp(moment(epoch)?));
        let dues: Vec<Due> = if must { vec![is] } else { vec![is, Refused] };
        let parts = subject.holds(place, Json::string(text), &dues)?;
        Some(parts.class(if must { Must } else { Agree }))
    });
}

/// TS9.
pub(in crate::check::taxonomy) fn epoch_milliseconds(sheet: &mut Sheet<'_>) {
    let forms = [("", "1700000000123")];
    moments(sheet, Some(TimestampFormat::EpochSeconds), &forms, |subject, place, text| {
        let taken = [moment(text)?, moment("1700000000.123")?];
        let dues = [Is(Value::Timestamp(taken[0])), Is(Value::Timestamp(taken[1])), Refused];
        subject.holds(place, Json::Number(text.to_owned()), &dues)
    });
}

/// TS10.
pub(in crate::check::taxonomy) fn odd(sheet: &mut Sheet<'_>) {
    let fraction = [("fraction", ())];
    moments(sheet, Some(TimestampFormat::HttpDate), &fraction, |subject, place, ()| {
        let time = moment("946845296.456")?;
        subject.holds(place, written(TimestampFormat::HttpDate, time), &[Is(Value::Timestamp(time))])
    });
    let forms = [("empty", "\"\""), ("true", "true"), ("word", "\"yesterday\""), ("object", "{}")];
    moments(sheet, None, &forms, |subject, place, text| {
        let json = crate::ground::json::parse(text.as_bytes()).ok()?;
        let dues: &[Due] = if place.optional { &[Refused, Absent] } else { &[Refused] };
        subject.holds(place, json, dues)
    });
}
