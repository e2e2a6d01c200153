#![doc = include_str!("README.md")]

pub mod clock;
pub mod exchange;
pub mod json;
pub mod model;
