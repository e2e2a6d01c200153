//! All integration tests, one binary.
#![allow(missing_docs, reason = "test binary")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod builtin;
mod campaign;
mod clients;
mod codec_properties;
mod commands;
mod coverage;
mod doctor;
mod drivers;
mod export;
mod false_alarms;
mod forms_and_cbor;
mod judges;
mod known;
mod models;
mod oracles;
mod patterns;
mod protocol_suite;
mod recording;
mod replay;
mod replay_in_rust;
mod reports;
mod rest_properties;
mod sandbox;
mod scenarios;
mod serve;
mod setup;
mod shrinking;
mod signatures;
mod sigv4;
mod snapshots;
mod upkeep;
mod vary;
mod world;
