//! Cases as files, for whoever has no driver: request, answers as bytes, expectation. Data only: others write it.

use crate::api::model::Model;
use crate::api::outcome::typed;
use crate::check::case::{Call, Case, Expected, ExpectedError, Mode, PagesEnd};
use crate::check::taxonomy::variants;
use crate::ground::exchange::{Answer, Body, Response, WireStep};
use crate::ground::json::{Json, Style, Text, parse, pretty, write};
use crate::protocol::{encode_request, protocol_of};

/// The page that explains an export, and stands in it.
pub const PAGE: &str = include_str!("README.md");

/// The version of the form of an export.
const VERSION: u32 = 1;

/// A name of a file system is never longer; some allow no more than 255 bytes.
const LONGEST_NAME: usize = 120;

/// A body of more levels stands as text in `case.json`: Python's reader gives up at a thousand, others before.
const DEEPEST: usize = 100;

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What the first line of an index says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head<'a> {
    /// The service's short name.
    pub service: &'a str,
    /// The date of its model.
    pub date: &'a str,
    /// The seed of the plan.
    pub seed: u64,
    /// How many cases there are.
    pub cases: usize,
}

impl Head<'_> {
    /// The line, without its end.
    pub fn line(&self) -> String {
        let json = Json::object([
            ("shapetape", Json::string("export")),
            ("version", Json::number(VERSION)),
            ("service", Json::string(self.service)),
            ("date", Json::string(self.date)),
            ("seed", Json::number(self.seed)),
            ("cases", Json::number(self.cases)),
        ]);
        compact(&json)
    }
}

/// Whether this is the first line of an export's index.
pub fn is_head(line: &str) -> bool {
    parse(line.as_bytes()).is_ok_and(|json| json.get("shapetape").and_then(Json::as_str) == Some("export"))
}

/// The line of a case in the index, without its end.
pub fn index_line(case: &Case) -> String {
    let json = Json::object([
        ("id", Json::string(&case.id)),
        ("operation", Json::string(&case.operation)),
        ("variant", Json::string(&case.variant.0)),
        ("class", Json::string(case.class.word())),
        ("folder", Json::string(folder(case))),
    ]);
    compact(&json)
}

/// The files of a case.
pub fn files(model: &Model, case: &Case) -> Vec<File> {
    let folder = folder(case);
    let mut files = Vec::new();
    let mut answers = Vec::new();
    for (index, answer) in case.answers.iter().enumerate() {
        let name = format!("answer-{}.http", index + 1);
        let mut told = vec![("file", Json::string(&name))];
        let bytes = match answer {
            Answer::Response(response) => {
                told.extend(readable(response));
                response.to_wire()
            }
            Answer::Raw(steps) => {
                told.push(("steps", Json::Array(steps.iter().map(step).collect())));
                steps.iter().flat_map(written).copied().collect()
            }
        };
        answers.push(Json::object(told));
        files.push(File { path: format!("{folder}/{name}"), bytes });
    }
    let json = told(model, case, answers);
    files.insert(0, File { path: format!("{folder}/case.json"), bytes: pretty(&json).into_bytes() });
    files
}

/// Where a case lies in an export.
fn folder(case: &Case) -> String {
    let id = case.id.split('@').next().unwrap_or(&case.id);
    let form = id.splitn(3, '/').nth(2).unwrap_or("-");
    format!("cases/{}/{}/{}", case.operation, case.variant, file_name(form))
}

/// A form as the name of a folder; a long one is cut and told apart by its hash.
fn file_name(form: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let name: String = form.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    if name == form && name.len() <= LONGEST_NAME {
        return name;
    }
    let hash = form.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}-{hash:016x}", &name[..name.len().min(LONGEST_NAME)])
}

fn told(model: &Model, case: &Case, answers: Vec<Json>) -> Json {
    let about = variants().find(|variant| variant.id == case.variant.0).map_or("", |variant| variant.about);
    let mut members = vec![
        ("id", Json::string(&case.id)),
        ("operation", Json::string(&case.operation)),
        ("variant", Json::string(&case.variant.0)),
        ("about", Json::string(about)),
        ("place", case.place.as_ref().map_or(Json::Null, Json::string)),
        ("class", Json::string(case.class.word())),
        ("rule", Json::string(&case.rule)),
        ("seed", Json::number(case.seed)),
        ("call", call(&case.call)),
    ];
    members.extend((case.repeats > 0).then(|| ("repeats", Json::number(case.repeats))));
    members.extend(request(model, case).map(|request| ("request", request)));
    members.push(("answers", Json::Array(answers)));
    let result = result(&case.expectation.result);
    let expectation = [("requests", case.expectation.requests.to_json()), ("result", result)];
    members.push(("expectation", Json::object(expectation)));
    Json::object(members)
}

fn call(call: &Call) -> Json {
    let mut members = match &call.mode {
        Mode::Call => vec![("mode", Json::string("call"))],
        Mode::Paginate { max_pages } => {
            vec![("mode", Json::string("paginate")), ("maxPages", Json::number(max_pages))]
        }
        Mode::Wait { waiter, delay_ms, max_attempts } => vec![
            ("mode", Json::string("wait")),
            ("waiter", Json::string(waiter)),
            ("delayMs", Json::number(delay_ms)),
            ("maxAttempts", Json::number(max_attempts)),
        ],
    };
    members.push(("fresh", Json::Bool(call.fresh)));
    members.push(("input", typed::encode(&call.input)));
    Json::object(members)
}

/// The first request as the protocol has it; idempotency tokens that the caller left out are the client's.
fn request(model: &Model, case: &Case) -> Option<Json> {
    let request = encode_request(model, model.operation(&case.operation)?, &case.call.input).ok()?;
    let asserted = protocol_of(model).ok()?.fields().iter();
    let headers = asserted.filter_map(|name| Some((*name, Json::string(request.headers.get(name)?))));
    let headers = Json::object(headers.collect::<Vec<_>>());
    let (form, body) = body(&request.body);
    let line = format!("{} {}", request.method, request.path());
    Some(Json::object([("line", Json::string(line)), ("headers", headers), (form, body)]))
}

fn readable(response: &Response) -> Vec<(&'static str, Json)> {
    let headers = response.headers.iter().map(|(name, value)| (Text::from(name), Json::string(value)));
    let mut members = vec![
        ("status", Json::number(response.status)),
        ("headers", Json::Object(headers.collect())),
        body(&response.body),
    ];
    if response.closes() {
        members.push(("closes", Json::Bool(true)));
    }
    members
}

/// A body and the name of its form; nested deeply it is text, so that any reader takes the file.
fn body(bytes: &[u8]) -> (&'static str, Json) {
    match Body::of(bytes) {
        Body::Json(json, _) if is_deep(&json) => {
            Body::Text(String::from_utf8_lossy(bytes).into_owned()).named()
        }
        body => body.named(),
    }
}

/// Whether arrays and objects hold anything below [`DEEPEST`] levels of them.
fn is_deep(json: &Json) -> bool {
    let mut level = vec![json];
    for _ in 0..=DEEPEST {
        level = level.into_iter().flat_map(inside).collect();
    }
    !level.is_empty()
}

fn inside(json: &Json) -> Vec<&Json> {
    match json {
        Json::Array(items) => items.iter().collect(),
        Json::Object(members) => members.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

fn step(step: &WireStep) -> Json {
    match step {
        WireStep::Bytes(bytes) => Json::object([("bytes", Json::number(bytes.len()))]),
        WireStep::Pause(milliseconds) => Json::object([("pauseMs", Json::number(milliseconds))]),
        WireStep::Close => Json::string("close"),
        WireStep::Reset => Json::string("reset"),
    }
}

fn written(step: &WireStep) -> &[u8] {
    match step {
        WireStep::Bytes(bytes) => bytes,
        _ => &[],
    }
}

fn result(expected: &Expected) -> Json {
    match expected {
        Expected::Output(value) => Json::object([("output", typed::encode(value))]),
        Expected::Error(error) => service_error(error),
        Expected::Refusal => Json::object([("refusal", Json::Bool(true))]),
        Expected::OneOf(all) => Json::object([("oneOf", Json::Array(all.iter().map(result).collect()))]),
        Expected::Pages { pages, end } => {
            let end = match end {
                PagesEnd::Done => Json::string("done"),
                PagesEnd::Error(error) => service_error(error),
                PagesEnd::DoneOrError => Json::string("done or error"),
            };
            Json::object([("pages", Json::Array(pages.iter().map(typed::encode).collect())), ("end", end)])
        }
        Expected::Waited(result) => Json::object([("waited", Json::string(result.word()))]),
        Expected::Open => Json::object([("open", Json::Bool(true))]),
    }
}

fn service_error(error: &ExpectedError) -> Json {
    let members = error.members.iter().map(|(name, value)| (Text::from(name), typed::encode(value)));
    let error = Json::object([
        ("code", Json::string(&error.code)),
        ("message", error.message.as_ref().map_or(Json::Null, |text| Json::String(text.clone()))),
        ("modeled", error.modeled.as_ref().map_or(Json::Null, Json::string)),
        ("members", Json::Object(members.collect())),
        ("status", Json::number(error.status)),
    ]);
    Json::object([("serviceError", error)])
}

fn compact(json: &Json) -> String {
    String::from_utf8_lossy(&write(json, Style::Compact)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::synthetic;
    use crate::check::taxonomy::{PlanOptions, plan};

    /// How deep the brackets outside of strings are nested.
    fn levels(json: &[u8]) -> usize {
        let (mut open, mut most, mut quoted, mut escaped) = (0, 0, false, false);
        for byte in json {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                b'[' | b'{' if !quoted => open += 1,
                b']' | b'}' if !quoted => open -= 1,
                _ => {}
            }
            most = most.max(open);
        }
        most
    }

    #[test]
    fn every_case_has_its_own_files_and_the_bytes_it_would_play() {
        let model = synthetic().unwrap();
        let plan = plan(&model, &PlanOptions::default());
        let mut paths = std::collections::BTreeSet::new();
        for key in plan.keys() {
            let case = plan.case(&key.id).unwrap();
            let made = files(&model, &case);
            assert_eq!(made, files(&model, &case), "{}", key.id);
            let json = parse(&made[0].bytes).unwrap();
            assert_eq!(json.get("id").and_then(Json::as_str), Some(key.id.as_str()));
            assert_eq!(made.len(), case.answers.len() + 1);
            // The members around a body are some levels more.
            assert!(levels(&made[0].bytes) < DEEPEST + 10, "{}: any reader takes it", key.id);
            for (file, answer) in made[1..].iter().zip(&case.answers) {
                if let Answer::Response(response) = answer {
                    assert_eq!(file.bytes, response.to_wire(), "{}", key.id);
                }
            }
            for file in made {
                assert!(file.path.split('/').all(|part| part.len() <= 255), "{}", file.path);
                assert!(paths.insert(file.path.to_lowercase()), "{} comes twice", file.path);
            }
        }
        assert!(paths.len() > 2 * plan.keys().len());
    }
}
