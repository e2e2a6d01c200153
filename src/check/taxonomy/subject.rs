//! One operation, and all that its variants are made of: calls, bodies, answers, places.

use std::sync::Arc;

use super::place::{self, PathStep, Place};
use crate::api::model::{Model, Operation, Shape, ShapeId, ShapeKind, Value};
use crate::api::values::{Rng, Values};
use crate::check::case::{Call, CountRange, Expected, Mode};
use crate::ground::exchange::{Answer, Headers, Response};
use crate::ground::json::{Json, Style, write};
use crate::protocol::{Protocol, protocol_of};

use super::draft::FormParts;
use super::ownership::Ownership;

/// An operation under generation.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) values: &'a Arc<Values>,
    pub(super) operation: &'a Operation,
    pub(super) protocol: &'static dyn Protocol,
    fold: &'a Ownership,
    /// The number of the operation in the model.
    index: usize,
    /// What stands in for the minimal output.
    recorded: Option<&'a RecordedSuccess>,
}

/// A recorded success, for variants to be applied to.
#[derive(Debug)]
pub(super) struct RecordedSuccess {
    pub(super) output: Value,
    pub(super) headers: Headers,
}

/// Which message of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// What may come of the JSON at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Due {
    /// This value.
    Is(Value),
    /// Nothing: the member is as good as absent.
    Absent,
    /// The whole answer is refused.
    Refused,
}

impl Side {
    /// The first word of a shape path.
    pub(super) fn word(self) -> &'static str {
        match self {
            Side::Input => "input",
            Side::Output => "output",
        }
    }
}

impl<'a> Subject<'a> {
    /// The operation of that number; `None` where the model has no such, or its protocol is not spoken.
    pub(super) fn new(values: &'a Arc<Values>, fold: &'a Ownership, index: usize) -> Option<Subject<'a>> {
        let (_, operation) = values.model().operations.get_index(index)?;
        let protocol = protocol_of(values.model()).ok()?;
        Some(Subject { values, operation, protocol, fold, index, recorded: None })
    }

    /// The same operation over a recorded output instead of a minimal one.
    pub(super) fn over(self, recorded: &'a RecordedSuccess) -> Subject<'a> {
        Subject { recorded: Some(recorded), ..self }
    }

    /// Variants are applied to a recorded output.
    pub(super) fn is_recorded(&self) -> bool {
        self.recorded.is_some()
    }

    pub(super) fn model(&self) -> &'a Model {
        self.values.model()
    }

    pub(super) fn shape(&self, id: ShapeId) -> &'a Shape {
        self.model().shape(id)
    }

    /// The operation is one of the few that also get what waits or is huge.
    pub(super) fn is_named(&self) -> bool {
        !self.is_recorded() && self.fold.is_named(self.index)
    }

    /// Random numbers for one purpose within this operation.
    pub(super) fn rng(&self, purpose: &str) -> Rng {
        Rng::labelled(self.values.seed(), &format!("{} {purpose}", self.operation.name))
    }

    /// The structure of one side.
    pub(super) fn root(&self, side: Side) -> Option<ShapeId> {
        match side {
            Side::Input => self.operation.input,
            Side::Output => self.operation.output,
        }
    }

    /// The structure that comes back, if there is one.
    pub(super) fn output(&self) -> Option<&'a Shape> {
        self.operation.output.map(|id| self.shape(id))
    }

    /// All places of one side.
    pub(super) fn places(&self, side: Side) -> &'a [Place] {
        self.fold.places(side, self.index)
    }

    /// The member at a place is this operation's to be tried in every form; elsewhere in the model the same
    /// member of the same structure is not. Of a recorded output: the member is there.
    pub(super) fn owns(&self, side: Side, place: &Place) -> bool {
        if let Some(recorded) = self.recorded {
            return side == Side::Output
                && place::value_at(&mut recorded.output.clone(), &place.steps).is_some();
        }
        self.fold.owner(side, place.owner) == Some(self.index)
    }

    /// The smallest message; the recorded one where there is one.
    pub(super) fn minimal(&self, side: Side) -> Value {
        if let Some(recorded) = self.recorded.filter(|_| side == Side::Output) {
            return recorded.output.clone();
        }
        self.root(side).map_or_else(Value::default, |root| self.values.minimal(root))
    }

    /// A minimal message with a value at one place.
    pub(super) fn with(&self, side: Side, place: &Place, leaf: Value) -> Value {
        let mut message = self.minimal(side);
        if let Some(root) = self.root(side) {
            place::put(self.values, self.shape(root), &mut message, &place.steps, leaf);
        }
        message
    }

    /// A minimal message whose last list on the way to a place has one item for each leaf, with that leaf at the
    /// place; `None` where no list leads there.
    pub(super) fn listing(&self, side: Side, place: &Place, leaves: Vec<Value>) -> Option<Value> {
        let at = place.steps.iter().rposition(|step| *step == PathStep::Item)?;
        let (to_list, in_item) = (&place.steps[..at], &place.steps[at + 1..]);
        let list = self.places(side).iter().find(|place| place.steps == to_list)?;
        let ShapeKind::List { item, .. } = self.shape(list.shape).kind else { return None };
        let one = |leaf: Value| {
            let mut value = self.values.with_items(item);
            place::put(self.values, self.shape(item), &mut value, in_item, leaf);
            value
        };
        Some(self.with(side, list, Value::List(leaves.into_iter().map(one).collect())))
    }

    /// A minimal message with a usual value at one place; a recorded one has its own there.
    pub(super) fn with_usual(&self, side: Side, place: &Place) -> Value {
        if self.is_recorded() {
            return self.minimal(side);
        }
        self.with(side, place, self.values.with_items(place.shape))
    }

    /// The call with required members only.
    pub(super) fn call(&self) -> Call {
        self.call_with(self.minimal(Side::Input))
    }

    pub(super) fn call_with(&self, input: Value) -> Call {
        Call { mode: Mode::Call, input, fresh: false }
    }

    /// An output as a service writes it.
    pub(super) fn json(&self, output: &Value) -> Json {
        let view = self.protocol.view_output(self.model(), self.operation, output);
        // Values of this room are valid, and those of hostile variants are put in afterwards.
        view.map_or_else(|_| Json::Object(Vec::new()), |view| view.root)
    }

    /// A good answer in which a place holds this JSON, and what may come of it.
    pub(super) fn holds(&self, place: &Place, json: Json, dues: &[Due]) -> Option<FormParts> {
        let output = self.with_usual(Side::Output, place);
        let mut body = self.json(&output);
        *self.json_at(&mut body, place)? = json;
        let result = |due: &Due| match due {
            Due::Is(value) => Expected::Output(self.with(Side::Output, place, value.clone())),
            Due::Absent => {
                let mut output = output.clone();
                place::take(&mut output, &place.steps);
                Expected::Output(output)
            }
            Due::Refused => Expected::Refusal,
        };
        let mut results: Vec<Expected> = dues.iter().map(result).collect();
        let result = if results.len() == 1 { results.remove(0) } else { Expected::OneOf(results) };
        Some(self.gives(&body, result))
    }

    /// What stands at a place of an output's JSON.
    pub(super) fn json_at<'j>(&self, body: &'j mut Json, place: &Place) -> Option<&'j mut Json> {
        place::json_at(self.model(), self.output()?, body, &place.steps)
    }

    /// The wire name of a member at the top of the output.
    pub(super) fn wire_name(&self, place: &Place) -> Option<&'a str> {
        self.output()?.member(place.name()).map(|member| member.wire_name())
    }

    /// A response with the protocol's content type.
    pub(super) fn response(&self, status: u16, body: impl Into<Vec<u8>>) -> Response {
        if let Some(recorded) = self.recorded.filter(|_| status == 200) {
            let headers = recorded.headers.clone();
            return Response { headers, ..Response::new(status, body) };
        }
        Response::new(status, body).with("Content-Type", self.protocol.content_type(self.model()))
    }

    /// A success with that body.
    pub(super) fn success(&self, body: &Json) -> Answer {
        self.response(200, write(body, Style::Compact)).into()
    }

    /// The smallest good answer.
    pub(super) fn plain_success(&self) -> Answer {
        self.success(&self.json(&self.minimal(Side::Output)))
    }

    /// What comes of [`Subject::plain_success`].
    pub(super) fn plain_output(&self) -> Expected {
        Expected::Output(self.minimal(Side::Output))
    }

    /// An error as a service of this protocol writes it.
    pub(super) fn fault(&self, status: u16, code: &str, message: &str) -> Answer {
        let body = Json::object([("__type", Json::string(code)), ("message", Json::string(message))]);
        self.response(status, write(&body, Style::Compact)).into()
    }

    /// The minimal call, answered once with this body.
    pub(super) fn gives(&self, body: &Json, result: Expected) -> FormParts {
        FormParts::new(self.call(), vec![self.success(body)], result, CountRange::exactly(1))
    }

    /// The minimal call, answered once with these bytes.
    pub(super) fn gives_bytes(&self, body: impl Into<Vec<u8>>, result: Expected) -> FormParts {
        FormParts::new(self.call(), vec![self.response(200, body).into()], result, CountRange::exactly(1))
    }

    /// A good answer that says a value, and the value expected.
    pub(super) fn says(&self, output: Value) -> FormParts {
        self.gives(&self.json(&output), Expected::Output(output))
    }

    /// The minimal call and these answers.
    pub(super) fn plays(&self, answers: Vec<Answer>, result: Expected, requests: CountRange) -> FormParts {
        FormParts::new(self.call(), answers, result, requests)
    }

    /// A call with that input, answered well.
    pub(super) fn asks(&self, input: Value) -> FormParts {
        FormParts::new(
            self.call_with(input),
            vec![self.plain_success()],
            self.plain_output(),
            CountRange::exactly(1),
        )
    }
}
