//! A recording played in variants: a program run against what its upstream might have answered.

mod varying;

pub use varying::Varying;
