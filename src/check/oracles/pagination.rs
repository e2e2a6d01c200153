//! Pagination: every page and item once, tokens carried as they came, and an end. An error that is due as the end
//! is judged as any other, by the oracle of errors.

use super::difference::{Difference, counted, shown};
use super::{Oracle, Trial, jmespath};
use crate::api::model::{Paginator, Value};
use crate::api::outcome::{Outcome, typed};
use crate::check::case::{Class, Expected, PagesEnd};
use crate::check::verdict::{Judgement, Kind, OracleName};
use crate::ground::exchange::{Answer, Content, Entry, REQUEST_ID};
use crate::ground::json::{Json, parse};

/// Judges runs of pages.
#[derive(Debug)]
pub(super) struct PaginationOracle;

impl Oracle for PaginationOracle {
    fn name(&self) -> OracleName {
        OracleName::Pagination
    }

    fn judge(&self, trial: &Trial<'_>) -> Vec<Judgement> {
        let (true, Ok(outcome)) = (trial.is_paginated(), &trial.evidence.outcome) else { return Vec::new() };
        let mut judgements: Vec<Judgement> = Vec::new();
        let endless = endless(trial, outcome);
        if let (Expected::Pages { pages, end }, None) = (trial.expected, &endless) {
            let found = pages_differences(trial, pages, end, outcome);
            judgements.extend(found.into_iter().map(|difference| trial.state(self.name(), difference)));
        }
        if let Some(paginator) = &trial.operation.paginator {
            let found = token_differences(trial, paginator);
            judgements.extend(found.into_iter().map(|difference| trial.state(self.name(), difference)));
        }
        judgements.extend(endless.map(|difference| {
            trial.hold(self.name(), trial.class.min(Class::Should), trial.rule, difference)
        }));
        judgements
    }
}

fn of_pages(trial: &Trial<'_>, kind: Kind, path: &str, message: impl Into<String>) -> Difference {
    Difference::of_call(kind, path, &trial.operation.name, message)
}

fn pages_differences(trial: &Trial<'_>, due: &[Value], end: &PagesEnd, outcome: &Outcome) -> Vec<Difference> {
    let none = Vec::new();
    let (pages, error, merged) = match outcome {
        Outcome::Pages { pages, error, merged, .. } => (pages, error.as_deref(), *merged),
        // A driver may tell an error on the first page without the empty list of pages.
        Outcome::ServiceError(_) | Outcome::ClientError(_) => (&none, Some(outcome), false),
        other => {
            let message = format!("The caller should get pages and got {}.", other.kind());
            return vec![of_pages(trial, Kind::TypeDiffers, "pages", message).with(None, Some(other.told()))];
        }
    };
    let mut differences = Vec::new();
    if pages.len() != due.len() && !merged {
        let message =
            format!("The caller should get {} and got {}.", counted(due.len(), "page"), pages.len());
        let manner = if pages.len() < due.len() { "fewer" } else { "more" };
        let difference = of_pages(trial, Kind::PagesDiffer, "pages", message).in_manner(manner);
        differences.push(difference.with(Some(Json::number(due.len())), Some(Json::number(pages.len()))));
    } else {
        differences.extend(requests(trial));
    }
    differences.extend(items(trial, due, pages));
    differences.extend(request_id(trial, outcome));
    differences.extend(ending(trial, end, error));
    differences
}

/// One request a page, and those that the case's faults add.
fn requests(trial: &Trial<'_>) -> Option<Difference> {
    let (due, is) = (trial.case.expectation.requests, trial.evidence.transcript.entries.len());
    if due.holds(is) {
        return None;
    }
    let message = format!("The paginator should send {due} and sent {is}.");
    let difference = of_pages(trial, Kind::PagesDiffer, "requests", message);
    Some(difference.with(Some(due.to_json()), Some(Json::number(is))))
}

/// A client that tells the request id of a page tells the one of that page's answer.
fn request_id(trial: &Trial<'_>, outcome: &Outcome) -> Option<Difference> {
    let Outcome::Pages { request_ids: told, merged: false, .. } = outcome else { return None };
    let answers = trial.evidence.transcript.entries.iter().filter_map(|entry| match &entry.answer {
        Answer::Response(response) if response.status == 200 => Some(response.headers.get(REQUEST_ID)),
        _ => None,
    });
    let due: Vec<Option<&str>> = answers.collect();
    // Where an answer gave no page, nothing tells which of them did.
    let mut pairs = due.iter().zip(told).enumerate().filter(|_| due.len() == told.len());
    let (index, due, is) = pairs.find_map(|(index, (due, is))| {
        let (due, is) = ((*due)?, is.as_deref()?);
        (due != is).then(|| (index, Json::string(due), Json::string(is)))
    })?;
    let message =
        format!("The request id of page {} should be {} and is {}.", index + 1, shown(&due), shown(&is));
    Some(of_pages(trial, Kind::ValueDiffers, "requestId", message).with(Some(due), Some(is)))
}

/// Items over all pages, by result key.
fn items(trial: &Trial<'_>, due: &[Value], pages: &[Json]) -> Vec<Difference> {
    let Some(paginator) = &trial.operation.paginator else { return Vec::new() };
    let due: Vec<Json> = due.iter().map(typed::encode).collect();
    let count = |pages: &[Json], key: &str| -> usize {
        let lists = pages.iter().filter_map(|page| jmespath::search(page, key));
        lists.filter_map(|list| list.as_array().map(<[_]>::len)).sum()
    };
    let differences = paginator.result_keys.iter().filter_map(|key| {
        let (due, is) = (count(&due, key), count(pages, key));
        let (kind, word) = match is.cmp(&due) {
            std::cmp::Ordering::Less => (Kind::ItemsLost, "lost"),
            std::cmp::Ordering::Greater => (Kind::ItemsDoubled, "doubled"),
            std::cmp::Ordering::Equal => return None,
        };
        let message = format!(
            "Over all pages, `{key}` should have {} and has {is}: some are {word}.",
            counted(due, "item")
        );
        let difference = of_pages(trial, kind, &format!("pages[].{key}"), message);
        let difference = Difference { sort: "items".to_owned(), ..difference };
        Some(difference.with(Some(Json::number(due)), Some(Json::number(is))))
    });
    differences.collect()
}

fn ending(trial: &Trial<'_>, end: &PagesEnd, error: Option<&Outcome>) -> Option<Difference> {
    let error = error.filter(|_| *end == PagesEnd::Done)?;
    let message = format!("The pages should end without an error, but ended with {}.", error.kind());
    let difference = of_pages(trial, Kind::ErrorInsteadOfOutput, "pages", message);
    Some(difference.in_manner(error.kind()).with(None, Some(error.told())))
}

/// A run of pages that only the driver's limit stopped.
fn endless(trial: &Trial<'_>, outcome: &Outcome) -> Option<Difference> {
    let Outcome::Pages { pages, stopped: true, merged, .. } = outcome else { return None };
    let pages = if *merged { trial.evidence.transcript.entries.len() } else { pages.len() };
    if matches!(trial.expected, Expected::Pages { pages: due, .. } if due.len() >= pages) {
        return None;
    }
    let message =
        format!("The paginator did not end by itself; it was stopped after {}.", counted(pages, "page"));
    let difference = of_pages(trial, Kind::PagesDiffer, "pages", message).in_manner("endless");
    let told = [("pages", Json::number(pages)), ("stopped", Json::string("maxPages"))];
    Some(difference.with(None, Some(Json::object(told))))
}

/// Each request carries the tokens of the good answer before it, as they came.
fn token_differences(trial: &Trial<'_>, paginator: &Paginator) -> Vec<Difference> {
    let given = |name: &String| trial.case.call.input.get(name).map(typed::encode);
    let mut due: Option<Vec<Option<Json>>> = Some(paginator.input_tokens.iter().map(given).collect());
    let mut differences = Vec::new();
    for (index, entry) in trial.evidence.transcript.entries.iter().enumerate() {
        let sent = super::body(&entry.request).unwrap_or(Json::Null);
        // The first request carries the members of the input and no others, which the request oracle judges.
        let judged = due.iter().flatten().zip(&paginator.input_tokens).filter(|_| index > 0);
        differences.extend(
            judged.filter_map(|(due, name)| token_difference(trial, name, due.as_ref(), sent.get(name))),
        );
        match page(entry) {
            Page::Good(answer) => {
                let tokens = paginator.output_tokens.iter().map(|path| jmespath::search(&answer, path));
                due = Some(tokens.collect());
            }
            Page::Unknown => due = None,
            Page::Bad => {}
        }
    }
    differences.dedup_by(|later, earlier| later.path == earlier.path);
    differences
}

/// What a token that is no text becomes on its way is not judged here, nor is a request that should not have
/// been made at all.
fn token_difference(
    trial: &Trial<'_>,
    name: &str,
    due: Option<&Json>,
    sent: Option<&Json>,
) -> Option<Difference> {
    let due = due.filter(|due| **due != Json::Null);
    match due {
        Some(Json::String(text)) if !text.is_empty() && sent != due => {}
        None if sent.is_some_and(|sent| *sent != Json::Null) => {}
        _ => return None,
    }
    let shown = |side: Option<&Json>| side.map_or("nothing".to_owned(), shown);
    let message = format!("`input.{name}` should carry {} and carries {}.", shown(due), shown(sent));
    let input = trial.operation.input.map_or("", |shape| &trial.model.shape(shape).name);
    Some(Difference {
        kind: Kind::TokenDiffers,
        path: format!("input.{name}"),
        shape: format!("{input}.{name}"),
        sort: if sent.is_none() { "token, missing" } else { "token" }.to_owned(),
        expected: due.cloned(),
        actual: sent.cloned(),
        message,
    })
}

/// What a client can take an answer for.
enum Page {
    /// A page.
    Good(Json),
    /// No page: the same one must be asked for again.
    Bad,
    /// Whether it is a page depends on the client.
    Unknown,
}

fn page(entry: &Entry) -> Page {
    let Answer::Response(response) = &entry.answer else { return Page::Unknown };
    if response.status != 200 {
        return Page::Bad;
    }
    match parse(&Content::read(&response.headers, &response.body).body.to_bytes()) {
        Ok(body @ Json::Object(_)) if !response.is_cut() => Page::Good(body),
        _ => Page::Unknown,
    }
}
