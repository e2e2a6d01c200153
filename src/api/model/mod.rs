//! The API as data: service model, shapes, members, traits, operations, paginators, waiters; and values of shapes.
//!
//! Words and meaning are Smithy's and botocore's. Loaders turn bytes into a [`Model`]; nothing here does I/O.

mod botocore;
mod diff;
mod embedded;
mod fields;
mod load;
mod operation;
mod protocol_name;
mod shape;
mod shipped;
mod smithy;
mod synthetic;
mod timestamp;
mod validate;
mod value;
mod xml;

pub use botocore::{ServiceFiles, load as load_botocore};
pub use diff::{Affected, Change, ChangeKind, Severity, diff};
pub use embedded::{Embedded, all_embedded, dates, embedded, latest};
pub use load::{ModelFile, load};
pub use operation::{Acceptor, AcceptorMatcher, AcceptorState, Metadata, Operation, Paginator, Waiter};
pub use protocol_name::ProtocolName;
pub use shape::{Bound, ErrorTrait, Location, Member, Shape, ShapeId, ShapeKind, TimestampFormat};
pub use shipped::shipped;
pub use synthetic::{synthetic, synthetic_files, synthetic_for_clients};
pub use timestamp::Timestamp;
pub use validate::{Constraint, Measure, Validator, Violation};
pub use value::{Fields, Value};
pub use xml::{ShapeXml, XmlNamespace, XmlTraits};

use fields::ModelPlace;
use indexmap::IndexMap;

/// Why a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}{}", hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default())]
pub struct ModelError {
    /// File, and the path inside it where that is known.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl ModelError {
    /// An error without a hint.
    pub fn new(place: impl Into<String>, what: impl Into<String>) -> ModelError {
        ModelError { place: place.into(), what: what.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> ModelError {
        self.hint = Some(hint.into());
        self
    }
}

/// A whole service: every name resolved, so that walking it cannot fail.
#[derive(Debug, Clone)]
pub struct Model {
    /// What the service is and how it is spoken to.
    pub metadata: Metadata,
    /// The operations by name, in the order of the source.
    pub operations: IndexMap<String, Operation>,
    /// The waiters by name.
    pub waiters: IndexMap<String, Waiter>,
    shapes: Vec<Shape>,
    names: IndexMap<String, ShapeId>,
}

impl Model {
    /// Puts a model together; `shapes[i]` must have the id `i`, and what operations and waiters name must be
    /// there.
    fn new(
        place: ModelPlace<'_>,
        metadata: Metadata,
        shapes: Vec<Shape>,
        operations: IndexMap<String, Operation>,
        waiters: IndexMap<String, Waiter>,
    ) -> Result<Model, ModelError> {
        let names = shapes.iter().map(|shape| (shape.name.clone(), shape.id)).collect();
        let model = Model { metadata, operations, waiters, shapes, names };
        for operation in model.operations.values() {
            model.check_tokens(place, operation)?;
        }
        let lost = model.waiters.values().find(|waiter| model.operation(&waiter.operation).is_none());
        if let Some(waiter) = lost {
            let known = model.operations.keys().map(String::as_str);
            let path = format!("waiters.{}", waiter.name);
            return Err(place.missing(&path, "operation", &waiter.operation, known));
        }
        Ok(model)
    }

    /// The members that a paginator sets must be in the operation's input.
    fn check_tokens(&self, place: ModelPlace<'_>, operation: &Operation) -> Result<(), ModelError> {
        let Some(paginator) = &operation.paginator else { return Ok(()) };
        let known = || operation.input.and_then(|input| self.shape(input).members()).into_iter().flatten();
        for name in paginator.input_tokens.iter().chain(&paginator.limit_key) {
            if known().all(|(member, _)| member != name) {
                let path = format!("paginator of {}", operation.name);
                return Err(place.missing(&path, "member", name, known().map(|(member, _)| member.as_str())));
            }
        }
        Ok(())
    }

    /// The shape of an id that this model gave out.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    /// The shape of that name.
    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        self.names.get(name).map(|id| self.shape(*id))
    }

    /// All shapes in the order of the source.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The operation of that name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    /// All modelled errors of the service, in the order of the source.
    pub fn errors(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(|shape| shape.error.is_some())
    }

    /// The waiters that poll an operation.
    pub fn waiters_of<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = &'a Waiter> + 'a {
        self.waiters.values().filter(move |waiter| waiter.operation == operation)
    }
}
