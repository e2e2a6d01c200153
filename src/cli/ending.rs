//! How a run of checks ends: its reports, its summary, its exit code. What `check` and `report` have in common.

use std::io::Write as _;
use std::path::PathBuf;

use shapetape::check::case::Class;
use shapetape::check::ledger::Upgrade;
use shapetape::check::report;
use shapetape::check::verdict::{Baseline, Conclusion, Policy, Run};
use shapetape::ground::stage::{Stage, guard};

use super::{Exit, Failure, Outcome};

/// The flags that say what is written of a run, and what of it is a failure.
#[derive(Debug, clap::Args)]
pub(crate) struct Ending {
    /// JSON report of an earlier run, whose findings do not fail this one
    #[arg(long, value_name = "RUN.json")]
    baseline: Option<PathBuf>,
    /// Weakest class of finding that fails the run; the order is must, should, agree, snap
    #[arg(long, value_enum, default_value = "must")]
    fail_on: FailOn,
    /// Report to write: json=PATH, junit=PATH or md=PATH; repeatable
    #[arg(long, value_name = "KIND=PATH")]
    report: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// A rule that the specification says must hold
    Must,
    /// A rule that it recommends
    Should,
    /// Clients disagree where no specification decides
    Agree,
    /// The client differs from its own snapshot
    Snap,
    /// No finding fails the run
    None,
}

impl FailOn {
    fn class(self) -> Option<Class> {
        match self {
            FailOn::Must => Some(Class::Must),
            FailOn::Should => Some(Class::Should),
            FailOn::Agree => Some(Class::Agree),
            FailOn::Snap => Some(Class::Snap),
            FailOn::None => None,
        }
    }
}

/// A report that is wanted: the name of its format, and where it goes.
pub(crate) type Wanted = (&'static dyn report::Format, PathBuf);

impl Ending {
    /// The reports that are wanted; told before a long run, not after it.
    pub(crate) fn reports(&self) -> Result<Vec<Wanted>, Failure> {
        self.report
            .iter()
            .map(|text| {
                let (kind, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).unzip();
                match (kind.and_then(report::format), path) {
                    (Some(format), Some(path)) => Ok((format, PathBuf::from(path))),
                    _ => Err(Failure::usage(format!("--report {text}: use {}", known()))),
                }
            })
            .collect()
    }

    /// What makes the run fail.
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        let baseline = self.baseline.as_deref().map(|path| read(path).map(|run| Baseline::of(&run)));
        Ok(Policy { fail_on: self.fail_on.class(), baseline: baseline.transpose()? })
    }
}

/// The formats as a hint names them.
fn known() -> String {
    let names: Vec<String> = report::FORMATS.iter().map(|format| format!("{}=PATH", format.name())).collect();
    names.join(" or ")
}

/// Reads the JSON report of a run.
pub(crate) fn read(path: &std::path::Path) -> Result<Run, Failure> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Failure::usage(format!("{place}: {error}")))?;
    report::read(&bytes, &place).map_err(Failure::usage)
}

/// Writes the reports, prints the summary, and says how the program ends.
pub(crate) fn conclude(run: &Run, policy: &Policy, reports: &[Wanted]) -> Outcome {
    for (format, path) in reports {
        let mut out = Vec::new();
        guard(Stage::Reporting, || None, || format.write(run, policy, &mut out))
            .map_err(Failure::bug)?
            .map_err(Failure::run)?;
        std::fs::write(path, out).map_err(|error| Failure::run(format!("{}: {error}", path.display())))?;
    }
    let mut text = Vec::new();
    let conclusion = match Upgrade::of(run) {
        Some(upgrade) => {
            report::upgrade(&upgrade, run, &mut text).map_err(Failure::run)?;
            upgrade.conclusion(run, policy)
        }
        None => {
            report::summary(run, policy, &mut text).map_err(Failure::run)?;
            run.conclusion(policy)
        }
    };
    let _ = std::io::stdout().lock().write_all(&text);
    Ok(match conclusion {
        Conclusion::AsExpected => Exit::Fine,
        Conclusion::Failed => Exit::Findings,
        Conclusion::BarelyRan => Exit::CouldNotRun,
    })
}
