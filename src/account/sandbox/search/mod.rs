//! Search: filters, nested filters and expressions within expressions, over what an output would show.
//!
//! The rules are those of the API reference's `SearchExpression`, `Filter` and `NestedFilters`.

mod expression;
mod property;
mod related;

use super::account::Record;
use super::call::{CallContext, CallResult};
use super::experiments::{self, SOURCES};
use super::fault::{self, RefusedCall};
use super::path;
use super::token::PagePosition;
use crate::api::model::{Fields, Shape, ShapeKind, Value};

/// Resources that the records of results call otherwise.
const CALLED: [(&str, &str); 2] =
    [("ExperimentTrial", "Trial"), ("ExperimentTrialComponent", "TrialComponent")];

impl CallContext<'_> {
    pub(super) fn search(&mut self) -> CallResult {
        let resource = self.text("Resource").unwrap_or_default();
        let kind = CALLED.iter().find(|(called, _)| *called == resource).map_or(resource, |(_, kind)| kind);
        let Some(shape) = self.record_shape(kind) else {
            return Err(fault::invalid(format!("{resource} cannot be searched.")));
        };
        let expression = self.input.get("SearchExpression").and_then(Value::fields);
        if let Some(expression) = expression {
            expression::check(self.model, shape, expression)?;
        }
        // What has no such property is sorted by the time of making.
        let sort = self.text("SortBy").unwrap_or("LastModifiedTime");
        if self.text("SortBy").is_some() && property::shape_of(self.model, shape, sort).is_none() {
            return Err(fault::invalid(format!("Cannot sort by the unknown property {sort}.")));
        }
        let mut found: Vec<(PagePosition, Value)> = Vec::new();
        for record in self.account.of_kind(kind) {
            let shown = self.result(record, shape);
            if expression.map_or(Ok(true), |expression| expression::holds(&shown, expression))? {
                let key = property::all(&shown, sort).first().map(|value| property::sortable(value));
                found.push((PagePosition { key: key.unwrap_or_default(), ordinal: record.ordinal }, shown));
            }
        }
        found.sort_by(|(left, _), (right, _)| left.cmp(right));
        if self.descends() {
            found.reverse();
        }
        self.results(kind, found)
    }

    fn results(&self, kind: &str, found: Vec<(PagePosition, Value)>) -> CallResult {
        let (positions, values): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let (range, token) = self.page(&positions)?;
        let items = values[range].iter().map(|value| Value::structure([(kind, value.clone())])).collect();
        let mut output = self.page_output(items, token);
        let hits = self.operation.output.and_then(|output| self.model.shape(output).member("TotalHits"));
        if let (Value::Structure(fields), Some(_)) = (&mut output, hits) {
            let total =
                [("Value", Value::Integer(values.len() as i64)), ("Relation", Value::string("EqualTo"))];
            fields.insert("TotalHits".to_owned(), Value::structure(total));
        }
        Ok(output)
    }

    /// The structure that a result of a kind is shown as.
    fn record_shape(&self, kind: &str) -> Option<&Shape> {
        let output = self.model.shape(self.operation.output?);
        let ShapeKind::List { item, .. } = self.model.shape(output.member("Results")?.shape).kind else {
            return None;
        };
        Some(self.model.shape(self.model.shape(item).member(kind)?.shape))
    }

    /// A record as a result; a component has its source inside.
    fn result(&self, record: &Record, shape: &Shape) -> Value {
        let record = experiments::refreshed(self.account, record);
        let mut shown = self.view().record(&record, shape.id);
        let detail = shape.member("SourceDetail").map(|member| self.model.shape(member.shape));
        let source = path::first(&record.fields, "Source.SourceArn").and_then(Value::as_str);
        let job = source.and_then(|arn| self.account.by_arn(arn));
        if let (Value::Structure(fields), Some(detail), Some(job)) = (&mut shown, detail, job)
            && SOURCES.contains(&job.kind.as_str())
            && let Some(member) = detail.member(&job.kind)
        {
            let mut inside = Fields::from_iter([("SourceArn".to_owned(), Value::string(&job.arn))]);
            inside.insert(job.kind.clone(), self.view().record(job, member.shape));
            fields.insert("SourceDetail".to_owned(), Value::Structure(inside));
        }
        if let Value::Structure(fields) = &mut shown {
            self.add_related(&record, shape, fields);
        }
        shown
    }
}

/// A search that says something it must not.
fn refused(message: impl Into<String>) -> RefusedCall {
    fault::invalid(message)
}
