//! Values of shapes: the smallest, the fullest, random ones, and smaller ones than a given one.
//!
//! Everything is a function of the model and a seed: the same two give the same values, always.

mod edit;
mod leaf;
pub mod pattern;
mod rng;
mod smaller;
mod strategy;
mod value;

pub(crate) use edit::{Edit, Spot, edits, json_edits, way_of};
pub(crate) use leaf::{integer_bounds, length_bounds, type_bounds};
pub use rng::Rng;
pub use smaller::timestamp_digits;
pub(crate) use strategy::runner;
pub use strategy::{ShapeValue, ShapeValues, values_of};
pub use value::{Fill, Values, arbitrary};
