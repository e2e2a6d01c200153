//! Requests: labels into the path, members into query and headers, the rest into the body; and back.

use super::query::{self, Query};
use super::template::Template;
use super::{
    BodyFormat, MessageSide, header, in_request_body, members, percent, read_body, received, set, set_fields,
    write_body,
};
use crate::api::model::{
    Fields, Location, Member, Model, Operation, Shape, ShapeKind, TimestampFormat, Value,
};
use crate::ground::exchange::{Headers, Request};
use crate::protocol::body::{coding, scalar};
use crate::protocol::contract::ProtocolError;

/// Writes a request.
pub(crate) fn encode_request(
    format: &dyn BodyFormat,
    model: &Model,
    operation: &Operation,
    input: &Value,
) -> Result<Request, ProtocolError> {
    let template = Template::read(&operation.uri);
    let mut request = Request { method: operation.method.clone(), ..Request::default() };
    let Some(shape) = operation.input.map(|input| model.shape(input)) else {
        request.target = target(template.expand(no_label)?, template.query());
        return Ok(request);
    };
    let within = |error: ProtocolError| error.within("input");
    let fields = set_fields(shape, input).map_err(within)?;
    let path = template.expand(|name| label(model, shape, fields, name)).map_err(within)?;
    request.target = target(path, write_query(model, shape, fields, &template).map_err(within)?.text());
    write_headers(model, shape, fields, &mut request.headers).map_err(within)?;
    let side = MessageSide::Input(operation);
    request.body = write_body(format, model, side, shape, fields, &mut request.headers).map_err(within)?;
    coding::compress(operation, &mut request)?;
    Ok(request)
}

fn target(path: String, query: &str) -> String {
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

fn no_label(name: &str) -> Result<String, ProtocolError> {
    Err(ProtocolError::new(format!("an input with `{name}`, which is part of the path"), "no input"))
}

/// A label's text, which may not be empty.
fn label(model: &Model, shape: &Shape, fields: &Fields, name: &str) -> Result<String, ProtocolError> {
    let at = |error: ProtocolError| error.within(&format!(".{name}"));
    let expected = "text, which becomes a part of the path";
    let member = shape.member(name).or_else(|| {
        members(shape).find(|member| member.location == Some(Location::Uri) && member.wire_name() == name)
    });
    let value = member.and_then(|member| Some((member, set(fields, member)?)));
    let (member, value) = value.ok_or_else(|| at(ProtocolError::new(expected, "nothing")))?;
    let text = scalar::write(
        model,
        model.shape(member.shape),
        member.timestamp_format,
        TimestampFormat::DateTime,
        value,
    );
    match text.map_err(|error| at(*error))? {
        empty if empty.is_empty() => Err(at(ProtocolError::new(expected, "empty text"))),
        text => Ok(text),
    }
}

fn write_query(
    model: &Model,
    shape: &Shape,
    fields: &Fields,
    template: &Template<'_>,
) -> Result<Query, ProtocolError> {
    let mut written = Query::new(template.query());
    let mut maps = Vec::new();
    for member in query::members(shape) {
        let Some(value) = set(fields, member) else { continue };
        if query::is_map(model, member) {
            maps.push((member, value));
        } else {
            written.write(model, member, value).map_err(|error| at(*error, member))?;
        }
    }
    for (member, value) in maps {
        written.write_map(model, member, value).map_err(|error| at(*error, member))?;
    }
    Ok(written)
}

fn at(error: ProtocolError, member: &Member) -> ProtocolError {
    error.within(&format!(".{}", member.name))
}

/// Writes the members that stand in headers; those of a prefix come after those with names of their own.
pub(super) fn write_headers(
    model: &Model,
    shape: &Shape,
    fields: &Fields,
    headers: &mut Headers,
) -> Result<(), ProtocolError> {
    let given = |location: Location| {
        let placed = members(shape).filter(move |member| member.location == Some(location));
        placed.filter_map(|member| Some((member, set(fields, member)?)))
    };
    for (member, value) in given(Location::Header) {
        header::write(model, member, value, headers).map_err(|error| at(*error, member))?;
    }
    for (member, value) in given(Location::Headers) {
        header::write_prefixed(model, member, value, headers).map_err(|error| at(*error, member))?;
    }
    Ok(())
}

/// Reads the members that stand in headers.
pub(super) fn read_headers(
    model: &Model,
    shape: &Shape,
    headers: &Headers,
    fields: &mut Fields,
) -> Result<(), ProtocolError> {
    for member in members(shape) {
        let value = match member.location {
            Some(Location::Header) => header::read(model, member, headers),
            Some(Location::Headers) => header::read_prefixed(model, member, headers).map(Some),
            _ => continue,
        };
        let value = value.map_err(|error| at(*error, member))?;
        fields.extend(value.map(|value| (member.name.clone(), value)));
    }
    Ok(())
}

/// Reads the input of a request for an operation.
pub(crate) fn decode_request(
    format: &dyn BodyFormat,
    model: &Model,
    operation: &Operation,
    request: &Request,
) -> Result<Value, ProtocolError> {
    let Some(shape) = operation.input.map(|input| model.shape(input)) else { return Ok(Value::default()) };
    let template = Template::read(&operation.uri);
    let within = |error: ProtocolError| error.within("input");
    let mut fields = Fields::new();
    read_labels(model, shape, &template, request.path(), &mut fields).map_err(within)?;
    read_query(model, shape, &template, request.query(), &mut fields).map_err(within)?;
    let (headers, body) = received(shape, &operation.request_codings, &request.headers, &request.body)?;
    read_headers(model, shape, &headers, &mut fields).map_err(within)?;
    read_body(format, model, MessageSide::Input(operation), shape, &body, &mut fields).map_err(within)?;
    Ok(Value::Structure(fields))
}

fn read_labels(
    model: &Model,
    shape: &Shape,
    template: &Template<'_>,
    path: &str,
    fields: &mut Fields,
) -> Result<(), ProtocolError> {
    let labels = template.labels(path);
    let labels = labels.ok_or_else(|| ProtocolError::new("a path of the operation", format!("`{path}`")))?;
    for (name, text) in labels {
        let member = members(shape).find(|member| {
            member.location == Some(Location::Uri) && (member.wire_name() == name || member.name == name)
        });
        let Some(member) = member else { continue };
        let text = percent::decode(&text).map_err(|error| at(error, member))?;
        let target = model.shape(member.shape);
        let value = scalar::read(model, target, member.timestamp_format, TimestampFormat::DateTime, &text)
            .map_err(|error| at(*error, member))?;
        fields.insert(member.name.clone(), value);
    }
    Ok(())
}

fn read_query(
    model: &Model,
    shape: &Shape,
    template: &Template<'_>,
    text: &str,
    fields: &mut Fields,
) -> Result<(), ProtocolError> {
    if query::members(shape).next().is_none() {
        return Ok(());
    }
    let given = percent::query(text)?;
    let literal: Vec<&str> = template.query_parts().map(|(name, _)| name).collect();
    for member in query::members(shape) {
        let value = if query::is_map(model, member) {
            query::read_map(model, member, &literal, &given)
        } else {
            query::read(model, member, &given)
        };
        let value = value.map_err(|error| at(*error, member))?;
        fields.extend(value.map(|value| (member.name.clone(), value)));
    }
    Ok(())
}

/// The fields of a request that do not depend on its input: the `Content-Type`, where the body is a document.
pub(crate) fn head(format: &dyn BodyFormat, model: &Model, operation: &Operation) -> Headers {
    let Some(shape) = operation.input.map(|input| model.shape(input)) else { return Headers::new() };
    let document = match shape.payload() {
        Some(member) => !matches!(model.shape(member.shape).kind, ShapeKind::Blob | ShapeKind::String),
        None => members(shape).any(in_request_body),
    };
    document.then(|| ("Content-Type", format.content_type())).into_iter().collect()
}
