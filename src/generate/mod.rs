//! Cases out of a service model: values of shapes, the variants of the taxonomy, and smaller cases.
//!
//! Everything is a function of the model and a seed: the same two give the same cases, always.

mod leaf;
pub mod pattern;
mod rng;
mod smaller;
mod strategy;
mod value;

pub use rng::Rng;
pub use smaller::timestamp_digits;
pub use strategy::{ShapeValue, ShapeValues, values_of};
pub use value::{Fill, Values, arbitrary};
