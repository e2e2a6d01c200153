//! APIs as data: service models, values of their shapes, what a call gave, and the services whose facts ship.

pub mod model;
pub mod outcome;
pub mod sagemaker;
pub mod values;
