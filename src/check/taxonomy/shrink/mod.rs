//! Smaller cases: one step down from a case, to one whose expectation is still right.
//!
//! Each step keeps answer, expectation and call in line: what is left out of an answer is left out of what the
//! caller must get; an answer that is not played is not counted; what makes an answer odd stays as it is.
//! Steps are numbered, so that the id of a case and the numbers of the steps taken name the smaller case:
//! `DescribeModel/OK3~0.4`.

mod answer;
mod raw;
mod sequence;

use crate::api::model::Operation;
use crate::api::values::Values;
use crate::api::values::{Edit, edits, way_of};
use crate::check::case::{Case, Expected};

use self::answer::AnswerCut;
use self::sequence::Cut;

/// What stands between the id of a case and the steps down from it.
const DOWN: char = '~';

/// The id of a case one step down.
fn below(id: &str, step: usize) -> String {
    let mark = if id.contains(DOWN) { '.' } else { DOWN };
    format!("{id}{mark}{step}")
}

/// The id of the case that a smaller one was made from, and the steps; `None` where a step is no number.
pub(super) fn origin(id: &str) -> Option<(&str, Vec<usize>)> {
    let Some((origin, steps)) = id.split_once(DOWN) else { return Some((id, Vec::new())) };
    let steps: Result<Vec<usize>, _> = steps.split('.').map(str::parse).collect();
    Some((origin, steps.ok()?))
}

/// One step down.
enum Step {
    /// Fewer answers.
    Sequence(Cut),
    /// Less in an answer.
    Answer(usize, AnswerCut),
    /// Less in the call.
    Input(Edit),
}

/// All cases one step below a case, the boldest first.
pub struct Smaller<'a> {
    values: &'a Values,
    operation: &'a Operation,
    case: &'a Case,
    steps: Vec<Step>,
}

impl<'a> Smaller<'a> {
    /// `None` where the model has no such operation.
    pub(super) fn of(values: &'a Values, case: &'a Case) -> Option<Smaller<'a>> {
        let operation = values.model().operation(&case.operation)?;
        let mut steps: Vec<Step> = sequence::cuts(case).into_iter().map(Step::Sequence).collect();
        for number in 0..case.answers.len() {
            let parts = answer::parts(values, operation, case, number);
            steps.extend(parts.into_iter().map(|part| Step::Answer(number, part)));
        }
        steps.extend(inputs(values, operation, case).into_iter().map(Step::Input));
        Some(Smaller { values, operation, case, steps })
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Nothing is smaller.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The case below by that step; `None` where it would be the same.
    pub fn case(&self, step: usize) -> Option<Case> {
        let mut smaller = self.case.clone();
        match self.steps.get(step)? {
            Step::Sequence(cut) => cut.apply(&mut smaller),
            Step::Answer(number, part) => part.apply(self.values, self.operation, &mut smaller, *number)?,
            Step::Input(edit) => edit.apply(&mut smaller.call.input),
        }
        (smaller != *self.case).then(|| Case { id: below(&self.case.id, step), ..smaller })
    }
}

/// Less in the call. Where the client may refuse it or nothing is prescribed, the odd place stays as it is.
fn inputs(values: &Values, operation: &Operation, case: &Case) -> Vec<Edit> {
    let Some(shape) = operation.input else { return Vec::new() };
    let place = case.place.as_deref().filter(|_| is_loose(&case.expectation.result));
    let place = place.and_then(|place| way_of(place, "input"));
    let all = edits(values, values.model().shape(shape), &case.call.input);
    all.into_iter().filter(|edit| place.as_ref().is_none_or(|place| !edit.touches(place))).collect()
}

/// Whether something else than one output, error or run of pages may come of it.
fn is_loose(expected: &Expected) -> bool {
    match expected {
        Expected::Refusal | Expected::Open => true,
        Expected::OneOf(all) => all.iter().any(is_loose),
        _ => false,
    }
}
