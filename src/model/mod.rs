//! The API as data: service model, shapes, members, traits, operations, paginators, waiters; and values of shapes.
//!
//! Words and meaning are Smithy's and botocore's. Loaders turn bytes into a [`Model`]; nothing here does I/O.

mod botocore;
mod embedded;
mod operation;
mod shape;
mod timestamp;
mod value;

pub use botocore::{ServiceFiles, load as load_botocore};
pub use embedded::{Embedded, all_embedded, dates, embedded, latest};
pub use operation::{Acceptor, AcceptorMatcher, AcceptorState, Metadata, Operation, Paginator, Waiter};
pub use shape::{Bound, ErrorTrait, Location, Member, Shape, ShapeId, ShapeKind, TimestampFormat};
pub use timestamp::Timestamp;
pub use value::{Fields, Value};

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
    /// Puts a model together; `shapes[i]` must have the id `i`.
    pub(crate) fn new(
        metadata: Metadata,
        shapes: Vec<Shape>,
        operations: IndexMap<String, Operation>,
        waiters: IndexMap<String, Waiter>,
    ) -> Model {
        let names = shapes.iter().map(|shape| (shape.name.clone(), shape.id)).collect();
        Model { metadata, operations, waiters, shapes, names }
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
