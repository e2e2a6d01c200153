//! The doctor: plays every message and every kind of value of the protocol to a driver and says what it breaks.
//!
//! What is asked and what may be answered stands in tables (`checks.json`, `synthetic.json`); how a driver
//! lives and ends is in `life`. A check is about the driver, never about its client: where clients may differ,
//! each behaviour is accepted.

mod desk;
mod form;
mod life;
mod patient;
mod pattern;
mod table;

use self::patient::Patient;
use super::{Command, DriverError, Limits, Surroundings};
use crate::clients::pipe::{Start, Started};

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// What came of it.
    pub result: CheckResult,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckResult {
    /// The driver keeps to the protocol.
    Kept,
    /// It does not: what is wrong.
    Broken(String),
    /// The check does not concern it: why.
    Skipped(String),
}

/// Examines a driver; each check is told as soon as it is done. The driver's own account of itself is given
/// back, or why it cannot be examined at all.
pub async fn examine(
    command: Command,
    surroundings: Surroundings,
    told: &mut (dyn FnMut(&Check) + Send),
) -> Result<Started, DriverError> {
    let mut patient =
        Patient::new(command, surroundings, brisk(Start::new(crate::api::model::shipped().service)));
    let hello = patient.wake().await?;
    life::examine(&mut patient, told).await;
    table::examine(&mut patient, &hello, include_str!("checks.json"), told).await?;
    synthetic(patient, told).await?;
    Ok(hello)
}

/// The values that the shipped service lacks, for clients that can load the model of a service that has them.
async fn synthetic(patient: Patient, told: &mut (dyn FnMut(&Check) + Send)) -> Result<(), DriverError> {
    let folder = tempfile::Builder::new()
        .prefix("shapetape-model-")
        .tempdir()
        .map_err(|error| patient.error(error))?;
    for file in crate::api::model::synthetic_for_clients() {
        let path = folder.path().join(&file.name);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        written.and_then(|()| std::fs::write(&path, &file.bytes)).map_err(|error| patient.error(error))?;
    }
    let mut start = brisk(Start::new("synthetic"));
    start.model_path = Some(folder.path().join("synthetic").to_string_lossy().into_owned());
    let mut patient = patient.with(start);
    let check = |result| Check { name: "a model given by its path".to_owned(), result };
    match patient.wake().await {
        Ok(hello) => {
            told(&check(CheckResult::Kept));
            table::examine(&mut patient, &hello, include_str!("synthetic.json"), told).await
        }
        Err(error) if patient.refused() => {
            told(&check(CheckResult::Skipped(error.what)));
            Ok(())
        }
        Err(error) => {
            told(&check(CheckResult::Broken(error.what)));
            Ok(())
        }
    }
}

/// Time-outs so short that a check of them does not take long.
fn brisk(mut start: Start) -> Start {
    start.timeouts.read_ms = 500;
    start
}

/// What the doctor grants a driver.
fn limits() -> Limits {
    Limits::default()
}
