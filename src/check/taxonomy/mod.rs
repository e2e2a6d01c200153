//! Cases out of a service model: the variants of the taxonomy, the plan, and smaller cases.
//!
//! Everything is a function of the model and a seed: the same two give the same cases, always.

mod catalogue;
mod draft;
mod enums;
mod fault;
mod maker;
mod ownership;
mod pager;
mod pairs;
mod place;
mod plan;
mod polls;
mod shrink;
mod subject;
mod variants;
mod variations;

pub use catalogue::{Variant, variants};
pub use plan::{CaseKey, Plan, PlanOptions, SEED, case, plan};
pub use shrink::Smaller;
pub use variations::{Variation, Variations, Varied, response_variants};
