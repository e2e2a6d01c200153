//! Bugs of pages and waits.

use shapetape::api::model::{AcceptorMatcher, Fields, Value};
use shapetape::api::outcome::{ClientFault, Outcome, Stage, WaitResult};
use shapetape::check::case::Mode;
use shapetape::clients::builtin::{PollResult, ReferenceSeams, Seams as _};
use shapetape::ground::json::{Json, Text};

use crate::mutants::bug::Plant::{Accepts, Call, NextPage, Outcome as Given, SentBody, Twice};
use crate::mutants::bug::{Bug, each_json, narrow, wide};

const PAGES: (&str, &str) = ("pagination", "pages-differ");
const LOST: (&str, &str) = ("pagination", "items-lost");
const TOKEN: (&str, &str) = ("pagination", "token-differs");
const WAITER: (&str, &str) = ("waiter", "waiter-differs");

/// The tokens of a page with their text changed.
fn changed(next: Option<Fields>, change: fn(&str) -> String) -> Option<Fields> {
    let change = |(name, token): (String, Value)| {
        let changed = token.as_str().map(|text| Value::string(change(text)));
        (name, changed.unwrap_or(token))
    };
    Some(next?.into_iter().map(change).collect())
}

/// No next page where a token is this text.
fn ends_at(next: Option<Fields>, text: &str) -> Option<Fields> {
    next.filter(|tokens| tokens.values().all(|token| token.as_str() != Some(text)))
}

fn is_list(value: &Value) -> bool {
    matches!(value, Value::List(_))
}

/// Whether a sound client's acceptor of that kind would match.
fn finds(poll: &PollResult<'_>, matcher: &AcceptorMatcher) -> bool {
    ReferenceSeams.accepts(matcher, poll)
}

/// Whether the item of that number is the one that is looked for.
fn finds_item(poll: &PollResult<'_>, path: &str, number: i32, wanted: &Json) -> bool {
    finds(poll, &AcceptorMatcher::Path(format!("{path} | [{number}]"), wanted.clone()))
}

#[rustfmt::skip]
pub(super) const BUGS: &[Bug] = &[
    wide("first-page-only", "the paginator stops after the first page", PAGES, NextPage(|_, _, _, _| None)),
    narrow("third-page-not-asked-for", "the paginator stops after the second page", PAGES,
        NextPage(|_, _, next, number| next.filter(|_| number != 2))),
    narrow("third-page-lost", "the third page is read and not given", LOST,
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { mut pages, request_ids, error, stopped, merged } => {
                if pages.len() > 2 { pages.remove(2); }
                Outcome::Pages { pages, request_ids, error, stopped, merged }
            }
            other => other,
        }))),
    wide("page-ids-reversed", "the request ids of pages are given from the last to the first", ("pagination", "value-differs"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { pages, mut request_ids, error, stopped, merged } => {
                request_ids.reverse();
                Outcome::Pages { pages, request_ids, error, stopped, merged }
            }
            other => other,
        }))),
    wide("page-doubled", "the first of several pages is given twice", ("pagination", "items-doubled"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { mut pages, request_ids, error, stopped, merged } => {
                if pages.len() > 1 { pages.insert(0, pages[0].clone()) }
                Outcome::Pages { pages, request_ids, error, stopped, merged }
            }
            other => other,
        }))),
    narrow("empty-page-ends", "a page without items ends it", PAGES,
        NextPage(|_, output, next, _| next.filter(|_| output.fields().is_some_and(|fields| {
            fields.values().any(|value| value.items().is_some_and(|items| !items.is_empty()))
                || !fields.values().any(is_list)
        })))),
    narrow("page-without-list-ends", "a page without its list ends it", PAGES,
        NextPage(|_, output, next, _| next.filter(|_| output.fields().is_some_and(|fields| fields.values().any(is_list))))),
    wide("filters-lost", "pages after the first are asked for without filters", ("request", "member-missing"),
        SentBody(|_, body| if let Json::Object(members) = body
            && members.iter().any(|(name, _)| *name == "NextToken") { members.retain(|(name, _)| *name == "NextToken") })),
    narrow("blank-token-ends", "a token of one space ends it", PAGES, NextPage(|_, _, next, _| ends_at(next, " "))),
    narrow("zero-token-ends", "a token `0` ends it", PAGES, NextPage(|_, _, next, _| ends_at(next, "0"))),
    narrow("none-token-ends", "a token `None` ends it", PAGES, NextPage(|_, _, next, _| ends_at(next, "None"))),
    wide("plus-in-token-decoded", "`+` in a token becomes a space", TOKEN,
        NextPage(|_, _, next, _| changed(next, |text| text.replace('+', " ")))),
    narrow("long-token-cut", "tokens are cut after 1,024 characters", TOKEN,
        NextPage(|_, _, next, _| changed(next, |text| text.chars().take(1_024).collect()))),
    narrow("quotes-in-token-escaped", "quotes in a token are escaped twice", TOKEN,
        NextPage(|_, _, next, _| changed(next, |text| text.replace('"', "\\\"")))),
    narrow("second-token-lost", "the second of two tokens is not sent", TOKEN,
        NextPage(|_, _, next, _| next.map(|tokens| tokens.into_iter().take(1).collect()))),
    wide("asks-on-without-token", "the last page is followed by another request", ("pagination", "pages-differ"),
        NextPage(|paginator, _, next, number| next.or_else(|| {
            let name = paginator.input_tokens.first()?;
            Some(Fields::from_iter([(name.clone(), Value::string(format!("more-{number}")))]))
        }))).by("pages, endless"),
    wide("asks-once-more-without-token", "the only page is followed by another request", PAGES,
        NextPage(|paginator, _, next, number| next.or_else(|| {
            let name = paginator.input_tokens.first().filter(|_| number == 1)?;
            Some(Fields::from_iter([(name.clone(), Value::string("more"))]))
        }))).by("pages, more"),
    wide("pages-asked-for-twice", "all pages are asked for once more when they are there", PAGES, Twice).by("requests"),
    wide("one-page-for-all", "the first page is given as if it were the answer to one call", ("pagination", "type-differs"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { pages, error: None, .. } if !pages.is_empty() => Outcome::Output { output: pages[0].clone(), request_id: None },
            other => other,
        }))),
    narrow("end-is-an-error", "the end of several pages is given as an error", ("pagination", "error-instead-of-output"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { pages, request_ids, error: None, stopped: false, merged } if pages.len() > 1 => {
                let fault = ClientFault { stage: Stage::Paginate, class: "StopIteration".to_owned(), message: String::new(), typed: true };
                Outcome::Pages { pages, request_ids, error: Some(Box::new(Outcome::ClientError(fault))), stopped: false, merged }
            }
            other => other,
        }))),
    narrow("flag-ignored", "a false flag for more pages does not end it", PAGES,
        NextPage(|paginator, output, next, _| next.or_else(|| {
            paginator.more_results.as_ref()?;
            let path = paginator.output_tokens.first()?;
            let token = output.get(path)?.clone();
            Some(Fields::from_iter([(paginator.input_tokens.first()?.clone(), token)]))
        }))),
    wide("error-between-pages-lost", "an error between pages ends them as if all were there", ("error", "output-instead-of-error"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { pages, request_ids, stopped, merged, .. } =>
                Outcome::Pages { pages, request_ids, error: None, stopped, merged },
            other => other,
        }))).by("pages"),
    narrow("pages-before-error-lost", "an error between pages takes the pages before it away", LOST,
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { request_ids, error: Some(error), stopped, merged, .. } =>
                Outcome::Pages { pages: Vec::new(), request_ids, error: Some(error), stopped, merged },
            other => other,
        }))),
    narrow("first-page-with-token", "the first page is asked for with an empty token", ("request", "member-unexpected"),
        SentBody(|operation, body| if let (Some(paginator), Json::Object(members)) = (&operation.paginator, body) {
            let token = &paginator.input_tokens[0];
            if members.iter().all(|(name, _)| *name != token.as_str()) {
                members.push((Text::from(token), Json::string("")));
            }
        })),
    wide("failure-not-seen", "the state Failed does not end a wait", WAITER,
        Accepts(|matcher, _, accepts| accepts && !matches!(matcher, AcceptorMatcher::Path(_, json) if json.as_str() == Some("Failed")))),
    wide("errors-not-accepted", "errors match no acceptor", WAITER,
        Accepts(|matcher, _, accepts| accepts && !matches!(matcher, AcceptorMatcher::Error(_)))),
    narrow("one-item-for-all", "one item that matches is taken for all", WAITER,
        Accepts(|matcher, poll, accepts| match matcher {
            AcceptorMatcher::PathAll(path, json) => finds(poll, &AcceptorMatcher::PathAny(path.clone(), json.clone())),
            _ => accepts,
        })),
    narrow("first-item-for-all", "of items that must all match only the first is looked at", WAITER,
        Accepts(|matcher, poll, accepts| match matcher {
            AcceptorMatcher::PathAll(path, json) => finds_item(poll, path, 0, json),
            _ => accepts,
        })),
    narrow("last-item-for-all", "of items that must all match only the last is looked at", WAITER,
        Accepts(|matcher, poll, accepts| match matcher {
            AcceptorMatcher::PathAll(path, json) => finds_item(poll, path, -1, json),
            _ => accepts,
        })),
    narrow("empty-list-is-all", "where there are no items, all of them match", WAITER,
        Accepts(|matcher, poll, accepts| accepts || match matcher {
            AcceptorMatcher::PathAll(path, _) => finds(poll, &AcceptorMatcher::Path(path.clone(), Json::Array(Vec::new()))),
            _ => false,
        })),
    narrow("first-item-for-any", "of items of which any may match only the first is looked at", WAITER,
        Accepts(|matcher, poll, accepts| match matcher {
            AcceptorMatcher::PathAny(path, json) => finds_item(poll, path, 0, json),
            _ => accepts,
        })),
    narrow("all-items-for-any", "of items of which any may match all must", WAITER,
        Accepts(|matcher, poll, accepts| match matcher {
            AcceptorMatcher::PathAny(path, json) => finds(poll, &AcceptorMatcher::PathAll(path.clone(), json.clone())),
            _ => accepts,
        })),
    narrow("one-poll-fewer", "a wait gives up one poll early", WAITER,
        Call(|call| if let Mode::Wait { max_attempts, .. } = &mut call.mode { *max_attempts = max_attempts.saturating_sub(1).max(1) })).by("requests"),
    narrow("no-end-is-success", "a wait that does not end is a success", WAITER,
        Given(|_, outcome| Ok(match outcome {
            Outcome::Waited { result: WaitResult::Timeout, reason } => Outcome::Waited { result: WaitResult::Success, reason },
            other => other,
        }))),
    narrow("cycle-loses-its-last-item", "the last page before a token that comes again lacks its items", ("agreement", "disagreement"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { mut pages, request_ids, error: Some(error), stopped, merged } => {
                if let Some(page) = pages.last_mut() {
                    each_json(page, &mut |json| if let Json::Array(items) = json { items.clear() });
                }
                Outcome::Pages { pages, request_ids, error: Some(error), stopped, merged }
            }
            other => other,
        }))).by(""),
    narrow("cycle-is-the-end", "a token that comes again ends the pages well", ("agreement", "disagreement"),
        Given(|_, outcome| Ok(match outcome {
            Outcome::Pages { pages, request_ids, error: Some(error), stopped, merged } => {
                let cycle = matches!(&*error, Outcome::ClientError(fault) if fault.class == "PaginationError");
                Outcome::Pages { pages, request_ids, error: (!cycle).then_some(error), stopped, merged }
            }
            other => other,
        }))),
];
