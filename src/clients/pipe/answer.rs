//! The answers of a driver: to `start`, and to `run`.

use super::reader::{Reader, WireError, json};
use crate::api::outcome::{ClientFault, Outcome, ServiceFault, Stage, WaitResult};
use crate::ground::json::Json;

/// Who a client is and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Started {
    /// The client's name: `boto3`.
    pub client: String,
    /// Its version.
    pub version: String,
    /// The language it is written in.
    pub language: String,
    /// The version of what runs it.
    pub runtime: String,
    /// `call`, `paginate`, `wait`.
    pub capabilities: Vec<String>,
    /// How many decimals of a second its timestamps hold.
    pub timestamp_digits: u8,
    /// Where to report its bugs.
    pub issues: Option<String>,
}

/// The answer to `start`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hello {
    /// The driver is ready.
    Started(Started),
    /// It cannot serve this start; its process ends.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Reads the answer to `start`.
pub(crate) fn read_hello(line: &[u8]) -> Result<Hello, WireError> {
    let json = json(line)?;
    let answer = Reader::new("", &json)?;
    if answer.given("failed").is_some() {
        return Ok(Hello::Failed { reason: answer.object("failed")?.string("reason")? });
    }
    if answer.given("started").is_none() {
        return Err(answer.error("started", "is missing: `start` is answered by `started` or `failed`"));
    }
    started(&answer.object("started")?).map(Hello::Started)
}

fn started(reader: &Reader<'_>) -> Result<Started, WireError> {
    let timestamp_digits: u8 = reader.number("timestampDigits")?;
    if timestamp_digits > 9 {
        return Err(reader.error("timestampDigits", "must be from 0 to 9"));
    }
    Ok(Started {
        client: reader.string("client")?,
        version: reader.string("version")?,
        language: reader.string("language")?,
        runtime: reader.string("runtime")?,
        capabilities: capabilities(reader)?,
        timestamp_digits,
        issues: reader.optional_string("issues")?,
    })
}

fn capabilities(reader: &Reader<'_>) -> Result<Vec<String>, WireError> {
    let word = |json: &Json| match json.as_str() {
        Some(word @ ("call" | "paginate" | "wait")) => Ok(word.to_owned()),
        _ => Err(reader.error("capabilities", "holds something other than `call`, `paginate`, `wait`")),
    };
    reader.array("capabilities")?.iter().map(word).collect()
}

/// The answers to `run`, by the member that tells them apart.
const KINDS: [(&str, Read); 6] = [
    ("pages", pages),
    ("output", output),
    ("serviceError", service_error),
    ("clientError", client_error),
    ("waited", waited),
    ("unsupported", unsupported),
];

type Read = fn(&Reader<'_>) -> Result<Outcome, WireError>;

/// Reads the answer to the question `seq`.
pub fn read_answer(line: &[u8], seq: u64) -> Result<Outcome, WireError> {
    let json = json(line)?;
    let answer = Reader::new("", &json)?;
    let unnumbered = answer.given("seq").is_none();
    if unnumbered && answer.given("unsupported").is_none() {
        return Err(answer.error("seq", "is missing: every answer to `run` carries it"));
    }
    if !unnumbered && answer.find("seq").and_then(Json::as_i64) != i64::try_from(seq).ok() {
        let found = answer.given("seq").map_or_else(String::new, shown);
        return Err(WireError::Seq { asked: seq, found });
    }
    let mut kinds = KINDS.iter().filter(|(name, _)| answer.given(name).is_some());
    let Some((first, read)) = kinds.next() else {
        return Err(WireError::Wrong {
            place: "the answer".to_owned(),
            what: format!("is none of {}", words()),
        });
    };
    if let Some((second, _)) = kinds.next()
        && !(*first == "pages" && second.ends_with("Error"))
    {
        return Err(
            answer.error(second, format!("stands beside `{first}`: one answer is one of {}", words()))
        );
    }
    read(&answer)
}

fn words() -> String {
    KINDS.map(|(name, _)| name).join(", ")
}

fn shown(json: &Json) -> String {
    String::from_utf8_lossy(&crate::ground::json::write(json, crate::ground::json::Style::Compact))
        .into_owned()
}

fn output(answer: &Reader<'_>) -> Result<Outcome, WireError> {
    answer.object("output")?;
    let output = answer.find("output").cloned().unwrap_or(Json::Null);
    Ok(Outcome::Output { output, request_id: answer.optional_string("requestId")? })
}

fn service_error(answer: &Reader<'_>) -> Result<Outcome, WireError> {
    let error = answer.object("serviceError")?;
    Ok(Outcome::ServiceError(ServiceFault {
        code: error.optional_string("code")?,
        message: error.optional_text("message")?,
        status: error.optional_number("status")?,
        request_id: error.optional_string("requestId")?,
        modeled: error.optional_string("modeled")?,
        members: error.optional_members("members")?,
    }))
}

fn client_error(answer: &Reader<'_>) -> Result<Outcome, WireError> {
    let error = answer.object("clientError")?;
    let word = error.string("stage")?;
    let stage = Stage::from_word(&word)
        .ok_or_else(|| error.error("stage", format!("`{word}` is none of the protocol's stages")))?;
    Ok(Outcome::ClientError(ClientFault {
        stage,
        class: error.string("class")?,
        message: error.optional_text("message")?.unwrap_or_default().to_lossy(),
        typed: error.boolean("typed")?,
    }))
}

fn pages(answer: &Reader<'_>) -> Result<Outcome, WireError> {
    let pages = answer.array("pages")?;
    for (index, page) in pages.iter().enumerate() {
        Reader::new(&format!("pages[{index}]"), page)?;
    }
    let error = match (answer.given("serviceError"), answer.given("clientError")) {
        (Some(_), None) => Some(Box::new(service_error(answer)?)),
        (None, Some(_)) => Some(Box::new(client_error(answer)?)),
        (Some(_), Some(_)) => return Err(answer.error("clientError", "stands beside `serviceError`")),
        (None, None) => None,
    };
    let stopped = match answer.optional_string("stopped")?.as_deref() {
        None => false,
        Some("maxPages") => true,
        Some(other) => return Err(answer.error("stopped", format!("`{other}` is not `maxPages`"))),
    };
    let merged = answer.given("merged").is_some() && answer.boolean("merged")?;
    if merged && pages.len() > 1 {
        return Err(answer.error("pages", format!("are merged into one, and yet there are {}", pages.len())));
    }
    Ok(Outcome::Pages {
        pages: pages.to_vec(),
        request_ids: request_ids(answer, pages.len())?,
        error,
        stopped,
        merged,
    })
}

fn request_ids(answer: &Reader<'_>, pages: usize) -> Result<Vec<Option<String>>, WireError> {
    let id = |json: &Json| match json {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text.to_lossy())),
        other => Err(answer.error("requestIds", format!("holds {}", other.kind()))),
    };
    let ids: Vec<_> = answer.array("requestIds")?.iter().map(id).collect::<Result<_, _>>()?;
    if ids.len() == pages {
        Ok(ids)
    } else {
        Err(answer.error("requestIds", format!("has {} items for {pages} pages", ids.len())))
    }
}

fn waited(answer: &Reader<'_>) -> Result<Outcome, WireError> {
    let word = answer.string("waited")?;
    let result = WaitResult::from_word(&word).ok_or_else(|| {
        answer.error("waited", format!("`{word}` is none of `success`, `failure`, `timeout`"))
    })?;
    Ok(Outcome::Waited { result, reason: answer.find("reason").cloned() })
}

fn unsupported(answer: &Reader<'_>) -> Result<Outcome, WireError> {
    let unsupported = answer.object("unsupported")?;
    Ok(Outcome::Unsupported {
        reason: unsupported.string("reason")?,
        issue: unsupported.optional_string("issue")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::Text;

    #[test]
    fn every_answer_of_the_protocol_is_read() {
        let fault = ClientFault {
            stage: Stage::Decode,
            class: "SyntaxError".to_owned(),
            message: "m".to_owned(),
            typed: true,
        };
        let client_error =
            r#""clientError":{"stage":"decode","class":"SyntaxError","message":"m","typed":true}"#;
        for (rest, expected) in [
            (
                r#""output":{"A":1},"requestId":"r""#.to_owned(),
                Outcome::Output {
                    output: Json::object([("A", Json::number(1))]),
                    request_id: Some("r".to_owned()),
                },
            ),
            (
                r#""serviceError":{"code":"C","message":{"$utf16":"2AA="},"status":400,"requestId":null,"modeled":"C","members":{"Message":"x"}}"#.to_owned(),
                Outcome::ServiceError(ServiceFault {
                    code: Some("C".to_owned()),
                    message: Some(Text::from_utf16(&[0xD800])),
                    status: Some(400),
                    request_id: None,
                    modeled: Some("C".to_owned()),
                    members: vec![(Text::from("Message"), Json::string("x"))],
                }),
            ),
            (client_error.to_owned(), Outcome::ClientError(fault.clone())),
            (
                format!(r#""pages":[{{}},{{}}],"requestIds":["a",null],"stopped":"maxPages",{client_error}"#),
                Outcome::Pages {
                    pages: vec![Json::Object(Vec::new()); 2],
                    request_ids: vec![Some("a".to_owned()), None],
                    error: Some(Box::new(Outcome::ClientError(fault))),
                    stopped: true,
                    merged: false,
                },
            ),
            (
                r#""pages":[{}],"requestIds":[null],"merged":true"#.to_owned(),
                Outcome::Pages {
                    pages: vec![Json::Object(Vec::new())],
                    request_ids: vec![None],
                    error: None,
                    stopped: false,
                    merged: true,
                },
            ),
            (
                r#""waited":"timeout","reason":{"a":1}"#.to_owned(),
                Outcome::Waited {
                    result: WaitResult::Timeout,
                    reason: Some(Json::object([("a", Json::number(1))])),
                },
            ),
            (
                r#""unsupported":{"reason":"no such operation"}"#.to_owned(),
                Outcome::Unsupported { reason: "no such operation".to_owned(), issue: None },
            ),
        ] {
            let line = format!("{{\"seq\":7,{rest}}}\n");
            assert_eq!(read_answer(line.as_bytes(), 7), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused_with_its_place() {
        for (line, complaint) in [
            ("Traceback", "not JSON"),
            ("[]", "the answer: expected an object, found an array"),
            (r#"{"output":{}}"#, "seq: is missing"),
            (r#"{"seq":8,"output":{}}"#, "the answer is to 8, the question was 7"),
            (r#"{"seq":"7","output":{}}"#, r#"the answer is to "7", the question was 7"#),
            (r#"{"seq":7,"result":{}}"#, "the answer: is none of pages, output"),
            (r#"{"seq":7,"output":{},"waited":"success"}"#, "waited: stands beside `output`"),
            (r#"{"seq":7,"output":[]}"#, "output: expected an object, found an array"),
            (r#"{"seq":7,"output":null}"#, "output: is missing: an object is needed"),
            (r#"{"seq":7,"output":{},"requestId":5}"#, "requestId: expected a string"),
            (r#"{"seq":7,"serviceError":{"status":70000}}"#, "serviceError.status: expected a whole number"),
            (r#"{"seq":7,"clientError":{"stage":"x"}}"#, "clientError.stage: `x` is none"),
            (r#"{"seq":7,"clientError":{"stage":"decode","class":"E"}}"#, "clientError.typed: is missing"),
            (r#"{"seq":7,"pages":[1],"requestIds":[null]}"#, "pages[0]: expected an object, found a number"),
            (r#"{"seq":7,"pages":[{}],"requestIds":[]}"#, "requestIds: has 0 items for 1 pages"),
            (r#"{"seq":7,"pages":[],"requestIds":[],"stopped":true}"#, "stopped: expected a string"),
            (
                r#"{"seq":7,"pages":[{},{}],"requestIds":[null,null],"merged":true}"#,
                "pages: are merged into one",
            ),
            (r#"{"seq":7,"waited":"done"}"#, "waited: `done` is none of"),
            (r#"{"seq":7,"unsupported":{}}"#, "unsupported.reason: is missing"),
        ] {
            let error = read_answer(line.as_bytes(), 7).unwrap_err().to_string();
            assert!(error.contains(complaint), "{line}: {error}");
        }
    }

    #[test]
    fn a_hello_is_read_or_refused() {
        let started = r#"{"started":{"client":"boto3","version":"1","language":"python","runtime":"3.11.7","capabilities":["call","wait"],"timestampDigits":6}}"#;
        let Ok(Hello::Started(hello)) = read_hello(started.as_bytes()) else { panic!("not started") };
        assert_eq!((hello.client.as_str(), hello.timestamp_digits, hello.issues), ("boto3", 6, None));
        assert_eq!(hello.capabilities, ["call", "wait"]);
        assert_eq!(
            read_hello(br#"{"failed":{"reason":"no model"}}"#),
            Ok(Hello::Failed { reason: "no model".to_owned() })
        );
        for (from, to, complaint) in [
            ("started\":{", "ready\":{", "`started` or `failed`"),
            ("\"wait\"", "\"swim\"", "started.capabilities: holds"),
            (":6", ":10", "started.timestampDigits: must be"),
            (":6", ":1000", "started.timestampDigits: expected"),
            ("\"boto3\"", "null", "started.client: is missing"),
        ] {
            let error = read_hello(started.replace(from, to).as_bytes()).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
