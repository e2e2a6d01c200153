//! Record and replay contract tests for clients of AWS APIs, from inside a Rust program.
//!
//! Which of these do you need?
//!
//! - To run a test without AWS, from a recording: [`Replayer`]. It serves a cassette on a free loopback port.
//! - To make that recording: [`Recorder`], before moto's server, an account of yours, or anything at a URL.
//! - To see what happened: [`SessionReport`] and [`RecordReport`], and an [`Error`] with its [`ErrorKind`] and hint.
//! - To generate calls and answers, to judge clients, to drive SDKs in other languages: the command `shapetape`.
//!
//! ```
//! # use shapetape::{ErrorKind, Order, Replayer, ReplayerOptions};
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let mut options = ReplayerOptions::default();
//! options.replay.order = Order::Strict;
//! options.allow_unplayed = true;
//! let replayer = Replayer::start_with("cassettes/sagemaker/hosting.json", options).await?;
//! // A client with this endpoint and these credentials gets the recorded answers, and only those.
//! let (endpoint, credentials) = (replayer.endpoint(), replayer.credentials());
//! assert!(endpoint.starts_with("http://127.0.0.1:") && credentials.secret_access_key == "testing");
//! replayer.finish().await?;
//!
//! let error = Replayer::start("cassettes/nowhere.json").await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Cassette);
//! # Ok::<(), shapetape::Error>(())
//! # }).unwrap();
//! ```
//!
//! The names at this level are the front door: they change only with a new minor version, and `CHANGELOG.md` says
//! how. The modules below are the wings of the house, which the command is made of; they may change in any version.
//! The map of the house follows.
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

pub use api::model::{Model, ModelError};
pub use conduct::embed::{Error, ErrorKind, Recorder, RecorderOptions, Replayer, ReplayerOptions};
pub use tape::cassette::{Cassette, CassetteError, Interaction};
pub use tape::record::RecordReport;
pub use tape::replay::{Attempts, Exhausted, Miss, Order, ReplayOptions, SessionReport, Waits};
pub use wire::sigv4::Credentials;
