//! A scenario as it is played: which call comes next, and what its outcome means.

use std::collections::{BTreeMap, VecDeque};

use super::bind::{bind, unique_names};
use super::expect::{check, document, search};
use super::{Items, Scenario, ScenarioStep, StepKind, UnmetExpectation, Until};
use crate::api::outcome::Outcome;
use crate::ground::json::Json;
use crate::ground::yaml::Position;

/// A call to be made now, its input bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// One request.
    Call {
        /// The operation.
        operation: String,
        /// The input, as typed JSON.
        input: Json,
        /// Seconds to let pass first, where the upstream needs time: set between the polls of a wait.
        after: u32,
    },
    /// All pages.
    Paginate {
        /// The operation.
        operation: String,
        /// The input, as typed JSON.
        input: Json,
        /// Stop after so many pages.
        max_pages: Option<u32>,
    },
    /// A waiter of the model.
    Wait {
        /// The waiter.
        waiter: String,
        /// The input, as typed JSON.
        input: Json,
        /// Polls at most, where the model's own limit is not wanted.
        limit: Option<u32>,
    },
}

/// How one step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepResult {
    /// Where the step stands in its file.
    pub place: Position,
    /// Its own name, or the operation or waiter.
    pub name: String,
    /// It was one of the steps that always run.
    pub finally: bool,
    /// The values of the loops around it: `instance=a`.
    pub loops: Vec<String>,
    /// What was not as expected; empty for a step that passed.
    pub mismatches: Vec<UnmetExpectation>,
}

/// A step to be played, with the loop variables around it.
#[derive(Debug, Clone)]
struct Pending {
    step: ScenarioStep,
    scope: BTreeMap<String, Json>,
    loops: Vec<String>,
}

/// A step that waits for the outcome of its call.
#[derive(Debug)]
struct Current {
    pending: Pending,
    outcomes: Vec<Outcome>,
}

/// A scenario being played. Take an [`Action`] from [`Play::next`], perform it, give the outcome to
/// [`Play::take`]; until `next` gives none. After the first step that fails only the `finally` steps run.
#[derive(Debug)]
pub struct Play {
    steps: VecDeque<Pending>,
    finally: VecDeque<Pending>,
    in_finally: bool,
    interrupted: bool,
    current: Option<Current>,
    variables: BTreeMap<String, Json>,
    suffix: String,
    results: Vec<StepResult>,
}

impl Play {
    /// A play from the start. A unique name is `name-suffix`; names that an earlier run has kept are given in
    /// `kept` as `unique:name` and used again.
    pub fn new(scenario: &Scenario, suffix: &str, kept: BTreeMap<String, Json>) -> Play {
        let pending = |steps: &[ScenarioStep]| {
            steps
                .iter()
                .map(|step| Pending { step: step.clone(), scope: BTreeMap::new(), loops: Vec::new() })
                .collect()
        };
        let mut play = Play {
            steps: pending(&scenario.steps),
            finally: pending(&scenario.finally),
            in_finally: false,
            interrupted: false,
            current: None,
            variables: kept,
            suffix: suffix.to_owned(),
            results: Vec::new(),
        };
        scenario.steps.iter().chain(&scenario.finally).for_each(|step| play.make_unique_in(step));
        for (name, value) in &scenario.variables {
            play.make_unique(value);
            let bound = bind(value, &play.variables).unwrap_or_else(|_| value.clone());
            play.variables.insert(name.clone(), bound);
        }
        play
    }

    /// The next call, or `None` at the end.
    #[expect(clippy::should_implement_trait, reason = "an iterator could not take outcomes in between")]
    pub fn next(&mut self) -> Option<Action> {
        if let Some(Current { pending, outcomes }) = &self.current {
            let (pending, after) = (pending.clone(), !outcomes.is_empty());
            return self.action(&pending, after);
        }
        loop {
            if !self.in_finally && self.steps.is_empty() {
                self.in_finally = true;
            }
            let queue = if self.in_finally { &mut self.finally } else { &mut self.steps };
            let pending = queue.pop_front()?;
            if matches!(pending.step.kind, StepKind::Foreach { .. }) {
                self.unroll(&pending);
            } else if let Some(action) = self.action(&pending, false) {
                self.current = Some(Current { pending, outcomes: Vec::new() });
                return Some(action);
            }
        }
    }

    /// Takes the outcome of the last action; gives the step's result once it has one.
    pub fn take(&mut self, outcome: Outcome) -> Option<&StepResult> {
        let mut current = self.current.take()?;
        current.outcomes.push(outcome);
        if self.polls_on(&current) {
            self.current = Some(current);
            return None;
        }
        let Current { pending, outcomes } = current;
        let variables = self.scoped(&pending.scope);
        let mut mismatches = check(&pending.step.expect, &outcomes, &variables);
        mismatches.extend(self.unreached(&pending, &outcomes));
        if mismatches.is_empty() {
            mismatches.extend(self.capture(&pending.step, outcomes.last(), &variables));
        }
        Some(self.finish(&pending, mismatches))
    }

    /// Leaves out what is left but the `finally` steps: after Ctrl-C.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
        self.current = None;
        self.steps.clear();
    }

    /// The results so far.
    pub fn results(&self) -> &[StepResult] {
        &self.results
    }

    /// True while no step has failed.
    pub fn passed(&self) -> bool {
        self.results.iter().all(|result| result.mismatches.is_empty())
    }

    /// True once every step was played and none failed.
    pub fn ended_well(&self) -> bool {
        let over = self.steps.is_empty() && self.finally.is_empty() && self.current.is_none();
        over && !self.interrupted && self.passed()
    }

    /// The unique names made or given, as `unique:name`: what a cassette keeps.
    pub fn unique_names(&self) -> BTreeMap<String, Json> {
        let unique = self.variables.iter().filter(|(name, _)| name.starts_with("unique:"));
        unique.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Every variable with its value.
    pub(super) fn variables(&self) -> &BTreeMap<String, Json> {
        &self.variables
    }

    fn scoped(&self, scope: &BTreeMap<String, Json>) -> BTreeMap<String, Json> {
        let mut variables = self.variables.clone();
        variables.extend(scope.iter().map(|(name, value)| (name.clone(), value.clone())));
        variables
    }

    /// Makes every unique name of a step and those inside it.
    fn make_unique_in(&mut self, step: &ScenarioStep) {
        if let StepKind::Foreach { items, steps, .. } = &step.kind {
            if let Items::List(list) = items {
                self.make_unique(&list.to_json());
            }
            steps.iter().for_each(|step| self.make_unique_in(step));
        }
        let nodes = step.kind.input().into_iter().chain(step.expect.nodes());
        nodes.for_each(|node| self.make_unique(&node.to_json()));
        let captured = step.captures.iter().map(|capture| &capture.path);
        step.expect.texts().chain(captured).for_each(|text| self.make_unique(&Json::string(text)));
    }

    fn make_unique(&mut self, document: &Json) {
        let mut names = Vec::new();
        unique_names(document, &mut names);
        for name in names {
            let value = Json::string(format!("{name}-{}", self.suffix));
            self.variables.entry(format!("unique:{name}")).or_insert(value);
        }
    }

    /// The action of a step; where its input cannot be bound, the step has failed and there is none.
    fn action(&mut self, pending: &Pending, again: bool) -> Option<Action> {
        let input = pending.step.kind.input()?.to_json();
        let input = match bind(&input, &self.scoped(&pending.scope)) {
            Ok(Json::Null) => Json::Object(Vec::new()),
            Ok(input) => input,
            Err(error) => {
                let what = error.to_string();
                self.fail(pending, "input", "a value for every reference", what);
                return None;
            }
        };
        Some(match &pending.step.kind {
            StepKind::Call { operation, .. } => {
                Action::Call { operation: operation.clone(), input, after: 0 }
            }
            StepKind::Poll { operation, delay, .. } => {
                Action::Call { operation: operation.clone(), input, after: if again { *delay } else { 0 } }
            }
            StepKind::Paginate { operation, max_pages, .. } => {
                Action::Paginate { operation: operation.clone(), input, max_pages: *max_pages }
            }
            StepKind::Wait { waiter, limit, .. } => {
                Action::Wait { waiter: waiter.clone(), input, limit: *limit }
            }
            StepKind::Foreach { .. } => return None,
        })
    }

    /// Puts a loop's steps, once for each value, before all others.
    fn unroll(&mut self, pending: &Pending) {
        let StepKind::Foreach { variable, items, steps } = &pending.step.kind else { return };
        let values = match items {
            Items::Range(first, last) => (*first..=*last).map(Json::number).collect(),
            Items::List(list) => match bind(&list.to_json(), &self.scoped(&pending.scope)) {
                Ok(Json::Array(values)) => values,
                Ok(other) => return self.fail(pending, "in", "a list", other.kind().to_owned()),
                Err(error) => return self.fail(pending, "in", "a list", error.to_string()),
            },
        };
        let queue = if self.in_finally { &mut self.finally } else { &mut self.steps };
        for value in values.into_iter().rev() {
            let mut loops = pending.loops.clone();
            let text = value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned);
            loops.push(format!(
                "{variable}={}",
                if let Json::Number(number) = &value { number } else { &text }
            ));
            let mut scope = pending.scope.clone();
            scope.insert(variable.clone(), value);
            for step in steps.iter().rev() {
                let (scope, loops) = (scope.clone(), loops.clone());
                queue.push_front(Pending { step: step.clone(), scope, loops });
            }
        }
    }

    fn polls_on(&self, current: &Current) -> bool {
        let StepKind::Poll { until, limit, .. } = &current.pending.step.kind else { return false };
        let last = current.outcomes.last();
        let failed = !matches!(last, Some(Outcome::Output { .. }));
        let may_fail = matches!(until, Until::Error(_));
        if current.outcomes.len() >= *limit as usize || (failed && !may_fail) {
            return false;
        }
        !self.reached(until, &current.pending, last)
    }

    fn reached(&self, until: &Until, pending: &Pending, outcome: Option<&Outcome>) -> bool {
        match (until, outcome) {
            (Until::Error(code), Some(Outcome::ServiceError(fault))) => fault.code.as_ref() == Some(code),
            (Until::Values(values), Some(outcome @ Outcome::Output { .. })) => {
                let Some(document) = document(outcome) else { return false };
                let variables = self.scoped(&pending.scope);
                values.iter().all(|(path, wanted)| {
                    let wanted = bind(&wanted.to_json(), &variables).ok();
                    search(path, &document).is_ok_and(|found| found == wanted)
                })
            }
            _ => false,
        }
    }

    /// The mismatch of a poll that ended before its goal.
    fn unreached(&self, pending: &Pending, outcomes: &[Outcome]) -> Option<UnmetExpectation> {
        let StepKind::Poll { until, limit, .. } = &pending.step.kind else { return None };
        if self.reached(until, pending, outcomes.last()) {
            return None;
        }
        let expected = match until {
            Until::Error(code) => format!("error {code}"),
            Until::Values(values) => {
                values.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(", ")
            }
        };
        let actual = format!("not reached after {} of {limit} polls", outcomes.len());
        Some(UnmetExpectation { path: "until".to_owned(), expected, actual })
    }

    fn capture(
        &mut self,
        step: &ScenarioStep,
        outcome: Option<&Outcome>,
        variables: &BTreeMap<String, Json>,
    ) -> Option<UnmetExpectation> {
        let document = outcome.and_then(document).unwrap_or(Json::Null);
        for capture in &step.captures {
            let path = bind(&Json::string(&capture.path), variables).ok();
            let path = path.as_ref().and_then(Json::as_str).unwrap_or(&capture.path);
            match search(path, &document) {
                Ok(Some(value)) => {
                    self.variables.insert(capture.variable.clone(), value);
                }
                other => {
                    let actual = other.err().unwrap_or_else(|| "nothing".to_owned());
                    let expected = format!("something to keep as `{}`", capture.variable);
                    return Some(UnmetExpectation { path: capture.path.clone(), expected, actual });
                }
            }
        }
        None
    }

    fn fail(&mut self, pending: &Pending, path: &str, expected: &str, actual: String) {
        let mismatch = UnmetExpectation { path: path.to_owned(), expected: expected.to_owned(), actual };
        self.finish(pending, vec![mismatch]);
    }

    fn finish(&mut self, pending: &Pending, mismatches: Vec<UnmetExpectation>) -> &StepResult {
        if !mismatches.is_empty() && !self.in_finally {
            self.steps.clear();
        }
        let step = &pending.step;
        self.results.push(StepResult {
            place: step.place,
            name: step.name.clone().unwrap_or_else(|| step.kind.target().to_owned()),
            finally: self.in_finally,
            loops: pending.loops.clone(),
            mismatches,
        });
        &self.results[self.results.len() - 1]
    }
}

#[cfg(test)]
#[path = "tests/play.rs"]
mod tests;
