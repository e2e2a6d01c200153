//! botocore's recorded answers (`response_parsing`) against the readers of responses: answers that services once gave,
//! beside what botocore makes of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Source;
use shapetape::api::model::{
    Location, Model, ModelFile, Operation, ShapeId, ShapeKind, Timestamp, Value, load,
};
use shapetape::ground::exchange::{Headers, Response};
use shapetape::protocol::{Reply, decode_response};

use crate::setup;

/// The services of the recordings whose protocols are read, with the answers that each must have at least.
const SERVICES: [(&str, usize); 3] = [("s3", 11), ("cloudfront", 8), ("route53", 1)];

#[test]
fn recorded_answers_of_services_are_read_as_botocore_reads_them() {
    let root = setup::folder("suites/response_parsing");
    let mut failures = Vec::new();
    for (service, wanted) in SERVICES {
        let model = service_model(service);
        let mut found = 0;
        for path in answers(&root, service) {
            found += 1;
            if let Err(why) = check(&model, &path) {
                failures.push(format!("{}: {why}", path.strip_prefix(&root).unwrap().display()));
            }
        }
        println!("{service}: {found} answers");
        if found < wanted {
            failures.push(format!("{service}: {found} answers of {wanted}"));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// A service as the installed botocore describes it.
pub(crate) fn service_model(service: &str) -> Model {
    let venv = setup::folder("venv/lib");
    let python = std::fs::read_dir(&venv).unwrap().next().unwrap().unwrap().path();
    let folder = python.join("site-packages/botocore/data").join(service);
    let mut files = Vec::new();
    for version in std::fs::read_dir(&folder).unwrap() {
        let version = version.unwrap().path();
        for file in std::fs::read_dir(&version).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            if ModelFile::is_wanted(&name) {
                files.push(ModelFile { name, bytes: std::fs::read(&path).unwrap() });
            }
        }
    }
    load(&folder.display().to_string(), files).unwrap()
}

fn answers(root: &Path, service: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["xml/responses", "xml/errors"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.starts_with(&format!("{service}-")) && name.ends_with(".xml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn check(model: &Model, path: &Path) -> Result<(), String> {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let operation = operation(model, name.split_once('-').unwrap().1.split('#').next().unwrap());
    let expected: Source =
        serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
    let status = if path.to_str().unwrap().contains("/errors/") { 400 } else { 200 };
    let response =
        Response { headers: Headers::new(), ..Response::new(status, std::fs::read(path).unwrap()) };
    match decode_response(model, operation, &response).map_err(|error| error.to_string())? {
        Reply::Output(output) => {
            let wanted = operation.output.map(|shape| expected_value(model, shape, &expected));
            let found = without_headers(model, operation, output);
            let wanted = without_headers(model, operation, wanted.unwrap_or_default());
            if found == wanted { Ok(()) } else { Err(format!("read {found:?}, wanted {wanted:?}")) }
        }
        Reply::Error(error) => {
            let told = (Some(error.code), error.message.map(|text| text.to_lossy()));
            let text = |name: &str| expected["Error"][name].as_str().map(str::to_owned);
            let wanted = (text("Code"), text("Message"));
            if told == wanted { Ok(()) } else { Err(format!("read {told:?}, wanted {wanted:?}")) }
        }
    }
}

/// `list-object-versions` → `ListObjectVersions`.
fn operation<'m>(model: &'m Model, name: &str) -> &'m Operation {
    let plain = name.replace('-', "");
    model.operations.values().find(|operation| operation.name.to_lowercase() == plain).unwrap()
}

/// The recordings are bodies alone.
fn without_headers(model: &Model, operation: &Operation, value: Value) -> Value {
    let (Some(shape), Value::Structure(fields)) = (operation.output, value) else { return Value::default() };
    let members: BTreeMap<String, Option<Location>> = model
        .shape(shape)
        .members()
        .unwrap()
        .iter()
        .map(|(name, member)| (name.clone(), member.location))
        .collect();
    Value::structure(fields.into_iter().filter(|(name, _)| members[name].is_none()))
}

/// What botocore gives, with timestamps as text; `ResponseMetadata` is botocore's own.
fn expected_value(model: &Model, shape: ShapeId, source: &Source) -> Value {
    let shape = model.shape(shape);
    match &shape.kind {
        ShapeKind::Structure { members, .. } => {
            let given = source.as_object().unwrap().iter().filter_map(|(name, source)| {
                let member = members.get(name)?;
                Some((name.clone(), expected_value(model, member.shape, source)))
            });
            Value::structure(given)
        }
        ShapeKind::List { item, .. } => {
            let items = source.as_array().unwrap().iter();
            Value::List(items.map(|source| expected_value(model, *item, source)).collect())
        }
        ShapeKind::Map { value, .. } => {
            let entries = source.as_object().unwrap().iter();
            let entry =
                |(key, source): (&String, &Source)| (key.into(), expected_value(model, *value, source));
            Value::Map(entries.map(entry).collect())
        }
        ShapeKind::Timestamp => {
            Value::Timestamp(Timestamp::from_date_time(source.as_str().unwrap()).unwrap())
        }
        ShapeKind::Boolean => Value::Boolean(source.as_bool().unwrap()),
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => {
            Value::Integer(source.as_i64().unwrap())
        }
        ShapeKind::Float | ShapeKind::Double => Value::Float(source.as_f64().unwrap()),
        ShapeKind::Blob => Value::Blob(source.as_str().unwrap().into()),
        _ => Value::string(source.as_str().unwrap()),
    }
}
