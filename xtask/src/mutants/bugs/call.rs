//! Bugs around whole calls: what is left of the one before, crashes, hangs.

use shapetape::api::outcome::{ClientFault, Outcome, Stage};
use shapetape::check::case::NoOutcome;
use shapetape::ground::json::Json;

use crate::mutants::bug::Plant::{ArrivedBody, Outcome as Given};
use crate::mutants::bug::{Bug, each_json, narrow, wide};

fn is_decode(fault: &ClientFault) -> bool {
    fault.stage == Stage::Decode
}

#[rustfmt::skip]
pub(super) const BUGS: &[Bug] = &[
    wide("answer-before-leaks", "texts of the output before fill the members that this one has not", ("state", "state-leak"),
        Given(|before, outcome| Ok(match (before, outcome) {
            (Some(Outcome::Output { output: Json::Object(before), .. }), Outcome::Output { output: Json::Object(mut members), request_id }) => {
                for (name, value) in before {
                    if members.iter().all(|(known, _)| known != name) { members.push((name.clone(), value.clone())) }
                }
                Outcome::Output { output: Json::Object(members), request_id }
            }
            (_, other) => other,
        }))),
    wide("request-id-made-up", "the request id is another one than the answer's", ("response", "value-differs"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Output { output, request_id } => Outcome::Output { output, request_id: request_id.map(|id| format!("{id}0")) },
            other => other,
        }))),
    wide("empty-instead-of-refusal-again", "a refusal that came before comes again as an empty output", ("never", "value-differs"),
        Given(|before, outcome| Ok(match (before, outcome) {
            (Some(Outcome::ClientError(before)), Outcome::ClientError(fault)) if *before == fault =>
                Outcome::Output { output: Json::Object(Vec::new()), request_id: None },
            (_, other) => other,
        }))).by("outcome, unlike"),
    wide("integers-as-text", "integers are given as text", ("response", "type-differs"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Output { mut output, request_id } => {
                each_json(&mut output, &mut |json| if let Json::Number(text) = json { *json = Json::string(text.clone()) });
                Outcome::Output { output, request_id }
            }
            other => other,
        }))),
    wide("crash-on-bad-body", "a body that cannot be read throws a bare error", ("never", "crash"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::ClientError(fault) if is_decode(&fault) => Outcome::ClientError(ClientFault { typed: false, ..fault }),
            other => other,
        }))),
    narrow("dies-of-403", "the process ends when an error has status 403", ("never", "crash"),
        Given(|_, outcome| match outcome {
            Outcome::ServiceError(fault) if fault.status == Some(403) => Err(NoOutcome::Died("signal 11".to_owned())),
            other => Ok(other),
        })),
    narrow("hangs-after-404", "the call does not come back from an error with status 404", ("never", "hung"),
        Given(|_, outcome| match outcome {
            Outcome::ServiceError(fault) if fault.status == Some(404) => Err(NoOutcome::Hung),
            other => Ok(other),
        })),
    narrow("wraps-beyond-int", "integers that are too large wrap in silence", ("response", "value-differs"),
        ArrivedBody(|_, body| each_json(body, &mut |json| if let Json::Number(text) = json
            && let Ok(number) = text.parse::<i128>() {
            let wrapped = match number {
                128..=255 => number - 256,
                32_768..=65_535 => number - 65_536,
                2_147_483_648..=4_294_967_295 => number - 4_294_967_296,
                _ => number,
            };
            *text = wrapped.to_string();
        }))),
    wide("service-error-as-clients", "errors of the service are given as the client's own", ("error", "class-differs"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::ServiceError(fault) => Outcome::ClientError(ClientFault {
                stage: Stage::Unknown, class: "ClientError".to_owned(), typed: true,
                message: fault.code.unwrap_or_default(),
            }),
            other => other,
        }))),
    narrow("output-for-no-output", "operations without an output give a member", ("response", "member-unexpected"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Output { output: Json::Object(members), request_id } if members.is_empty() =>
                Outcome::Output { output: Json::object([("ok", Json::Bool(true))]), request_id },
            other => other,
        }))).by("output"),
    narrow("envelope-is-success", "an error in a success's envelope is given as an empty output", ("agreement", "disagreement"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::ClientError(fault) if fault.message.contains("the body tells of") =>
                Outcome::Output { output: Json::Object(Vec::new()), request_id: None },
            other => other,
        }))),
    narrow("own-error-renamed", "the client's own decode error has another name than before", ("snapshot", "snapshot-differs"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::ClientError(fault) if is_decode(&fault) =>
                Outcome::ClientError(ClientFault { class: "ParseError".to_owned(), ..fault }),
            other => other,
        }))),
];
