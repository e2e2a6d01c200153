//! Exchanges kept: recorded into cassettes without their secrets, replayed, verified.

pub mod cassette;
pub mod matcher;
pub mod record;
pub mod redact;
pub mod replay;
pub mod verify;
