//! The error: code, class, message, members and status of what the client raised, be it after pages; and refusals.

mod unfit;

use super::difference::Difference;
use super::place::At;
use super::{Oracle, Trial, given, never};
use crate::api::model::{Shape, Value};
use crate::api::outcome::{Outcome, ServiceFault};
use crate::check::case::{Expected, ExpectedError, PagesEnd};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::json::{Json, Text};

/// Judges errors.
#[derive(Debug)]
pub(super) struct ErrorOracle;

impl Oracle for ErrorOracle {
    fn name(&self) -> OracleName {
        OracleName::Error
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let Ok(outcome) = &trial.evidence.outcome else { return Vec::new() };
        let differences = match trial.expected {
            _ if never::invented(trial).is_some() => Vec::new(),
            Expected::Error(due) => against(trial, due, outcome),
            Expected::Pages { end: PagesEnd::Error(due), .. } => after_pages(trial, due, outcome),
            Expected::Refusal => not_refused(trial, outcome).into_iter().collect(),
            _ => Vec::new(),
        };
        differences.into_iter().map(|difference| trial.state(self.name(), difference)).collect()
    }
}

/// The error that ends a run of pages, with the pages before it or without them.
fn after_pages(trial: &Trial<'_>, due: &ExpectedError, outcome: &Outcome) -> Vec<Difference> {
    match outcome {
        Outcome::Pages { error: Some(error), .. } => against(trial, due, error),
        Outcome::Pages { error: None, stopped: false, .. } => {
            let message = format!(
                "The last page should fail with the error `{}`, but the pages ended without an error.",
                due.code
            );
            let difference = of_error(trial, Kind::OutputInsteadOfError, "pages", message);
            vec![difference.with(Some(Json::string(&due.code)), None)]
        }
        Outcome::ServiceError(_) | Outcome::ClientError(_) => against(trial, due, outcome),
        // That there are no pages, or that they do not end, is told by the oracle of pages.
        _ => Vec::new(),
    }
}

/// All differences of an outcome and the service error that was due.
fn against(trial: &Trial<'_>, due: &ExpectedError, outcome: &Outcome) -> Vec<Difference> {
    match outcome {
        Outcome::ServiceError(fault) => service_error(trial, due, fault),
        Outcome::Pages { pages, error: Some(error), .. } if pages.is_empty() => against(trial, due, error),
        Outcome::ClientError(_) => {
            let message = format!(
                "The service returned the error `{}`, but the client raised an error of its own.",
                due.code
            );
            let difference = of_error(trial, Kind::ClassDiffers, "error", message).in_manner("client error");
            vec![difference.with(Some(due_error(due)), Some(outcome.told()))]
        }
        other => {
            let message = format!(
                "The service returned the error `{}`, but the caller got {}.",
                due.code,
                other.kind()
            );
            let difference = of_error(trial, Kind::OutputInsteadOfError, "error", message);
            vec![difference.with(Some(due_error(due)), Some(outcome.told()))]
        }
    }
}

/// A refusal may be any error; that it is one of the client's own documented ones is judged everywhere.
fn not_refused(trial: &Trial<'_>, outcome: &Outcome) -> Option<Difference> {
    match outcome {
        Outcome::Output { .. } | Outcome::Pages { error: None, .. } | Outcome::Waited { .. } => {
            let message = format!("{}, but the caller got an output.", unfit::what(trial));
            let difference =
                of_error(trial, Kind::OutputInsteadOfError, "error", message).in_manner("refusal");
            Some(difference.with(None, Some(outcome.told())))
        }
        _ => None,
    }
}

fn of_error(trial: &Trial<'_>, kind: Kind, path: &str, message: impl Into<String>) -> Difference {
    Difference::of_call(kind, path, &trial.operation.name, message)
}

fn due_error(due: &ExpectedError) -> Json {
    Json::object([("serviceError", Json::object([("code", Json::string(&due.code))]))])
}

fn service_error(trial: &Trial<'_>, due: &ExpectedError, is: &ServiceFault) -> Vec<Difference> {
    let mut differences = Vec::new();
    if is.code.as_deref() != Some(due.code.as_str()) {
        let actual = is.code.as_ref().map(Json::string);
        differences.push(differ(trial, Kind::CodeDiffers, "error.code", Json::string(&due.code), actual));
    }
    differences.extend(class(trial, due, is));
    if let Some(message) = &due.message
        && is.message.as_ref() != Some(message)
    {
        let actual = is.message.clone().map(Json::String);
        let due = Json::String(message.clone());
        differences.push(differ(trial, Kind::MessageDiffers, "error.message", due, actual));
    }
    if let Some(status) = is.status
        && status != due.status
    {
        let (due, is) = (Json::number(due.status), Json::number(status));
        differences.push(differ(trial, Kind::ValueDiffers, "error.status", due, Some(is)));
    }
    if let Some((due, is)) = super::other_request_id(trial, is.request_id.as_deref()) {
        differences.push(differ(trial, Kind::ValueDiffers, "error.requestId", due, Some(is)));
    }
    differences.extend(members(trial, due, is));
    differences
}

fn differ(trial: &Trial<'_>, kind: Kind, path: &str, due: Json, is: Option<Json>) -> Difference {
    let found = is.as_ref().map_or("missing".to_owned(), super::difference::shown);
    let message = format!("`{path}` should be {} and is {found}.", super::difference::shown(&due));
    of_error(trial, kind, path, message)
        .in_manner(if is.is_none() { "missing" } else { "" })
        .with(Some(due), is)
}

/// The class: the modelled one that the operation declares. Where it declares none, a client may still use the
/// service's class of that code, as those with one registry for all operations do.
fn class(trial: &Trial<'_>, due: &ExpectedError, is: &ServiceFault) -> Option<Difference> {
    let right = match (&due.modeled, &is.modeled) {
        (None, Some(used)) => shape_of(trial, used).is_some_and(|shape| code_of(shape) == due.code),
        (due, is) => due == is,
    };
    if right {
        return None;
    }
    let class = |name: &Option<String>| name.as_ref().map_or(Json::Null, Json::string);
    let expected = class(&due.modeled);
    Some(differ(trial, Kind::ClassDiffers, "error.modeled", expected, Some(class(&is.modeled))))
}

fn shape_of<'a>(trial: &Trial<'a>, name: &str) -> Option<&'a Shape> {
    trial.model.shape_named(name).filter(|shape| shape.error.is_some())
}

fn code_of(shape: &Shape) -> &str {
    shape.error.as_ref().map_or(&shape.name, |error| &error.code)
}

/// The modelled members, where the client used the modelled class; the message is judged by itself.
fn members(trial: &Trial<'_>, due: &ExpectedError, is: &ServiceFault) -> Vec<Difference> {
    let used = is.modeled.as_ref().filter(|used| due.modeled.as_ref() == Some(used));
    let Some(shape) = used.and_then(|used| shape_of(trial, used)) else { return Vec::new() };
    let is_message = |name: &Text| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case("message"));
    let given: Vec<_> = is.members.iter().filter(|(name, _)| !is_message(name)).cloned().collect();
    let mut fields = due.members.clone();
    fields.retain(|name, _| !name.eq_ignore_ascii_case("message"));
    let at = At::root("error.members", &shape.name);
    let digits = trial.evidence.timestamp_digits;
    given::differences(trial.model, digits, &at, shape.id, &Value::Structure(fields), &Json::Object(given))
}
