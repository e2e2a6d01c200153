//! A value held against its shape: every constraint of the model that it breaks, by path.
//!
//! <https://smithy.io/2.0/spec/constraint-traits.html>. The words are those in which AWS services report
//! broken constraints; values of sensitive shapes are not shown.

use std::fmt;
use std::sync::{Arc, OnceLock};

use fancy_regex::{Regex, RegexBuilder};
use indexmap::IndexMap;

use super::{Bound, Fields, Member, Model, Shape, ShapeId, ShapeKind, Value};
use crate::ground::json::Text;

/// A constraint that a value breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: `Parts[0].Name`, `Tags["owner"]`; empty for the value itself.
    pub path: String,
    /// The value there in short, unless it is missing or must not be shown.
    pub value: Option<String>,
    /// What it breaks.
    pub constraint: Constraint,
}

/// What can be broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// A required member is missing, or an item of a dense list or map is null.
    NotNull,
    /// The shape has no such member.
    Known,
    /// The value is of another kind: the kind that the shape wants.
    Kind(&'static str),
    /// The union has this many members set, not one.
    OneArm(usize),
    /// The text is none of the enum's values.
    Enum(Vec<String>),
    /// A length or number is below.
    Least(Measure, Bound),
    /// A length or number is above.
    Most(Measure, Bound),
    /// The text does not match the regular expression.
    Pattern(String),
}

/// What a bound is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Characters, bytes or items.
    Length,
    /// The number itself.
    Value,
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |measure: &Measure| if *measure == Measure::Length { "length" } else { "value" };
        match self {
            Constraint::NotNull => write!(f, "Member must not be null"),
            Constraint::Known => write!(f, "Member must be one of the model's"),
            Constraint::Kind(kind) => write!(f, "Member must be {kind}"),
            Constraint::OneArm(set) => write!(f, "Member must have exactly one member set, not {set}"),
            Constraint::Enum(values) => {
                write!(f, "Member must satisfy enum value set: [{}]", values.join(", "))
            }
            Constraint::Least(measure, bound) => {
                write!(f, "Member must have {} greater than or equal to {bound}", word(measure))
            }
            Constraint::Most(measure, bound) => {
                write!(f, "Member must have {} less than or equal to {bound}", word(measure))
            }
            Constraint::Pattern(pattern) => {
                write!(f, "Member must satisfy regular expression pattern: {pattern}")
            }
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { path, value, constraint } = self;
        match value {
            Some(value) => {
                write!(f, "Value '{value}' at '{path}' failed to satisfy constraint: {constraint}")
            }
            None => write!(f, "Value at '{path}' failed to satisfy constraint: {constraint}"),
        }
    }
}

/// Checks values of one model. Regular expressions are compiled at their first use and kept.
#[derive(Debug)]
pub struct Validator {
    model: Arc<Model>,
    patterns: Vec<OnceLock<Option<Regex>>>,
}

/// Compiled size allowed for a pattern such as `[\p{L}]{0,1024}`.
const PATTERN_SIZE: usize = 256 << 20;

impl Validator {
    /// A validator of all shapes of a model.
    pub fn new(model: Arc<Model>) -> Validator {
        let patterns = model.shapes().iter().map(|_| OnceLock::new()).collect();
        Validator { model, patterns }
    }

    /// Everything that is wrong with a value of a shape, in the order of the value.
    pub fn check(&self, shape: ShapeId, value: &Value) -> Vec<Violation> {
        let mut check = Check { validator: self, violations: Vec::new() };
        let shape = self.model.shape(shape);
        check.value(&ModelPlace { path: String::new(), hidden: shape.sensitive }, shape, value);
        check.violations
    }

    /// Whether a text is one of the pattern of a shape. True where no engine of ours can read the pattern, or
    /// where matching would take too long: only what is surely wrong is told.
    fn matches(&self, shape: &Shape, pattern: &str, text: &str) -> bool {
        let compile =
            || RegexBuilder::new(&format!("^(?:{pattern})$")).delegate_size_limit(PATTERN_SIZE).build().ok();
        let compiled =
            self.patterns.get(shape.id.0 as usize).and_then(|slot| slot.get_or_init(compile).as_ref());
        compiled.is_none_or(|regex| regex.is_match(text).unwrap_or(true))
    }
}

/// Where the check is.
#[derive(Debug, Clone)]
struct ModelPlace {
    path: String,
    /// A value here must not be shown.
    hidden: bool,
}

impl ModelPlace {
    fn member(&self, name: &str) -> ModelPlace {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        ModelPlace { path, hidden: self.hidden }
    }

    fn item(&self, index: impl fmt::Display) -> ModelPlace {
        ModelPlace { path: format!("{}[{index}]", self.path), hidden: self.hidden }
    }
}

struct Check<'a> {
    validator: &'a Validator,
    violations: Vec<Violation>,
}

impl Check<'_> {
    fn broken(&mut self, place: &ModelPlace, value: Option<&Value>, constraint: Constraint) {
        let value = value.filter(|_| !place.hidden).map(shown);
        self.violations.push(Violation { path: place.path.clone(), value, constraint });
    }

    fn value(&mut self, place: &ModelPlace, shape: &Shape, value: &Value) {
        let place = &ModelPlace { hidden: place.hidden || shape.sensitive, ..place.clone() };
        match (&shape.kind, value) {
            (ShapeKind::Structure { members, union }, Value::Structure(fields)) => {
                self.structure(place, members, *union, fields);
            }
            (ShapeKind::Structure { union: true, .. }, Value::UnknownArm(arm)) => {
                self.broken(&place.member(arm), None, Constraint::Known);
            }
            (ShapeKind::List { item, sparse }, Value::List(items)) => {
                self.length(place, shape, items.len(), value);
                for (index, item_value) in items.iter().enumerate() {
                    self.entry(&place.item(index), *item, *sparse, item_value);
                }
            }
            (ShapeKind::Map { key, value: inner, sparse }, Value::Map(entries)) => {
                self.length(place, shape, entries.len(), value);
                self.entries(place, *key, *inner, *sparse, entries);
            }
            (ShapeKind::String, Value::String(text)) => self.text(place, shape, text, value),
            (ShapeKind::Blob, Value::Blob(bytes)) => self.length(place, shape, bytes.len(), value),
            (kind, Value::Integer(number)) if width(kind).is_some() => {
                self.integer(place, shape, *number, value);
            }
            (ShapeKind::Float | ShapeKind::Double, Value::Float(number)) => {
                self.number(place, shape, *number, value);
            }
            (ShapeKind::BigInteger | ShapeKind::BigDecimal, Value::BigNumber(text)) => {
                self.number(place, shape, text.parse().unwrap_or(0.0), value);
            }
            (ShapeKind::Boolean, Value::Boolean(_))
            | (ShapeKind::Timestamp, Value::Timestamp(_))
            | (ShapeKind::Document, Value::Document(_)) => {}
            (kind, value) => self.broken(place, Some(value), Constraint::Kind(kind.name())),
        }
    }

    fn structure(
        &mut self,
        place: &ModelPlace,
        members: &IndexMap<String, Member>,
        union: bool,
        fields: &Fields,
    ) {
        if union && fields.len() != 1 {
            self.broken(place, None, Constraint::OneArm(fields.len()));
        }
        for (name, value) in fields {
            let place = place.member(name);
            match members.get(name) {
                Some(member) => {
                    let place = ModelPlace { hidden: place.hidden || member.sensitive, ..place };
                    self.value(&place, self.validator.model.shape(member.shape), value);
                }
                None => self.broken(&place, None, Constraint::Known),
            }
        }
        for member in members.values().filter(|member| member.required && !fields.contains_key(&member.name))
        {
            self.broken(&place.member(&member.name), None, Constraint::NotNull);
        }
    }

    fn entries(
        &mut self,
        place: &ModelPlace,
        key: ShapeId,
        value: ShapeId,
        sparse: bool,
        entries: &IndexMap<Text, Value>,
    ) {
        let key_shape = self.validator.model.shape(key);
        for (key, entry) in entries {
            let place = place.item(format_args!("{key:?}"));
            self.value(&place, key_shape, &Value::String(key.clone()));
            self.entry(&place, value, sparse, entry);
        }
    }

    /// An item of a list or a value of a map.
    fn entry(&mut self, place: &ModelPlace, shape: ShapeId, sparse: bool, value: &Value) {
        match value {
            Value::Null if sparse => {}
            Value::Null => self.broken(place, None, Constraint::NotNull),
            value => self.value(place, self.validator.model.shape(shape), value),
        }
    }

    fn text(&mut self, place: &ModelPlace, shape: &Shape, text: &Text, value: &Value) {
        self.length(place, shape, text.length(), value);
        // Text that is not Unicode matches no pattern and is no value of an enum.
        let known = |known: &String| text.as_str() == Some(known);
        if !shape.values.is_empty() && !shape.values.iter().any(known) {
            self.broken(place, Some(value), Constraint::Enum(shape.values.clone()));
        }
        if let Some(pattern) = &shape.pattern
            && !text.as_str().is_some_and(|text| self.validator.matches(shape, pattern, text))
        {
            self.broken(place, Some(value), Constraint::Pattern(pattern.clone()));
        }
    }

    fn length(&mut self, place: &ModelPlace, shape: &Shape, length: usize, value: &Value) {
        let length = i128::try_from(length).unwrap_or(i128::MAX);
        self.bounds(place, shape, Measure::Length, value, |bound| length.cmp(&bound.integer()));
    }

    fn integer(&mut self, place: &ModelPlace, shape: &Shape, number: i64, value: &Value) {
        let (least, most) = width(&shape.kind).unwrap_or((i64::MIN, i64::MAX));
        if !(least..=most).contains(&number) {
            return self.broken(place, Some(value), Constraint::Kind(shape.kind.name()));
        }
        self.bounds(place, shape, Measure::Value, value, |bound| i128::from(number).cmp(&bound.integer()));
    }

    /// NaN is neither below nor above.
    fn number(&mut self, place: &ModelPlace, shape: &Shape, number: f64, value: &Value) {
        self.bounds(place, shape, Measure::Value, value, |bound| {
            number.partial_cmp(&bound.number()).unwrap_or(std::cmp::Ordering::Equal)
        });
    }

    fn bounds(
        &mut self,
        place: &ModelPlace,
        shape: &Shape,
        measure: Measure,
        value: &Value,
        against: impl Fn(&Bound) -> std::cmp::Ordering,
    ) {
        if let Some(least) = shape.min.as_ref().filter(|least| against(least).is_lt()) {
            self.broken(place, Some(value), Constraint::Least(measure, least.clone()));
        }
        if let Some(most) = shape.max.as_ref().filter(|most| against(most).is_gt()) {
            self.broken(place, Some(value), Constraint::Most(measure, most.clone()));
        }
    }
}

/// The ends of an integer kind that a [`Value::Integer`] can hold.
fn width(kind: &ShapeKind) -> Option<(i64, i64)> {
    Some(match kind {
        ShapeKind::Byte => (i8::MIN.into(), i8::MAX.into()),
        ShapeKind::Short => (i16::MIN.into(), i16::MAX.into()),
        ShapeKind::Integer => (i32::MIN.into(), i32::MAX.into()),
        ShapeKind::Long => (i64::MIN, i64::MAX),
        _ => return None,
    })
}

/// A value in few characters.
fn shown(value: &Value) -> String {
    const MOST: usize = 120;
    match value {
        Value::String(text) => {
            let text = text.to_lossy();
            let cut: String = text.chars().take(MOST).collect();
            if cut.len() < text.len() { format!("{cut}…") } else { cut }
        }
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::BigNumber(number) => number.clone(),
        Value::Float(number) => number.to_string(),
        Value::Timestamp(time) => time.to_date_time(),
        other => other.kind().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::model::{latest, synthetic};

    /// The violations of a member of the synthetic service's `CreateSpecimen` input, as text.
    fn broken(member: &str, value: Value) -> Vec<String> {
        let model = synthetic().unwrap();
        let input = model.shape_named("CreateSpecimenRequest").unwrap().id;
        let mut fields: Fields = Fields::new();
        fields.insert("SpecimenName".to_owned(), Value::string("a"));
        fields.insert("Parts".to_owned(), Value::List(Vec::new()));
        fields.insert(member.to_owned(), value);
        let found = Validator::new(model).check(input, &Value::Structure(fields));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_constraint_is_told_by_path_and_with_the_value() {
        let part = |members: Vec<(&str, Value)>| Value::List(vec![Value::structure(members)]);
        for (member, value, expected) in [
            ("Percent", Value::Float(100.0), ""),
            ("Percent", Value::Float(f64::NAN), ""),
            (
                "Percent",
                Value::Float(100.5),
                "Value '100.5' at 'Percent' failed to satisfy constraint: \
                 Member must have value less than or equal to 100",
            ),
            (
                "Serial",
                Value::Integer(9_007_199_254_740_994),
                "Value '9007199254740994' at 'Serial' failed to satisfy constraint: \
                 Member must have value less than or equal to 9007199254740993",
            ),
            (
                "Level",
                Value::Integer(1 << 31),
                "Value '2147483648' at 'Level' failed to satisfy constraint: Member must be an integer",
            ),
            (
                "SpecimenName",
                Value::string("a\u{e9}"),
                "Value 'a\u{e9}' at 'SpecimenName' failed to satisfy constraint: Member must satisfy regular \
                 expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9])*",
            ),
            (
                "AccessSecret",
                Value::string("s".repeat(65)),
                "Value at 'AccessSecret' failed to satisfy constraint: \
                 Member must have length less than or equal to 64",
            ),
            (
                "Sample",
                Value::Blob(Vec::new()),
                "Value 'a blob' at 'Sample' failed to satisfy constraint: \
                 Member must have length greater than or equal to 1",
            ),
            (
                "Parts",
                part(vec![("Color", Value::string("BLUE"))]),
                "Value 'BLUE' at 'Parts[0].Color' failed to satisfy constraint: \
                 Member must satisfy enum value set: [RED, GREEN, none, x-ray, 1]\n\
                 Value at 'Parts[0].Name' failed to satisfy constraint: Member must not be null",
            ),
            (
                "Tags",
                Value::Map([("k".into(), Value::Integer(1))].into_iter().collect()),
                "Value '1' at 'Tags[\"k\"]' failed to satisfy constraint: Member must be a string",
            ),
            (
                "Few",
                Value::List(vec![Value::Null]),
                "Value at 'Few[0]' failed to satisfy constraint: Member must not be null",
            ),
            (
                "Fewer",
                Value::Null,
                "Value at 'Fewer' failed to satisfy constraint: Member must be one of the model's",
            ),
        ] {
            assert_eq!(broken(member, value).join("\n"), expected, "{member}");
        }
    }

    #[test]
    fn a_union_has_exactly_one_arm_and_sparse_collections_may_hold_null() {
        let model = synthetic().unwrap();
        let validator = Validator::new(Arc::clone(&model));
        let check = |shape: &str, value: Value| {
            let found = validator.check(model.shape_named(shape).unwrap().id, &value);
            found.into_iter().map(|violation| violation.constraint).collect::<Vec<_>>()
        };
        assert_eq!(check("Choice", Value::default()), [Constraint::OneArm(0)]);
        let two = [("Text", Value::string("")), ("Flag", Value::Boolean(true))];
        assert_eq!(check("Choice", Value::structure(two)), [Constraint::OneArm(2)]);
        assert_eq!(check("Choice", Value::UnknownArm("New".to_owned())), [Constraint::Known]);
        assert_eq!(check("SparseTextList", Value::List(vec![Value::Null])), []);
        assert_eq!(check("TextList", Value::List(vec![Value::Null])), [Constraint::NotNull]);
    }

    #[test]
    fn the_patterns_of_sagemaker_can_be_matched_but_for_surrogate_pairs() {
        let model = latest().unwrap();
        let validator = Validator::new(Arc::clone(&model));
        let unread: Vec<_> = model
            .shapes()
            .iter()
            .filter_map(|shape| Some((shape, shape.pattern.as_ref()?)))
            .filter(|(shape, pattern)| {
                validator.matches(shape, pattern, "");
                validator.patterns[shape.id.0 as usize].get().is_some_and(Option::is_none)
            })
            .filter(|(_, pattern)| !pattern.contains(r"\uD800\uDC00"))
            .map(|(shape, pattern)| format!("{}: {pattern}", shape.name))
            .collect();
        assert_eq!(unread, [] as [&str; 0]);
    }
}
