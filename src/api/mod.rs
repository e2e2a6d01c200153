//! APIs as data: service models, values of their shapes, what a call gave, and the services whose facts ship.

pub mod facts;
pub mod model;
pub mod outcome;
mod sagemaker;
pub mod values;
