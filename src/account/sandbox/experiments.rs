//! Experiments: a job that belongs to one shows up as a trial component.

use super::account::{Account, Record};
use super::call::CallContext;
use super::catalogue::{ResourceKind, split};
use super::path;
use crate::api::model::{Fields, Value};

/// Kinds whose resources can be a component's source.
pub(super) const SOURCES: [&str; 3] = ["TrainingJob", "ProcessingJob", "TransformJob"];

/// After a job was made: its component, and a trial where the caller named only the experiment.
pub(super) fn created(call: &mut CallContext<'_>, kind: &ResourceKind, ordinal: u64) {
    let Some(job) = call.account.records.get(&ordinal).cloned() else { return };
    let known = SOURCES.contains(&kind.name.as_str()) && call.catalogue.kinds.contains_key("TrialComponent");
    let Some(config) = job.fields.get("ExperimentConfig").and_then(Value::fields).filter(|_| known) else {
        return;
    };
    let text = |name: &str| config.get(name).and_then(Value::as_str).map(str::to_owned);
    let trial = text("TrialName").or_else(|| {
        let experiment = text("ExperimentName")?;
        let name = format!("{experiment}-{}", call.account.digest(&job.arn, 8));
        let fields = [("TrialName", name.as_str()), ("ExperimentName", &experiment)];
        Some(insert(call.account, "Trial", "experiment-trial", &name, texts(&fields)))
    });
    let name = format!("{}-aws-{}", job.name.to_lowercase(), split(&kind.name, '-'));
    let display = text("TrialComponentDisplayName").unwrap_or_else(|| name.clone());
    let mut fields = texts(&[("TrialComponentName", &name), ("DisplayName", &display)]);
    let source = [
        ("SourceArn", job.arn.clone()),
        ("SourceType", format!("{}{}", call.model.metadata.service_id, kind.name)),
    ];
    fields.insert(
        "Source".to_owned(),
        Value::structure(source.map(|(name, text)| (name, Value::string(text)))),
    );
    let parents = trial.map(|trial| {
        let experiment = text("ExperimentName");
        let trial = [("TrialName".to_owned(), Value::string(trial))].into_iter();
        Value::structure(
            trial.chain(experiment.map(|name| ("ExperimentName".to_owned(), Value::string(name)))),
        )
    });
    fields.extend(parents.map(|parent| ("Parents".to_owned(), Value::List(vec![parent]))));
    insert(call.account, "TrialComponent", "experiment-trial-component", &name, fields);
}

/// A component with the state of its source as it is now.
pub(super) fn refreshed(account: &Account, record: &Record) -> Record {
    let mut record = record.clone();
    let source = path::first(&record.fields, "Source.SourceArn").and_then(Value::as_str);
    let Some(job) = source.and_then(|arn| account.by_arn(arn)).filter(|_| record.kind == "TrialComponent")
    else {
        return record;
    };
    let member =
        |suffix: &str| job.fields.iter().find(|(name, _)| name.ends_with(suffix)).map(|(_, value)| value);
    let status = job.fields.get(&format!("{}Status", job.kind)).cloned();
    let status = status.map(|status| Value::structure([("PrimaryStatus", status)]));
    let times = [
        ("Status", status),
        ("StartTime", member("StartTime").cloned()),
        ("EndTime", member("EndTime").cloned()),
    ];
    let found: Vec<_> =
        times.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    record.modified = record.modified.max(job.modified);
    record.fields.extend(found);
    record
}

fn texts(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), Value::string(*text))).collect()
}

/// Puts a record in; its name.
fn insert(account: &mut Account, kind: &str, slug: &str, name: &str, mut fields: Fields) -> String {
    let arn = account.arn(&format!("{slug}/{name}"));
    fields.insert(format!("{kind}Arn"), Value::string(&arn));
    let record = account.new_record(kind, name.to_owned(), arn, fields);
    account.records.insert(record.ordinal, record);
    name.to_owned()
}
