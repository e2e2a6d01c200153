//! How a run of checks ends: its reports, its summary, its exit code. What `check` and `report` have in common.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use shapetape::check::case::Class;
use shapetape::check::ledger::Upgrade;
use shapetape::check::report::{self, Files, Writer};
use shapetape::check::verdict::{Baseline, Conclusion, Policy, Run};
use shapetape::ground::stage::{RunStage, guard};

use super::{CommandResult, Exit, Failure};

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
pub(crate) type WantedReport = (&'static dyn report::Format, PathBuf);

impl Ending {
    /// The reports that are wanted; told before a long run, not after it.
    pub(crate) fn reports(&self) -> Result<Vec<WantedReport>, Failure> {
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
    let place = |format: &&dyn report::Format| match format.writer() {
        Writer::File(_) => "PATH",
        Writer::Folder(_) => "DIR",
    };
    let names: Vec<String> =
        report::FORMATS.iter().map(|format| format!("{}={}", format.name(), place(format))).collect();
    names.join(" or ")
}

/// Reads the JSON report of a run.
pub(crate) fn read(path: &Path) -> Result<Run, Failure> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Failure::usage(format!("{place}: {error}")))?;
    report::read(&bytes, &place).map_err(Failure::usage)
}

/// Writes one report: a file, or a folder of files.
fn write(format: &dyn report::Format, run: &Run, policy: &Policy, path: &Path) -> io::Result<()> {
    match format.writer() {
        Writer::File(write) => {
            let mut out = Vec::new();
            write(run, policy, &mut out)?;
            std::fs::write(path, out)
        }
        Writer::Folder(write) => {
            std::fs::create_dir_all(path)?;
            write(run, policy, &mut Folder(path))
        }
    }
}

/// A folder on the disk.
struct Folder<'a>(&'a Path);

impl Files for Folder<'_> {
    fn file(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.0.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, content)
    }
}

/// Writes the reports, prints the summary, and says how the program ends.
pub(crate) fn conclude(run: &Run, policy: &Policy, reports: &[WantedReport]) -> CommandResult {
    for (format, path) in reports {
        guard(RunStage::Reporting, || None, || write(*format, run, policy, path))
            .map_err(Failure::bug)?
            .map_err(|error| Failure::run(format!("{}: {error}", path.display())))?;
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
    let _ = io::stdout().lock().write_all(&text);
    Ok(match conclusion {
        Conclusion::AsExpected => Exit::Fine,
        Conclusion::Failed => Exit::Findings,
        Conclusion::BarelyRan => Exit::CouldNotRun,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A format of two files, one of them in a folder of its own.
    struct Pair;

    impl report::Format for Pair {
        fn name(&self) -> &'static str {
            "pair"
        }

        fn writer(&self) -> Writer {
            Writer::Folder(|run, _, files| {
                files.file("index.txt", run.tool.as_bytes())?;
                files.file("parts/clients.txt", run.clients.len().to_string().as_bytes())
            })
        }
    }

    #[test]
    fn a_format_may_write_a_folder_of_files() {
        let json = r#"{"version": 1, "tool": "shapetape 0", "complete": true,
            "api": {"service": "things", "date": "", "operations": 0}, "clients": [],
            "coverage": {"seed": 1, "filtered": false, "shard": null, "operations": {}, "variants": {},
                "elements": {}, "deviations": []},
            "findings": [], "timing": null}"#;
        let run = report::read(json.as_bytes(), "run.json").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (pair, plain) = (folder.path().join("new/pair"), folder.path().join("run.json"));
        // What an earlier report left there and this one does not write stays.
        std::fs::create_dir_all(&pair).unwrap();
        std::fs::write(pair.join("index.txt"), "an earlier one that was longer").unwrap();
        let policy = Policy::default();
        write(&Pair, &run, &policy, &pair).unwrap();
        let read = |name: &str| std::fs::read_to_string(pair.join(name)).unwrap();
        assert_eq!(
            (read("index.txt"), read("parts/clients.txt")),
            ("shapetape 0".to_owned(), "0".to_owned())
        );
        write(report::format("json").unwrap(), &run, &policy, &plain).unwrap();
        assert_eq!(report::read(&std::fs::read(&plain).unwrap(), "run.json").unwrap(), run);
        assert!(write(&Pair, &run, &policy, &plain).is_err());
    }
}
