//! Pages of a paged operation, made along its paginator.

use super::place::{PathStep, json_at, put};
use super::subject::{Side, Subject};
use crate::api::model::{Paginator, Shape, ShapeId, ShapeKind, Value};
use crate::api::values::length_bounds;
use crate::ground::exchange::Answer;
use crate::ground::json::{Json, Text};

/// An operation whose paginator names plain members, and how to fill them.
#[derive(Debug)]
pub(super) struct Pager<'a> {
    subject: &'a Subject<'a>,
    pub(super) paginator: &'a Paginator,
    root: &'a Shape,
    tokens: Vec<(Vec<PathStep>, &'a Shape)>,
    /// To the flag that says whether there are more pages.
    more: Option<Vec<PathStep>>,
    items: Vec<PathStep>,
    item: ShapeId,
    most: usize,
}

/// One page as it is sent and as it must be given.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) body: Json,
    pub(super) value: Value,
}

/// The token of a page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token<'t> {
    /// There is none.
    None,
    /// This text.
    Text(&'t str),
}

impl<'a> Pager<'a> {
    /// `None` where the operation is not paged, or by paths that are more than names.
    pub(super) fn new(subject: &'a Subject<'a>) -> Option<Pager<'a>> {
        let paginator = subject.operation.paginator.as_ref()?;
        let root = subject.output()?;
        let tokens: Option<Vec<_>> =
            paginator.output_tokens.iter().map(|path| steps(subject, root, path)).collect();
        let (items, list) = steps(subject, root, paginator.result_keys.first()?)?;
        let ShapeKind::List { item, .. } = list.kind else { return None };
        let more = paginator.more_results.as_ref().and_then(|path| steps(subject, root, path));
        let more = more.map(|(steps, _)| steps);
        let most = list.max.as_ref().map_or(usize::MAX, |most| usize::try_from(most.integer()).unwrap_or(0));
        Some(Pager { subject, paginator, root, tokens: tokens?, more, items, item, most })
    }

    /// A page of so many items; pages of other numbers have other items.
    pub(super) fn page(&self, number: usize, count: usize, token: Token<'_>) -> Page {
        let mut value = self.subject.minimal(Side::Output);
        let mut rng = self.subject.rng(&format!("page {number}"));
        let items = (0..count.min(self.most)).map(|_| self.subject.values.random(self.item, &mut rng));
        put(self.subject.values, self.root, &mut value, &self.items, Value::List(items.collect()));
        if let Some(steps) = &self.more {
            let more = Value::Boolean(matches!(token, Token::Text(_)));
            put(self.subject.values, self.root, &mut value, steps, more);
        }
        for (index, (steps, shape)) in self.tokens.iter().enumerate() {
            match token {
                Token::None => super::place::take(&mut value, steps),
                Token::Text(text) => {
                    // An empty text says that there is no token, in each of several.
                    let alone = index == 0 || text.is_empty();
                    let text = if alone { text.to_owned() } else { format!("{text}-{index}") };
                    let token = self.token(shape, text);
                    put(self.subject.values, self.root, &mut value, steps, token);
                }
            }
        }
        Page { body: self.subject.json(&value), value }
    }

    /// The token of a text: long enough to be sent, and where tokens are no texts, one that goes by the text.
    fn token(&self, shape: &Shape, text: String) -> Value {
        if shape.kind != ShapeKind::String {
            let mut rng = self.subject.rng(&format!("token {text}"));
            return self.subject.values.another_with_items(shape.id, &mut rng);
        }
        let least = if text.is_empty() { 0 } else { length_bounds(shape).0 as usize };
        Value::string(format!("{text:-<least$}"))
    }

    /// Whether that text can be a token, and be sent: clients check how short a text may be.
    pub(super) fn takes(&self, text: &str) -> bool {
        let least = |shape: &Shape| length_bounds(shape).0 as usize;
        let fits = |shape: &Shape| text.is_empty() || text.chars().count() >= least(shape);
        self.tokens.iter().all(|(_, shape)| shape.kind == ShapeKind::String && fits(shape))
    }

    /// So many pages with `count` items each and tokens between them.
    pub(super) fn run(&self, pages: usize, count: usize) -> Vec<Page> {
        let token = |number: usize| format!("token+/={number}");
        let page = |number: usize| match number + 1 == pages {
            true => self.page(number, count, Token::None),
            false => self.page(number, count, Token::Text(&token(number))),
        };
        (0..pages).map(page).collect()
    }

    /// The page with something else in place of its tokens.
    pub(super) fn with_token(&self, mut page: Page, token: &Json) -> Page {
        for (steps, _) in &self.tokens {
            if let Some(there) = json_at(self.subject.model(), self.root, &mut page.body, steps) {
                *there = token.clone();
            }
            super::place::take(&mut page.value, steps);
        }
        page
    }

    /// The page with null in place of its items, or without them.
    pub(super) fn without_items(&self, mut page: Page, null: bool) -> Option<Page> {
        super::place::take(&mut page.value, &self.items);
        if null {
            *json_at(self.subject.model(), self.root, &mut page.body, &self.items)? = Json::Null;
        } else {
            page.body = self.subject.json(&page.value);
        }
        Some(page)
    }

    /// The first token in the JSON of a page.
    pub(super) fn token_in<'j>(&self, page: &'j mut Json) -> Option<&'j mut Json> {
        json_at(self.subject.model(), self.root, page, &self.tokens.first()?.0)
    }

    /// Writes the first token into the JSON of a page that has none.
    pub(super) fn put_token(&self, page: &mut Json, token: Json) {
        if let (Json::Object(members), Some([PathStep::Member(name)])) =
            (page, self.tokens.first().map(|(steps, _)| steps.as_slice()))
            && let Some(member) = self.root.member(name)
        {
            members.push((Text::from(member.wire_name()), token));
        }
    }

    /// The items in the JSON of a page.
    pub(super) fn items_in<'j>(&self, page: &'j mut Json) -> Option<&'j mut Json> {
        json_at(self.subject.model(), self.root, page, &self.items)
    }

    /// The answer that is a page.
    pub(super) fn answer(&self, page: &Page) -> Answer {
        self.subject.success(&page.body)
    }
}

/// The way along a path of names, and the shape at its end.
fn steps<'a>(subject: &Subject<'a>, root: &'a Shape, path: &str) -> Option<(Vec<PathStep>, &'a Shape)> {
    let mut shape = root;
    let mut steps = Vec::new();
    for name in path.split('.') {
        shape = subject.shape(shape.member(name)?.shape);
        steps.push(PathStep::Member(name.to_owned()));
    }
    Some((steps, shape))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use crate::api::model::{Model, ModelFile, Validator, Value, load};
    use crate::check::case::{Case, Expected, Glob};
    use crate::check::taxonomy::{PlanOptions, plan};

    /// Operations whose tokens are texts of at least 20 letters, or maps; the first of their errors are tried again.
    fn shelf() -> Arc<Model> {
        let service = include_str!("pager-test.json");
        let paginators = r#"{"pagination": {
            "ListBooks": {"input_token": "After", "output_token": "Last", "result_key": "Names"},
            "ListPages": {"input_token": "Key", "output_token": "LastKey", "result_key": "Names"}}}"#;
        let file = |name: &str, text: &str| ModelFile { name: name.to_owned(), bytes: text.into() };
        let files = vec![file("service-2.json", service), file("paginators-1.json", paginators)];
        Arc::new(load("shelf", files).unwrap())
    }

    fn cases(model: &Arc<Model>, operation: &str, variant: &str) -> Vec<Case> {
        let globs = |text: &str| vec![Glob::new(text)];
        let options =
            PlanOptions { operations: globs(operation), variants: globs(variant), ..Default::default() };
        let plan = plan(model, &options);
        plan.keys().iter().filter_map(|key| plan.case(&key.id)).collect()
    }

    fn pages(expected: &Expected) -> &[Value] {
        match expected {
            Expected::Pages { pages, .. } => pages,
            Expected::OneOf(results) => results.first().map_or(&[], pages),
            _ => &[],
        }
    }

    #[test]
    fn tokens_can_be_sent_and_are_of_their_own_kind() {
        let model = shelf();
        let validator = Validator::new(Arc::clone(&model));
        for (operation, member, texts) in [("ListBooks", "Last", true), ("ListPages", "LastKey", false)] {
            let all = cases(&model, operation, "PG*");
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for case in &all {
                let output = model.operation(operation).and_then(|operation| operation.output).unwrap();
                let mut tokens: Vec<&Value> = Vec::new();
                for page in pages(&case.expectation.result) {
                    let Value::Structure(fields) = page else { panic!("{}: {page:?}", case.id) };
                    let token = fields.get(member).filter(|token| **token != Value::string(""));
                    tokens.extend(token);
                    if token.is_some() {
                        assert_eq!(validator.check(output, page), [], "{}", case.id);
                    }
                }
                assert!(tokens.windows(2).all(|pair| pair[0] != pair[1]), "{}: {tokens:?}", case.id);
                *seen.entry(&case.variant.0).or_default() += tokens.len();
            }
            assert!(seen["PG2"] >= 3 && seen["PG5"] >= 3, "{operation}: {seen:?}");
            // What is too short to be sent, or no text at all, is no case.
            assert!(!seen.contains_key("PG10"), "{operation}: {seen:?}");
            assert_eq!(seen.contains_key("PG4"), texts, "{operation}: {seen:?}");
        }
    }

    #[test]
    fn an_error_between_pages_is_one_that_is_not_tried_again() {
        let model = shelf();
        let failed = cases(&model, "ListBooks", "PG12");
        assert_eq!(failed.iter().map(|case| case.expectation.requests.most).collect::<Vec<_>>(), [1, 2, 3]);
        let bare = cases(&model, "ListBooks", "ER1");
        let counts = bare.iter().map(|case| {
            let (_, code) = case.id.rsplit_once('/').unwrap();
            (code, case.expectation.requests.least, case.expectation.requests.most)
        });
        let due =
            [("ThrottlingException", 3, 3), ("Busy", 1, 3), ("Sorry", 1, 1), ("ValidationException", 1, 1)];
        assert_eq!(counts.collect::<Vec<_>>(), due);
    }
}
