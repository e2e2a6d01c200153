//! Monitoring schedules: an execution that starts is a processing job of the account.

use super::account::Record;
use super::call::CallContext;
use super::catalogue::ResourceKind;
use super::{lifecycle, path};
use crate::api::model::{Fields, Value};

const EXECUTION: &str = "LastMonitoringExecutionSummary";

/// After a step: an execution in progress without a job gets one.
pub(super) fn moved(call: &mut CallContext<'_>, kind: &ResourceKind, ordinal: u64) {
    let Some(schedule) = call.account.records.get(&ordinal).filter(|_| kind.name == "MonitoringSchedule")
    else {
        return;
    };
    let execution = schedule.fields.get(EXECUTION);
    let status = execution.and_then(|execution| execution.get("MonitoringExecutionStatus"));
    let started = status.and_then(Value::as_str) == Some("InProgress");
    if !started || execution.is_some_and(|execution| execution.get("ProcessingJobArn").is_some()) {
        return;
    }
    let schedule = schedule.clone();
    let Some(jobs) = call.catalogue.kinds.get("ProcessingJob") else { return };
    let arn = start_job(call, jobs, &schedule);
    if let Some(schedule) = call.account.records.get_mut(&ordinal)
        && let Some(Value::Structure(execution)) = schedule.fields.get_mut(EXECUTION)
    {
        execution.insert("ProcessingJobArn".to_owned(), Value::string(arn));
    }
}

/// Makes the processing job of an execution; its ARN.
fn start_job(call: &mut CallContext<'_>, jobs: &ResourceKind, schedule: &Record) -> String {
    let executions = call.account.of_kind(&jobs.name).count();
    let digest = call.account.digest(&format!("execution/{}/{executions}", schedule.arn), 12);
    let name = format!("model-monitoring-{digest}");
    let arn = call.account.arn(&format!("processing-job/{name}"));
    let record =
        call.account.new_record(&jobs.name, name.clone(), arn.clone(), job_fields(schedule, &name, &arn));
    let ordinal = record.ordinal;
    let steps = lifecycle::steps(call.model, jobs, "create", &record.name);
    call.account.records.insert(ordinal, record);
    lifecycle::begin(call.model, jobs, call.account, ordinal, steps, false);
    arn
}

/// The job's members, from the schedule's job definition.
fn job_fields(schedule: &Record, name: &str, arn: &str) -> Fields {
    const DEFINITION: &str = "MonitoringScheduleConfig.MonitoringJobDefinition";
    let part = |path: &str| path::first(&schedule.fields, &format!("{DEFINITION}.{path}")).cloned();
    let mut fields = Fields::from_iter([
        ("ProcessingJobName".to_owned(), Value::string(name)),
        ("ProcessingJobArn".to_owned(), Value::string(arn)),
        ("MonitoringScheduleArn".to_owned(), Value::string(&schedule.arn)),
    ]);
    let image =
        part("MonitoringAppSpecification.ImageUri").map(|image| Value::structure([("ImageUri", image)]));
    let members = [
        ("ProcessingResources", part("MonitoringResources")),
        ("AppSpecification", image),
        ("RoleArn", part("RoleArn")),
        ("Environment", part("Environment")),
        ("NetworkConfig", part("NetworkConfig")),
        ("StoppingCondition", part("StoppingCondition")),
    ];
    fields.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    fields
}
