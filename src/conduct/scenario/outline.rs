//! What a scenario would call, told without calling anything.

use std::collections::BTreeMap;

use super::bind::bind_known;
use super::{Items, Play, Scenario, ScenarioStep, StepKind};
use crate::ground::json::Json;
use crate::ground::yaml::Position;

/// A call that a scenario would make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCall {
    /// Where the step stands in its file.
    pub place: Position,
    /// `call`, `paginate` or `wait`.
    pub kind: &'static str,
    /// The operation, or the waiter.
    pub target: String,
    /// The input; what only an earlier call's output gives stands as its reference, `${name}`.
    pub input: Json,
    /// It is one of the steps that always run.
    pub finally: bool,
}

impl PlannedCall {
    /// Whether it may make something that costs money: every call that does not only read or take away.
    pub fn creates(&self) -> bool {
        const HARMLESS: [&str; 9] =
            ["Describe", "List", "Get", "Search", "Query", "Batch", "Delete", "Stop", "Render"];
        self.kind == "call" && !HARMLESS.iter().any(|verb| self.target.starts_with(verb))
    }
}

/// Every call of a scenario in order, as far as it is known before the first one.
pub fn outline(scenario: &Scenario, suffix: &str, kept: BTreeMap<String, Json>) -> Vec<PlannedCall> {
    let mut variables = Play::new(scenario, suffix, kept).variables().clone();
    let mut out = Vec::new();
    for (steps, finally) in [(&scenario.steps, false), (&scenario.finally, true)] {
        walk(steps, finally, &mut variables, &mut out);
    }
    out
}

fn walk(
    steps: &[ScenarioStep],
    finally: bool,
    variables: &mut BTreeMap<String, Json>,
    out: &mut Vec<PlannedCall>,
) {
    for step in steps {
        match &step.kind {
            StepKind::Foreach { variable, items, steps } => {
                for value in values(variable, items, variables) {
                    let outer = variables.insert(variable.clone(), value);
                    walk(steps, finally, variables, out);
                    match outer {
                        Some(outer) => drop(variables.insert(variable.clone(), outer)),
                        None => drop(variables.remove(variable)),
                    }
                }
            }
            kind => out.push(planned(step, kind, finally, variables)),
        }
    }
}

/// The values of a loop; one that is not known yet stands for itself.
fn values(variable: &str, items: &Items, variables: &BTreeMap<String, Json>) -> Vec<Json> {
    match items {
        Items::Range(first, last) => (*first..=*last).map(Json::number).collect(),
        Items::List(list) => match bind_known(&list.to_json(), variables) {
            Json::Array(values) => values,
            _ => vec![Json::string(format!("${{{variable}}}"))],
        },
    }
}

fn planned(
    step: &ScenarioStep,
    kind: &StepKind,
    finally: bool,
    variables: &BTreeMap<String, Json>,
) -> PlannedCall {
    let word = match kind {
        StepKind::Call { .. } => "call",
        StepKind::Paginate { .. } => "paginate",
        StepKind::Wait { .. } | StepKind::Poll { .. } | StepKind::Foreach { .. } => "wait",
    };
    let input = match kind.input().map(|input| bind_known(&input.to_json(), variables)) {
        None | Some(Json::Null) => Json::Object(Vec::new()),
        Some(input) => input,
    };
    PlannedCall { place: step.place, kind: word, target: kind.target().to_owned(), input, finally }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conduct::scenario::parse;
    use crate::ground::json::{Style, write};

    const FILE: &str = "
service: sagemaker
variables: {role: r}
steps:
  - call: CreateModel
    input: {ModelName: '${unique:m}', ExecutionRoleArn: '${role}'}
    capture: {arn: ModelArn}
  - foreach: n
    in: {from: 1, to: 2}
    steps:
      - call: ListTags
        input: {ResourceArn: '${arn}', MaxResults: '${n}', NextToken: 'x-${n}-${arn}'}
  - foreach: tag
    in: '${arn}'
    steps: [{wait: EndpointInService, input: {EndpointName: '${tag}'}}]
finally:
  - call: DeleteModel
    input: {ModelName: '${unique:m}'}
";

    #[test]
    fn an_outline_binds_what_is_known_and_leaves_the_rest_as_written() {
        let scenario = parse("x.yaml", FILE).unwrap();
        let lines = outline(&scenario, "1", BTreeMap::new()).into_iter().map(|planned| {
            let input = String::from_utf8(write(&planned.input, Style::Compact)).unwrap();
            format!("{} {} {} {}", planned.kind, planned.target, planned.creates(), input)
        });
        let wanted = [
            r#"call CreateModel true {"ModelName":"m-1","ExecutionRoleArn":"r"}"#,
            r#"call ListTags false {"ResourceArn":"${arn}","MaxResults":1,"NextToken":"x-1-${arn}"}"#,
            r#"call ListTags false {"ResourceArn":"${arn}","MaxResults":2,"NextToken":"x-2-${arn}"}"#,
            r#"wait EndpointInService false {"EndpointName":"${tag}"}"#,
            r#"call DeleteModel false {"ModelName":"m-1"}"#,
        ];
        assert_eq!(lines.collect::<Vec<_>>(), wanted);
    }
}
