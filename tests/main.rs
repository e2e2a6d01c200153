//! All integration tests, one binary.
#![allow(missing_docs, reason = "test binary")]
