//! A scenario from its first step to its cassette, and back from the cassette to its last step.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{Cast, RunError, rehearse};
use crate::conduct::scenario::{Play, Scenario, StepResult};
use crate::ground::json::{Json, Text};
use crate::tape::cassette::{Cassette, Interaction};
use crate::tape::matcher::Models;
use crate::tape::record::{RecordHandler, RecordReport, Setup};
use crate::tape::replay::{ReplayHandler, ReplayOptions, Session, SessionReport};
use crate::wire::gate::Gate;
use crate::wire::serve::{self, Server};

/// Hears of each step as it ends; of a failed one with the exchange it last made, redacted.
pub type Tell<'a> = dyn FnMut(&StepResult, Option<Interaction>) + Send + 'a;

/// A scenario that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedScenario {
    /// How each step ended.
    pub steps: Vec<StepResult>,
    /// It came to its end with everything as expected.
    pub whole: bool,
    /// What the recorder has to say.
    pub report: RecordReport,
}

/// A scenario that was replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// How each step ended.
    pub steps: Vec<StepResult>,
    /// It came to its end with everything as expected.
    pub whole: bool,
    /// What was played.
    pub report: SessionReport,
}

/// Performs a scenario through the recording proxy, into the cassette at `path`. Names that must be unique end in
/// `suffix`, but for those that the old cassette of the set-up keeps. Of a scenario that fails there is a partial
/// cassette; an old one stays.
pub async fn record(
    scenario: &Scenario,
    suffix: &str,
    path: &Path,
    mut setup: Setup,
    cast: &Cast,
    tell: &mut Tell<'_>,
) -> Result<RecordedScenario, RunError> {
    let kept = setup.old.as_ref().map(|(cassette, _)| names(cassette)).unwrap_or_default();
    let mut play = Play::new(scenario, suffix, kept);
    let texts = play.unique_names().into_iter().filter_map(|(name, value)| {
        let text = value.as_str()?.to_owned();
        Some((name, text))
    });
    setup.header.variables = texts.collect();
    let recorder = Arc::new(RecordHandler::new(path, setup)?);
    let server = Server::bind(serve::ServerOptions::default()).await?.run(recorder.clone());
    let played = rehearse(cast, &server.endpoint(), &mut play, &mut |result| {
        let failed = !result.mismatches.is_empty();
        tell(result, failed.then(|| recorder.last()).flatten());
    })
    .await;
    server.stop().await;
    let whole = played.is_ok() && play.ended_well();
    let report = recorder.finish(whole)?;
    played?;
    Ok(RecordedScenario {
        steps: play.results().to_vec(),
        whole: whole && report.failures.is_empty(),
        report,
    })
}

/// Performs a scenario against a cassette of it, with the names that it was recorded with.
pub async fn replay(
    scenario: &Scenario,
    cassette: Cassette,
    models: Models,
    cast: &Cast,
    tell: &mut Tell<'_>,
) -> Result<Replayed, RunError> {
    let mut play = Play::new(scenario, "replay", names(&cassette));
    let replayer = Arc::new(ReplayHandler::new(
        Gate::default(),
        Session::new(models, &[cassette], ReplayOptions::default()),
    ));
    let server = Server::bind(serve::ServerOptions::default()).await?.run(replayer.clone());
    let played = rehearse(cast, &server.endpoint(), &mut play, &mut |result| tell(result, None)).await;
    server.stop().await;
    played?;
    Ok(Replayed { steps: play.results().to_vec(), whole: play.ended_well(), report: replayer.report() })
}

/// The unique names that a cassette keeps.
fn names(cassette: &Cassette) -> BTreeMap<String, Json> {
    let variables = cassette.header.variables.iter();
    variables.map(|(name, value)| (name.clone(), Json::String(Text::from(value.as_str())))).collect()
}
