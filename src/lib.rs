#![doc = include_str!("README.md")]

pub mod case;
pub mod cassette;
pub mod clock;
pub mod driver;
pub mod exchange;
pub mod json;
pub mod model;
pub mod oracle;
pub mod outcome;
pub mod protocol;
pub mod redact;
pub mod scenario;
pub mod serve;
pub mod sigv4;
pub mod verdict;
pub mod yaml;
