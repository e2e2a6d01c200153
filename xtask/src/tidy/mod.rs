//! `tidy`: the rules of the house that the compiler does not know. All findings are told, not only the first.

mod map;
mod names;
mod rules;
mod schema;
mod source;
mod words;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::project;
use rules::Finding;
use schema::Schema;
use source::Source;

/// Checks every tracked file, and new ones that are not ignored.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let root = project::root();
    let rooms = map::rooms(&fs::read_to_string(root.join("src/README.md"))?)?;
    let machine = machine_places(root);
    let schema = Schema::read(root)?;
    let mut findings = schema.of_the_guide(root)?;
    let mut house = Vec::new();
    for path in tracked(root)? {
        findings.extend(rules::name(&path));
        // What is no text holds no path that anybody could follow.
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        findings.extend(rules::machine_paths(&path, &text, &machine));
        findings.extend(schema.of_scenario(&path, &text));
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let own_crate = is_of_another_crate(root, &path);
        let source = Source::read(path, text)?;
        findings.extend(rules::head(&source).into_iter().chain(rules::length(&source)));
        if !own_crate {
            findings.extend(of_the_product(&source, &rooms));
            house.extend(source.path.starts_with("src").then_some(source));
        }
    }
    findings.extend(names::doubled(&house, &rooms));
    tell(findings, house.iter().map(Source::product_lines).collect())
}

fn of_the_product(source: &Source, rooms: &[map::Room]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = rules::placed(source, rooms).into_iter().collect();
    findings.extend(rules::ranks(source, rooms));
    findings.extend(rules::never(source));
    findings.extend(rules::io(source, rooms));
    findings.extend(rules::front_door(source, rooms));
    findings.extend(words::kept(source));
    findings
}

fn tell(mut findings: Vec<Finding>, mut sizes: Vec<usize>) -> Result<()> {
    findings.sort();
    for Finding { path, line, what } in &findings {
        println!("{path}:{line}: {what}");
    }
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    let fitting = sizes.iter().filter(|size| (100..=400).contains(*size)).count();
    println!(
        "tidy: {} product files, median {median} lines, {} % within 100–400, longest {}; {} findings",
        sizes.len(),
        100 * fitting / sizes.len().max(1),
        sizes.last().copied().unwrap_or_default(),
        findings.len()
    );
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    Ok(())
}

fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("cannot start git")?;
    ensure!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).context("a tracked file's name is not UTF-8")?;
    let paths = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
    Ok(paths.filter(|path| root.join(path).is_file()).collect())
}

/// True where a folder between `src` and the file is a crate of its own, `xtask`, or the folder of a driver.
fn is_of_another_crate(root: &Path, path: &Path) -> bool {
    let folders = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    let marked = |folder: &Path| {
        ["Cargo.toml", "install.json"].iter().any(|mark| root.join(folder).join(mark).is_file())
    };
    folders.into_iter().any(marked)
}

/// Beginnings of paths that only this machine, or some developer's, has.
fn machine_places(root: &Path) -> Vec<String> {
    let slashed = |path: &Path| format!("{}/", path.display());
    let mut places: Vec<String> =
        ["home", "root", "Users"].iter().map(|folder| format!("/{folder}/")).collect();
    let own =
        [Some(root.to_owned()), root.parent().map(Path::to_owned), project::variable("HOME").map(Into::into)];
    // A folder right under `/` may well be the name of something in a text: only deeper ones are telling.
    let telling = own.into_iter().flatten().filter(|path| path.components().count() > 2);
    places.extend(telling.map(|path| slashed(&path)));
    places
}
