//! Expressions: what they may say, and whether they hold of a resource.

use super::super::fault::RefusedCall;
use super::property;
use super::refused;
use crate::api::model::{Fields, Model, Shape, ShapeKind, Timestamp, Value};

/// Filters, nested filters and expressions in one whole expression, at most.
const ELEMENTS: usize = 50;

/// From this date on, `Contains` on these properties is not counted.
const UNCOUNTED_SINCE: &str = "2020-07-24";
const UNCOUNTED: [&str; 8] = [
    "DisplayName",
    "ExperimentName",
    "TrialName",
    "TrialComponentName",
    "Tags",
    "InputArtifacts",
    "OutputArtifacts",
    "Parents",
];

/// Refuses an expression that breaks a rule, whatever the account holds.
pub(super) fn check(model: &Model, shape: &Shape, expression: &Fields) -> Result<(), RefusedCall> {
    let mut counted = Counted { model, shape, elements: 0, contains: 0 };
    counted.expression(expression)?;
    if counted.elements > ELEMENTS {
        return Err(refused(format!("A search expression can have at most {ELEMENTS} elements.")));
    }
    if counted.contains > 1 {
        return Err(refused("'CONTAINS' operator usage limit of 1 exceeded. "));
    }
    Ok(())
}

struct Counted<'a> {
    model: &'a Model,
    shape: &'a Shape,
    elements: usize,
    contains: usize,
}

impl Counted<'_> {
    fn expression(&mut self, expression: &Fields) -> Result<(), RefusedCall> {
        let mut parts = 0;
        for filter in items(expression, "Filters") {
            parts += 1;
            self.filter(filter, "")?;
        }
        for nested in items(expression, "NestedFilters") {
            parts += 1;
            let property = text(nested, "NestedPropertyName").unwrap_or_default();
            for filter in items(nested, "Filters") {
                self.filter(filter, property)?;
            }
        }
        for inner in items(expression, "SubExpressions") {
            parts += 1;
            self.expression(inner)?;
        }
        self.elements += parts;
        if parts == 0 {
            return Err(refused(
                "A search expression needs at least one filter, nested filter or expression.",
            ));
        }
        Ok(())
    }

    fn filter(&mut self, filter: &Fields, nested: &str) -> Result<(), RefusedCall> {
        let name = text(filter, "Name").unwrap_or_default();
        // The name of a nested filter may repeat the property it is nested in.
        let whole = match nested.is_empty() || name.starts_with(nested) {
            true => name.to_owned(),
            false => format!("{nested}.{name}"),
        };
        let Some(shape) = property::shape_of(self.model, self.shape, &whole) else {
            return Err(refused(format!("Unknown property name: {whole}.")));
        };
        let operator = operator(filter);
        let is_text = shape.kind == ShapeKind::String;
        let free = whole.starts_with("HyperParameters.") || whole.starts_with("Parameters.");
        match operator {
            "GreaterThan" | "GreaterThanOrEqualTo" | "LessThan" | "LessThanOrEqualTo" if is_text && !free => {
                return Err(refused(format!("{operator} cannot be used with the text property {whole}.")));
            }
            "Contains" | "In" if !is_text => {
                return Err(refused(format!("{operator} can only be used with text, which {whole} is not.")));
            }
            "Exists" | "NotExists" => {}
            _ if text(filter, "Value").is_none() => {
                return Err(refused(format!("The filter on {whole} needs a value.")));
            }
            _ => {}
        }
        let date = self.model.metadata.date.as_str();
        let uncounted = date >= UNCOUNTED_SINCE && whole.split('.').any(|part| UNCOUNTED.contains(&part));
        if operator == "Contains" && !uncounted {
            self.contains += 1;
        }
        Ok(())
    }
}

fn items<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a Fields> + use<'a> {
    let items = fields.get(name).and_then(Value::items).unwrap_or_default();
    items.iter().filter_map(Value::fields)
}

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

fn operator(filter: &Fields) -> &str {
    text(filter, "Operator").unwrap_or("Equals")
}

/// Whether an expression holds of a resource.
pub(super) fn holds(resource: &Value, expression: &Fields) -> Result<bool, RefusedCall> {
    let mut results = Vec::new();
    for filter in items(expression, "Filters") {
        results.push(passes(&property::all(resource, text(filter, "Name").unwrap_or_default()), filter)?);
    }
    for nested in items(expression, "NestedFilters") {
        results.push(nested_holds(resource, nested)?);
    }
    for inner in items(expression, "SubExpressions") {
        results.push(holds(resource, inner)?);
    }
    Ok(match text(expression, "Operator") {
        Some("Or") => results.contains(&true),
        _ => !results.contains(&false),
    })
}

/// All filters must hold for one and the same item of the list.
fn nested_holds(resource: &Value, nested: &Fields) -> Result<bool, RefusedCall> {
    let property = text(nested, "NestedPropertyName").unwrap_or_default();
    for item in property::all(resource, property) {
        let mut all = true;
        for filter in items(nested, "Filters") {
            let name = text(filter, "Name").unwrap_or_default();
            let name = name.strip_prefix(property).map_or(name, |name| name.trim_start_matches('.'));
            all &= passes(&property::all(item, name), filter)?;
        }
        if all {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the values of a property pass a filter. A property without values passes negative ones only.
fn passes(values: &[&Value], filter: &Fields) -> Result<bool, RefusedCall> {
    let wanted = text(filter, "Value").unwrap_or_default();
    let any = |test: &dyn Fn(&Value) -> Option<bool>| {
        let mut found = false;
        for value in values {
            let name = text(filter, "Name").unwrap_or_default();
            let unreadable = || refused(format!("\"{wanted}\" is no value of the property {name}."));
            found |= test(value).ok_or_else(unreadable)?;
        }
        Ok(found)
    };
    let ordered = |value: &Value, fits: fn(std::cmp::Ordering) -> bool| compare(value, wanted).map(fits);
    match operator(filter) {
        "Exists" => Ok(!values.is_empty()),
        "NotExists" => Ok(values.is_empty()),
        "NotEquals" => Ok(!any(&|value| ordered(value, std::cmp::Ordering::is_eq))?),
        "GreaterThan" => any(&|value| ordered(value, std::cmp::Ordering::is_gt)),
        "GreaterThanOrEqualTo" => any(&|value| ordered(value, std::cmp::Ordering::is_ge)),
        "LessThan" => any(&|value| ordered(value, std::cmp::Ordering::is_lt)),
        "LessThanOrEqualTo" => any(&|value| ordered(value, std::cmp::Ordering::is_le)),
        "Contains" => any(&|value| Some(value.as_str().is_some_and(|text| text.contains(wanted)))),
        "In" => any(&|value| Some(wanted.split(',').any(|one| value.as_str() == Some(one.trim())))),
        _ => any(&|value| ordered(value, std::cmp::Ordering::is_eq)),
    }
}

/// How a value stands to a filter's text; `None` where the text is no such value.
fn compare(value: &Value, wanted: &str) -> Option<std::cmp::Ordering> {
    match value {
        Value::Integer(number) => (*number as f64).partial_cmp(&wanted.parse().ok()?),
        Value::Float(number) => number.partial_cmp(&wanted.parse().ok()?),
        Value::Boolean(own) => Some(own.cmp(&wanted.parse().ok()?)),
        Value::Timestamp(own) => {
            let zoned = if wanted.ends_with(['Z', 'z']) { wanted.to_owned() } else { format!("{wanted}Z") };
            Some(own.cmp(&Timestamp::from_date_time(&zoned)?))
        }
        Value::String(text) => {
            let own = text.as_str()?;
            match (own.parse::<f64>(), wanted.parse::<f64>()) {
                (Ok(own), Ok(wanted)) => own.partial_cmp(&wanted),
                _ => Some(own.cmp(wanted)),
            }
        }
        _ => None,
    }
}
