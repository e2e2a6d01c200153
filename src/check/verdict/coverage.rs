//! What of the model the cases of a run touched.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::model::{Model, Operation, Shape, ShapeId, ShapeKind, Value};
use crate::check::case::{Case, Expected, ExpectedError, Mode, PagesEnd};

/// One kind of model element: how many the plan's operations have, and which no case touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dimension {
    /// How many there are.
    pub of: u64,
    /// Those that no case touched.
    pub unseen: BTreeSet<String>,
}

impl Dimension {
    /// How many were touched.
    pub fn seen(&self) -> u64 {
        self.of.saturating_sub(self.unseen.len() as u64)
    }
}

/// What of the model was touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Cases of each operation.
    pub operations: BTreeMap<String, u64>,
    /// Cases of each variant.
    pub variants: BTreeMap<String, u64>,
    /// Members of inputs and outputs, enum values, union arms, errors, paginators, waiters.
    pub dimensions: BTreeMap<String, Dimension>,
}

impl Coverage {
    /// Adds what another shard touched.
    pub fn add(&mut self, other: &Coverage) {
        for (name, cases) in &other.operations {
            *self.operations.entry(name.clone()).or_default() += cases;
        }
        for (name, cases) in &other.variants {
            *self.variants.entry(name.clone()).or_default() += cases;
        }
        for (name, dimension) in &other.dimensions {
            match self.dimensions.get_mut(name) {
                Some(known) => known.unseen.retain(|element| dimension.unseen.contains(element)),
                None => {
                    self.dimensions.insert(name.clone(), dimension.clone());
                }
            }
        }
    }
}

/// An element of the model, cheap to compare while cases stream by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Element<'m> {
    InputMember(ShapeId, &'m str),
    OutputMember(ShapeId, &'m str),
    EnumValue(ShapeId, &'m str),
    UnionArm(ShapeId, &'m str),
    Error(ShapeId),
    Paginator(&'m str),
    Waiter(&'m str),
}

const DIMENSIONS: [&str; 7] =
    ["inputMembers", "outputMembers", "enumValues", "unionArms", "errors", "paginators", "waiters"];

impl Element<'_> {
    fn dimension(&self) -> &'static str {
        DIMENSIONS[match self {
            Element::InputMember(..) => 0,
            Element::OutputMember(..) => 1,
            Element::EnumValue(..) => 2,
            Element::UnionArm(..) => 3,
            Element::Error(_) => 4,
            Element::Paginator(_) => 5,
            Element::Waiter(_) => 6,
        }]
    }

    fn name(&self, model: &Model) -> String {
        match self {
            Element::InputMember(shape, name)
            | Element::OutputMember(shape, name)
            | Element::UnionArm(shape, name)
            | Element::EnumValue(shape, name) => format!("{}.{name}", model.shape(*shape).name),
            Element::Error(shape) => model.shape(*shape).name.clone(),
            Element::Paginator(name) | Element::Waiter(name) => (*name).to_owned(),
        }
    }
}

/// Which half of an operation a shape is met in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Input,
    Output,
}

/// Notes what cases touch.
#[derive(Debug)]
pub struct Survey<'m> {
    model: &'m Model,
    operations: BTreeMap<&'m str, u64>,
    variants: BTreeMap<String, u64>,
    seen: BTreeSet<Element<'m>>,
}

impl<'m> Survey<'m> {
    /// A survey of some operations of a model: those that the plan is about.
    pub fn new<'n>(model: &'m Model, operations: impl IntoIterator<Item = &'n str>) -> Survey<'m> {
        let known = operations.into_iter().filter_map(|name| model.operation(name));
        let operations = known.map(|operation| (operation.name.as_str(), 0)).collect();
        Survey { model, operations, variants: BTreeMap::new(), seen: BTreeSet::new() }
    }

    /// Notes one case that ran; one of an operation that the survey is not about is left out.
    pub fn add(&mut self, case: &Case) {
        let Some(operation) = self.model.operation(&case.operation) else { return };
        let Some(cases) = self.operations.get_mut(operation.name.as_str()) else { return };
        *cases += 1;
        *self.variants.entry(case.variant.0.clone()).or_default() += 1;
        if let Some(input) = operation.input {
            self.value(Half::Input, input, &case.call.input);
        }
        match &case.call.mode {
            Mode::Call => {}
            Mode::Paginate { .. } => {
                self.seen.insert(Element::Paginator(&operation.name));
            }
            Mode::Wait { waiter, .. } => {
                if let Some((name, _)) = self.model.waiters.get_key_value(waiter) {
                    self.seen.insert(Element::Waiter(name));
                }
            }
        }
        self.expected(operation, &case.expectation.result);
    }

    fn expected(&mut self, operation: &'m Operation, expected: &Expected) {
        match expected {
            Expected::Output(value) => self.output(operation, value),
            Expected::Error(error) => self.error(error),
            Expected::OneOf(all) => all.iter().for_each(|one| self.expected(operation, one)),
            Expected::Pages { pages, end } => {
                pages.iter().for_each(|page| self.output(operation, page));
                if let PagesEnd::Error(error) = end {
                    self.error(error);
                }
            }
            Expected::Refusal | Expected::Waited(_) | Expected::Open => {}
        }
    }

    fn output(&mut self, operation: &Operation, value: &Value) {
        if let Some(output) = operation.output {
            self.value(Half::Output, output, value);
        }
    }

    fn error(&mut self, error: &ExpectedError) {
        let shape = error.modeled.as_deref().and_then(|name| self.model.shape_named(name));
        if let Some(shape) = shape {
            self.seen.insert(Element::Error(shape.id));
        }
    }

    fn value(&mut self, half: Half, shape: ShapeId, value: &Value) {
        let shape: &'m Shape = self.model.shape(shape);
        match (&shape.kind, value) {
            (ShapeKind::Structure { members, .. }, Value::Structure(fields)) => {
                for (name, value) in fields {
                    let Some(member) = members.get(name) else { continue };
                    self.seen.extend(member_elements(half, shape, &member.name));
                    self.value(half, member.shape, value);
                }
            }
            (ShapeKind::List { item, .. }, Value::List(items)) => {
                items.iter().for_each(|value| self.value(half, *item, value));
            }
            (ShapeKind::Map { key, value: shape, .. }, Value::Map(entries)) => {
                for (name, value) in entries {
                    self.value(half, *key, &Value::String(name.clone()));
                    self.value(half, *shape, value);
                }
            }
            (ShapeKind::String, Value::String(text)) if !shape.values.is_empty() => {
                let known = shape.values.iter().find(|known| *text == known.as_str());
                self.seen.extend(known.map(|known| Element::EnumValue(shape.id, known)));
            }
            _ => {}
        }
    }

    /// What the cases touched, and what they left out.
    pub fn coverage(&self) -> Coverage {
        let mut dimensions: BTreeMap<String, Dimension> =
            DIMENSIONS.iter().map(|name| ((*name).to_owned(), Dimension::default())).collect();
        for element in self.all() {
            let dimension = dimensions.entry(element.dimension().to_owned()).or_default();
            dimension.of += 1;
            if !self.seen.contains(&element) {
                dimension.unseen.insert(element.name(self.model));
            }
        }
        Coverage {
            operations: self.operations.iter().map(|(name, cases)| ((*name).to_owned(), *cases)).collect(),
            variants: self.variants.clone(),
            dimensions,
        }
    }

    /// Every element that the operations can reach.
    fn all(&self) -> BTreeSet<Element<'m>> {
        let mut reach = Reach { model: self.model, visited: BTreeSet::new(), elements: BTreeSet::new() };
        for operation in self.operations.keys().filter_map(|name| self.model.operation(name)) {
            operation.input.into_iter().for_each(|shape| reach.shape(Half::Input, shape));
            operation.output.into_iter().for_each(|shape| reach.shape(Half::Output, shape));
            reach.elements.extend(operation.errors.iter().map(|shape| Element::Error(*shape)));
            let paginator = operation.paginator.as_ref().map(|_| Element::Paginator(&operation.name));
            reach.elements.extend(paginator);
            let waiters = self.model.waiters_of(&operation.name);
            reach.elements.extend(waiters.map(|waiter| Element::Waiter(&waiter.name)));
        }
        reach.elements
    }
}

fn member_elements<'m>(half: Half, shape: &Shape, name: &'m str) -> impl Iterator<Item = Element<'m>> {
    let member = match half {
        Half::Input => Element::InputMember(shape.id, name),
        Half::Output => Element::OutputMember(shape.id, name),
    };
    std::iter::once(member).chain(shape.is_union().then_some(Element::UnionArm(shape.id, name)))
}

/// Walks the shapes below an operation, each once a half.
struct Reach<'m> {
    model: &'m Model,
    visited: BTreeSet<(bool, ShapeId)>,
    elements: BTreeSet<Element<'m>>,
}

impl<'m> Reach<'m> {
    fn shape(&mut self, half: Half, id: ShapeId) {
        if !self.visited.insert((half == Half::Input, id)) {
            return;
        }
        let shape: &'m Shape = self.model.shape(id);
        match &shape.kind {
            ShapeKind::Structure { members, .. } => {
                for member in members.values() {
                    self.elements.extend(member_elements(half, shape, &member.name));
                    self.shape(half, member.shape);
                }
            }
            ShapeKind::List { item, .. } => self.shape(half, *item),
            ShapeKind::Map { key, value, .. } => {
                self.shape(half, *key);
                self.shape(half, *value);
            }
            _ => self.elements.extend(shape.values.iter().map(|value| Element::EnumValue(id, value))),
        }
    }
}
