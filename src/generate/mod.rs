//! Cases out of a service model: values of shapes, the variants of the taxonomy, and smaller cases.
//!
//! Everything is a function of the model and a seed: the same two give the same cases, always.

mod catalogue;
mod draft;
mod edit;
mod enums;
mod fault;
mod fold;
mod leaf;
mod maker;
mod pager;
mod pairs;
pub mod pattern;
mod place;
mod plan;
mod polls;
mod rng;
mod shrink;
mod smaller;
mod strategy;
mod subject;
mod value;
mod variants;
mod variations;

pub use catalogue::{Variant, variants};
pub use plan::{Key, Plan, PlanOptions, SEED, case, plan};
pub use rng::Rng;
pub use shrink::Smaller;
pub use smaller::timestamp_digits;
pub use strategy::{ShapeValue, ShapeValues, values_of};
pub use value::{Fill, Values, arbitrary};
pub use variations::{Variation, Variations, Varied, response_variants};
