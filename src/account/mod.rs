//! An account without a cloud: what answers where no real one is at hand.

pub mod sandbox;
