//! A recording made for one test.

use std::path::Path;
use std::sync::Arc;

use super::{Error, ErrorKind};
use crate::api::model::{Model, latest};
use crate::ground::clock::SystemClock;
use crate::tape::cassette::{self, Header};
use crate::tape::matcher::Models;
use crate::tape::record::{RecordHandler, RecordReport, Setup, Upstream, Upstreams};
use crate::wire::gate::Gate;
use crate::wire::serve::{self, Server, ServerHandle};
use crate::wire::sigv4::Credentials;

/// What a [`Recorder`] reads requests by, and what its cassette says of itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecorderOptions {
    /// The region that the program's clients use.
    pub region: String,
    /// Models of further services. SageMaker's newest is always there.
    pub models: Vec<Arc<Model>>,
    /// The recorder's own credentials for the upstream. They never reach the cassette.
    pub credentials: Credentials,
}

impl Default for RecorderOptions {
    fn default() -> RecorderOptions {
        RecorderOptions {
            region: "us-east-1".to_owned(),
            models: Vec::new(),
            credentials: Credentials::dummy(),
        }
    }
}

/// A recording proxy on a free loopback port, before an upstream such as moto's server.
///
/// ```no_run
/// # async fn example() -> Result<(), shapetape::Error> {
/// let recorder = shapetape::Recorder::start("tests/train.json", "http://127.0.0.1:5000").await?;
/// // … the program's calls go to recorder.endpoint() …
/// recorder.finish().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorder {
    handler: Arc<RecordHandler>,
    server: ServerHandle,
}

impl Recorder {
    /// Records into a cassette what the upstream at a URL answers. Needs a running tokio runtime.
    pub async fn start(cassette: impl AsRef<Path>, upstream: &str) -> Result<Recorder, Error> {
        Recorder::start_with(cassette, upstream, RecorderOptions::default()).await
    }

    /// Records as the options say.
    pub async fn start_with(
        cassette: impl AsRef<Path>,
        upstream: &str,
        options: RecorderOptions,
    ) -> Result<Recorder, Error> {
        let path = cassette.as_ref();
        cassette::recover(path)?;
        let model = latest()?;
        let mut upstreams = Upstreams::default();
        let secrets = options.credentials.secrets();
        upstreams.for_others(Upstream::at(upstream, options.credentials)?);
        let header = Header {
            scenario: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            api: model.metadata.date.clone(),
            recorder: format!("shapetape {}", env!("CARGO_PKG_VERSION")),
            region: options.region,
            ..Header::default()
        };
        let setup = Setup {
            gate: Gate::default(),
            upstreams,
            models: Models::new(std::iter::once(model).chain(options.models)),
            clock: Arc::new(SystemClock),
            header,
            secrets,
            old: None,
        };
        let handler = Arc::new(RecordHandler::new(path, setup)?);
        let server = Server::bind(serve::ServerOptions::default()).await?.run(handler.clone());
        Ok(Recorder { handler, server })
    }

    /// The endpoint URL for the client.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Dummy credentials that the server accepts.
    pub fn credentials(&self) -> Credentials {
        Credentials::dummy()
    }

    /// Stops the server and writes the cassette. Fails where an exchange could not be recorded, or where the scan
    /// found what may be a secret.
    pub async fn finish(self) -> Result<RecordReport, Error> {
        self.server.stop().await;
        let report = self.handler.finish(true)?;
        if report.failures.is_empty() && report.suspects.is_empty() {
            return Ok(report);
        }
        let suspects = report.suspects.iter().map(|suspect| {
            format!("{}: this may be a secret and is stored as {}", suspect.place, suspect.placeholder)
        });
        let lines: Vec<String> = report.failures.iter().cloned().chain(suspects).collect();
        Err(Error::new(ErrorKind::Recording, lines.join("\n"), None))
    }
}
