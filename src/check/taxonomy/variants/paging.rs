//! PG: pages, tokens of every kind, and what comes in between.

use crate::api::model::Value;
use crate::api::values::integer_bounds;
use crate::check::case::Class::Agree;
use crate::check::case::Expected::{OneOf, Open, Pages};
use crate::check::case::{Call, CountRange, Expected, Mode, PagesEnd};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::pager::{Page, Pager, Token};
use crate::check::taxonomy::place::{PathStep, put, take};
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::exchange::{Answer, Framing};
use crate::ground::json::Json;

/// Items of a usual page.
const ITEMS: usize = 2;

fn call(subject: &Subject<'_>, input: Value, pages: usize) -> Call {
    // A driver stops here by itself; a client that ends on its own never comes so far.
    Call { mode: Mode::Paginate { max_pages: pages as u32 + 3 }, ..subject.call_with(input) }
}

fn values(pages: &[Page]) -> Vec<Value> {
    pages.iter().map(|page| page.value.clone()).collect()
}

/// The minimal call, these pages, and all of them given.
fn plays(subject: &Subject<'_>, pager: &Pager<'_>, pages: &[Page]) -> FormParts {
    let answers = pages.iter().map(|page| pager.answer(page)).collect();
    let result = Pages { pages: values(pages), end: PagesEnd::Done };
    let call = call(subject, subject.minimal(Side::Input), pages.len());
    FormParts::new(call, answers, result, CountRange::exactly(pages.len() as u32))
}

fn add<'a>(
    sheet: &mut Sheet<'a>,
    form: impl Into<String>,
    make: impl Fn(&'a Subject<'a>, &Pager<'a>) -> Option<FormParts> + 'a,
) {
    let subject = sheet.subject;
    if Pager::new(subject).is_some() {
        sheet.add_if(form, move || make(subject, &Pager::new(subject)?));
    }
}

/// PG1.
pub(in crate::check::taxonomy) fn single(sheet: &mut Sheet<'_>) {
    add(sheet, "", |subject, pager| Some(plays(subject, pager, &pager.run(1, ITEMS))));
    add(sheet, "no-items", |subject, pager| Some(plays(subject, pager, &pager.run(1, 0))));
}

/// PG2.
pub(in crate::check::taxonomy) fn several(sheet: &mut Sheet<'_>) {
    for count in [2, 3] {
        add(sheet, count.to_string(), move |subject, pager| {
            Some(plays(subject, pager, &pager.run(count, ITEMS)))
        });
    }
    add(sheet, "filters", |subject, pager| {
        let mut input = subject.values.maximal(subject.operation.input?, 0);
        if let Value::Structure(fields) = &mut input {
            let paginator = pager.paginator;
            fields.retain(|name, _| {
                !paginator.input_tokens.contains(name) && paginator.limit_key.as_ref() != Some(name)
            });
        }
        let pages = pager.run(3, 1);
        Some(FormParts { call: call(subject, input, pages.len()), ..plays(subject, pager, &pages) })
    });
}

/// PG3.
pub(in crate::check::taxonomy) fn null_token(sheet: &mut Sheet<'_>) {
    last_token(sheet, Json::Null);
}

/// PG4.
pub(in crate::check::taxonomy) fn empty_token(sheet: &mut Sheet<'_>) {
    last_token(sheet, Json::string(""));
}

/// Something that is no token on the last page, after one page and after two.
fn last_token(sheet: &mut Sheet<'_>, token: Json) {
    for count in [1, 2] {
        let token = token.clone();
        add(sheet, count.to_string(), move |subject, pager| {
            // An empty text is no token where tokens are texts.
            if token != Json::Null && !pager.takes("") {
                return None;
            }
            let mut pages = pager.run(count, ITEMS);
            let last = pager.with_token(pager.page(count - 1, ITEMS, Token::Text("x")), &token);
            *pages.last_mut()? = last;
            let mut parts = plays(subject, pager, &pages);
            // An empty text may be given as it came.
            if let (Json::String(text), Pages { pages, .. }) = (&token, &mut parts.result) {
                let mut given = pages.clone();
                *given.last_mut()? = pager.page(count - 1, ITEMS, Token::Text(text.as_str()?)).value;
                parts.result = OneOf(vec![
                    Pages { pages: given, end: PagesEnd::Done },
                    Pages { pages: pages.clone(), end: PagesEnd::Done },
                ]);
            }
            Some(parts)
        });
    }
}

/// PG5.
pub(in crate::check::taxonomy) fn empty_pages(sheet: &mut Sheet<'_>) {
    for (form, counts) in [("first", &[0, 2][..]), ("several", &[0, 0, 0, 2]), ("middle", &[2, 0, 0, 1])] {
        add(sheet, form, move |subject, pager| {
            let last = counts.len() - 1;
            let page = |(number, count): (usize, &usize)| match number == last {
                true => pager.page(number, *count, Token::None),
                false => pager.page(number, *count, Token::Text(&format!("more-{number}"))),
            };
            let pages: Vec<Page> = counts.iter().enumerate().map(page).collect();
            Some(plays(subject, pager, &pages))
        });
    }
}

/// Tokens that come round again: how it ends is the client's to say, that it ends is not.
fn endless(sheet: &mut Sheet<'_>, form: &str, tokens: &'static [&'static str]) {
    const LIMIT: usize = 9;
    add(sheet, form, move |subject, pager| {
        let page = |number: usize| pager.page(number, 1, Token::Text(tokens[number % tokens.len()]));
        let answers = (0..LIMIT + 3).map(|number| pager.answer(&page(number))).collect();
        let call = call(subject, subject.minimal(Side::Input), LIMIT - 3);
        Some(FormParts::new(call, answers, Open, CountRange::between(1, LIMIT as u32 + 1)))
    });
}

/// PG6.
pub(in crate::check::taxonomy) fn same_token(sheet: &mut Sheet<'_>) {
    endless(sheet, "", &["again"]);
}

/// PG7.
pub(in crate::check::taxonomy) fn cycles(sheet: &mut Sheet<'_>) {
    endless(sheet, "2", &["one", "two"]);
    endless(sheet, "3", &["one", "two", "three"]);
}

/// PG8.
pub(in crate::check::taxonomy) fn no_result_key(sheet: &mut Sheet<'_>) {
    for (form, null) in [("missing", false), ("null", true)] {
        add(sheet, form, move |subject, pager| {
            let mut pages = pager.run(3, ITEMS);
            pages[1] = pager.without_items(pages[1].clone(), null)?;
            Some(plays(subject, pager, &pages))
        });
    }
}

fn token_form(sheet: &mut Sheet<'_>, form: &str, token: &'static str) {
    add(sheet, form, move |subject, pager| {
        let pages = [pager.page(0, ITEMS, Token::Text(token)), pager.page(1, ITEMS, Token::None)];
        pager.takes(token).then(|| plays(subject, pager, &pages))
    });
}

/// PG9.
pub(in crate::check::taxonomy) fn odd_tokens(sheet: &mut Sheet<'_>) {
    for (form, token) in [
        ("zero", "0"),
        ("space", " "),
        ("false", "false"),
        ("unicode", "t\u{F6}k\u{1F600}n\u{2028}"),
        ("quotes", "a\"b\\c'd"),
        ("base64", "ab+/cd=="),
        ("json", "{\"next\":[1]}"),
    ] {
        token_form(sheet, form, token);
    }
    add(sheet, "number", |subject, pager| {
        let first = pager.with_token(pager.page(0, ITEMS, Token::Text("x")), &Json::number(7));
        let pages = [first, pager.page(1, ITEMS, Token::None)];
        let parts = plays(subject, pager, &pages).class(Agree);
        pager.takes("7").then(|| FormParts { result: Open, requests: CountRange::between(1, 3), ..parts })
    });
    let subject = sheet.subject;
    if Pager::new(subject).is_some_and(|pager| pager.takes("64k")) {
        sheet.add_slow("64k", 20, move || {
            let token = "t".repeat(64 << 10);
            let parts = Pager::new(subject).map(|pager| {
                let pages = [pager.page(0, 1, Token::Text(&token)), pager.page(1, 1, Token::None)];
                plays(subject, &pager, &pages)
            });
            parts.unwrap_or_else(|| subject.says(Value::default()))
        });
    }
}

/// PG10.
pub(in crate::check::taxonomy) fn reserved_tokens(sheet: &mut Sheet<'_>) {
    for (form, token) in
        [("underscores", "a___1"), ("none", "None"), ("null", "null"), ("undefined", "undefined")]
    {
        token_form(sheet, form, token);
    }
}

/// Something in between the pages, before page `at`.
fn interrupted(pager: &Pager<'_>, pages: &[Page], at: usize, between: Answer) -> Vec<Answer> {
    let mut answers: Vec<Answer> = pages.iter().map(|page| pager.answer(page)).collect();
    answers.insert(at, between);
    answers
}

/// PG11.
pub(in crate::check::taxonomy) fn throttled(sheet: &mut Sheet<'_>) {
    for at in [0, 1, 2] {
        add(sheet, format!("page-{}", at + 1), move |subject, pager| {
            let pages = pager.run(3, ITEMS);
            let between = subject.fault(400, "ThrottlingException", "Rate exceeded");
            let parts = plays(subject, pager, &pages);
            let answers = interrupted(pager, &pages, at, between);
            Some(FormParts { answers, requests: CountRange::exactly(4), ..parts })
        });
    }
}

/// PG12.
pub(in crate::check::taxonomy) fn failed(sheet: &mut Sheet<'_>) {
    for at in [0, 1, 2] {
        add(sheet, format!("page-{}", at + 1), move |subject, pager| {
            let mut pages = pager.run(3, ITEMS);
            // An error that is not tried again: the page itself comes after it.
            let mut faults = subject.faults().into_iter();
            let fault = faults.find(|fault| fault.requests().most == 1)?;
            let body = fault.typed_body(subject, &fault.code);
            let answers = interrupted(pager, &pages, at, fault.response(subject, &body).into());
            pages.truncate(at);
            let result = Pages { pages: values(&pages), end: PagesEnd::Error(fault.expected()) };
            let requests = CountRange::exactly(at as u32 + 1);
            Some(FormParts { answers, result, requests, ..plays(subject, pager, &pages) })
        });
    }
}

/// PG13.
pub(in crate::check::taxonomy) fn not_truncated(sheet: &mut Sheet<'_>) {
    let Some(more) = sheet.subject.operation.paginator.as_ref().and_then(|pager| pager.more_results.clone())
    else {
        return;
    };
    add(sheet, "", move |subject, pager| {
        let place = subject.places(Side::Output).iter().find(|place| place.label() == more)?;
        let mut value = pager.page(0, ITEMS, Token::Text("more")).value;
        put(subject.values, subject.output()?, &mut value, &place.steps, Value::Boolean(false));
        let page = Page { body: subject.json(&value), value };
        Some(plays(subject, pager, &[page]))
    });
}

/// PG14.
pub(in crate::check::taxonomy) fn more_than_asked(sheet: &mut Sheet<'_>) {
    add(sheet, "", |subject, pager| {
        let limit = pager.paginator.limit_key.as_ref()?;
        let place = subject.places(Side::Input).iter().find(|place| place.label() == *limit)?;
        let least = integer_bounds(subject.shape(place.shape)).0.max(1);
        let mut input = subject.with(Side::Input, place, Value::Integer(i64::try_from(least).ok()?));
        for token in &pager.paginator.input_tokens {
            take(&mut input, &[PathStep::Member(token.clone())]);
        }
        let pages = pager.run(2, least as usize + 2);
        Some(FormParts { call: call(subject, input, 2), ..plays(subject, pager, &pages) })
    });
}

/// PG15.
pub(in crate::check::taxonomy) fn cut_page(sheet: &mut Sheet<'_>) {
    add(sheet, "", |subject, pager| {
        let pages = pager.run(2, ITEMS);
        let mut cut = pager.answer(&pages[1]);
        if let Answer::Response(response) = &mut cut {
            response.framing = Framing::Cut(response.body.len());
            response.body.truncate(response.body.len() / 2);
        }
        let answers = interrupted(pager, &pages, 1, cut);
        let partial = Pages { pages: values(&pages[..1]), end: PagesEnd::DoneOrError };
        let parts = plays(subject, pager, &pages);
        let result: Expected = OneOf(vec![parts.result.clone(), partial]);
        Some(FormParts { answers, result, requests: CountRange::between(2, 4), ..parts })
    });
}

/// RQ9.
pub(in crate::check::taxonomy) fn first_page(sheet: &mut Sheet<'_>) {
    add(sheet, "", |subject, pager| {
        let mut input = subject.values.random(subject.operation.input?, &mut subject.rng("first page"));
        let mut parts = plays(subject, pager, &pager.run(1, 1));
        for name in pager.paginator.input_tokens.iter().chain(&pager.paginator.limit_key) {
            take(&mut input, &[PathStep::Member(name.clone())]);
        }
        parts.call.input = input;
        Some(parts)
    });
}
