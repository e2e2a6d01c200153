//! Values of shapes without parts: text, numbers, timestamps, bytes, documents.

use std::sync::{Arc, OnceLock};

use super::Rng;
use super::pattern::{Pattern, Size};
use crate::api::model::{Model, Shape, ShapeKind, Timestamp, Value};
use crate::ground::json::{Json, Text};

/// Texts kept of each pattern: enough for collections of unlike items.
const POOL: usize = 12;
/// Lengths of texts without an upper bound.
const UNBOUNDED: u32 = 1_024;
/// The greatest whole number up to which a double holds every one: 2^53 - 1.
const EXACT: i128 = (1 << 53) - 1;
/// 2023-11-14T22:13:20Z: timestamps lie within ten years after it.
const EPOCH: i64 = 1_700_000_000;
const TEN_YEARS: u64 = 315_576_000;

/// Makes leaves; texts of patterns are made once a shape.
#[derive(Debug)]
pub(crate) struct Leaves {
    seed: u64,
    digits: u8,
    pools: Vec<OnceLock<Arc<[String]>>>,
    patterns: Vec<OnceLock<Option<Pattern>>>,
}

impl Leaves {
    pub(crate) fn new(model: &Model, seed: u64, digits: u8) -> Leaves {
        let pools = model.shapes().iter().map(|_| OnceLock::new()).collect();
        let patterns = model.shapes().iter().map(|_| OnceLock::new()).collect();
        Leaves { seed, digits, pools, patterns }
    }

    /// The shape's pattern, read once; `None` where it has none or none that can be read.
    pub(crate) fn pattern(&self, shape: &Shape) -> Option<&Pattern> {
        let read = || Pattern::new(shape.pattern.as_ref()?, length_bounds(shape).1).ok();
        self.patterns[shape.id.0 as usize].get_or_init(read).as_ref()
    }

    /// A value; `turn` chooses among the values of an enum.
    pub(crate) fn value(&self, shape: &Shape, turn: Option<usize>, rng: &mut Rng) -> Value {
        match &shape.kind {
            ShapeKind::String => Value::String(self.text(shape, turn, rng)),
            ShapeKind::Blob => Value::Blob(blob(shape, rng)),
            ShapeKind::Boolean => Value::Boolean(turn.map_or_else(|| rng.one_in(2), |turn| turn % 2 == 0)),
            ShapeKind::Byte | ShapeKind::Short | ShapeKind::Integer | ShapeKind::Long => {
                let (least, most) = integer_bounds(shape);
                // What a double cannot hold has variants of its own.
                let most = most.min(EXACT).max(least);
                // Small numbers first: they are within every wider type, too.
                let near = most.min(least.saturating_add(1_000)).max(least);
                let most = if rng.one_in(4) { most } else { near };
                Value::Integer(rng.between(least, most) as i64)
            }
            ShapeKind::BigInteger => {
                Value::BigNumber(format!("{}{:016}", 1 + rng.below(9), rng.below(1 << 50)))
            }
            ShapeKind::BigDecimal => {
                Value::BigNumber(format!("{}.{:03}5", rng.below(1_000), rng.below(1_000)))
            }
            ShapeKind::Float | ShapeKind::Double => Value::Float(float(shape, rng)),
            ShapeKind::Timestamp => Value::Timestamp(self.timestamp(rng)),
            ShapeKind::Document => Value::Document(document(rng)),
            ShapeKind::Structure { .. } | ShapeKind::List { .. } | ShapeKind::Map { .. } => Value::default(),
        }
    }

    /// Text that holds JSON, for members that say so.
    pub(crate) fn json_text(&self, shape: &Shape, rng: &mut Rng) -> Value {
        let text = format!(r#"{{"key":{}}}"#, rng.below(100));
        let (least, most) = length_bounds(shape);
        let length = text.len() as u32;
        if length < least || length > most {
            Value::String(self.text(shape, None, rng))
        } else {
            Value::string(text)
        }
    }

    fn text(&self, shape: &Shape, turn: Option<usize>, rng: &mut Rng) -> Text {
        if let Some(turn) = turn
            && !shape.values.is_empty()
        {
            return Text::from(&shape.values[turn % shape.values.len()]);
        }
        if let Some(value) = rng.pick(&shape.values) {
            return Text::from(value);
        }
        match &shape.pattern {
            Some(_) => rng.pick(&self.pool(shape)).map_or_else(|| plain(shape, rng), Text::from),
            None => plain(shape, rng),
        }
    }

    /// Texts of the shape's pattern and length, not empty where the shape allows.
    fn pool(&self, shape: &Shape) -> Arc<[String]> {
        let make = || {
            let (least, most) = length_bounds(shape);
            let mut rng = Rng::labelled(self.seed, &shape.name);
            let texts = self.pattern(shape).map(|pattern| {
                let mut sample = |least| pattern.sample(least, most, Size::Usual, &mut rng).ok();
                (0..POOL).filter_map(|_| sample(least.max(1)).or_else(|| sample(least))).collect::<Vec<_>>()
            });
            texts.unwrap_or_default().into()
        };
        Arc::clone(self.pools[shape.id.0 as usize].get_or_init(make))
    }

    fn timestamp(&self, rng: &mut Rng) -> Timestamp {
        let unit = 10u64.pow(9 - u32::from(self.digits.min(9)));
        let nanos = rng.below(1_000_000_000 / unit) * unit;
        Timestamp { seconds: EPOCH + rng.below(TEN_YEARS) as i64, nanos: nanos as u32 }
    }
}

/// The lengths a shape allows; without an upper bound, one that is still handy.
pub(crate) fn length_bounds(shape: &Shape) -> (u32, u32) {
    let least = shape.min.as_ref().map_or(0, |bound| u32::try_from(bound.integer()).unwrap_or(0));
    let most =
        shape.max.as_ref().map_or(UNBOUNDED, |bound| u32::try_from(bound.integer()).unwrap_or(u32::MAX));
    (least, most.max(least))
}

/// The whole numbers that a shape's type and range allow.
pub(crate) fn integer_bounds(shape: &Shape) -> (i128, i128) {
    let (type_least, type_most) = type_bounds(&shape.kind);
    let least = shape.min.as_ref().map_or_else(|| type_least.max(0), |bound| bound.integer().max(type_least));
    let most = shape.max.as_ref().map_or(type_most, |bound| bound.integer().min(type_most));
    // A range below zero needs no 0.
    let least = if most < least { type_least } else { least };
    (least, most)
}

/// The ends of an integer type.
pub(crate) fn type_bounds(kind: &ShapeKind) -> (i128, i128) {
    match kind {
        ShapeKind::Byte => (i8::MIN.into(), i8::MAX.into()),
        ShapeKind::Short => (i16::MIN.into(), i16::MAX.into()),
        ShapeKind::Integer => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

/// Text of a shape without pattern.
fn plain(shape: &Shape, rng: &mut Rng) -> Text {
    let (least, most) = length_bounds(shape);
    let usual = least.max(1).saturating_add(rng.below(12) as u32);
    word(usual.min(most), rng)
}

/// Small letters and digits.
fn word(length: u32, rng: &mut Rng) -> Text {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let text: String = (0..length).map(|_| char::from(LETTERS[rng.index(LETTERS.len())])).collect();
    Text::from(text)
}

fn blob(shape: &Shape, rng: &mut Rng) -> Vec<u8> {
    let (least, most) = length_bounds(shape);
    let length = (u64::from(least) + rng.below(12)).min(u64::from(most));
    (0..length).map(|_| rng.below(256) as u8).collect()
}

/// A number within the range that is the same as `f32` and `f64`: a whole number of eighths, or coarser where
/// `f32` is.
fn float(shape: &Shape, rng: &mut Rng) -> f64 {
    let least = shape.min.as_ref().map(|bound| bound.number());
    let most = shape.max.as_ref().map(|bound| bound.number());
    let least = least.unwrap_or_else(|| most.map_or(0.0, |most| most.min(0.0)));
    let most = most.unwrap_or(least + 1_000.0);
    let eighths = ((least * 8.0).ceil() as i128, (most * 8.0).floor() as i128);
    if eighths.0 > eighths.1 {
        return least;
    }
    let number = f64::from(rng.between(eighths.0, eighths.1) as f32 / 8.0);
    if (least..=most).contains(&number) { number } else { least }
}

/// A small document of one of JSON's kinds.
fn document(rng: &mut Rng) -> Json {
    match rng.below(6) {
        0 => Json::Bool(rng.one_in(2)),
        1 => Json::number(rng.below(1_000)),
        2 => Json::string("text"),
        3 => Json::Array(vec![Json::number(1), Json::string("two"), Json::Bool(true)]),
        4 => Json::number(22.5),
        _ => Json::object([("key", Json::object([("inner", Json::Array(vec![Json::number(3)]))]))]),
    }
}
