//! A cassette served for one test.

use std::path::Path;
use std::sync::Arc;

use super::{Error, ErrorKind};
use crate::api::model::{Model, latest};
use crate::tape::cassette;
use crate::tape::matcher::Models;
use crate::tape::replay::{ReplayHandler, ReplayOptions, Session, SessionReport};
use crate::wire::gate::Gate;
use crate::wire::serve::{self, Server, ServerHandle};
use crate::wire::sigv4::Credentials;

/// How a [`Replayer`] plays and what it reads requests by.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReplayerOptions {
    /// Order, waits, attempts and used-up answers.
    pub replay: ReplayOptions,
    /// Whether interactions that no request asked for are no failure.
    pub allow_unplayed: bool,
    /// Models of further services. SageMaker's newest is always there; requests of a service without a model match
    /// by their bytes.
    pub models: Vec<Arc<Model>>,
}

/// A cassette served on a free loopback port, offline and always the same.
///
/// ```
/// # async fn example() -> Result<(), shapetape::Error> {
/// let replayer = shapetape::Replayer::start("cassettes/sagemaker/notebook-instance.json").await?;
/// // Any SDK: endpoint_url = replayer.endpoint(), region = us-east-1, credentials = replayer.credentials().
/// assert!(replayer.endpoint().starts_with("http://127.0.0.1:"));
/// // Nothing was asked, so every interaction is left over.
/// let error = replayer.finish().await.unwrap_err();
/// assert_eq!(error.kind(), shapetape::ErrorKind::Mismatch);
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Debug)]
pub struct Replayer {
    handler: Arc<ReplayHandler>,
    server: ServerHandle,
    allow_unplayed: bool,
}

impl Replayer {
    /// Serves a cassette. Needs a running tokio runtime.
    pub async fn start(cassette: impl AsRef<Path>) -> Result<Replayer, Error> {
        Replayer::start_with(cassette, ReplayerOptions::default()).await
    }

    /// Serves a cassette as the options say.
    pub async fn start_with(cassette: impl AsRef<Path>, options: ReplayerOptions) -> Result<Replayer, Error> {
        let cassette = cassette::load(cassette.as_ref())?;
        let models = Models::new(std::iter::once(latest()?).chain(options.models));
        let session = Session::new(models, &[cassette], options.replay);
        let handler = Arc::new(ReplayHandler::new(Gate::default(), session));
        let server = Server::bind(serve::ServerOptions::default()).await?.run(handler.clone());
        Ok(Replayer { handler, server, allow_unplayed: options.allow_unplayed })
    }

    /// The endpoint URL for the client.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Dummy credentials that the server accepts.
    pub fn credentials(&self) -> Credentials {
        Credentials::dummy()
    }

    /// How the replay went so far.
    pub fn report(&self) -> SessionReport {
        self.handler.report()
    }

    /// Stops the server. Fails where a request had no recorded answer or, unless that is allowed, where an
    /// interaction was not played; the message lists both.
    pub async fn finish(self) -> Result<SessionReport, Error> {
        self.server.stop().await;
        let report = self.handler.report();
        if report.is_clean(self.allow_unplayed) {
            return Ok(report);
        }
        let hint = "record the cassette again where the program's calls have changed";
        Err(Error::new(ErrorKind::Mismatch, report.lines().join("\n"), Some(hint)))
    }
}
