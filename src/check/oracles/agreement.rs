//! Agreement: where no specification decides, a client does as the others do.
//!
//! It takes the evidence of two clients on one case, so it stands beside the list of oracles, not in it.

use super::difference::{Difference, counted, shown};
use super::place::At;
use super::{Trial, alternatives, given, merged};
use crate::api::model::Model;
use crate::api::outcome::{Outcome, ServiceFault, typed};
use crate::check::case::{Case, Class, Evidence, Expected};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::json::Json;

const NAME: OracleName = OracleName::Agreement;

/// Whether clients are held against each other on a case.
///
/// Only AGREE cases with an open result or several allowed results are compared; every other case states its own
/// expectation.
pub fn compares(case: &Case) -> bool {
    case.class == Class::Agree && matches!(case.expectation.result, Expected::Open | Expected::OneOf(_))
}

/// Holds a client's trial of a case against another client's trial of it, the reference, where the case
/// [`compares`] them.
pub fn agreement(model: &Model, case: &Case, reference: &Evidence, evidence: &Evidence) -> Vec<Judgement> {
    let Some(operation) = model.operation(&case.operation) else { return Vec::new() };
    let (Ok(theirs), Ok(ours)) = (&reference.outcome, &evidence.outcome) else { return Vec::new() };
    let either = |outcome: &Outcome| matches!(outcome, Outcome::Unsupported { .. });
    if !compares(case) || either(theirs) || either(ours) {
        return Vec::new();
    }
    let pair = Pair { trial: Trial::new(model, operation, case, evidence), reference };
    let differences = match &case.expectation.result {
        Expected::OneOf(results) => pair.choices(results, theirs, ours).into_iter().collect(),
        _ => pair.outcomes("output", theirs, ours).into_iter().chain(pair.requests()).collect::<Vec<_>>(),
    };
    let trial = pair.trial;
    differences.into_iter().map(|difference| trial.state(NAME, difference)).collect()
}

struct Pair<'a> {
    trial: Trial<'a>,
    reference: &'a Evidence,
}

impl Pair<'_> {
    /// How messages name the client that is compared with, and the client that is judged.
    fn names(&self) -> (&str, &str) {
        (in_words(&self.reference.client), in_words(&self.trial.evidence.client))
    }

    fn differ(&self, path: &str, manner: &str, theirs: Json, ours: Json) -> Difference {
        let (their_name, our_name) = self.names();
        let (their, our) = (shown(&theirs), shown(&ours));
        let message = format!("`{path}` is {their} for {their_name} and {our} for {our_name}.");
        Difference::of_call(Kind::Disagreement, path, &self.trial.operation.name, message)
            .in_manner(manner)
            .with(Some(theirs), Some(ours))
    }

    /// Which of the results that will do each client took; one that took none has a finding of its own.
    fn choices(&self, results: &[Expected], theirs: &Outcome, ours: &Outcome) -> Option<Difference> {
        let evidence = self.reference;
        let their = alternatives::taken(Trial { evidence, ..self.trial })?;
        let our = alternatives::taken(self.trial)?;
        if their == our {
            return None;
        }
        let (their_name, our_name) = self.names();
        let message = sentence(format!(
            "{their_name} {}, {our_name} {}.",
            taken_as(results, their),
            taken_as(results, our)
        ));
        let our = choice(results, our);
        Some(Difference { message, ..self.differ("outcome", &our, theirs.told(), ours.told()) })
    }

    fn outcomes(&self, path: &str, theirs: &Outcome, ours: &Outcome) -> Vec<Difference> {
        match (theirs, ours) {
            (Outcome::Output { output: theirs, .. }, Outcome::Output { output: ours, .. }) => {
                self.outputs(path, theirs, ours)
            }
            (Outcome::ServiceError(theirs), Outcome::ServiceError(ours)) => self.errors(theirs, ours),
            // A refusal is a refusal, at whatever stage.
            (Outcome::ClientError(_), Outcome::ClientError(_)) => Vec::new(),
            (Outcome::Waited { result: theirs, .. }, Outcome::Waited { result: ours, .. })
                if theirs == ours =>
            {
                Vec::new()
            }
            (
                Outcome::Pages { pages: theirs, error: None, .. },
                Outcome::Pages { pages: ours, error: None, merged: true, .. },
            ) => {
                let whole = self.trial.operation.paginator.as_ref().map(|pager| merged::whole(pager, theirs));
                let pairs = whole.iter().zip(ours);
                pairs.flat_map(|(theirs, ours)| self.outputs("pages[0]", theirs, ours)).collect()
            }
            (
                Outcome::Pages { pages: theirs, error: their_end, .. },
                Outcome::Pages { pages: ours, error: our_end, .. },
            ) if theirs.len() == ours.len() && their_end.is_some() == our_end.is_some() => {
                let pairs = theirs.iter().zip(ours).enumerate();
                let pages = pairs.flat_map(|(index, (theirs, ours))| {
                    self.outputs(&format!("pages[{index}]"), theirs, ours)
                });
                let ends = their_end.iter().zip(our_end);
                pages.chain(ends.flat_map(|(theirs, ours)| self.outcomes("error", theirs, ours))).collect()
            }
            _ => {
                let (their_name, our_name) = self.names();
                let message = sentence(format!(
                    "{their_name} returned {}, {our_name} {}.",
                    ending(theirs),
                    ending(ours)
                ));
                let difference = self.differ("outcome", ours.kind(), theirs.told(), ours.told());
                vec![Difference { message, ..difference }]
            }
        }
    }

    /// Leaf by leaf where the reference's output is of the shape, as a whole where it is not.
    fn outputs(&self, path: &str, theirs: &Json, ours: &Json) -> Vec<Difference> {
        let model = self.trial.model;
        let decoded = self
            .trial
            .operation
            .output
            .and_then(|shape| Some((shape, typed::decode(model, shape, theirs).ok()?)));
        let Some((shape, value)) = decoded else {
            let same = given::same_document(theirs, ours);
            return if same { Vec::new() } else { vec![self.differ(path, "", theirs.clone(), ours.clone())] };
        };
        let digits = self.trial.evidence.timestamp_digits.min(self.reference.timestamp_digits);
        let at = At::root(path, &model.shape(shape).name);
        let found = given::differences(model, digits, &at, shape, &value, ours);
        let (their_name, our_name) = self.names();
        let disagree = |difference: Difference| {
            let side = |side: &Option<Json>| side.as_ref().map_or("missing".to_owned(), shown);
            let (theirs, ours) = (side(&difference.expected), side(&difference.actual));
            let path = &difference.path;
            let message = format!("`{path}` is {theirs} for {their_name} and {ours} for {our_name}.");
            let sort = format!("{}, {}", difference.sort, difference.kind);
            Difference { kind: Kind::Disagreement, sort, message, ..difference }
        };
        found.into_iter().map(disagree).collect()
    }

    fn errors(&self, theirs: &ServiceFault, ours: &ServiceFault) -> Vec<Difference> {
        let name = |name: &Option<String>| name.as_ref().map_or(Json::Null, Json::string);
        let parts =
            [("error.code", &theirs.code, &ours.code), ("error.modeled", &theirs.modeled, &ours.modeled)];
        // A client that has no class for an error agrees with one that has.
        let differing = parts.into_iter().filter(|(path, theirs, ours)| {
            theirs != ours && (*path == "error.code" || (theirs.is_some() && ours.is_some()))
        });
        differing.map(|(path, theirs, ours)| self.differ(path, "", name(theirs), name(ours))).collect()
    }

    fn requests(&self) -> Option<Difference> {
        let theirs = self.reference.transcript.entries.len();
        let ours = self.trial.evidence.transcript.entries.len();
        (theirs != ours).then(|| self.differ("requests", "", Json::number(theirs), Json::number(ours)))
    }
}

/// A client's name inside a sentence.
fn in_words(client: &str) -> &str {
    if client == "builtin" { "the built-in client" } else { client }
}

/// The built-in client's name begins with a small letter, also at the start of a sentence; other names stay.
fn sentence(text: String) -> String {
    text.strip_prefix("the ").map(|rest| format!("The {rest}")).unwrap_or(text)
}

/// What a client made of the answer: `decoded the answer as a service error`.
fn taken_as(results: &[Expected], number: usize) -> String {
    match results.get(number) {
        Some(Expected::Refusal) => "rejected the answer as unreadable".to_owned(),
        Some(Expected::Waited(_)) => "ended the wait".to_owned(),
        Some(Expected::Pages { .. }) => format!("returned {}", choice(results, number)),
        _ => format!("decoded the answer as {}", choice(results, number)),
    }
}

/// One of the results that will do: `an output`, or `output 2` where there are several of its kind.
fn choice(results: &[Expected], number: usize) -> String {
    let words = |result: &Expected| match result {
        Expected::Output(_) => ("an output", "output"),
        Expected::Error(_) => ("a service error", "service error"),
        Expected::Pages { .. } => ("pages", "pages"),
        Expected::Waited(_) => ("the end of a wait", "end of a wait"),
        Expected::Refusal => ("nothing it can read", "refusal"),
        Expected::OneOf(_) | Expected::Open => ("anything", "anything"),
    };
    let Some((one, several)) = results.get(number).map(words) else { return String::new() };
    let of_its_kind = |result: &&Expected| words(result).1 == several;
    match results.iter().filter(of_its_kind).count() {
        1 => one.to_owned(),
        _ => format!("{several} {}", results[..=number].iter().filter(of_its_kind).count()),
    }
}

/// An outcome in a few words.
fn ending(outcome: &Outcome) -> String {
    let Outcome::Pages { pages, error, stopped, .. } = outcome else { return outcome.kind().to_owned() };
    let pages = counted(pages.len(), "page");
    match (error, stopped) {
        (Some(error), _) => format!("{pages} and {}", error.kind()),
        (None, true) => format!("{pages} without an end"),
        (None, false) => pages,
    }
}
