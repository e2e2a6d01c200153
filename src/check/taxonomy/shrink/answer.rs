//! Less in one answer, and the same less in what the caller must get.

use super::raw::{self, Raw};
use super::sequence::page_of;
use crate::api::model::{Model, Operation, Shape, Value};
use crate::api::values::Values;
use crate::api::values::{Edit, Spot, edits, json_edits, way_of};
use crate::check::case::{Case, Expected, ExpectedError, Mode};
use crate::check::taxonomy::polls::on_output;
use crate::ground::exchange::{Answer, Framing, Response};
use crate::ground::json::{Json, Style, parse, write};
use crate::protocol::protocol_of;

/// Members that tell of an error; what of them is there is what the variant is about.
const TELLING: [&str; 5] = ["__type", "code", "message", "Message", "errorMessage"];

/// Fields that decide how an answer is read or tried again.
const MEANINGFUL: [&str; 7] = [
    "content-encoding",
    "content-type",
    "date",
    "location",
    "retry-after",
    "x-amzn-errortype",
    "x-amzn-query-error",
];

/// One way to make an answer smaller.
pub(super) enum AnswerCut {
    /// The body is a value as the service writes it; less of the value.
    Value(Edit),
    /// The body is odd somewhere; something else is left out of it and of all values.
    Json(Edit),
    /// Less of what no shape describes.
    Raw(Raw),
    /// A member of an error.
    ErrorMember(String),
    /// A field.
    Field(String),
    /// The usual framing.
    Framed,
}

/// All ways to make the answer of that number smaller.
pub(super) fn parts(values: &Values, operation: &Operation, case: &Case, number: usize) -> Vec<AnswerCut> {
    let Some(Answer::Response(response)) = case.answers.get(number) else { return Vec::new() };
    let mut parts = Vec::new();
    if let Ok(json @ Json::Object(_)) = parse(&response.body) {
        if (200..300).contains(&response.status) {
            parts = of_success(values, operation, case, number, &json);
        } else if number + 1 == case.answers.len() {
            parts = of_error(values.model(), case, &json);
        }
    }
    let plain = |name: &&str| !MEANINGFUL.iter().any(|known| name.eq_ignore_ascii_case(known));
    let fields = response.headers.iter().map(|(name, _)| name).filter(plain);
    parts.extend(fields.map(|name| AnswerCut::Field(name.to_owned())));
    if matches!(response.framing, Framing::Chunked | Framing::Close) {
        parts.push(AnswerCut::Framed);
    }
    parts
}

fn of_success(
    values: &Values,
    operation: &Operation,
    case: &Case,
    number: usize,
    json: &Json,
) -> Vec<AnswerCut> {
    let model = values.model();
    let Some(shape) = operation.output.map(|id| model.shape(id)) else { return Vec::new() };
    if case.expectation.result == Expected::Open {
        return raw::steps(json).into_iter().map(AnswerCut::Raw).collect();
    }
    let mut kept = kept(operation, case);
    if let Some(value) = honest(model, operation, case, number, json) {
        let all = edits(values, shape, value).into_iter();
        return all.filter(|edit| !kept.iter().any(|way| edit.touches(way))).map(AnswerCut::Value).collect();
    }
    kept.extend(case.place.as_deref().and_then(|place| way_of(place, "output")));
    let all = json_edits(model, shape, json).into_iter();
    let edits = all.filter(|edit| !kept.iter().any(|way| edit.touches(way))).map(AnswerCut::Json);
    // What is unknown may be why the answer is refused.
    let unknown =
        if has_output(&case.expectation.result) { raw::unknown(model, shape, json) } else { Vec::new() };
    edits.chain(unknown.into_iter().map(AnswerCut::Raw)).collect()
}

/// What steers the paginator stays.
fn kept(operation: &Operation, case: &Case) -> Vec<Vec<Spot>> {
    let paged = matches!(case.call.mode, Mode::Paginate { .. });
    let paginator = operation.paginator.as_ref().filter(|_| paged);
    let paths = paginator.into_iter().flat_map(|one| one.output_tokens.iter().chain(&one.more_results));
    paths.filter_map(|path| way_of(&format!("output.{path}"), "output")).collect()
}

/// The one value that an answer says, if the caller must get just that.
fn honest<'c>(
    model: &Model,
    operation: &Operation,
    case: &'c Case,
    number: usize,
    json: &Json,
) -> Option<&'c Value> {
    let value = match (&case.expectation.result, page_of(case, number)) {
        (Expected::Output(value), None) => value,
        (Expected::Pages { pages, .. }, Some(page)) => pages.get(page)?,
        _ => return None,
    };
    (body(model, operation, value)? == *json).then_some(value)
}

fn has_output(expected: &Expected) -> bool {
    match expected {
        Expected::Output(_) | Expected::Pages { .. } => true,
        Expected::OneOf(all) => all.iter().any(has_output),
        _ => false,
    }
}

fn of_error(model: &Model, case: &Case, json: &Json) -> Vec<AnswerCut> {
    let Expected::Error(due) = &case.expectation.result else { return Vec::new() };
    let shape = due.modeled.as_ref().and_then(|name| model.shape_named(name));
    let member = |name: &str| {
        let mut members = shape.and_then(Shape::members).into_iter().flat_map(|members| members.values());
        members.find(|member| member.wire_name() == name)
    };
    let mut parts = Vec::new();
    for (index, (name, _)) in json.as_object().unwrap_or_default().iter().enumerate() {
        let Some(name) = name.as_str().filter(|name| !TELLING.contains(name)) else { continue };
        let member = member(name);
        if member.is_none_or(|member| !member.required) {
            parts.push(AnswerCut::ErrorMember(name.to_owned()));
        }
        if member.is_none() {
            parts.extend(raw::within(json, index).into_iter().map(AnswerCut::Raw));
        }
    }
    parts
}

impl AnswerCut {
    /// Takes the step; `None` where the case would no longer be right.
    pub(super) fn apply(
        &self,
        values: &Values,
        operation: &Operation,
        case: &mut Case,
        number: usize,
    ) -> Option<()> {
        let model = values.model();
        let page = page_of(case, number);
        let result = &mut case.expectation.result;
        let Answer::Response(response) = case.answers.get_mut(number)? else { return None };
        match self {
            AnswerCut::Field(name) => response.headers.remove(name),
            AnswerCut::Framed => response.framing = Framing::Length,
            AnswerCut::Value(edit) => {
                let mut left = None;
                each_output(result, page, &mut |value| {
                    edit.apply(value);
                    left = body(model, operation, value);
                });
                set_body(response, &left?);
            }
            AnswerCut::Json(edit) => {
                let shape = model.shape(operation.output?);
                let before = parse(&response.body).ok()?;
                let mut json = before.clone();
                edit.apply_json(model, shape, &mut json);
                each_output(result, page, &mut |value| edit.apply(value));
                set_body(response, &json);
                // A poll must be taken as before.
                if let Mode::Wait { waiter, .. } = &case.call.mode {
                    let waiter = model.waiters.get(waiter)?;
                    return (on_output(waiter, &before) == on_output(waiter, &json)).then_some(());
                }
            }
            AnswerCut::Raw(raw) => {
                let mut json = parse(&response.body).ok()?;
                raw.apply(&mut json)?;
                set_body(response, &json);
            }
            AnswerCut::ErrorMember(name) => {
                let mut json = parse(&response.body).ok()?;
                if let Json::Object(members) = &mut json {
                    members.retain(|(member, _)| *member != name.as_str());
                }
                set_body(response, &json);
                if let Expected::Error(due) = result {
                    forget(model, due, name);
                }
            }
        }
        Some(())
    }
}

fn forget(model: &Model, due: &mut ExpectedError, wire: &str) {
    let shape = due.modeled.as_ref().and_then(|name| model.shape_named(name));
    let named =
        |name: &str| shape.and_then(|shape| shape.member(name)).is_some_and(|one| one.wire_name() == wire);
    due.members.retain(|name, _| !named(name));
}

/// The body that says a value.
fn body(model: &Model, operation: &Operation, value: &Value) -> Option<Json> {
    let view = protocol_of(model).ok()?.view_output(model, operation, value).ok()?;
    Some(view.root)
}

fn set_body(response: &mut Response, json: &Json) {
    response.body = write(json, Style::Compact);
}

/// Each value that the caller may get from this answer.
fn each_output(expected: &mut Expected, page: Option<usize>, change: &mut dyn FnMut(&mut Value)) {
    match expected {
        Expected::Output(value) if page.is_none() => change(value),
        Expected::Pages { pages, .. } => {
            if let Some(value) = page.and_then(|page| pages.get_mut(page)) {
                change(value);
            }
        }
        Expected::OneOf(all) => all.iter_mut().for_each(|one| each_output(one, page, change)),
        _ => {}
    }
}
