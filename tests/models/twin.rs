//! A botocore model written as a Smithy AST: the loader's way, walked backwards.

use serde_json::{Map, Value, json};

const NAMESPACE: &str = "example";

fn id(name: &str) -> String {
    format!("{NAMESPACE}#{name}")
}

fn target(source: &Value) -> Value {
    json!({"target": id(source["shape"].as_str().unwrap())})
}

/// The AST of a `service-2.json` and its `paginators-1.json`.
pub(super) fn of(service: &Value, paginators: &Value) -> Value {
    let metadata = &service["metadata"];
    let mut shapes = Map::new();
    for (name, source) in service["shapes"].as_object().unwrap() {
        shapes.insert(id(name), shape(source));
    }
    for name in json_texts(service) {
        shapes[&id(name)]["traits"]["smithy.api#mediaType"] = "application/json".into();
    }
    let operations = service["operations"].as_object().unwrap();
    for (name, source) in operations {
        shapes.insert(id(name), operation(source, &paginators["pagination"][name]));
    }
    let targets: Vec<Value> = operations.keys().map(|name| json!({"target": id(name)})).collect();
    let traits = json!({
        "aws.api#service": {"sdkId": metadata["serviceId"], "endpointPrefix": metadata["endpointPrefix"]},
        "aws.auth#sigv4": {"name": metadata["signingName"]},
        "aws.protocols#awsJson1_1": {},
    });
    let version = &metadata["apiVersion"];
    shapes.insert(
        id(metadata["targetPrefix"].as_str().unwrap()),
        json!({"type": "service", "version": version, "operations": targets, "traits": traits}),
    );
    json!({"smithy": "2.0", "shapes": shapes})
}

/// Shapes of text that holds JSON: botocore says so where they are used, Smithy where they are defined.
fn json_texts(service: &Value) -> Vec<&str> {
    let shapes = service["shapes"].as_object().unwrap().values();
    let members = shapes.filter_map(|shape| shape["members"].as_object()).flat_map(Map::values);
    let holding = members.filter(|member| member["jsonvalue"] == true);
    holding.map(|member| member["shape"].as_str().unwrap()).collect()
}

fn operation(source: &Value, paginator: &Value) -> Value {
    let unit = || json!({"target": "smithy.api#Unit"});
    let side = |key: &str| source.get(key).map_or_else(unit, target);
    let errors: Vec<Value> = source["errors"].as_array().into_iter().flatten().map(target).collect();
    let mut traits = Map::new();
    traits.insert("smithy.api#http".to_owned(), json!({"method": "POST", "uri": "/"}));
    copy(&mut traits, source, "deprecated", "smithy.api#deprecated");
    copy(&mut traits, source, "requestcompression", "smithy.api#requestCompression");
    if paginator["input_token"].is_string() {
        let mut paginated = Map::new();
        for (from, to) in [
            ("input_token", "inputToken"),
            ("output_token", "outputToken"),
            ("limit_key", "pageSize"),
            ("result_key", "items"),
        ] {
            copy(&mut paginated, paginator, from, to);
        }
        traits.insert("smithy.api#paginated".to_owned(), paginated.into());
    }
    json!({"type": "operation", "input": side("input"), "output": side("output"), "errors": errors, "traits": traits})
}

fn shape(source: &Value) -> Value {
    let kind = match source["type"].as_str().unwrap() {
        "structure" if source["document"] == true => "document",
        "structure" if source["union"] == true => "union",
        other => other,
    };
    let mut shape = json!({"type": kind, "traits": traits(source)});
    for part in ["member", "key", "value"] {
        if let Some(part_source) = source.get(part) {
            shape[part] = target(part_source);
        }
    }
    if let Some(members) = source["members"].as_object().filter(|_| kind != "document") {
        let required: Vec<&Value> = source["required"].as_array().into_iter().flatten().collect();
        let members = members.iter().map(|(name, member)| {
            let mut traits = traits(member);
            if required.contains(&&Value::from(name.as_str())) {
                traits.insert("smithy.api#required".to_owned(), json!({}));
            }
            let mut member = target(member);
            member["traits"] = traits.into();
            (name.clone(), member)
        });
        shape["members"] = Value::Object(members.collect());
    }
    shape
}

fn traits(source: &Value) -> Map<String, Value> {
    let mut traits = Map::new();
    for (from, to) in [
        ("pattern", "smithy.api#pattern"),
        ("sensitive", "smithy.api#sensitive"),
        ("sparse", "smithy.api#sparse"),
        ("deprecated", "smithy.api#deprecated"),
        ("idempotencyToken", "smithy.api#idempotencyToken"),
        ("streaming", "smithy.api#streaming"),
    ] {
        copy(&mut traits, source, from, to);
    }
    if let Some(values) = source["enum"].as_array() {
        let values: Vec<Value> = values.iter().map(|value| json!({"value": value})).collect();
        traits.insert("smithy.api#enum".to_owned(), values.into());
    }
    let mut bounds = Map::new();
    copy(&mut bounds, source, "min", "min");
    copy(&mut bounds, source, "max", "max");
    if !bounds.is_empty() {
        let numeric = matches!(source["type"].as_str(), Some("integer" | "long" | "float" | "double"));
        let name = if numeric { "smithy.api#range" } else { "smithy.api#length" };
        traits.insert(name.to_owned(), bounds.into());
    }
    if let Some(format) = source["timestampFormat"].as_str() {
        let format = match format {
            "unixTimestamp" => "epoch-seconds",
            "iso8601" => "date-time",
            _ => "http-date",
        };
        traits.insert("smithy.api#timestampFormat".to_owned(), format.into());
    }
    if source["exception"] == true {
        let fault = if source["fault"] == true { "server" } else { "client" };
        traits.insert("smithy.api#error".to_owned(), fault.into());
        copy(&mut traits, &source["error"], "httpStatusCode", "smithy.api#httpError");
    }
    traits
}

fn copy(to: &mut Map<String, Value>, from: &Value, key: &str, name: &str) {
    if let Some(value) = from.get(key) {
        to.insert(name.to_owned(), value.clone());
    }
}
