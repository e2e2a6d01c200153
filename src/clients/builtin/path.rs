//! JMESPath over values: where a paginator's tokens and a waiter's states are.

use std::collections::BTreeMap;

use jmespath::{Rcvar, Variable};

use crate::api::model::{Fields, Value};
use crate::ground::json::{Json, Style, write};

/// What a path finds, as a value; `None` where it finds nothing or `null`, or cannot be followed.
pub(super) fn find(value: &Value, path: &str) -> Option<Value> {
    if is_plain(path) {
        // Exact, which the library's own values are not: a token may be no valid Unicode.
        let found = path.split('.').try_fold(value, |value, name| value.get(name))?;
        return (*found != Value::Null).then(|| found.clone());
    }
    from_variable(&*search(value, path)?)
}

/// What a path finds, as a JMESPath value; never `null`.
pub(super) fn search(value: &Value, path: &str) -> Option<Rcvar> {
    let found = jmespath::compile(path).ok()?.search(to_variable(value)).ok()?;
    (!found.is_null()).then_some(found)
}

/// The value of a model's JSON, to compare what is found with.
pub(super) fn expected(json: &Json) -> Option<Variable> {
    Variable::from_json(&String::from_utf8(write(json, Style::Compact)).ok()?).ok()
}

fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}

fn to_variable(value: &Value) -> Variable {
    let list =
        |items: &[Value]| Variable::Array(items.iter().map(|item| Rcvar::new(to_variable(item))).collect());
    match value {
        Value::Null | Value::UnknownArm(_) => Variable::Null,
        Value::Boolean(value) => Variable::Bool(*value),
        Value::Integer(number) => Variable::Number((*number).into()),
        Value::BigNumber(text) => Variable::from_json(text).unwrap_or(Variable::Null),
        Value::Float(number) => {
            serde_json::Number::from_f64(*number).map_or(Variable::Null, Variable::Number)
        }
        Value::String(text) => Variable::String(text.to_lossy()),
        Value::Blob(bytes) => Variable::String(String::from_utf8_lossy(bytes).into_owned()),
        Value::Timestamp(time) => Variable::String(time.to_date_time()),
        Value::List(items) => list(items),
        Value::Map(entries) => object(entries.iter().map(|(key, value)| (key.to_lossy(), value))),
        Value::Structure(fields) => object(fields.iter().map(|(name, value)| (name.clone(), value))),
        Value::Document(document) => expected(document).unwrap_or(Variable::Null),
    }
}

fn object<'a>(members: impl Iterator<Item = (String, &'a Value)>) -> Variable {
    let members: BTreeMap<String, Rcvar> =
        members.map(|(name, value)| (name, Rcvar::new(to_variable(value)))).collect();
    Variable::Object(members)
}

fn from_variable(variable: &Variable) -> Option<Value> {
    Some(match variable {
        Variable::Null | Variable::Expref(_) => return None,
        Variable::Bool(value) => Value::Boolean(*value),
        Variable::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64()?),
        },
        Variable::String(text) => Value::string(text),
        Variable::Array(items) => Value::List(items.iter().filter_map(|item| from_variable(item)).collect()),
        Variable::Object(members) => {
            let members =
                members.iter().filter_map(|(name, value)| Some((name.clone(), from_variable(value)?)));
            Value::Structure(members.collect::<Fields>())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::json::Text;

    #[test]
    fn paths_find_values_as_they_are() {
        let lone = Value::String(Text::from_utf16(&[0xD800]));
        let output = Value::structure([
            ("Token", lone.clone()),
            ("Nothing", Value::Null),
            ("Page", Value::structure([("Marker", Value::string("m"))])),
            ("Items", Value::List(vec![Value::structure([("Id", Value::Integer(7))])])),
        ]);
        for (path, found) in [
            ("Token", Some(lone)),
            ("Page.Marker", Some(Value::string("m"))),
            ("Nothing", None),
            ("Gone.Too", None),
            ("Items[-1].Id", Some(Value::Integer(7))),
            ("Gone || Page.Marker", Some(Value::string("m"))),
            ("Items[?", None),
        ] {
            assert_eq!(find(&output, path), found, "{path}");
        }
    }
}
