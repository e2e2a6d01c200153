//! All wings of shapetape, one module each; the map of the house follows.
#![doc = include_str!("README.md")]

pub mod account;
pub mod api;
pub mod check;
pub mod clients;
pub mod conduct;
pub mod ground;
pub mod protocol;
pub mod tape;
pub mod wire;
