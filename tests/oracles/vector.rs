//! One vector: a case, the evidence of one trial of it, and the judgements that it must give.

use shapetape::api::model::{Model, Operation, ShapeId, Value};
use shapetape::api::outcome::{Outcome, WaitResult, typed};
use shapetape::check::case::{
    Call, Case, Class, CountRange, Evidence, Expectation, Expected, ExpectedError, Mode, NoOutcome, PagesEnd,
    VariantId,
};
use shapetape::check::oracles;
use shapetape::check::verdict::Judgement;
use shapetape::clients::read_answer;
use shapetape::ground::clock::Time;
use shapetape::ground::exchange::{Answer, Coding, Entry, Headers, Request, Response, Transcript};
use shapetape::ground::json::{Json, Style, write};
use shapetape::wire::sigv4::{Credentials, sign};

pub(crate) struct Vector {
    pub(crate) name: String,
    model: Model,
    pub(crate) case: Case,
    evidence: Evidence,
    reference: Option<Evidence>,
    kept: Option<Json>,
    pub(crate) findings: Vec<Json>,
}

const KEYS: [&str; 19] = [
    "name",
    "queryCompatible",
    "operation",
    "variant",
    "class",
    "mode",
    "input",
    "expect",
    "requests",
    "exchanges",
    "digits",
    "late",
    "previous",
    "outcome",
    "unlike",
    "reference",
    "referenceExchanges",
    "kept",
    "findings",
];

impl Vector {
    pub(crate) fn read(model: &Model, source: &Json) -> Vector {
        for (key, _) in source.as_object().unwrap() {
            assert!(KEYS.contains(&key.as_str().unwrap()), "no part of a vector: {key}");
        }
        let name = text(source, "name").unwrap();
        let mut model = model.clone();
        model.metadata.query_compatible = source.get("queryCompatible").is_some();
        let operation = model.operation(text(source, "operation").unwrap()).unwrap();
        let reader = Reader { model: &model, source, operation };
        let case = reader.case(name);
        let evidence = reader.evidence(&case, "client", source.get("outcome").unwrap(), "exchanges");
        let exchanges =
            if source.get("referenceExchanges").is_some() { "referenceExchanges" } else { "exchanges" };
        let reference =
            source.get("reference").map(|outcome| reader.evidence(&case, "builtin", outcome, exchanges));
        let kept = source.get("kept").cloned();
        let findings = source.get("findings").and_then(Json::as_array).unwrap_or_default().to_vec();
        Vector { name: name.to_owned(), case, evidence, reference, kept, findings, model }
    }

    pub(crate) fn judge(&self) -> Vec<Judgement> {
        let Vector { model, case, evidence, .. } = self;
        match (&self.kept, &self.reference) {
            (Some(kept), _) => oracles::snapshot(model, case, evidence, kept),
            (None, Some(reference)) => oracles::agreement(model, case, reference, evidence),
            (None, None) => oracles::judge(model, case, evidence),
        }
    }
}

fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    json.get(key).and_then(Json::as_str)
}

fn number(json: &Json) -> u32 {
    u32::try_from(json.as_i64().unwrap()).unwrap()
}

struct Reader<'a> {
    model: &'a Model,
    source: &'a Json,
    operation: &'a Operation,
}

impl Reader<'_> {
    fn case(&self, name: &str) -> Case {
        let input = self.source.get("input").map(|input| self.value(self.operation.input, input));
        let result = self.source.get("expect").map_or(Expected::Open, |expect| self.expected(expect));
        let requests = match self.source.get("requests") {
            Some(Json::Array(ends)) => CountRange::between(number(&ends[0]), number(&ends[1])),
            Some(one) => CountRange::exactly(number(one)),
            None => CountRange::exactly(u32::try_from(self.exchanges("exchanges").len()).unwrap()),
        };
        Case {
            id: name.to_owned(),
            operation: self.operation.name.clone(),
            variant: VariantId(text(self.source, "variant").unwrap_or("OK3").to_owned()),
            class: text(self.source, "class").map_or(Class::Must, |word| Class::from_word(word).unwrap()),
            rule: "https://smithy.io".to_owned(),
            place: None,
            seed: 0,
            call: Call { mode: self.mode(), input: input.unwrap_or_default(), fresh: false },
            answers: Vec::new(),
            expectation: Expectation { result, requests },
            repeats: 0,
            slow: false,
        }
    }

    fn mode(&self) -> Mode {
        let Some(mode) = self.source.get("mode") else { return Mode::Call };
        match (mode.get("paginate"), text(mode, "wait")) {
            (Some(pages), _) => Mode::Paginate { max_pages: number(pages) },
            (_, Some(waiter)) => Mode::Wait { waiter: waiter.to_owned(), delay_ms: 1, max_attempts: 5 },
            _ => panic!("no mode"),
        }
    }

    fn value(&self, shape: Option<ShapeId>, json: &Json) -> Value {
        match shape {
            Some(shape) => typed::decode(self.model, shape, json).unwrap_or_else(|error| panic!("{error}")),
            None => Value::default(),
        }
    }

    fn expected(&self, expect: &Json) -> Expected {
        if let Some(word) = expect.as_str() {
            return match word {
                "refusal" => Expected::Refusal,
                "open" => Expected::Open,
                _ => panic!("no expectation: {word}"),
            };
        }
        let (name, json) = &expect.as_object().unwrap()[0];
        match name.as_str().unwrap() {
            "output" => Expected::Output(self.value(self.operation.output, json)),
            "error" => Expected::Error(self.error(json)),
            "oneOf" => {
                Expected::OneOf(json.as_array().unwrap().iter().map(|one| self.expected(one)).collect())
            }
            "waited" => Expected::Waited(WaitResult::from_word(json.as_str().unwrap()).unwrap()),
            "pages" => Expected::Pages {
                pages: json
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|page| self.value(self.operation.output, page))
                    .collect(),
                end: match expect.get("end") {
                    None => PagesEnd::Done,
                    Some(Json::String(_)) => PagesEnd::DoneOrError,
                    Some(error) => PagesEnd::Error(self.error(error)),
                },
            },
            other => panic!("no expectation: {other}"),
        }
    }

    fn error(&self, json: &Json) -> ExpectedError {
        let modeled = text(json, "modeled").map(str::to_owned);
        let shape = modeled.as_deref().and_then(|name| self.model.shape_named(name)).map(|shape| shape.id);
        let members = json.get("members").map(|members| self.value(shape, members));
        ExpectedError {
            code: text(json, "code").unwrap().to_owned(),
            message: text(json, "message").map(Into::into),
            modeled,
            members: members.and_then(|members| members.fields().cloned()).unwrap_or_default(),
            status: json.get("status").map_or(400, |status| u16::try_from(number(status)).unwrap()),
        }
    }

    fn exchanges(&self, key: &str) -> Vec<Json> {
        match self.source.get(key) {
            Some(exchanges) => exchanges.as_array().unwrap().to_vec(),
            None => vec![Json::Object(Vec::new())],
        }
    }

    fn evidence(&self, case: &Case, client: &str, outcome: &Json, exchanges: &str) -> Evidence {
        let entries = self.exchanges(exchanges).iter().map(|exchange| self.entry(case, exchange)).collect();
        Evidence {
            client: client.to_owned(),
            version: "1.0.0".to_owned(),
            timestamp_digits: self
                .source
                .get("digits")
                .map_or(3, |digits| u8::try_from(number(digits)).unwrap()),
            endpoint: "http://127.0.0.1:1".to_owned(),
            outcome: read_outcome(outcome),
            unlike: self.source.get("unlike").map(|outcome| read_outcome(outcome).unwrap()),
            transcript: Transcript { entries },
            late: self.source.get("late").map_or(0, |late| number(late) as usize),
            previous: self.source.get("previous").cloned(),
            after: None,
        }
    }

    /// An exchange is the right one for the case but for what the vector says of it.
    fn entry(&self, case: &Case, exchange: &Json) -> Entry {
        let body = match (exchange.get("sent"), text(exchange, "sentText")) {
            (_, Some(text)) => text.as_bytes().to_vec(),
            (Some(sent), None) => write(sent, Style::Compact),
            (None, None) => write(&typed::encode(&case.call.input), Style::Compact),
        };
        let mut headers: Headers = [
            ("Host".to_owned(), "127.0.0.1:1".to_owned()),
            ("X-Amz-Target".to_owned(), format!("Things.{}", case.operation)),
            ("Content-Type".to_owned(), "application/x-amz-json-1.1".to_owned()),
            ("Content-Length".to_owned(), body.len().to_string()),
            ("User-Agent".to_owned(), "client/1.0.0".to_owned()),
        ]
        .into_iter()
        .collect();
        change(&mut headers, exchange.get("headers"));
        for (name, value) in exchange.get("more").and_then(Json::as_object).unwrap_or_default() {
            headers.push(name.as_str().unwrap(), value.as_str().unwrap());
        }
        let mut request = Request {
            method: text(exchange, "method").unwrap_or("POST").to_owned(),
            target: text(exchange, "target").unwrap_or("/").to_owned(),
            prefix: 0,
            headers,
            body,
        };
        if exchange.at(&["headers", "Authorization"]).is_none() {
            let keys = Credentials::new(text(exchange, "accessKey").unwrap_or("AKIDTESTING"), "testing");
            let region = text(exchange, "region").unwrap_or("us-east-1");
            let after = exchange.get("signedAfter").map_or(0, |seconds| seconds.as_i64().unwrap());
            let time = Time((1_700_000_000 + after) * 1000);
            sign(&mut request, &keys, region, "things", time).unwrap();
        }
        Entry { request, answer: answer(exchange) }
    }
}

fn read_outcome(outcome: &Json) -> Result<Outcome, NoOutcome> {
    match outcome.as_str() {
        Some("hung") => return Err(NoOutcome::Hung),
        Some("died") => return Err(NoOutcome::Died("signal 6".to_owned())),
        Some("babbled") => return Err(NoOutcome::Babbled("not JSON".to_owned())),
        _ => {}
    }
    let mut members = outcome.as_object().unwrap().to_vec();
    members.push(("seq".into(), Json::number(1)));
    let line = write(&Json::Object(members), Style::Compact);
    Ok(read_answer(&line, 1).unwrap_or_else(|error| panic!("{error}")))
}

/// Sets header fields, or takes them away where the vector says null.
fn change(headers: &mut Headers, changes: Option<&Json>) {
    for (name, value) in changes.and_then(Json::as_object).unwrap_or_default() {
        let name = name.as_str().unwrap();
        match value.as_str() {
            Some(value) => headers.set(name, value),
            None => headers.remove(name),
        }
    }
}

fn answer(exchange: &Json) -> Answer {
    let Some(answer) = exchange.get("answer") else { return Response::new(200, "{}").into() };
    let body = match (answer.get("body"), text(answer, "text")) {
        (Some(body), _) => write(body, Style::Compact),
        (None, text) => text.unwrap_or("{}").as_bytes().to_vec(),
    };
    let status = answer.get("status").map_or(200, |status| u16::try_from(number(status)).unwrap());
    let mut response = match answer.get("gzip") {
        Some(_) => Response::new(status, Coding::Gzip.apply(&body)).with("Content-Encoding", "gzip"),
        None => Response::new(status, body),
    };
    change(&mut response.headers, answer.get("headers"));
    response.into()
}
