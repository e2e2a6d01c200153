//! The response: every leaf of what the caller got against what the answer said.

use super::difference::{Difference, shown};
use super::place::At;
use super::{Oracle, Trial, given, merged, never};
use crate::api::model::Value;
use crate::api::outcome::Outcome;
use crate::check::case::Expected;
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::json::Json;

/// Judges outputs.
#[derive(Debug)]
pub(super) struct ResponseOracle;

impl Oracle for ResponseOracle {
    fn name(&self) -> OracleName {
        OracleName::Response
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let Ok(outcome) = &trial.evidence.outcome else { return Vec::new() };
        let differences = match (trial.expected, outcome) {
            (Expected::Output(_), _) if never::invented(trial).is_some() => Vec::new(),
            (Expected::Output(due), Outcome::Output { output, request_id }) => {
                let mut differences = output_differences(trial, "output", due, output);
                if !differences.is_empty() {
                    let wrapped = never::wrapped(trial);
                    differences.retain(|one| wrapped.iter().all(|other| other.path != one.path));
                }
                differences.extend(request_id_difference(trial, request_id.as_deref()));
                differences
            }
            (Expected::Output(due), other) => vec![error_instead(trial, due, other)],
            (Expected::Pages { pages: due, .. }, Outcome::Pages { pages, merged: false, .. })
                if due.len() == pages.len() =>
            {
                let pairs = due.iter().zip(pages).enumerate();
                pairs
                    .flat_map(|(index, (due, is))| {
                        output_differences(trial, &format!("pages[{index}]"), due, is)
                    })
                    .collect()
            }
            (Expected::Pages { pages: due, .. }, Outcome::Pages { pages, merged: true, error: None, .. }) => {
                let whole = merged::due(trial, due);
                let pairs = whole.iter().zip(pages);
                pairs.flat_map(|(due, is)| output_differences(trial, "pages[0]", due, is)).collect()
            }
            _ => Vec::new(),
        };
        differences.into_iter().map(|difference| trial.state(self.name(), difference)).collect()
    }
}

fn output_differences(trial: &Trial<'_>, path: &str, due: &Value, is: &Json) -> Vec<Difference> {
    match trial.operation.output {
        Some(shape) => {
            let at = At::root(path, &trial.model.shape(shape).name);
            given::differences(trial.model, trial.evidence.timestamp_digits, &at, shape, due, is)
        }
        None if is.as_object().is_some_and(<[_]>::is_empty) => Vec::new(),
        None => {
            let message = "The operation has no output, but the caller got one.";
            let difference =
                Difference::of_call(Kind::MemberUnexpected, path, &trial.operation.name, message);
            vec![difference.with(None, Some(is.clone()))]
        }
    }
}

fn error_instead(trial: &Trial<'_>, due: &Value, outcome: &Outcome) -> Difference {
    let manner = match outcome {
        Outcome::ClientError(fault) => fault.stage.word(),
        other => other.kind(),
    };
    let message = format!("The answer is a success, but the caller got {}.", outcome.kind());
    Difference::of_call(Kind::ErrorInsteadOfOutput, "output", &trial.operation.name, message)
        .in_manner(manner)
        .with(Some(crate::api::outcome::typed::encode(due)), Some(outcome.told()))
}

fn request_id_difference(trial: &Trial<'_>, is: Option<&str>) -> Option<Difference> {
    let (due, is) = super::other_request_id(trial, is)?;
    let message = format!("The request id should be {} and is {}.", shown(&due), shown(&is));
    let difference = Difference::of_call(Kind::ValueDiffers, "requestId", &trial.operation.name, message);
    Some(difference.with(Some(due), Some(is)))
}
