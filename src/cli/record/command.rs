//! A command, or sessions of a test runner, through the recording proxy.

use std::path::Path;
use std::sync::Arc;

use shapetape::api::model;
use shapetape::tape::cassette;
use shapetape::tape::record::RecordHandler;

use super::super::control::{self, Control};
use super::super::environment::ChildEnvironment;
use super::super::listen::sessions;
use super::super::models::at_hand;
use super::super::{CommandResult, Exit, Failure, child};
use super::setup::{Recording, setup};
use super::upstream::UpstreamSource;
use super::{Arguments, Mode, conclude};
use crate::cli::term::say;

/// Runs the command.
pub(super) async fn run(arguments: Arguments) -> CommandResult {
    let source = arguments.upstream.open(&arguments.server.region).await?;
    let sessions = sessions();
    if arguments.control {
        let server = arguments.server.serve(sessions.clone()).await?;
        arguments.server.ready(&server.endpoint(), 0, 0);
        let mut control = Control::new(sessions, server.endpoint());
        let clean = control::run(&mut control, &mut |open| open_session(&arguments, &source, open)).await?;
        server.stop().await;
        return Ok(if clean { Exit::Fine } else { Exit::Findings });
    }
    let Some(path) = &arguments.cassette else {
        return Err(Failure::usage("--cassette PATH says where to record to\nhint: shapetape record --help"));
    };
    let recorder = Arc::new(recorder(&arguments, &source, path, arguments.mode)?);
    sessions.set_default(recorder.clone());
    let server = arguments.server.serve(sessions).await?;
    let exit = if arguments.command.is_empty() {
        arguments.server.ready(&server.endpoint(), 1, 0);
        child::told_to_end().await?;
        Exit::Fine
    } else {
        let environment = ChildEnvironment::new(&server.endpoint(), &arguments.server.region);
        match child::run(&arguments.command, &environment).await {
            Ok(status) => child::code(status).unwrap_or(Exit::Fine),
            Err(failure) => {
                recorder.finish(false).map_err(Failure::run)?;
                return Err(failure);
            }
        }
    };
    server.stop().await;
    let report = recorder.finish(exit == Exit::Fine).map_err(Failure::run)?;
    Ok(conclude(&report, exit))
}

fn recorder(
    arguments: &Arguments,
    source: &UpstreamSource,
    path: &Path,
    mode: Mode,
) -> Result<RecordHandler, Failure> {
    recover(path)?;
    let recording = Recording {
        path,
        mode,
        scenario: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        model: model::latest().map_err(Failure::run)?,
        models: at_hand()?,
        region: &arguments.server.region,
    };
    let setup = setup(arguments, source, recording)?;
    RecordHandler::new(path, setup).map_err(Failure::run)
}

/// Makes a partial cassette of what a killed recording left.
pub(super) fn recover(path: &Path) -> Result<(), Failure> {
    if let Some(recovered) = cassette::recover(path).map_err(Failure::run)? {
        say(format_args!(
            "note: a recording was cut off before; its {} interactions are in {}",
            recovered.interactions,
            recovered.partial.display()
        ));
    }
    Ok(())
}

/// A session opened by a control message.
fn open_session(
    arguments: &Arguments,
    source: &UpstreamSource,
    open: &control::Open,
) -> Result<control::Opened, Failure> {
    let mode = match open.mode.as_str() {
        "record" => Mode::All,
        "new" => Mode::New,
        other => {
            return Err(Failure::usage(format!(
                "mode `{other}`: this listener records\nhint: use record or new"
            )));
        }
    };
    let recorder = Arc::new(recorder(arguments, source, &open.path, mode)?);
    let ending = recorder.clone();
    Ok(control::Opened {
        handler: recorder,
        close: Box::new(move || {
            let report = ending.finish(true).map_err(Failure::run)?;
            let clean = report.failures.is_empty() && report.suspects.is_empty();
            Ok((report.to_json(), clean))
        }),
    })
}
