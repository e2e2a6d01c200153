//! Recording and replaying from inside a Rust program: a server on a free loopback port for one test.
//!
//! Each server lives as long as the value that holds it. What a command line would print at the end,
//! [`Replayer::finish`] and [`Recorder::finish`] return.

mod error;
mod recorder;
mod replayer;

pub use error::{Error, ErrorKind};
pub use recorder::{Recorder, RecorderOptions};
pub use replayer::{Replayer, ReplayerOptions};
