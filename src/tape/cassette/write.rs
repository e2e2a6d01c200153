//! A cassette as text.

use super::{Cassette, FORMAT_VERSION, Header, Interaction};
use crate::ground::exchange::{Body, Content, Framing, Headers, StoredRequest, StoredResponse};
use crate::ground::json::{Json, Style, Text, pretty};

/// The text of a cassette's file: stable, one line a small thing, ready for a diff.
pub fn render(cassette: &Cassette) -> String {
    let mut members = header_members(&cassette.header);
    members
        .push(("interactions".into(), Json::Array(cassette.interactions.iter().map(interaction).collect())));
    pretty(&Json::Object(members))
}

type Members = Vec<(Text, Json)>;

/// The head's members, the version first.
pub(super) fn header_members(header: &Header) -> Members {
    let placeholders = header.placeholders.iter().map(|placeholder| {
        Json::object([
            ("value", Json::string(&placeholder.value)),
            ("kind", Json::string(placeholder.kind.name())),
        ])
    });
    let mut members: Members = vec![("shapetape".into(), Json::number(FORMAT_VERSION))];
    for (name, text) in [
        ("scenario", &header.scenario),
        ("api", &header.api),
        ("upstream", &header.upstream),
        ("client", &header.client),
        ("recorder", &header.recorder),
        ("region", &header.region),
    ] {
        if !text.is_empty() {
            members.push((name.into(), Json::string(text)));
        }
    }
    members.push(("redaction".into(), Json::Array(header.redaction.iter().map(Json::string).collect())));
    members.push(("placeholders".into(), Json::Array(placeholders.collect())));
    if !header.variables.is_empty() {
        let variables = header.variables.iter().map(|(name, value)| (name, Json::string(value)));
        members.push(("variables".into(), Json::object(variables)));
    }
    members
}

/// An interaction as its object.
pub(super) fn interaction(interaction: &Interaction) -> Json {
    let mut members: Members = vec![
        ("id".into(), Json::number(interaction.id)),
        ("service".into(), Json::string(&interaction.service)),
    ];
    if let Some(operation) = &interaction.operation {
        members.push(("operation".into(), Json::string(operation)));
    }
    members.push(("request".into(), request(&interaction.request)));
    if let Some((last, earlier)) = interaction.attempts.split_last() {
        if !earlier.is_empty() {
            members.push(("earlier".into(), Json::Array(earlier.iter().map(response).collect())));
        }
        members.push(("response".into(), response(last)));
    }
    Json::Object(members)
}

fn request(request: &StoredRequest) -> Json {
    let mut members = Members::new();
    if request.method != "POST" {
        members.push(("method".into(), Json::string(&request.method)));
    }
    if request.path != "/" {
        members.push(("path".into(), Json::string(&request.path)));
    }
    if !request.query.is_empty() {
        members.push(("query".into(), Json::string(&request.query)));
    }
    headers(&request.headers, &mut members);
    content(&request.content, &mut members);
    Json::Object(members)
}

fn response(response: &StoredResponse) -> Json {
    let mut members: Members = vec![("status".into(), Json::number(response.status))];
    headers(&response.headers, &mut members);
    match response.framing {
        Framing::Length => {}
        Framing::Chunked => members.push(("framing".into(), Json::string("chunked"))),
        Framing::Close => members.push(("framing".into(), Json::string("close"))),
        Framing::CutChunked => members.push(("framing".into(), Json::string("cut-chunked"))),
        Framing::Cut(length) => {
            members.push(("framing".into(), Json::object([("cut", Json::number(length))])))
        }
        Framing::HeadOnly(length) => {
            members.push(("framing".into(), Json::object([("head", Json::number(length))])))
        }
    }
    content(&response.content, &mut members);
    Json::Object(members)
}

fn headers(headers: &Headers, members: &mut Members) {
    if !headers.is_empty() {
        let lines = headers.iter().map(|(name, value)| Json::string(format!("{name}: {value}")));
        members.push(("headers".into(), Json::Array(lines.collect())));
    }
}

fn content(content: &Content, members: &mut Members) {
    if let Some(coding) = content.coding {
        members.push(("coding".into(), Json::string(coding.name())));
    }
    match &content.body {
        Body::Json(json, style) => {
            if *style == Style::Python {
                members.push(("style".into(), Json::string("python")));
            }
            members.push(("json".into(), json.clone()));
        }
        Body::Text(text) if text.is_empty() => {}
        Body::Text(text) => members.push(("text".into(), Json::string(text))),
        Body::Bytes(bytes) => members.push(("base64".into(), Json::string(Body::to_base64(bytes)))),
    }
}
