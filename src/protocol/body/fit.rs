//! Whether a value fits its shape, in the words that all formats of bodies share.

use crate::api::model::{Shape, ShapeKind};
use crate::protocol::contract::ProtocolError;

/// Bodies nest deeply: what each level keeps on the stack must be small.
pub(crate) type Fallible<T> = Result<T, Box<ProtocolError>>;

#[cold]
pub(crate) fn refuse(expected: impl Into<String>, found: impl Into<String>) -> Box<ProtocolError> {
    Box::new(ProtocolError::new(expected, found))
}

/// The same error, one step further out.
#[cold]
pub(crate) fn under(mut error: Box<ProtocolError>, step: std::fmt::Arguments<'_>) -> Box<ProtocolError> {
    error.path.insert_str(0, &step.to_string());
    error
}

/// What a union wants, in words.
pub(crate) fn one_arm(shape: &Shape) -> String {
    format!("exactly one member of the union {}", shape.name)
}

/// A member that the shape does not have.
pub(crate) fn no_such_member(shape: &Shape, name: &str) -> Box<ProtocolError> {
    let names: Vec<&str> = shape.members().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let mut error = refuse(format!("a member of {}", shape.name), format!("`{name}`"));
    error.hint = Some(format!("its members are: {}", names.join(", ")));
    error
}

/// What a shape wants, in words.
pub(crate) fn expectation(shape: &Shape) -> String {
    let kind = match shape.kind.integer_bits() {
        Some(8) => "an 8-bit integer",
        Some(16) => "a 16-bit integer",
        Some(32) => "a 32-bit integer",
        Some(_) => "a 64-bit integer",
        None => shape.kind.name(),
    };
    format!("{kind} ({})", shape.name)
}

/// The whole number, if an integer shape can hold it.
pub(crate) fn within_width(shape: &Shape, number: i128) -> Option<i64> {
    let (least, greatest) = match shape.kind {
        ShapeKind::Byte => (i64::from(i8::MIN), i64::from(i8::MAX)),
        ShapeKind::Short => (i64::from(i16::MIN), i64::from(i16::MAX)),
        ShapeKind::Integer => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    i64::try_from(number).ok().filter(|number| (least..=greatest).contains(number))
}
