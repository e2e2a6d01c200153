//! What everything stands on: time, JSON and YAML as they were written, HTTP as data, the program's name.

pub mod clock;
pub mod exchange;
pub mod json;
pub mod program;
pub mod stage;
pub mod yaml;
