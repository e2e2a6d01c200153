//! UN: unions with one arm, none, several, and what stands beside it.

use crate::api::model::{Member, ShapeKind, Value};
use crate::check::case::Expected::{OneOf, Output, Refusal};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::place::{PathStep, Place, value_at};
use crate::check::taxonomy::subject::Due::{Absent, Is, Refused};
use crate::check::taxonomy::subject::{Due, Side, Subject};
use crate::ground::json::{Json, Text};

/// UN1.
pub(in crate::check::taxonomy) fn arms(sheet: &mut Sheet<'_>) {
    sheet.at_places(
        Side::Output,
        |place| place.arm,
        &[("", ())],
        |subject, place, ()| Some(subject.says(subject.with_usual(Side::Output, place))),
    );
}

/// Forms of a union: its place, its arms and a form.
fn of_unions<F: Copy + 'static>(
    sheet: &mut Sheet<'_>,
    forms: &[(&'static str, F)],
    make: impl Fn(&Subject<'_>, &Place, &[&Member], F) -> Option<FormParts> + Copy + 'static,
) {
    let subject = sheet.subject;
    let union = |place: &Place| subject.shape(place.shape).is_union();
    sheet.at_places(Side::Output, union, forms, move |subject, place, form| {
        let arms: Vec<&Member> = subject.shape(place.shape).members()?.values().collect();
        make(subject, place, &arms, form)
    });
}

/// One arm as value and as JSON.
fn arm(subject: &Subject<'_>, place: &Place, member: &Member) -> Option<(Value, Json)> {
    let value = Value::structure([(&member.name, subject.values.with_items(member.shape))]);
    let json = subject.json_of(place, &value)?;
    Some((value, json))
}

fn members(json: Json) -> Vec<(Text, Json)> {
    match json {
        Json::Object(members) => members,
        _ => Vec::new(),
    }
}

/// UN2.
pub(in crate::check::taxonomy) fn beside_type(sheet: &mut Sheet<'_>) {
    of_unions(sheet, &[("before", true), ("after", false)], |subject, place, arms, before| {
        let (value, json) = arm(subject, place, arms.first()?)?;
        let mut members = members(json);
        let at = if before { 0 } else { members.len() };
        members.insert(at, (Text::from("__type"), Json::string("aws.protocoltests.json#Union")));
        subject.holds(place, Json::Object(members), &[Is(value)])
    });
}

/// UN3.
pub(in crate::check::taxonomy) fn beside_null(sheet: &mut Sheet<'_>) {
    of_unions(sheet, &[("before", true), ("after", false)], |subject, place, arms, before| {
        let (chosen, other) =
            if before { (arms.last()?, arms.first()?) } else { (arms.first()?, arms.last()?) };
        if chosen.name == other.name {
            return None;
        }
        let (value, json) = arm(subject, place, chosen)?;
        let mut members = members(json);
        let at = if before { 0 } else { members.len() };
        members.insert(at, (Text::from(other.wire_name()), Json::Null));
        subject.holds(place, Json::Object(members), &[Is(value)])
    });
}

fn unknown() -> (Text, Json) {
    (Text::from("NotInTheModel"), Json::object([("a", Json::number(1))]))
}

/// UN4.
pub(in crate::check::taxonomy) fn unknown_arm(sheet: &mut Sheet<'_>) {
    of_unions(sheet, &[("", ())], |subject, place, _, ()| {
        let value = Value::UnknownArm("NotInTheModel".to_owned());
        subject.holds(place, Json::Object(vec![unknown()]), &[Is(value)])
    });
}

/// Repetitions that make a dependence on map iteration order visible.
const TIMES: usize = 100;

/// UN5. Where the union stands in a list, it stands there a hundred times, elsewhere the call is made as often, and
/// all must come out the same.
pub(in crate::check::taxonomy) fn unknown_and_known(sheet: &mut Sheet<'_>) {
    of_unions(sheet, &[("before", true), ("after", false)], |subject, place, arms, before| {
        let (value, json) = arm(subject, place, arms.first()?)?;
        let mut members = members(json);
        let at = if before { 0 } else { members.len() };
        members.insert(at, unknown());
        let unknown = Value::UnknownArm("NotInTheModel".to_owned());
        let list = list_of(subject, place);
        match list {
            Some(list) => {
                let all = |value: &Value| Is(Value::List(vec![value.clone(); TIMES]));
                let json = Json::Array(vec![Json::Object(members); TIMES]);
                subject.holds(list, json, &[all(&value), all(&unknown), Refused])
            }
            None => {
                let parts =
                    subject.holds(place, Json::Object(members), &[Is(value), Is(unknown), Refused])?;
                Some(parts.again(TIMES as u32 - 1))
            }
        }
    });
}

/// The place of the list whose items stand at a place.
fn list_of<'a>(subject: &'a Subject<'_>, place: &Place) -> Option<&'a Place> {
    let (PathStep::Item, to_list) = place.steps.split_last()? else { return None };
    subject.places(Side::Output).iter().find(|place| place.steps == to_list)
}

/// UN6.
pub(in crate::check::taxonomy) fn no_arm(sheet: &mut Sheet<'_>) {
    let dues = |place: &Place| -> Vec<Due> {
        let mut dues = vec![Refused, Is(Value::default()), Is(Value::UnknownArm(String::new()))];
        if place.is_member() {
            dues.push(Absent);
        }
        dues
    };
    of_unions(sheet, &[("empty", false), ("nulls", true)], move |subject, place, arms, nulls| {
        let all = arms.iter().filter(|_| nulls).map(|arm| (Text::from(arm.wire_name()), Json::Null));
        subject.holds(place, Json::Object(all.collect()), &dues(place))
    });
}

/// UN7.
pub(in crate::check::taxonomy) fn nested(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let container = |place: &Place| {
        let kind = &subject.shape(place.shape).kind;
        let holds =
            matches!(kind, ShapeKind::Structure { .. } | ShapeKind::List { .. } | ShapeKind::Map { .. });
        place.arm && holds
    };
    sheet.at_places(Side::Output, container, &[("filled", ())], |subject, place, ()| {
        let filled = subject.values.maximal(place.shape, 0);
        Some(subject.says(subject.with(Side::Output, place, filled)))
    });
    let list = |place: &Place| match subject.shape(place.shape).kind {
        ShapeKind::List { item, sparse: false } => subject.shape(item).is_union(),
        _ => false,
    };
    sheet.at_places(Side::Output, list, &[("one-bad", ())], |subject, place, ()| {
        let good = subject.three(place)?;
        let mut json = subject.json_of(place, &good)?;
        if let Json::Array(items) = &mut json {
            *items.get_mut(1)? = Json::Object(Vec::new());
        }
        let output = subject.with(Side::Output, place, good);
        let parts = subject.holds(place, json, &[Refused])?;
        // What a lenient client makes of the bad item is for clients to agree on.
        let lenient = |item: Value| {
            let mut output = output.clone();
            if let Value::List(items) = value_at(&mut output, &place.steps)? {
                *items.get_mut(1)? = item;
            }
            Some(Output(output))
        };
        let mut results = vec![Refusal];
        results.extend(lenient(Value::default()));
        results.extend(lenient(Value::UnknownArm(String::new())));
        results.extend(lenient(Value::Null));
        Some(FormParts { result: OneOf(results), ..parts })
    });
}

/// UN8.
pub(in crate::check::taxonomy) fn two_arms(sheet: &mut Sheet<'_>) {
    of_unions(sheet, &[("", ())], |subject, place, arms, ()| {
        let (first, second) = (arms.first()?, arms.get(1)?);
        let (one, mut json) = arm(subject, place, first)?;
        let (two, other) = arm(subject, place, second)?;
        if let Json::Object(all) = &mut json {
            all.extend(members(other));
        }
        subject.holds(place, json, &[Is(one), Is(two), Refused])
    });
}
