//! RQ5 and RQ8: inputs at the ends of what the model allows, just beyond them, and of every odd kind.

use indexmap::IndexMap;

use crate::api::model::{Shape, ShapeId, ShapeKind, Value};
use crate::api::values::pattern::Size;
use crate::api::values::{length_bounds, type_bounds};
use crate::check::taxonomy::draft::{FormParts, Sheet};
use crate::check::taxonomy::place::Place;
use crate::check::taxonomy::subject::{Side, Subject};
use crate::ground::json::Text;

use super::requests::maybe_refused;

/// A bound beyond these sizes is passed over, because each lane holds its texts and collections in memory.
const LONG: u32 = (1 << 20) + 1;
const MANY: u32 = 4_096;
/// A text that fits in no buffer: 64 KiB.
const HUGE: u32 = 65_536;

/// Where a value lies against a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Most,
    Below,
    Above,
    /// Within the length and against the pattern.
    Odd,
}

impl End {
    fn is_valid(self) -> bool {
        matches!(self, End::Least | End::Most)
    }
}

/// RQ5.
pub(in crate::check::taxonomy) fn bounds(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let forms = [
        ("least", End::Least),
        ("most", End::Most),
        ("below", End::Below),
        ("above", End::Above),
        ("odd", End::Odd),
    ];
    let bounded = |place: &Place| {
        let shape = subject.shape(place.shape);
        shape.values.is_empty() && (shape.min.is_some() || shape.max.is_some() || shape.pattern.is_some())
    };
    sheet.at_places(Side::Input, bounded, &forms, |subject, place, end| {
        let leaf = at_end(subject, subject.shape(place.shape), end)?;
        let input = subject.with(Side::Input, place, leaf);
        Some(if end.is_valid() { subject.asks(input) } else { maybe_refused(subject, input) })
    });
}

fn at_end(subject: &Subject<'_>, shape: &Shape, end: End) -> Option<Value> {
    match shape.kind {
        ShapeKind::String => text_at(subject, shape, end).map(Value::String),
        ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => integer_at(shape, end),
        ShapeKind::Float | ShapeKind::Double => float_at(shape, end),
        ShapeKind::Blob => Some(Value::Blob(vec![0xA5; size_at(shape, end, LONG)?])),
        ShapeKind::List { item, .. } => {
            let size = size_at(shape, end, MANY)?;
            let mut rng = subject.rng(&shape.name);
            Some(Value::List((0..size).map(|_| subject.values.another(item, &mut rng)).collect()))
        }
        ShapeKind::Map { key, value, .. } => {
            let size = size_at(shape, end, MANY)?;
            let mut rng = subject.rng(&shape.name);
            // Keys are random and may come twice.
            let mut entries = IndexMap::new();
            for _ in 0..size * 8 {
                if entries.len() < size {
                    let Value::String(key) = subject.values.another(key, &mut rng) else { return None };
                    entries.insert(key, subject.values.another(value, &mut rng));
                }
            }
            (entries.len() == size).then_some(Value::Map(entries))
        }
        _ => None,
    }
}

/// A length at a bound of the shape, unless it has no such bound or it is too far off.
fn size_at(shape: &Shape, end: End, limit: u32) -> Option<usize> {
    let (least, most) = length_bounds(shape);
    let size = match end {
        End::Least if shape.min.is_some() => least,
        End::Most if shape.max.is_some() => most,
        End::Below if shape.min.is_some() => least.checked_sub(1)?,
        End::Above if shape.max.is_some() => most.checked_add(1)?,
        _ => return None,
    };
    (size <= limit).then_some(size as usize)
}

fn text_at(subject: &Subject<'_>, shape: &Shape, end: End) -> Option<Text> {
    if end == End::Odd {
        return against_pattern(subject, shape);
    }
    let size = size_at(shape, end, LONG)?;
    match subject.values.pattern(shape) {
        Some(pattern) if end.is_valid() => {
            let (least, most) = length_bounds(shape);
            let wanted = if end == End::Least { Size::Least } else { Size::Most };
            let text = pattern.sample(least, most, wanted, &mut subject.rng(&shape.name)).ok()?;
            Some(Text::from(text))
        }
        _ => Some(Text::from("a".repeat(size))),
    }
}

/// A text of good length that the pattern does not match.
fn against_pattern(subject: &Subject<'_>, shape: &Shape) -> Option<Text> {
    let pattern = subject.values.pattern(shape)?;
    let length = length_bounds(shape).0.max(1) as usize;
    let odd = ["\u{7F}", "\n", " ", "\u{E000}", "a", "{"].map(|text| text.repeat(length));
    odd.into_iter().find(|text| pattern.matches(text) == Some(false)).map(Text::from)
}

fn integer_at(shape: &Shape, end: End) -> Option<Value> {
    let (min, max) = (shape.min.as_ref().map(|b| b.integer()), shape.max.as_ref().map(|b| b.integer()));
    let number = match end {
        End::Least => min?,
        End::Most => max?,
        End::Below => min? - 1,
        End::Above => max? + 1,
        End::Odd => return None,
    };
    let (least, most) = type_bounds(&shape.kind);
    let number = (least..=most).contains(&number).then_some(number)?;
    i64::try_from(number).ok().map(Value::Integer)
}

fn float_at(shape: &Shape, end: End) -> Option<Value> {
    let (min, max) = (shape.min.as_ref().map(|b| b.number()), shape.max.as_ref().map(|b| b.number()));
    Some(Value::Float(match end {
        End::Least => min?,
        End::Most => max?,
        End::Below => min? - 1.0,
        End::Above => max? + 1.0,
        End::Odd => return None,
    }))
}

/// RQ8.
pub(in crate::check::taxonomy) fn odd_values(sheet: &mut Sheet<'_>) {
    numbers(sheet);
    texts(sheet);
    collections(sheet);
}

fn open(shape: &Shape) -> bool {
    shape.values.is_empty() && shape.pattern.is_none() && shape.min.is_none() && shape.max.is_none()
}

fn put(subject: &Subject<'_>, place: &Place, leaf: Value) -> Option<FormParts> {
    Some(subject.asks(subject.with(Side::Input, place, leaf)))
}

fn numbers(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let integer = |place: &Place| {
        let shape = subject.shape(place.shape);
        open(shape)
            && matches!(shape.kind, ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long)
    };
    sheet.at_places(Side::Input, integer, &[("least", false), ("most", true)], |subject, place, most| {
        let bounds = type_bounds(&subject.shape(place.shape).kind);
        let number = if most { bounds.1 } else { bounds.0 };
        put(subject, place, Value::Integer(i64::try_from(number).ok()?))
    });
    let long = |place: &Place| {
        open(subject.shape(place.shape)) && subject.shape(place.shape).kind == ShapeKind::Long
    };
    const LONGS: [(&str, i64); 3] =
        [("beyond-double", (1 << 53) + 1), ("beyond-int", 1 << 31), ("below-double", -(1 << 53) - 1)];
    sheet.at_places(Side::Input, long, &LONGS, |subject, place, number| {
        put(subject, place, Value::Integer(number))
    });
    let float = |place: &Place| {
        let shape = subject.shape(place.shape);
        open(shape) && matches!(shape.kind, ShapeKind::Float | ShapeKind::Double)
    };
    const FLOATS: [(&str, f64); 8] = [
        ("nan", f64::NAN),
        ("infinity", f64::INFINITY),
        ("minus-infinity", f64::NEG_INFINITY),
        ("minus-zero", -0.0),
        ("tenth", 0.1),
        ("whole", 1.0),
        ("small", 1e-7),
        ("large", 1e21),
    ];
    sheet.at_places(Side::Input, float, &FLOATS, |subject, place, number| {
        put(subject, place, Value::Float(number))
    });
}

fn texts(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let text = |place: &Place| {
        let shape = subject.shape(place.shape);
        let long_enough = shape.max.as_ref().is_none_or(|most| most.integer() >= 16);
        shape.kind == ShapeKind::String
            && shape.values.is_empty()
            && shape.pattern.is_none()
            && shape.min.as_ref().is_none_or(|least| least.integer() <= 1)
            && long_enough
            && !subject.is_token(place)
    };
    const TEXTS: [(&str, &str); 5] = [
        ("unicode", "\u{E9}\u{4E2D}\u{1F600}"),
        ("control", "a\0b\t\n\u{7F}"),
        ("separators", "a\u{2028}\u{2029}b"),
        ("quotes", "\"\\/'&<>"),
        ("spaces", "  a  "),
    ];
    sheet.at_places(Side::Input, text, &TEXTS, |subject, place, text| {
        put(subject, place, Value::string(text))
    });
    sheet.at_places(Side::Input, text, &[("surrogate", ())], |subject, place, ()| {
        // What is no Unicode may be refused; what is sent must be what was given (RFC 8259, section 8.2).
        let half = Value::String(Text::from_utf16(&[0x61, 0xD800, 0x62]));
        Some(maybe_refused(subject, subject.with(Side::Input, place, half)))
    });
    let huge = |place: &&Place| {
        let most = subject.shape(place.shape).max.as_ref();
        text(place) && most.is_none_or(|most| most.integer() >= i128::from(HUGE))
    };
    if let Some(place) = subject.places(Side::Input).iter().find(huge) {
        sheet.add_slow("64k", 20, move || {
            let long = Value::string("x".repeat(HUGE as usize));
            subject.asks(subject.with(Side::Input, place, long)).at(Side::Input, place)
        });
    }
    let blob = |place: &Place| {
        subject.shape(place.shape).kind == ShapeKind::Blob && open(subject.shape(place.shape))
    };
    let blobs: [(&str, u8); 3] = [("empty", 0), ("one", 1), ("all", 255)];
    sheet.at_places(Side::Input, blob, &blobs, |subject, place, last| {
        let bytes = if last == 0 { Vec::new() } else { (0..=last).collect() };
        put(subject, place, Value::Blob(bytes))
    });
}

fn collections(sheet: &mut Sheet<'_>) {
    let subject = sheet.subject;
    let sparse = |place: &Place| {
        matches!(
            subject.shape(place.shape).kind,
            ShapeKind::List { sparse: true, .. } | ShapeKind::Map { sparse: true, .. }
        )
    };
    sheet.at_places(Side::Input, sparse, &[("nulls", ())], |subject, place, ()| {
        put(subject, place, subject.with_nulls(place.shape)?)
    });
    let map = |place: &Place| match subject.shape(place.shape).kind {
        ShapeKind::Map { key, .. } => open(subject.shape(key)),
        _ => false,
    };
    const KEYS: [(&str, &[&str]); 3] = [
        ("empty-key", &[""]),
        ("number-keys", &["10", "9", "1e3"]),
        ("odd-keys", &["__type", "constructor", "__proto__", "a.b", "\u{E9}\u{1F600}", "\"\\"]),
    ];
    sheet.at_places(Side::Input, map, &KEYS, |subject, place, keys| {
        let ShapeKind::Map { value, .. } = subject.shape(place.shape).kind else { return None };
        let entries = keys.iter().map(|key| (Text::from(*key), subject.values.with_items(value)));
        put(subject, place, Value::Map(entries.collect()))
    });
}

impl Subject<'_> {
    /// What a shape has that is as good as nothing: 0, false, empty text, an empty collection; `None` where the
    /// model does not allow it.
    pub(in crate::check::taxonomy) fn zero(&self, id: ShapeId) -> Option<Value> {
        let shape = self.shape(id);
        let allows = |number: f64| {
            shape.min.as_ref().is_none_or(|least| least.number() <= number)
                && shape.max.as_ref().is_none_or(|most| most.number() >= number)
        };
        let empty = shape.min.as_ref().is_none_or(|least| least.integer() <= 0);
        let zero = match &shape.kind {
            ShapeKind::Boolean => Value::Boolean(false),
            ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long if allows(0.0) => {
                Value::Integer(0)
            }
            ShapeKind::Float | ShapeKind::Double if allows(0.0) => Value::Float(0.0),
            ShapeKind::String if empty && shape.values.is_empty() => {
                let mut rng = self.rng("zero");
                let pattern = self.values.pattern(shape);
                let matches =
                    pattern.is_none_or(|pattern| pattern.sample(0, 0, Size::Least, &mut rng).is_ok());
                return matches.then(|| Value::string(""));
            }
            ShapeKind::Blob if empty => Value::Blob(Vec::new()),
            ShapeKind::List { .. } if empty => Value::List(Vec::new()),
            ShapeKind::Map { .. } if empty => Value::Map(IndexMap::new()),
            ShapeKind::Structure { members, union: false }
                if members.values().all(|member| !member.required) =>
            {
                Value::default()
            }
            _ => return None,
        };
        Some(zero)
    }

    /// A sparse collection of five with nulls between its items, at the start and at the end.
    pub(in crate::check::taxonomy) fn with_nulls(&self, id: ShapeId) -> Option<Value> {
        match self.shape(id).kind {
            ShapeKind::List { item, .. } => {
                let mut rng = self.rng("nulls");
                let mut one = || self.values.another(item, &mut rng);
                Some(Value::List(vec![Value::Null, one(), Value::Null, one(), Value::Null]))
            }
            ShapeKind::Map { value, .. } => {
                let mut rng = self.rng("nulls");
                let mut one = || self.values.another(value, &mut rng);
                let entries =
                    [("a", Value::Null), ("b", one()), ("c", Value::Null), ("d", one()), ("e", Value::Null)];
                Some(Value::Map(entries.into_iter().map(|(key, value)| (Text::from(key), value)).collect()))
            }
            _ => None,
        }
    }
}
