//! The name of this program in what it writes.

/// The program and its version, for the heads of cassettes and reports.
pub const PROGRAM: &str = concat!("shapetape ", env!("CARGO_PKG_VERSION"));
