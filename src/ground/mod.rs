//! What everything stands on: time, JSON and YAML as they were written, HTTP as data.

pub mod clock;
pub mod exchange;
pub mod json;
pub mod stage;
pub mod yaml;
