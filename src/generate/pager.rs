//! Pages of a paged operation, made along its paginator.

use super::place::{Step, json_at, put};
use super::subject::{Side, Subject};
use crate::exchange::Answer;
use crate::json::{Json, Text};
use crate::model::{Paginator, Shape, ShapeId, ShapeKind, Value};

/// An operation whose paginator names plain members, and how to fill them.
#[derive(Debug)]
pub(super) struct Pager<'a> {
    subject: &'a Subject<'a>,
    pub(super) paginator: &'a Paginator,
    root: &'a Shape,
    tokens: Vec<Vec<Step>>,
    /// To the flag that says whether there are more pages.
    more: Option<Vec<Step>>,
    items: Vec<Step>,
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
        let tokens: Option<Vec<_>> = paginator
            .output_tokens
            .iter()
            .map(|path| steps(subject, root, path).map(|(steps, _)| steps))
            .collect();
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
        for (index, steps) in self.tokens.iter().enumerate() {
            match token {
                Token::None => super::place::take(&mut value, steps),
                Token::Text(text) => {
                    // An empty text says that there is no token, in each of several.
                    let alone = index == 0 || text.is_empty();
                    let text = if alone { text.to_owned() } else { format!("{text}-{index}") };
                    put(self.subject.values, self.root, &mut value, steps, Value::string(text));
                }
            }
        }
        Page { body: self.subject.json(&value), value }
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
        for steps in &self.tokens {
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
        json_at(self.subject.model(), self.root, page, self.tokens.first()?)
    }

    /// Writes the first token into the JSON of a page that has none.
    pub(super) fn put_token(&self, page: &mut Json, token: Json) {
        if let (Json::Object(members), Some([Step::Member(name)])) =
            (page, self.tokens.first().map(Vec::as_slice))
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
fn steps<'a>(subject: &Subject<'a>, root: &'a Shape, path: &str) -> Option<(Vec<Step>, &'a Shape)> {
    let mut shape = root;
    let mut steps = Vec::new();
    for name in path.split('.') {
        shape = subject.shape(shape.member(name)?.shape);
        steps.push(Step::Member(name.to_owned()));
    }
    Some((steps, shape))
}
