//! Scenarios against the schema that editors check them with: it takes what ships, and refuses what the reader does.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use shapetape::ground::json::{Style, write};
use shapetape::ground::yaml;

use super::rules::Finding;

const GUIDE: &str = "scenarios/README.md";

/// The schema, ready to use.
pub(crate) struct Schema(jsonschema::Validator);

impl Schema {
    pub(crate) fn read(root: &Path) -> Result<Schema> {
        let path = "scenarios/schema.json";
        let json = serde_json::from_str(&fs::read_to_string(root.join(path))?).context(path)?;
        Ok(Schema(jsonschema::validator_for(&json).map_err(|error| anyhow!("{path}: {error}"))?))
    }

    /// What is wrong with a file, if it is a scenario.
    pub(crate) fn of_scenario(&self, path: &Path, text: &str) -> Vec<Finding> {
        let is_one = path.starts_with("scenarios") && path.extension().is_some_and(|ending| ending == "yaml");
        if is_one { self.findings(path, text) } else { Vec::new() }
    }

    /// What is wrong with the example of the guide.
    pub(crate) fn of_the_guide(&self, root: &Path) -> Result<Vec<Finding>> {
        let guide = fs::read_to_string(root.join(GUIDE))?;
        let example = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next());
        Ok(self.findings(Path::new(GUIDE), example.with_context(|| format!("{GUIDE}: no example"))?))
    }

    fn findings(&self, path: &Path, text: &str) -> Vec<Finding> {
        let value = match value(text) {
            Ok(value) => value,
            Err(what) => return vec![Finding::new(path, 1, what)],
        };
        let told = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
        self.0.iter_errors(&value).map(|error| Finding::new(path, 1, told(error))).collect()
    }
}

/// A YAML text as the validator takes it.
fn value(text: &str) -> Result<serde_json::Value, String> {
    let node = yaml::parse(text).map_err(|errors| format!("{errors:?}"))?;
    serde_json::from_slice(&write(&node.to_json(), Style::Compact)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_reader_refuses_the_schema_refuses_too() {
        let schema = Schema::read(crate::project::root()).unwrap();
        let good = "{service: sagemaker, steps: [{call: ListTags}]}";
        let path = Path::new("scenarios/sagemaker/tags.yaml");
        assert_eq!(schema.of_scenario(path, good), []);
        for text in [
            "service: sagemaker",
            "{service: sagemaker, steps: [], stepz: []}",
            "{service: sagemaker, steps: [{call: ListTags, paginate: ListTags}]}",
            "{service: sagemaker, steps: [{call: ListTags, until: {a: 1}}]}",
            "{service: sagemaker, steps: [{call: ListTags, expect: {pages: 2}}]}",
            "{service: sagemaker, steps: [{wait: EndpointDeleted, expect: {sequence: {a: [b]}}}]}",
            "{service: sagemaker, steps: [{input: 3}]}",
            "{service: sagemaker, steps: [{call: ListTags, capture: {2x: a}}]}",
            "{service: sagemaker, steps: [{foreach: i, in: 3, steps: []}]}",
            "{service: sagemaker, steps: [{call: ListTags, expect: {count: {Models: {most: 2}}}}]}",
        ] {
            assert_ne!(schema.of_scenario(path, text), [], "{text}");
        }
    }
}
