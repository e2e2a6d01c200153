//! What a result of Search shows of other resources: an endpoint's schedules, a trial's components, what a model
//! runs in.

use super::super::account::Record;
use super::super::call::CallContext;
use super::super::path;
use crate::api::model::{Fields, Shape, ShapeKind, Value};

/// Where a monitoring schedule names its endpoint.
const WATCHED: &str =
    "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringInputs[].EndpointInput.EndpointName";

impl CallContext<'_> {
    /// Adds to a result what its shape shows of other resources.
    pub(super) fn add_related(&self, record: &Record, shape: &Shape, fields: &mut Fields) {
        match record.kind.as_str() {
            "Endpoint" => {
                let schedules = self.naming("MonitoringSchedule", WATCHED, &record.name);
                self.add_all(shape, "MonitoringSchedules", schedules, fields);
            }
            "Trial" => {
                let components = self.naming("TrialComponent", "Parents[].TrialName", &record.name);
                self.add_all(shape, "TrialComponentSummaries", components, fields);
            }
            "Model" => {
                let endpoints = self.endpoints_of(&record.name);
                let schedules = endpoints
                    .iter()
                    .flat_map(|endpoint| self.naming("MonitoringSchedule", WATCHED, &endpoint.name));
                self.add_all(shape, "MonitoringSchedules", schedules.collect(), fields);
                self.add_all(shape, "Endpoints", endpoints, fields);
                let last = self.naming("TransformJob", "ModelName", &record.name).pop();
                if let (Some(job), Some(member)) = (last, shape.member("LastBatchTransformJob")) {
                    fields.insert(member.name.clone(), self.view().record(job, member.shape));
                }
            }
            _ => {}
        }
    }

    /// The endpoints whose configuration has the model.
    fn endpoints_of(&self, model: &str) -> Vec<&Record> {
        let configs = self.naming("EndpointConfig", "ProductionVariants[].ModelName", model);
        let endpoints =
            configs.iter().flat_map(|config| self.naming("Endpoint", "EndpointConfigName", &config.name));
        endpoints.collect()
    }

    /// The resources of a kind that have a name at a path.
    fn naming<'a>(&'a self, kind: &'a str, place: &str, name: &str) -> Vec<&'a Record> {
        let named = |record: &&Record| {
            let found = path::all(&record.fields, place);
            found.into_iter().any(|value| value.as_str() == Some(name))
        };
        self.account.of_kind(kind).filter(named).collect()
    }

    fn add_all(&self, shape: &Shape, name: &str, records: Vec<&Record>, fields: &mut Fields) {
        let Some(member) = shape.member(name).filter(|_| !records.is_empty()) else { return };
        let ShapeKind::List { item, .. } = self.model.shape(member.shape).kind else { return };
        let shown = records.into_iter().map(|record| self.view().record(record, item));
        fields.insert(member.name.clone(), Value::List(shown.collect()));
    }
}
