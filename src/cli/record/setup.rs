//! The setup of a recorder, the same for a command and for a scenario.

use std::path::Path;
use std::sync::Arc;

use shapetape::api::model::Model;
use shapetape::ground::clock::SystemClock;
use shapetape::ground::program::PROGRAM;
use shapetape::tape::cassette::{self, Header};
use shapetape::tape::matcher::Models;
use shapetape::tape::record::Setup;
use shapetape::tape::replay::{ReplayOptions, Session};

use super::super::Failure;
use super::upstream::UpstreamSource;
use super::{Arguments, Mode};

/// One cassette that is to be recorded.
pub(super) struct Recording<'a> {
    /// Where it goes.
    pub(super) path: &'a Path,
    /// What becomes of one that is there already.
    pub(super) mode: Mode,
    /// The scenario in its head.
    pub(super) scenario: String,
    /// The API in its head and of its upstream.
    pub(super) model: Arc<Model>,
    /// The models to read requests by.
    pub(super) models: Models,
    /// The region that requests are signed for.
    pub(super) region: &'a str,
}

/// What the recorder of a cassette needs.
pub(super) fn setup(
    arguments: &Arguments,
    source: &UpstreamSource,
    recording: Recording<'_>,
) -> Result<Setup, Failure> {
    let Recording { path, mode, scenario, model, models, region } = recording;
    let old = if mode == Mode::New && path.exists() {
        let cassette = cassette::load(path).map_err(Failure::usage)?;
        let session = Session::new(models.clone(), std::slice::from_ref(&cassette), ReplayOptions::default());
        Some((cassette, session))
    } else {
        None
    };
    Ok(Setup {
        gate: arguments.server.gate()?,
        upstreams: source.upstreams(&model, region)?,
        models,
        clock: Arc::new(SystemClock),
        header: Header {
            scenario,
            api: model.metadata.date.clone(),
            recorder: PROGRAM.to_owned(),
            region: region.to_owned(),
            ..Header::default()
        },
        secrets: source.secrets(),
        old,
    })
}
