//! Which operation a request is for, by method, path and query: the most specific template that fits.
//!
//! Source: <https://smithy.io/2.0/spec/http-bindings.html#specificity-routing>. Some services, S3 among them, have
//! operations with one template: there the members that an operation cannot do without decide.

use super::template::{Rank, Template};
use super::{percent, query};
use crate::api::model::{Location, Model, Operation, Shape};
use crate::ground::exchange::{Headers, Request};
use crate::protocol::contract::{ProtocolError, clipped};

/// The operation of that method, path (still percent-encoded) and query, by the model's HTTP bindings. `headers` decide
/// where two operations have one template.
pub fn operation_at<'m>(
    model: &'m Model,
    method: &str,
    path: &str,
    query: &str,
    headers: Option<&Headers>,
) -> Option<&'m Operation> {
    let query = percent::query(query).ok()?;
    let mut best: Option<(Fit, &Operation)> = None;
    for operation in model.operations.values().filter(|operation| operation.method == method) {
        let template = Template::read(&operation.uri);
        if template.labels(path).is_none() || !template.has_query(&query) {
            continue;
        }
        let fit = fit(model, operation, template.rank(), &query, headers);
        // Of equals the first in the model: the same one at every call.
        if best.as_ref().is_none_or(|(other, _)| fit > *other) {
            best = Some((fit, operation));
        }
    }
    best.map(|(_, operation)| operation)
}

/// How well a request fits an operation; a greater one fits better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    template: Rank,
    /// Nothing that the operation needs is missing.
    complete: bool,
    /// How much that it needs is there.
    needs: usize,
    /// How much of the query it knows.
    known: usize,
    /// The model does not discourage its use: some of S3's have a successor with the same template.
    current: bool,
}

fn fit(
    model: &Model,
    operation: &Operation,
    template: Rank,
    query: &[(String, String)],
    headers: Option<&Headers>,
) -> Fit {
    let input = operation.input.map(|input| model.shape(input));
    let named = input.into_iter().flat_map(query::members).filter(|member| member.required);
    let parts = named.map(|member| query.iter().any(|(name, _)| name == member.wire_name()));
    let fields = input.into_iter().flat_map(required_headers);
    let fields = fields.map(|name| headers.is_some_and(|headers| headers.contains(name)));
    let needs: Vec<bool> = parts.chain(fields).collect();
    let known = input.into_iter().flat_map(query::members);
    let known = known.filter(|member| query.iter().any(|(name, _)| name == member.wire_name()));
    Fit {
        template,
        complete: needs.iter().all(|there| *there),
        needs: needs.iter().filter(|there| **there).count(),
        known: known.count(),
        current: !operation.deprecated,
    }
}

fn required_headers(shape: &Shape) -> impl Iterator<Item = &str> {
    let members = shape.members().into_iter().flat_map(|members| members.values());
    members
        .filter(|member| member.required && member.location == Some(Location::Header))
        .map(|member| member.wire_name())
}

/// The operation that a request is for, or why it is for none.
pub(crate) fn operation_of_request<'m>(
    model: &'m Model,
    request: &Request,
) -> Result<&'m Operation, ProtocolError> {
    let found = operation_at(model, &request.method, request.path(), request.query(), Some(&request.headers));
    found.ok_or_else(|| {
        let service = &model.metadata.service_id;
        let given = format!("`{} {}`", clipped(&request.method), clipped(request.resource()));
        ProtocolError::new(format!("method and path of an operation of {service}"), given).hint(format!(
            "the model is {service} {} with {} operations: is the request for another service or a newer model?",
            if model.metadata.date.is_empty() { &model.metadata.api_version } else { &model.metadata.date },
            model.operations.len()
        ))
    })
}
