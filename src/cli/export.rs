//! `check --export DIR`: the cases as files.

use std::fs;
use std::io::{self, BufRead as _, BufReader, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;

use shapetape::api::model::Model;
use shapetape::check::export::{File, Head, PAGE, files, index_line, is_head};
use shapetape::check::taxonomy::Plan;

use super::Failure;
use super::term::say;

/// The name of the file by which an export is known.
const INDEX: &str = "index.jsonl";

/// Writes all cases of a plan.
pub(crate) fn write(plan: &Plan, model: &Model, seed: u64, folder: &Path) -> Result<(), Failure> {
    clear(folder)?;
    let failed = |error: io::Error| Failure::run(format!("{}: {error}", folder.display()));
    let (cases, bytes) = write_all(plan, model, seed, folder).map_err(failed)?;
    let size = bytes as f64 / f64::from(1 << 20);
    say(format_args!("export: {cases} cases, {size:.1} MiB, in {}", folder.display()));
    Ok(())
}

/// Makes room: an earlier export goes, anything else that is there is not ours to touch.
fn clear(folder: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::run(format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_none() {
        return Ok(());
    }
    let mut line = String::new();
    let read = fs::File::open(folder.join(INDEX)).and_then(|file| BufReader::new(file).read_line(&mut line));
    if read.is_err() || !is_head(&line) {
        return Err(Failure::usage(format!(
            "{}: the folder is not empty, and no export of ours\nhint: name a new folder",
            folder.display()
        )));
    }
    match fs::remove_dir_all(folder.join("cases")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

/// How many cases and bytes were written.
fn write_all(plan: &Plan, model: &Model, seed: u64, folder: &Path) -> io::Result<(usize, u64)> {
    let terminal = io::stderr().is_terminal();
    let keys = plan.keys();
    let bar = match terminal {
        true => indicatif::ProgressBar::new(keys.len() as u64),
        false => indicatif::ProgressBar::hidden(),
    };
    fs::write(folder.join("README.md"), PAGE)?;
    let mut index = BufWriter::new(fs::File::create(folder.join(INDEX))?);
    let (service, date) = (&*model.metadata.service, &*model.metadata.date);
    writeln!(index, "{}", Head { service, date, seed, cases: keys.len() }.line())?;
    let mut bytes = 0;
    for case in keys.iter().filter_map(|key| plan.case(&key.id)) {
        for file in files(model, &case) {
            bytes += file.bytes.len() as u64;
            put(folder, &file)?;
        }
        writeln!(index, "{}", index_line(&case))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    index.flush()?;
    Ok((keys.len(), bytes))
}

fn put(folder: &Path, file: &File) -> io::Result<()> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, &file.bytes)
}
