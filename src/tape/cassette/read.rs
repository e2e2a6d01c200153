//! The text of a cassette's file, read with the line of whatever is wrong.

use super::{Cassette, CassetteError, FORMAT_VERSION, Header, Interaction};
use crate::ground::exchange::{Body, Coding, Content, Framing, Headers, StoredRequest, StoredResponse};
use crate::ground::json::{self, Json, Style};
use crate::tape::redact::{Placeholder, SecretKind};

/// Reads the text of a cassette; `place` names the file in errors.
pub fn parse(place: &str, text: &[u8]) -> Result<Cassette, CassetteError> {
    let json = json::parse(text).map_err(|error| CassetteError::Form {
        place: place.to_owned(),
        line: error.line,
        what: format!("{} (column {})", error.what, error.column),
        hint: Some("the file is cut or damaged; restore it, or record it again".to_owned()),
    })?;
    cassette(&json).map_err(|wrong| wrong.at(place, text))
}

/// Reads one interaction, as a journal line holds it.
pub(super) fn parse_interaction(json: &Json) -> Option<Interaction> {
    interaction(json).ok()
}

/// Reads a head, as a journal line holds it.
pub(super) fn parse_header(json: &Json) -> Option<Header> {
    header(json).ok()
}

/// What is wrong, with the way to it from the inside out.
struct Wrong {
    path: Vec<String>,
    what: String,
    hint: Option<String>,
}

impl Wrong {
    fn new(what: impl Into<String>) -> Wrong {
        Wrong { path: Vec::new(), what: what.into(), hint: None }
    }

    fn hint(mut self, hint: &str) -> Wrong {
        self.hint = Some(hint.to_owned());
        self
    }

    fn within(mut self, step: impl Into<String>) -> Wrong {
        self.path.insert(0, step.into());
        self
    }

    fn at(self, place: &str, text: &[u8]) -> CassetteError {
        let steps: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let what = if steps.is_empty() { self.what } else { format!("{}: {}", steps.join("."), self.what) };
        CassetteError::Form {
            place: place.to_owned(),
            line: json::line_of(text, &steps),
            what,
            hint: self.hint,
        }
    }
}

type Read<T> = Result<T, Wrong>;

fn cassette(json: &Json) -> Read<Cassette> {
    if json.as_object().is_none() {
        return Err(Wrong::new(format!("a cassette is an object, this is {}", json.kind())));
    }
    match json.get("shapetape").map(|version| (version, version.as_i64())) {
        Some((_, Some(version))) if (1..=FORMAT_VERSION).contains(&version) => {}
        Some((_, Some(version))) => {
            return Err(Wrong::new(format!("format version {version} is not known to this program"))
                .hint("it reads version 1: use the newer shapetape that wrote the file")
                .within("shapetape"));
        }
        _ => {
            return Err(Wrong::new("no format version (`\"shapetape\": 1`)")
                .hint("is this a cassette? Record one with `shapetape record`"));
        }
    }
    let items = list(json, "interactions")?.ok_or_else(|| Wrong::new("no `interactions`"))?;
    let mut interactions = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let read =
            interaction(item).map_err(|wrong| wrong.within(index.to_string()).within("interactions"))?;
        interactions.push(read);
    }
    Ok(Cassette { header: header(json)?, interactions })
}

fn header(json: &Json) -> Read<Header> {
    let text_of = |name| text(json, name).map(Option::unwrap_or_default);
    let mut header = Header {
        scenario: text_of("scenario")?,
        api: text_of("api")?,
        upstream: text_of("upstream")?,
        client: text_of("client")?,
        recorder: text_of("recorder")?,
        region: text_of("region")?,
        ..Header::default()
    };
    for rule in list(json, "redaction")?.unwrap_or_default() {
        header
            .redaction
            .push(rule.as_str().ok_or_else(|| Wrong::new("rules are text").within("redaction"))?.to_owned());
    }
    for (index, item) in list(json, "placeholders")?.unwrap_or_default().iter().enumerate() {
        let read =
            placeholder(item).map_err(|wrong| wrong.within(index.to_string()).within("placeholders"))?;
        header.placeholders.push(read);
    }
    for (name, value) in json.get("variables").and_then(Json::as_object).unwrap_or_default() {
        let value = value.as_str().ok_or_else(|| Wrong::new("variables are text").within("variables"))?;
        header.variables.insert(name.to_lossy(), value.to_owned());
    }
    Ok(header)
}

fn placeholder(json: &Json) -> Read<Placeholder> {
    let value = text(json, "value")?.ok_or_else(|| Wrong::new("no `value`"))?;
    let name = text(json, "kind")?.ok_or_else(|| Wrong::new("no `kind`"))?;
    let kind = SecretKind::from_name(&name).ok_or_else(|| {
        let known: Vec<_> = SecretKind::all().map(SecretKind::name).collect();
        Wrong::new(format!("unknown kind `{name}`"))
            .hint(&format!("known kinds: {}", known.join(", ")))
            .within("kind")
    })?;
    Ok(Placeholder { value, kind })
}

fn interaction(json: &Json) -> Read<Interaction> {
    let id = json.get("id").and_then(Json::as_i64).and_then(|id| u32::try_from(id).ok());
    let side = |name: &str| json.get(name).ok_or_else(|| Wrong::new(format!("no `{name}`")));
    let mut attempts = Vec::new();
    for (index, item) in list(json, "earlier")?.unwrap_or_default().iter().enumerate() {
        attempts.push(response(item).map_err(|wrong| wrong.within(index.to_string()).within("earlier"))?);
    }
    attempts.push(response(side("response")?).map_err(|wrong| wrong.within("response"))?);
    Ok(Interaction {
        id: id.ok_or_else(|| Wrong::new("no `id`, or not a small whole number"))?,
        service: text(json, "service")?.ok_or_else(|| Wrong::new("no `service`"))?,
        operation: text(json, "operation")?,
        request: request(side("request")?).map_err(|wrong| wrong.within("request"))?,
        attempts,
    })
}

fn request(json: &Json) -> Read<StoredRequest> {
    Ok(StoredRequest {
        method: text(json, "method")?.unwrap_or_else(|| "POST".to_owned()),
        path: text(json, "path")?.unwrap_or_else(|| "/".to_owned()),
        query: text(json, "query")?.unwrap_or_default(),
        headers: headers(json)?,
        content: content(json)?,
    })
}

fn response(json: &Json) -> Read<StoredResponse> {
    let status = json.get("status").and_then(Json::as_i64).and_then(|status| u16::try_from(status).ok());
    Ok(StoredResponse {
        status: status
            .filter(|status| (100..=599).contains(status))
            .ok_or_else(|| Wrong::new("no `status` from 100 to 599"))?,
        headers: headers(json)?,
        content: content(json)?,
        framing: framing(json.get("framing"))?,
    })
}

fn framing(json: Option<&Json>) -> Read<Framing> {
    let Some(json) = json else { return Ok(Framing::Length) };
    let length = |name: &str| json.get(name).and_then(Json::as_i64);
    let cut = length("cut").and_then(|length| usize::try_from(length).ok());
    if let Some(length) = length("head").and_then(|length| u64::try_from(length).ok()) {
        return Ok(Framing::HeadOnly(length));
    }
    match (json.as_str(), cut) {
        (Some("length"), _) => Ok(Framing::Length),
        (Some("chunked"), _) => Ok(Framing::Chunked),
        (Some("cut-chunked"), _) => Ok(Framing::CutChunked),
        (Some("close"), _) => Ok(Framing::Close),
        (_, Some(length)) => Ok(Framing::Cut(length)),
        _ => Err(Wrong::new("unknown framing")
            .hint("use \"chunked\", \"close\", {\"head\": N} or {\"cut\": N}")
            .within("framing")),
    }
}

fn headers(json: &Json) -> Read<Headers> {
    let mut headers = Headers::new();
    for (index, line) in list(json, "headers")?.unwrap_or_default().iter().enumerate() {
        let wrong =
            || Wrong::new("a header is text, `Name: value`").within(index.to_string()).within("headers");
        let (name, value) = line.as_str().and_then(|line| line.split_once(": ")).ok_or_else(wrong)?;
        if !is_token(name) || value.contains(['\r', '\n', '\0']) {
            return Err(Wrong::new("a header with a character that ends or splits it")
                .hint("a name consists of letters, digits and signs; a value is one line")
                .within(index.to_string())
                .within("headers"));
        }
        headers.push(name, value);
    }
    Ok(headers)
}

/// A field's name is a token: RFC 9110, section 5.6.2.
fn is_token(name: &str) -> bool {
    let sign = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || sign(byte))
}

fn content(json: &Json) -> Read<Content> {
    let coding = match text(json, "coding")? {
        Some(name) => {
            let wrong = || {
                Wrong::new(format!("unknown coding `{name}`")).hint("use gzip or deflate").within("coding")
            };
            Some(Coding::from_name(&name).ok_or_else(wrong)?)
        }
        None => None,
    };
    let style = match text(json, "style")?.as_deref() {
        None | Some("compact") => Style::Compact,
        Some("python") => Style::Python,
        Some(other) => {
            return Err(Wrong::new(format!("unknown style `{other}`"))
                .hint("use compact or python")
                .within("style"));
        }
    };
    let body = match (json.get("json"), text(json, "text")?, text(json, "base64")?) {
        (Some(json), None, None) => Body::Json(json.clone(), style),
        (None, text, None) => Body::Text(text.unwrap_or_default()),
        (None, None, Some(base64)) => {
            Body::Bytes(Body::from_base64(&base64).ok_or_else(|| Wrong::new("not base64").within("base64"))?)
        }
        _ => return Err(Wrong::new("a body is one of `json`, `text` and `base64`")),
    };
    Ok(Content { body, coding })
}

fn text(json: &Json, name: &str) -> Read<Option<String>> {
    match json.get(name) {
        None => Ok(None),
        Some(value) => match value.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(Wrong::new(format!("expected text, found {}", value.kind())).within(name)),
        },
    }
}

fn list<'a>(json: &'a Json, name: &str) -> Read<Option<&'a [Json]>> {
    match json.get(name) {
        None => Ok(None),
        Some(value) => match value.as_array() {
            Some(items) => Ok(Some(items)),
            None => Err(Wrong::new(format!("expected a list, found {}", value.kind())).within(name)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_header_of_a_cassette_is_one_line_of_an_answer() {
        let cassette = |header: &str| {
            format!(
                r#"{{"shapetape": 1, "interactions": [{{"id": 1, "service": "x", "request": {{"path": "/x"}},
                "response": {{"status": 200, "headers": ["{header}"], "text": ""}}}}]}}"#
            )
        };
        for (header, readable) in [
            ("X-A: a", true),
            ("x-amz-meta-*: a, b: c", true),
            ("X-A: a\\r\\nX-B: 1", false),
            ("X-A: a\\nb", false),
            ("X-A: \\u0000", false),
            ("X A: a", false),
            ("X-A\\r\\nX-B: 1", false),
            (": a", false),
        ] {
            let read = parse("c.json", cassette(header).as_bytes());
            assert_eq!(read.is_ok(), readable, "{header}: {read:?}");
        }
    }
}
