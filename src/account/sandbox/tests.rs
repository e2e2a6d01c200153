//! The account as its callers see it.

use std::sync::Arc;

use super::{Sandbox, SandboxOptions};
use crate::api::model::{Fields, Value, embedded};
use crate::api::outcome::typed;
use crate::api::values::Values;
use crate::ground::json::{Style, parse, write};

/// An account at a date.
pub(super) struct Caller(pub(super) Sandbox);

impl Caller {
    pub(super) fn at(date: &str) -> Caller {
        Caller(Sandbox::new(embedded(date).unwrap(), SandboxOptions::default()))
    }

    /// Calls with typed JSON; gives typed JSON, or the error's code and message.
    pub(super) fn call(&self, operation: &str, input: &str) -> Result<String, String> {
        let model = Arc::clone(self.0.model());
        let json = parse(input.as_bytes()).unwrap();
        let input = match model.operation(operation).and_then(|operation| operation.input) {
            Some(shape) => typed::decode(&model, shape, &json).unwrap(),
            None => Value::default(),
        };
        let shown = |value: &Value| String::from_utf8(write(&typed::encode(value), Style::Compact)).unwrap();
        self.0
            .call(operation, &input)
            .map(|output| shown(&output))
            .map_err(|error| format!("{}: {}", error.code, error.message.clone().unwrap_or_default()))
    }

    /// The text of one member of an output.
    pub(super) fn text(&self, operation: &str, input: &str, member: &str) -> String {
        let output = self.call(operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"));
        let json = parse(output.as_bytes()).unwrap();
        json.get(member).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

const ROLE: &str = "arn:aws:iam::000000000001:role/x";

fn notebook(name: &str) -> String {
    format!(r#"{{"NotebookInstanceName":"{name}","InstanceType":"ml.t2.medium","RoleArn":"{ROLE}"}}"#)
}

fn named(name: &str) -> String {
    format!(r#"{{"NotebookInstanceName":"{name}"}}"#)
}

#[test]
fn a_notebook_instance_lives_from_pending_to_gone_at_every_date() {
    for date in ["2017-11-29", "2020-07-24", "latest"] {
        let caller = Caller::at(date);
        caller.call("CreateNotebookInstance", &notebook("nb")).unwrap();
        let states = |count: usize| -> Vec<String> {
            (0..count)
                .map(|_| caller.text("DescribeNotebookInstance", &named("nb"), "NotebookInstanceStatus"))
                .collect()
        };
        assert_eq!(states(3), ["Pending", "InService", "InService"], "{date}");
        let early = caller.call("DeleteNotebookInstance", &named("nb")).unwrap_err();
        assert!(early.starts_with("ValidationException: Status (InService) not in"), "{early}");
        caller.call("StopNotebookInstance", &named("nb")).unwrap();
        assert_eq!(states(2), ["Stopping", "Stopped"]);
        caller.call("DeleteNotebookInstance", &named("nb")).unwrap();
        assert_eq!(states(1), ["Deleting"]);
        let gone = caller.call("DescribeNotebookInstance", &named("nb")).unwrap_err();
        assert_eq!(gone, "ValidationException: RecordNotFound");
    }
}

#[test]
fn what_create_was_given_comes_out_of_describe_and_list() {
    let caller = Caller::at("latest");
    let input = format!(
        r#"{{"NotebookInstanceName":"nb","InstanceType":"ml.t3.large","RoleArn":"{ROLE}","SubnetId":"subnet-1",
            "SecurityGroupIds":["sg-1","sg-2"],"Tags":[{{"Key":"a","Value":"1"}}]}}"#
    );
    caller.call("CreateNotebookInstance", &input).unwrap();
    let described = caller.call("DescribeNotebookInstance", &named("nb")).unwrap();
    for part in [
        r#""SecurityGroups":["sg-1","sg-2"]"#,
        r#""InstanceType":"ml.t3.large""#,
        r#""CreationTime":{"$timestamp":"1700000001.137"}"#,
        r#""NotebookInstanceArn":"arn:aws:sagemaker:us-east-1:000000000001:notebook-instance/nb""#,
    ] {
        assert!(described.contains(part), "{part} is not in {described}");
    }
    assert!(!described.contains("SecurityGroupIds") && !described.contains("Tags"), "{described}");
    let listed = caller.call("ListNotebookInstances", r#"{"NameContains":"n"}"#).unwrap();
    assert!(listed.contains(r#""NotebookInstanceName":"nb""#), "{listed}");
    assert_eq!(
        caller.call("ListNotebookInstances", r#"{"NameContains":"x"}"#).unwrap(),
        r#"{"NotebookInstances":[]}"#
    );
    assert!(caller.call("CreateNotebookInstance", &notebook("nb")).unwrap_err().contains("already existing"));
}

#[test]
fn lists_have_pages_whose_tokens_fit_one_filter() {
    let caller = Caller::at("latest");
    for name in ["b", "a", "d", "c", "e"] {
        caller.call("CreateNotebookInstance", &notebook(name)).unwrap();
    }
    let mut names = Vec::new();
    let mut token = String::new();
    loop {
        let input = match token.as_str() {
            "" => r#"{"MaxResults":2}"#.to_owned(),
            token => format!(r#"{{"MaxResults":2,"NextToken":"{token}"}}"#),
        };
        let page = parse(caller.call("ListNotebookInstances", &input).unwrap().as_bytes()).unwrap();
        let items = page.get("NotebookInstances").unwrap().as_array().unwrap().to_vec();
        names.extend(
            items.iter().map(|item| item.get("NotebookInstanceName").unwrap().as_str().unwrap().to_owned()),
        );
        match page.get("NextToken") {
            Some(next) => next.as_str().unwrap().clone_into(&mut token),
            None => break,
        }
    }
    assert_eq!(names.concat(), "abcde");
    let other = format!(r#"{{"NameContains":"a","NextToken":"{token}"}}"#);
    assert!(caller.call("ListNotebookInstances", &other).unwrap_err().starts_with("ValidationException"));
}

#[test]
fn tags_belong_to_any_arn_of_the_account() {
    let caller = Caller::at("latest");
    let arn = caller.text("CreateNotebookInstance", &notebook("nb"), "NotebookInstanceArn");
    let tags = |pairs: &str| format!(r#"{{"ResourceArn":"{arn}","Tags":[{pairs}]}}"#);
    caller.call("AddTags", &tags(r#"{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}"#)).unwrap();
    caller.call("AddTags", &tags(r#"{"Key":"a","Value":"3"}"#)).unwrap();
    let listed = |arn: &str| caller.call("ListTags", &format!(r#"{{"ResourceArn":"{arn}"}}"#));
    assert_eq!(listed(&arn).unwrap(), r#"{"Tags":[{"Key":"a","Value":"3"},{"Key":"b","Value":"2"}]}"#);
    caller.call("DeleteTags", &format!(r#"{{"ResourceArn":"{arn}","TagKeys":["a"]}}"#)).unwrap();
    assert_eq!(listed(&arn).unwrap(), r#"{"Tags":[{"Key":"b","Value":"2"}]}"#);
    assert!(listed(&arn.replace("/nb", "/other")).is_err());
}

/// A call with the least valid input, those members apart.
fn least(caller: &Caller, operation: &str, members: &[(&str, &str)]) -> Result<Value, String> {
    let model = caller.0.model();
    let shape = model.operation(operation).and_then(|operation| operation.input);
    let values = Values::new(Arc::clone(model), 1, 3);
    let mut fields = match shape.map(|shape| values.minimal(shape)) {
        Some(Value::Structure(fields)) => fields,
        _ => Fields::new(),
    };
    for (name, text) in members {
        fields.insert((*name).to_owned(), Value::string(*text));
    }
    caller.0.call(operation, &Value::Structure(fields)).map_err(|error| error.code)
}

/// The code of a call's error; `-` where it succeeds.
fn code(caller: &Caller, operation: &str, members: &[(&str, &str)]) -> String {
    least(caller, operation, members).err().unwrap_or_else(|| "-".to_owned())
}

#[test]
fn what_is_missing_is_told_with_the_code_that_the_operation_declares_or_as_invalid() {
    let caller = Caller::at("latest");
    for (operation, member, expected) in [
        ("DescribeTrainingJob", "TrainingJobName", "ResourceNotFound"),
        ("StopTrainingJob", "TrainingJobName", "ResourceNotFound"),
        ("DescribeProcessingJob", "ProcessingJobName", "ResourceNotFound"),
        ("DescribeMonitoringSchedule", "MonitoringScheduleName", "ResourceNotFound"),
        ("UpdateMonitoringSchedule", "MonitoringScheduleName", "ResourceNotFound"),
        ("DescribeCompilationJob", "CompilationJobName", "ResourceNotFound"),
        ("DescribeLabelingJob", "LabelingJobName", "ResourceNotFound"),
        ("DescribeNotebookInstance", "NotebookInstanceName", "ValidationException"),
        ("StartNotebookInstance", "NotebookInstanceName", "ValidationException"),
        ("StopNotebookInstance", "NotebookInstanceName", "ValidationException"),
        ("UpdateNotebookInstance", "NotebookInstanceName", "ValidationException"),
        ("DeleteNotebookInstance", "NotebookInstanceName", "ValidationException"),
        ("CreatePresignedNotebookInstanceUrl", "NotebookInstanceName", "ValidationException"),
        ("DescribeModel", "ModelName", "ValidationException"),
        ("DeleteModel", "ModelName", "ValidationException"),
        ("DescribeEndpointConfig", "EndpointConfigName", "ValidationException"),
        ("DeleteEndpointConfig", "EndpointConfigName", "ValidationException"),
        ("DescribeEndpoint", "EndpointName", "ValidationException"),
        ("CreateEndpoint", "EndpointConfigName", "ValidationException"),
        ("UpdateEndpoint", "EndpointName", "ValidationException"),
        ("UpdateEndpointWeightsAndCapacities", "EndpointName", "ValidationException"),
        ("DeleteEndpoint", "EndpointName", "ValidationException"),
        ("DescribeWorkforce", "WorkforceName", "ValidationException"),
        ("UpdateWorkforce", "WorkforceName", "ValidationException"),
        ("DeleteWorkforce", "WorkforceName", "ValidationException"),
        ("DescribeWorkteam", "WorkteamName", "ValidationException"),
        ("UpdateWorkteam", "WorkteamName", "ValidationException"),
        ("DescribeAlgorithm", "AlgorithmName", "ValidationException"),
    ] {
        assert_eq!(code(&caller, operation, &[(member, "nobody")]), expected, "{operation}");
    }
    let arn = "arn:aws:sagemaker:us-east-1:000000000001:model/nobody";
    for operation in ["AddTags", "ListTags", "DeleteTags"] {
        assert_eq!(code(&caller, operation, &[("ResourceArn", arn)]), "ValidationException", "{operation}");
    }
    assert_eq!(code(&caller, "ListMonsters", &[]), "UnknownOperationException");
}

#[test]
fn what_is_taken_busy_or_too_much_is_refused_with_its_code() {
    let caller = Caller::at("latest");
    let endpoint = [("EndpointName", "one"), ("EndpointConfigName", "one")];
    let workforce = [("WorkforceName", "one")];
    let team = [("WorkteamName", "one"), ("WorkforceName", "one")];
    let cognito = r#"{"WorkforceName":"one","CognitoConfig":{"UserPool":"us-east-1_a","ClientId":"a"}}"#;
    caller.call("CreateWorkforce", cognito).unwrap();
    let compilation = r#"{"CompilationJobName":"one","RoleArn":"arn:aws:iam::000000000001:role/x",
        "InputConfig":{"S3Uri":"s3://a/b","Framework":"XGBOOST"},
        "OutputConfig":{"S3OutputLocation":"s3://a/c","TargetDevice":"ml_m5"},"StoppingCondition":{}}"#;
    caller.call("CreateCompilationJob", compilation).unwrap();
    let again = caller.call("CreateCompilationJob", compilation).unwrap_err();
    assert!(again.starts_with("ResourceInUse: "), "{again}");
    let second = cognito.replace("one", "two");
    let second = caller.call("CreateWorkforce", &second).unwrap_err();
    assert!(second.starts_with("ValidationException: There is already a workforce"), "{second}");
    for (operation, members, expected) in [
        ("CreateModel", &[("ModelName", "one")][..], "-"),
        ("CreateModel", &[("ModelName", "one")], "ValidationException"),
        ("CreateTrainingJob", &[("TrainingJobName", "one")], "-"),
        ("CreateTrainingJob", &[("TrainingJobName", "one")], "ResourceInUse"),
        ("CreateProcessingJob", &[("ProcessingJobName", "one")], "-"),
        ("CreateProcessingJob", &[("ProcessingJobName", "one")], "ResourceInUse"),
        ("CreateMonitoringSchedule", &[("MonitoringScheduleName", "one")], "-"),
        ("CreateMonitoringSchedule", &[("MonitoringScheduleName", "one")], "ResourceInUse"),
        ("CreateEndpointConfig", &[("EndpointConfigName", "one")], "-"),
        ("CreateEndpointConfig", &[("EndpointConfigName", "one")], "ValidationException"),
        ("CreateEndpoint", &endpoint, "-"),
        ("CreateEndpoint", &endpoint, "ValidationException"),
        // Not yet in service.
        ("UpdateEndpoint", &endpoint, "ValidationException"),
        ("DeleteEndpoint", &endpoint[..1], "ValidationException"),
        // Busy, then held by its team.
        ("UpdateWorkforce", &workforce, "ConflictException"),
        ("DescribeWorkforce", &workforce, "-"),
        ("UpdateWorkforce", &workforce, "-"),
        ("UpdateWorkforce", &workforce, "ConflictException"),
        ("CreateWorkteam", &team, "-"),
        ("CreateWorkteam", &team, "ResourceInUse"),
        ("DescribeWorkforce", &workforce, "-"),
        ("DescribeWorkforce", &workforce, "-"),
        ("DeleteWorkforce", &workforce, "ResourceInUse"),
        // Trouble that a name asks for, as often as it asks.
        ("CreateModel", &[("ModelName", "m-throttled-2")], "ThrottlingException"),
        ("CreateModel", &[("ModelName", "m-throttled-2")], "ThrottlingException"),
        ("CreateModel", &[("ModelName", "m-throttled-2")], "-"),
        ("CreateModel", &[("ModelName", "m-skewed-1")], "InvalidSignatureException"),
        ("CreateTrainingJob", &[("TrainingJobName", "t-capped-1")], "ResourceLimitExceeded"),
        ("CreateTrainingJob", &[("TrainingJobName", "t-capped-1")], "-"),
    ] {
        assert_eq!(code(&caller, operation, members), expected, "{operation} {members:?}");
    }
}
