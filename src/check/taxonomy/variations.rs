//! Variants of answers that were recorded, not made: what a program's own service could have said instead.
//!
//! The same makers are at work as for cases; a recorded output stands where they would have a minimal one, and
//! a member is tried where the recording has it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::SEED;
use super::catalogue::{self, Variant};
use super::draft::Draft;
use super::ownership::Ownership;
use super::pager::Pager;
use super::subject::{RecordedSuccess, Side, Subject};
use crate::api::model::{Model, Value};
use crate::api::values::Values;
use crate::check::case::{Family, Glob, TIMESTAMP_DIGITS};
use crate::ground::exchange::{Answer, Content, Response};
use crate::ground::json::{Json, Style, parse, write};
use crate::protocol::protocol_of;

/// Families whose variants change how an answer looks.
const FAMILIES: [Family<'static>; 10] = [
    Family("OK"),
    Family("NU"),
    Family("IN"),
    Family("FL"),
    Family("WT"),
    Family("TS"),
    Family("UN"),
    Family("ER"),
    Family("TH"),
    Family("PG"),
];

/// Variants of those families that replace the whole answer, or are about the call.
const NOT: [&str; 8] = ["OK1", "OK3", "OK4", "OK9", "OK10", "OK20", "PG14", "TH13"];

/// One way in which recorded answers of an operation can be varied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variation {
    /// The operation.
    pub operation: String,
    /// The variant.
    pub variant: &'static str,
    /// The variant in a few words.
    pub about: &'static str,
    /// Its form, empty where there is only one.
    pub form: String,
    /// The place in the output that it changes, as a shape path, if it is one.
    pub place: Option<String>,
}

/// What a varied answer has become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varied {
    /// The n-th request of the call gets the n-th answer; the last one repeats.
    pub answers: Vec<Answer>,
    /// The member of the input by which the next page is asked for, as it stands on the wire.
    pub token: Option<String>,
    /// The tokens in these answers that the recording does not have.
    pub tokens: Vec<Json>,
}

/// The variants that can be applied to recorded answers.
pub fn response_variants() -> impl Iterator<Item = &'static Variant> {
    catalogue::variants().filter(|variant| {
        let family = variant.family();
        (FAMILIES.contains(&family) || family == Family::TRANSPORT) && !NOT.contains(&variant.id)
    })
}

/// Makes variations of recorded answers of a service.
#[derive(Debug)]
pub struct Variations {
    values: Arc<Values>,
    fold: Ownership,
}

impl Variations {
    /// Those of a model.
    pub fn new(model: &Arc<Model>) -> Variations {
        Variations {
            fold: Ownership::new(model),
            values: Arc::new(Values::new(Arc::clone(model), SEED, TIMESTAMP_DIGITS)),
        }
    }

    /// All variations of a recorded answer that the globs name; none of an error, or of a body that is not the
    /// operation's output.
    pub fn of(&self, operation: &str, answer: &Response, variants: &[Glob]) -> Vec<Variation> {
        let Some(recorded) = self.recorded(operation, answer) else { return Vec::new() };
        let Some(subject) = self.subject(operation, &recorded) else { return Vec::new() };
        let wanted =
            response_variants().filter(|variant| variants.iter().any(|glob| glob.matches(variant.id)));
        let mut seen = BTreeSet::from([format!("{:?}", [subject.plain_success()])]);
        let mut found = Vec::new();
        for variant in wanted {
            for draft in variant.drafts(&subject, 0) {
                let Some((varied, place)) = vary(&subject, variant, &draft) else { continue };
                if seen.insert(format!("{:?}", varied.answers)) {
                    let (operation, form) = (operation.to_owned(), draft.form.clone());
                    let Variant { id, about, .. } = *variant;
                    found.push(Variation { operation, variant: id, about, form, place });
                }
            }
        }
        found
    }

    /// A recorded answer varied; `None` where it has no such variation.
    pub fn make(&self, variation: &Variation, answer: &Response) -> Option<Varied> {
        let recorded = self.recorded(&variation.operation, answer)?;
        let subject = self.subject(&variation.operation, &recorded)?;
        let variant = response_variants().find(|variant| variant.id == variation.variant)?;
        let drafts = variant.drafts(&subject, 0);
        let draft = drafts.into_iter().find(|draft| draft.form == variation.form)?;
        vary(&subject, variant, &draft).map(|(varied, _)| varied)
    }

    fn subject<'a>(&'a self, operation: &str, recorded: &'a RecordedSuccess) -> Option<Subject<'a>> {
        let index = self.values.model().operations.get_index_of(operation)?;
        Some(Subject::new(&self.values, &self.fold, index)?.over(recorded))
    }

    fn recorded(&self, operation: &str, answer: &Response) -> Option<RecordedSuccess> {
        let model = self.values.model();
        let operation = model.operation(operation)?;
        if answer.status != 200 {
            return None;
        }
        let mut headers = answer.headers.clone();
        headers.remove("content-encoding");
        let output = match operation.output {
            None => Value::default(),
            Some(_) => {
                let protocol = protocol_of(model).ok()?;
                let body = Content::read(&answer.headers, &answer.body).body.to_bytes();
                protocol.read_output(model, operation, &protocol.view(&body).ok()?).ok()?
            }
        };
        Some(RecordedSuccess { output, headers })
    }
}

/// The answers of a form, over the recorded output, and the place that it changes.
fn vary(subject: &Subject<'_>, variant: &Variant, draft: &Draft<'_>) -> Option<(Varied, Option<String>)> {
    let parts = (draft.make)()?;
    let pager = Pager::new(subject);
    let answers = match pager.as_ref().filter(|_| variant.family() == Family::PAGES) {
        Some(pager) => repaged(subject, pager, parts.answers)?,
        None => parts.answers,
    };
    let (token, tokens) = pager.map_or((None, Vec::new()), |pager| tokens(subject, &pager, &answers));
    Some((Varied { answers, token, tokens }, parts.place))
}

/// Pages with the recorded items in place of made ones, each once, and the recorded token at their end.
fn repaged(subject: &Subject<'_>, pager: &Pager<'_>, answers: Vec<Answer>) -> Option<Vec<Answer>> {
    let mut whole = subject.json(&subject.minimal(Side::Output));
    let recorded_token = pager.token_in(&mut whole).cloned();
    let Json::Array(items) = pager.items_in(&mut whole)?.clone() else { return None };
    let mut pages: Vec<Option<Json>> = answers.iter().map(body).collect();
    let endless = pages.iter_mut().flatten().all(|page| pager.token_in(page).is_some_and(is_token));
    let filled: Vec<usize> = (0..pages.len()).filter(|at| count(pager, &mut pages[*at]) > 0).collect();
    let mut rest = items.clone();
    for (at, page) in pages.iter_mut().enumerate() {
        let Some(Json::Array(there)) = page.as_mut().and_then(|page| pager.items_in(page)) else { continue };
        let last = filled.last() == Some(&at);
        let share =
            if endless || last { rest.len() } else { usize::from(filled.contains(&at)).min(rest.len()) };
        *there = if endless { items.clone() } else { rest.drain(..share).collect() };
    }
    if let Some(recorded) = recorded_token.filter(|_| !endless) {
        // What is no token at the end of the pages would hide the recorded pages that follow.
        let last = pages.iter_mut().flatten().next_back()?;
        if pager.token_in(last).is_some() {
            return None;
        }
        pager.put_token(last, recorded);
    }
    Some(answers.into_iter().zip(pages).map(|(answer, page)| with_body(answer, page)).collect())
}

fn is_token(token: &mut Json) -> bool {
    !matches!(token, Json::Null) && token.as_str() != Some("")
}

fn count(pager: &Pager<'_>, page: &mut Option<Json>) -> usize {
    page.as_mut().and_then(|page| pager.items_in(page)?.as_array()).map_or(0, <[Json]>::len)
}

/// The JSON of a success.
fn body(answer: &Answer) -> Option<Json> {
    match answer {
        Answer::Response(response) if response.status == 200 => parse(&response.body).ok(),
        _ => None,
    }
}

fn with_body(answer: Answer, page: Option<Json>) -> Answer {
    match (answer, page) {
        (Answer::Response(response), Some(page)) => {
            Response { body: write(&page, Style::Compact), ..response }.into()
        }
        (answer, _) => answer,
    }
}

/// The input member that asks for the next page, and the tokens that are not the recording's own.
fn tokens(subject: &Subject<'_>, pager: &Pager<'_>, answers: &[Answer]) -> (Option<String>, Vec<Json>) {
    let recorded = pager.token_in(&mut subject.json(&subject.minimal(Side::Output))).cloned();
    let given = answers.iter().filter_map(|answer| pager.token_in(&mut body(answer)?).cloned());
    let made = given.filter(|token| Some(token) != recorded.as_ref()).collect();
    let input = subject.operation.input.map(|input| subject.shape(input));
    let name = pager.paginator.input_tokens.first();
    let member = input.zip(name).and_then(|(input, name)| input.member(name));
    (member.map(|member| member.wire_name().to_owned()), made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::latest;
    use crate::ground::exchange::REQUEST_ID;

    fn response(body: &str) -> Response {
        Response::new(200, body).with(REQUEST_ID, "r").with("Content-Type", "application/x-amz-json-1.1")
    }

    fn bodies(varied: &Varied) -> Vec<String> {
        let text = |answer: &Answer| match answer {
            Answer::Response(response) => {
                format!("{} {}", response.status, String::from_utf8_lossy(&response.body))
            }
            Answer::Raw(_) => "raw".to_owned(),
        };
        varied.answers.iter().map(text).collect()
    }

    /// Every variation of an answer by variant and form, with the bodies it has become.
    fn all(operation: &str, body: &str, glob: &str) -> Vec<(String, Vec<String>)> {
        let variations = Variations::new(&latest().unwrap());
        let answer = response(body);
        let found = variations.of(operation, &answer, &[Glob::new(glob)]);
        let made = |one: &Variation| bodies(&variations.make(one, &answer).unwrap());
        found
            .iter()
            .map(|one| (format!("{} {}", one.variant, one.form).trim().to_owned(), made(one)))
            .collect()
    }

    #[test]
    fn what_was_recorded_stays_around_what_is_varied() {
        let body = r#"{"ModelName":"m","ModelArn":"a","CreationTime":1.5,"EnableNetworkIsolation":true}"#;
        for (name, bodies) in all("DescribeModel", body, "NU1") {
            assert_eq!(bodies.len(), 1);
            assert!(
                bodies[0].contains("null") && bodies[0].contains(r#""ModelName":"m""#),
                "{name} {bodies:?}"
            );
        }
        let faults = all("DescribeModel", body, "TH5");
        assert!(faults.iter().all(|(_, bodies)| bodies.len() > 1), "{faults:?}");
        assert!(faults[0].1[1].contains(r#""ModelArn":"a""#), "{faults:?}");
        let broken = all("DescribeModel", "not json", "*");
        assert_eq!(broken, []);
        assert!(all("DeleteModel", "", "ER1").len() == 1);
    }

    #[test]
    fn pages_are_filled_with_the_recorded_items_and_end_as_they_did() {
        let (a, b) = (r#"{"ModelName":"a"}"#, r#"{"ModelName":"b"}"#);
        let body = format!(r#"{{"Models":[{a},{b}],"NextToken":"next"}}"#);
        let pages = all("ListModels", &body, "PG5");
        let (name, first) = &pages[0];
        assert_eq!(name, "PG5 first");
        assert_eq!(*first, [r#"200 {"Models":[],"NextToken":"more-0"}"#.to_owned(), format!("200 {body}")]);
        for (name, bodies) in all("ListModels", &body, "PG*") {
            let text = bodies.join("\n");
            if ["PG1", "PG6", "PG7", "PG8", "PG12"].iter().any(|other| name.starts_with(other)) {
                continue;
            }
            assert_eq!((text.matches(a).count(), text.matches(b).count()), (1, 1), "{name}: {text}");
            assert!(text.contains(r#""NextToken":"next""#), "{name}: {text}");
        }
        let whole = body.replace(r#","NextToken":"next""#, "");
        let null = all("ListModels", &whole, "PG3");
        assert!(
            null.iter().any(|(_, bodies)| bodies.last().unwrap().ends_with(r#""NextToken":null}"#)),
            "{null:?}"
        );
        assert_eq!(all("ListModels", &body, "PG3"), []);
    }
}
