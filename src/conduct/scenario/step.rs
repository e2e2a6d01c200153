//! The steps of a scenario, as data.

use indexmap::IndexMap;

use super::Expect;
use crate::ground::json::Json;
use crate::ground::yaml::{Node, Position};

/// A scenario file.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name: the file's without folder and ending, and the cassette's.
    pub name: String,
    /// What it shows, in one or two sentences.
    pub description: String,
    /// The service: botocore's short name.
    pub service: String,
    /// The API's date, or `latest`.
    pub api: String,
    /// The region, where it matters.
    pub region: Option<String>,
    /// Constants of the file.
    pub variables: IndexMap<String, Json>,
    /// The steps in order.
    pub steps: Vec<ScenarioStep>,
    /// The steps that always run, whatever came before.
    pub finally: Vec<ScenarioStep>,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioStep {
    /// Where it starts in the file.
    pub place: Position,
    /// Its own name, where it has one.
    pub name: Option<String>,
    /// What it does.
    pub kind: StepKind,
    /// What must come of it.
    pub expect: Expect,
    /// What is kept of it.
    pub captures: Vec<Capture>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// One request.
    Call {
        /// The operation.
        operation: String,
        /// Its input, not bound yet.
        input: Node,
    },
    /// All pages, by the client's own paginator.
    Paginate {
        /// The operation.
        operation: String,
        /// Its input, not bound yet.
        input: Node,
        /// Stop after so many pages.
        max_pages: Option<u32>,
    },
    /// A waiter of the model, by the client's own waiter.
    Wait {
        /// The waiter.
        waiter: String,
        /// Its input, not bound yet.
        input: Node,
        /// Polls at most, where the model's own limit is not wanted.
        limit: Option<u32>,
    },
    /// The same call again and again until its outcome is as wanted.
    Poll {
        /// The operation.
        operation: String,
        /// Its input, not bound yet.
        input: Node,
        /// What ends it.
        until: Until,
        /// Polls at most.
        limit: u32,
        /// Seconds between polls against an upstream that needs time.
        delay: u32,
    },
    /// The same steps for each of several values.
    Foreach {
        /// The variable that holds the value.
        variable: String,
        /// The values.
        items: Items,
        /// The steps.
        steps: Vec<ScenarioStep>,
    },
}

/// What ends a poll.
#[derive(Debug, Clone, PartialEq)]
pub enum Until {
    /// Each path gives this value.
    Values(Vec<(String, Node)>),
    /// The call fails with this code.
    Error(String),
}

/// The values of a `foreach`.
#[derive(Debug, Clone, PartialEq)]
pub enum Items {
    /// A list, or a `${name}` that holds one.
    List(Node),
    /// Whole numbers, both ends included.
    Range(i64, i64),
}

/// Keeps a part of an output as a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The variable.
    pub variable: String,
    /// A JMESPath over the output; over the list of outputs for pages.
    pub path: String,
}

impl StepKind {
    /// The operation that the step calls, or the waiter it uses.
    pub fn target(&self) -> &str {
        match self {
            StepKind::Call { operation, .. }
            | StepKind::Paginate { operation, .. }
            | StepKind::Poll { operation, .. } => operation,
            StepKind::Wait { waiter, .. } => waiter,
            StepKind::Foreach { variable, .. } => variable,
        }
    }

    /// The input of a step that has one.
    pub fn input(&self) -> Option<&Node> {
        match self {
            StepKind::Call { input, .. }
            | StepKind::Paginate { input, .. }
            | StepKind::Wait { input, .. }
            | StepKind::Poll { input, .. } => Some(input),
            StepKind::Foreach { .. } => None,
        }
    }
}
