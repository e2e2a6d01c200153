//! Two shapes side by side, down to their leaves.

use indexmap::{IndexMap, IndexSet};

use super::{ChangeKind, Changes};
use crate::api::model::{Bound, Member, Model, ProtocolName, Shape, ShapeId, ShapeKind, TimestampFormat};

/// One side of one operation.
pub(super) struct OperationDiff<'a> {
    old: &'a Model,
    new: &'a Model,
    operation: &'a str,
    changes: &'a mut Changes,
    /// Pairs above this place: a shape that holds itself is walked once.
    above: IndexSet<(ShapeId, ShapeId)>,
}

/// A place in the message, and the shape whose definition says what stands there.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    shape: &'a str,
}

impl<'a> OperationDiff<'a> {
    pub(super) fn new(
        old: &'a Model,
        new: &'a Model,
        operation: &'a str,
        changes: &'a mut Changes,
    ) -> OperationDiff<'a> {
        OperationDiff { old, new, operation, changes, above: IndexSet::new() }
    }

    fn add(&mut self, place: Place<'_>, kind: ChangeKind, value: Option<String>) {
        self.changes.add(Some(self.operation), place.path, Some(place.shape), kind, value);
    }

    /// Adds a change if the two texts differ.
    fn compare(&mut self, place: Place<'_>, kind: ChangeKind, old: String, new: String) {
        if old != new {
            self.add(place, kind, Some(format!("{old} → {new}")));
        }
    }

    pub(super) fn shapes(&mut self, path: &str, old: ShapeId, new: ShapeId) {
        if !self.above.insert((old, new)) {
            return;
        }
        let (before, after) = (self.old.shape(old), self.new.shape(new));
        let place = Place { path, shape: &after.name };
        match (&before.kind, &after.kind) {
            (
                ShapeKind::Structure { members: old, union: old_union },
                ShapeKind::Structure { members: new, union: new_union },
            ) if old_union == new_union => self.members(place, old, new),
            (ShapeKind::List { item: old, sparse: was }, ShapeKind::List { item: new, sparse: is }) => {
                self.sparse(place, *was, *is);
                self.format(place, (None, *old), (None, *new));
                self.shapes(&format!("{path}[]"), *old, *new);
            }
            (
                ShapeKind::Map { key: old_key, value: old, sparse: was },
                ShapeKind::Map { key: new_key, value: new, sparse: is },
            ) => {
                self.sparse(place, *was, *is);
                self.format(place, (None, *old), (None, *new));
                self.shapes(&format!("{path}.key"), *old_key, *new_key);
                self.shapes(&format!("{path}.value"), *old, *new);
            }
            (old, new) => {
                self.compare(place, ChangeKind::TypeChanged, old.name().to_owned(), new.name().to_owned());
            }
        }
        self.traits(place, before, after);
        self.above.pop();
    }

    fn sparse(&mut self, place: Place<'_>, was: bool, is: bool) {
        match (was, is) {
            (false, true) => self.add(place, ChangeKind::SparseAdded, None),
            (true, false) => self.add(place, ChangeKind::SparseRemoved, None),
            _ => {}
        }
    }

    fn traits(&mut self, place: Place<'_>, old: &Shape, new: &Shape) {
        self.values(place, old, new);
        self.bounds(place, old, new);
        self.compare(place, ChangeKind::PatternChanged, pattern(old), pattern(new));
        self.compare(
            place,
            ChangeKind::SensitiveChanged,
            old.sensitive.to_string(),
            new.sensitive.to_string(),
        );
    }

    /// The format in which a timestamp really stands there: the member's, the shape's or the protocol's.
    fn format(&mut self, place: Place<'_>, old: (Option<&Member>, ShapeId), new: (Option<&Member>, ShapeId)) {
        let format = |model: &Model, (member, shape): (Option<&Member>, ShapeId)| {
            let shape = model.shape(shape);
            let written = member.and_then(|member| member.timestamp_format).or(shape.timestamp_format);
            (shape.kind == ShapeKind::Timestamp)
                .then(|| format!("{:?}", written.unwrap_or_else(|| default_format(model))))
        };
        if let (Some(was), Some(is)) = (format(self.old, old), format(self.new, new)) {
            self.compare(place, ChangeKind::TimestampFormatChanged, was, is);
        }
    }

    fn values(&mut self, place: Place<'_>, old: &Shape, new: &Shape) {
        if old.values.is_empty() != new.values.is_empty() {
            let text =
                |shape: &Shape| if shape.values.is_empty() { "free text" } else { "an enum" }.to_owned();
            return self.compare(place, ChangeKind::EnumChanged, text(old), text(new));
        }
        for value in new.values.iter().filter(|value| !old.values.contains(value)) {
            self.add(place, ChangeKind::EnumValueAdded, Some(value.clone()));
        }
        for value in old.values.iter().filter(|value| !new.values.contains(value)) {
            self.add(place, ChangeKind::EnumValueRemoved, Some(value.clone()));
        }
    }

    fn bounds(&mut self, place: Place<'_>, old: &Shape, new: &Shape) {
        let ends = [("min", &old.min, &new.min, 1.0), ("max", &old.max, &new.max, -1.0)];
        for (name, old, new, sign) in ends.into_iter().filter(|(_, old, new, _)| old != new) {
            // An end that is not there lies as far out as can be.
            let end = |bound: &Option<Bound>| {
                bound.as_ref().map_or(f64::NEG_INFINITY, |bound| sign * bound.number())
            };
            let narrower = end(new) > end(old);
            let kind = if narrower { ChangeKind::BoundsNarrowed } else { ChangeKind::BoundsWidened };
            let text = |bound: &Option<Bound>| bound.as_ref().map_or("none".to_owned(), ToString::to_string);
            self.add(place, kind, Some(format!("{name} {} → {}", text(old), text(new))));
        }
    }

    fn members(&mut self, place: Place<'_>, old: &IndexMap<String, Member>, new: &IndexMap<String, Member>) {
        let gone = old.values().filter(|member| !new.contains_key(&member.name));
        for member in new.values().chain(gone) {
            let path = format!("{}.{}", place.path, member.name);
            let shape = format!("{}.{}", place.shape, member.name);
            let place = Place { path: &path, shape: &shape };
            match (old.get(&member.name), new.get(&member.name)) {
                (Some(before), Some(after)) => self.member(place, before, after),
                (None, _) => {
                    self.add(place, ChangeKind::MemberAdded, None);
                    self.required(place, false, member.required);
                }
                (_, None) => self.add(place, ChangeKind::MemberRemoved, None),
            }
        }
    }

    fn required(&mut self, place: Place<'_>, was: bool, is: bool) {
        match (was, is) {
            (false, true) => self.add(place, ChangeKind::RequiredAdded, None),
            (true, false) => self.add(place, ChangeKind::RequiredRemoved, None),
            _ => {}
        }
    }

    fn member(&mut self, place: Place<'_>, old: &Member, new: &Member) {
        self.required(place, old.required, new.required);
        for (kind, text) in [
            (ChangeKind::WireNameChanged, wire as fn(&Member) -> String),
            (ChangeKind::IdempotencyTokenChanged, |member| member.idempotency_token.to_string()),
            (ChangeKind::SensitiveChanged, |member| member.sensitive.to_string()),
            (ChangeKind::DeprecatedChanged, |member| member.deprecated.to_string()),
        ] {
            self.compare(place, kind, text(old), text(new));
        }
        self.format(place, (Some(old), old.shape), (Some(new), new.shape));
        self.shapes(place.path, old.shape, new.shape);
    }
}

fn wire(member: &Member) -> String {
    let name = member.wire_name();
    member.location.map_or_else(|| name.to_owned(), |location| format!("{name} in {location:?}"))
}

/// What a protocol writes where the model says nothing:
/// <https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait>.
fn default_format(model: &Model) -> TimestampFormat {
    match model.metadata.protocol {
        ProtocolName::AwsQuery | ProtocolName::Ec2Query | ProtocolName::RestXml => TimestampFormat::DateTime,
        _ => TimestampFormat::EpochSeconds,
    }
}

/// A pattern without the anchors around it, which botocore has begun to ship: they change nothing.
fn pattern(shape: &Shape) -> String {
    let pattern = shape.pattern.as_deref().unwrap_or("none");
    pattern.strip_prefix('^').and_then(|inner| inner.strip_suffix('$')).unwrap_or(pattern).to_owned()
}
