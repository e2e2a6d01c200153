//! Endpoints: what an endpoint takes over from its configuration, and how weights and counts catch up.

use super::account::Record;
use super::call::{CallContext, CallResult};
use super::catalogue::ResourceKind;
use super::{fault, lifecycle, path};
use crate::api::model::{Fields, Value};

/// The members of a configuration that its endpoint shows as they are.
const TAKEN_OVER: [&str; 3] = ["AsyncInferenceConfig", "ExplainerConfig", "MetricsConfig"];

/// Where an endpoint keeps what it had before an update, until that has gone well.
const BEFORE: &str = "(before)";

/// After CreateEndpoint: nothing runs yet.
pub(super) fn created(call: &mut CallContext<'_>, kind: &ResourceKind, ordinal: u64) {
    if kind.name == "Endpoint" {
        configure(call, ordinal, &[]);
    }
}

/// After UpdateEndpoint: the variants that stay run as before until the update is through. `before` is what the
/// endpoint was.
pub(super) fn updated(call: &mut CallContext<'_>, kind: &ResourceKind, before: &Record) {
    if kind.name != "Endpoint" {
        return;
    }
    let ordinal = before.ordinal;
    let old = variants(before).to_vec();
    let mut before = before.fields.clone();
    before.shift_remove(BEFORE);
    configure(call, ordinal, &old);
    let keep = call.input.get("RetainAllVariantProperties") == Some(&Value::Boolean(true));
    let now = Value::Timestamp(call.account.now());
    let Some(record) = call.account.records.get_mut(&ordinal) else { return };
    if keep {
        keep_desired(record, &old);
    }
    let pending: Vec<(String, Value)> = ["EndpointConfigName", "ProductionVariants"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), record.fields.get(name)?.clone())))
        .chain([("StartTime".to_owned(), now)])
        .collect();
    record.fields.insert("PendingDeploymentSummary".to_owned(), Value::structure(pending));
    record.fields.insert(BEFORE.to_owned(), Value::Structure(before));
}

/// After a poll: in service, what is wanted is what runs; rolling back, what ran before is wanted again.
pub(super) fn moved(call: &mut CallContext<'_>, kind: &ResourceKind, ordinal: u64) {
    let Some(record) = call.account.records.get_mut(&ordinal).filter(|_| kind.name == "Endpoint") else {
        return;
    };
    match record.fields.get("EndpointStatus").and_then(Value::as_str) {
        Some("InService") => settle(record),
        Some("RollingBack") => {
            if let Some(Value::Structure(before)) = record.fields.shift_remove(BEFORE) {
                let restored = before.into_iter().filter(|(name, _)| name != "EndpointStatus");
                record.fields.extend(restored);
            }
            record.fields.shift_remove("PendingDeploymentSummary");
        }
        _ => {}
    }
}

fn settle(record: &mut Record) {
    record.fields.shift_remove("PendingDeploymentSummary");
    record.fields.shift_remove(BEFORE);
    for list in ["ProductionVariants", "ShadowProductionVariants"] {
        let Some(Value::List(variants)) = record.fields.get_mut(list) else { continue };
        for variant in variants {
            let Value::Structure(fields) = variant else { continue };
            for what in ["Weight", "InstanceCount", "ServerlessConfig"] {
                if let Some(desired) = fields.get(&format!("Desired{what}")).cloned() {
                    fields.insert(format!("Current{what}"), desired);
                }
            }
        }
    }
}

/// UpdateEndpointWeightsAndCapacities: new wishes for variants that the endpoint has.
pub(super) fn update_weights(call: &mut CallContext<'_>) -> CallResult {
    let Some(kind) = call.catalogue.kinds.get("Endpoint") else {
        return Err(fault::invalid("This API knows no endpoints."));
    };
    let record = call.found(kind)?;
    let steps = call.steps(kind, "update", record.ordinal);
    lifecycle::guard(kind, "update", &record, &steps)?;
    call.check_quotas(kind, call.input, Some(&record))?;
    let wishes = call.input.get("DesiredWeightsAndCapacities").and_then(Value::items).unwrap_or_default();
    let mut variants = variants(&record).to_vec();
    for wish in wishes {
        let name = wish.get("VariantName");
        let Some(Value::Structure(variant)) =
            variants.iter_mut().find(|variant| variant.get("VariantName") == name)
        else {
            let name = name.and_then(Value::as_str).unwrap_or_default();
            return Err(fault::invalid(format!("The variant name \"{name}\" does not exist.")));
        };
        for what in ["DesiredWeight", "DesiredInstanceCount"] {
            if let Some(value) = wish.get(what) {
                variant.insert(what.to_owned(), value.clone());
            }
        }
    }
    if let Some(record) = call.account.records.get_mut(&record.ordinal) {
        record.fields.insert("ProductionVariants".to_owned(), Value::List(variants));
    }
    lifecycle::begin(call.model, kind, call.account, record.ordinal, steps, false);
    let record = call.record(record.ordinal)?;
    Ok(call.shown(&record))
}

fn variants(record: &Record) -> &[Value] {
    record.fields.get("ProductionVariants").and_then(Value::items).unwrap_or_default()
}

/// Takes over the configuration that the endpoint names; `running` is what runs already.
fn configure(call: &mut CallContext<'_>, ordinal: u64, running: &[Value]) {
    let Some(record) = call.account.records.get(&ordinal) else { return };
    let name = record.fields.get("EndpointConfigName").and_then(Value::as_str).unwrap_or_default();
    let Some(config) = call.by_name("EndpointConfig", name) else { return };
    let mut fields = Fields::new();
    for list in ["ProductionVariants", "ShadowProductionVariants"] {
        if let Some(variants) = config.fields.get(list).and_then(Value::items) {
            let summaries = variants.iter().filter_map(|variant| summary(call, variant.fields()?, running));
            fields.insert(list.to_owned(), Value::List(summaries.collect()));
        }
    }
    for name in TAKEN_OVER {
        if let Some(value) = config.fields.get(name) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(capture) = config.fields.get("DataCaptureConfig").and_then(Value::fields) {
        fields.insert("DataCaptureConfig".to_owned(), capture_summary(capture));
    }
    if let Some(record) = call.account.records.get_mut(&ordinal) {
        record.fields.extend(fields);
    }
}

/// A variant of a configuration as its endpoint shows it.
fn summary(call: &CallContext<'_>, variant: &Fields, running: &[Value]) -> Option<Value> {
    let name = variant.get("VariantName")?;
    let old = running.iter().find(|old| old.get("VariantName") == Some(name)).and_then(Value::fields);
    let weight = variant.get("InitialVariantWeight").cloned().unwrap_or(Value::Float(1.0));
    let mut out = Fields::from_iter([("VariantName".to_owned(), name.clone())]);
    if let Some(model) = variant.get("ModelName").and_then(Value::as_str) {
        out.insert("DeployedImages".to_owned(), images(call, model));
    }
    let current = |what: &str| old.and_then(|old| old.get(what)).cloned();
    out.insert("CurrentWeight".to_owned(), current("CurrentWeight").unwrap_or_else(|| weight.clone()));
    out.insert("DesiredWeight".to_owned(), weight);
    if let Some(count) = variant.get("InitialInstanceCount") {
        let none = Value::Integer(0);
        out.insert("CurrentInstanceCount".to_owned(), current("CurrentInstanceCount").unwrap_or(none));
        out.insert("DesiredInstanceCount".to_owned(), count.clone());
    }
    if let Some(serverless) = variant.get("ServerlessConfig") {
        out.insert("DesiredServerlessConfig".to_owned(), serverless.clone());
        out.insert("CurrentServerlessConfig".to_owned(), serverless.clone());
    }
    let same = ["ManagedInstanceScaling", "RoutingConfig", "InstanceType", "AcceleratorType"];
    out.extend(same.iter().filter_map(|name| Some(((*name).to_owned(), variant.get(*name)?.clone()))));
    Some(Value::Structure(out))
}

/// The images of a model, resolved to a digest as the service does.
fn images(call: &CallContext<'_>, model: &str) -> Value {
    let Some(model) = call.by_name("Model", model) else { return Value::List(Vec::new()) };
    let mut images = path::all(&model.fields, "PrimaryContainer.Image");
    images.extend(path::all(&model.fields, "Containers[].Image"));
    let now = Value::Timestamp(call.account.now());
    let deployed = images.into_iter().filter_map(Value::as_str).map(|image| {
        let repository = image.rsplit_once(':').map_or(image, |(repository, _)| repository);
        let digest = call.account.digest(&format!("image/{image}"), 64);
        let resolved = format!("{repository}@sha256:{digest}");
        Value::structure([
            ("SpecifiedImage", Value::string(image)),
            ("ResolvedImage", Value::string(if resolved.len() <= 255 { resolved.as_str() } else { image })),
            ("ResolutionTime", now.clone()),
        ])
    });
    Value::List(deployed.collect())
}

fn capture_summary(capture: &Fields) -> Value {
    let enabled = capture.get("EnableCapture") == Some(&Value::Boolean(true));
    let text = |name: &str| capture.get(name).cloned().unwrap_or_else(|| Value::string(""));
    Value::structure([
        ("EnableCapture", Value::Boolean(enabled)),
        ("CaptureStatus", Value::string(if enabled { "Started" } else { "Stopped" })),
        (
            "CurrentSamplingPercentage",
            capture.get("InitialSamplingPercentage").cloned().unwrap_or(Value::Integer(100)),
        ),
        ("DestinationS3Uri", text("DestinationS3Uri")),
        ("KmsKeyId", text("KmsKeyId")),
    ])
}

/// What was wanted of variants that stay is wanted still.
fn keep_desired(record: &mut Record, old: &[Value]) {
    let Some(Value::List(variants)) = record.fields.get_mut("ProductionVariants") else { return };
    for variant in variants {
        let Some(before) = old.iter().find(|old| old.get("VariantName") == variant.get("VariantName")) else {
            continue;
        };
        let Value::Structure(fields) = variant else { continue };
        for what in ["DesiredWeight", "DesiredInstanceCount"] {
            if let Some(value) = before.get(what) {
                fields.insert(what.to_owned(), value.clone());
            }
        }
    }
}
