//! The table of planted bugs in the docs: written by a hunt, read again to check that it still holds.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use shapetape::check::case::Class;
use shapetape::check::oracles::{Charge, charges};
use shapetape::check::verdict::{Kind, OracleName};

use super::hunt::Catch;
use crate::project;

/// One row: a bug and the case that told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) wrong: String,
    pub(super) seam: String,
    pub(super) narrow: bool,
    pub(super) oracle: String,
    pub(super) kind: String,
    /// The rule of the charge, where the kind has several.
    pub(super) rule: String,
    pub(super) class: String,
    pub(super) variant: String,
    /// The case, and before it the one that has to be played first, if one has.
    pub(super) cases: Vec<String>,
}

impl Row {
    /// The cells that a hunt finds out.
    pub(super) fn caught(mut self, catch: &Catch) -> Row {
        self.rule = catch.rule.to_owned();
        self.class = Class::word(catch.class).to_owned();
        self.variant.clone_from(&catch.variant);
        self.cases = catch.after.iter().chain([&catch.case]).cloned().collect();
        self
    }

    fn line(&self) -> String {
        let cases: Vec<String> = self.cases.iter().map(|case| format!("`{case}`")).collect();
        let Row { name, wrong, seam, narrow, oracle, kind, rule, class, variant, .. } = self;
        let narrow = if *narrow { "yes" } else { "" };
        let wrong = wrong.replace('|', "\\|");
        let cases = cases.join(", then ");
        format!(
            "| {name} | {wrong} | {seam} | {narrow} | {oracle} | {kind} | {rule} | {class} | {variant} | {cases} |"
        )
    }

    fn read(line: &str) -> Option<Row> {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [name, wrong, seam, narrow, oracle, kind, rule, class, variant, cases] = cells[..] else {
            return None;
        };
        let text = |cell: &str| cell.trim().to_owned();
        Some(Row {
            name: text(name),
            wrong: text(wrong).replace("\\|", "|"),
            seam: text(seam),
            narrow: narrow.trim() == "yes",
            oracle: text(oracle),
            kind: text(kind),
            rule: text(rule),
            class: text(class),
            variant: text(variant),
            cases: cases.split(", then ").map(|case| case.trim().trim_matches('`').to_owned()).collect(),
        })
    }
}

const HEAD: &str = "| bug | what is wrong | seam | narrow | oracle | kind | rule | class | variant | case |\n\
                    |---|---|---|---|---|---|---|---|---|---|\n";

fn file() -> PathBuf {
    project::root().join("src/check/oracles/MUTANTS.md")
}

fn marks(part: &str) -> (String, String) {
    (
        format!("<!-- begin {part}: `cargo xtask mutants` writes this table -->\n"),
        format!("<!-- end {part} -->"),
    )
}

/// Writes the rows and a line about the seeds in place of those that were there.
pub(super) fn write(part: &str, rows: &[Row], seeds: &str) -> Result<()> {
    let (text, (begin, end)) = (std::fs::read_to_string(file())?, marks(part));
    let (before, rest) = text.split_once(&begin).with_context(|| format!("MUTANTS.md has no part {part}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the part {part} has no end"))?;
    let lines: String = rows.iter().map(|row| row.line() + "\n").collect();
    std::fs::write(file(), format!("{before}{begin}\n{HEAD}{lines}\n{seeds}\n\n{end}{after}"))?;
    Ok(())
}

/// The rows of the docs.
pub(super) fn read(part: &str) -> Result<Vec<Row>> {
    let (text, (begin, end)) = (std::fs::read_to_string(file())?, marks(part));
    let rows = between(&text, &begin, &end).lines().filter_map(Row::read);
    Ok(rows.filter(|row| row.name != "bug").collect())
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    let rest = text.split_once(begin).map(|(_, rest)| rest).unwrap_or_default();
    rest.split_once(end).map(|(part, _)| part).unwrap_or_default()
}

/// The charges that the docs excuse from having a bug.
fn excused(text: &str) -> Result<BTreeSet<Charge>> {
    let part = between(text, "<!-- begin excused -->", "<!-- end excused -->");
    let cells = part.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    // The head of the table and the line below it.
    let rows = cells.map(|cells| cells.split(" | ").map(str::trim).collect::<Vec<_>>()).skip(1);
    let charge = |row: Vec<&str>| {
        let [oracle, kind, rule, why] = row[..] else { bail!("an excuse is not of four cells: {row:?}") };
        let known =
            charges().find(|one| (one.oracle.word(), one.kind.word(), one.rule) == (oracle, kind, rule));
        ensure!(!why.is_empty(), "no reason for {oracle} {kind} {rule}");
        known.with_context(|| format!("no charge: {oracle} {kind} {rule}"))
    };
    rows.map(charge).collect()
}

/// Every charge of the judges is told by a bug of the tables, or excused from it and told by none.
pub(super) fn check_charges() -> Result<()> {
    let mut told = BTreeSet::new();
    for row in read("builtin")?.into_iter().chain(read("boto3")?) {
        let kind = Kind::from_word(&row.kind).with_context(|| format!("no kind: {}", row.kind))?;
        let oracle = OracleName::from_word(&row.oracle);
        told.extend(oracle.and_then(|oracle| Charge::named(oracle, kind, &row.rule)));
    }
    let excused = excused(&std::fs::read_to_string(file())?)?;
    let named = |charges: Vec<Charge>| charges.iter().map(Charge::to_string).collect::<Vec<_>>().join("\n  ");
    let untold = charges().filter(|charge| !told.contains(charge) && !excused.contains(charge)).collect();
    let untold: String = named(untold);
    ensure!(untold.is_empty(), "told by no planted bug:\n  {untold}");
    let needless = named(excused.intersection(&told).copied().collect());
    ensure!(needless.is_empty(), "excused, and told by a planted bug:\n  {needless}");
    Ok(())
}

/// The rows of the docs speak of these bugs, in this order and in these words.
pub(super) fn check(rows: &[Row], bugs: &[Row]) -> Result<()> {
    let head = |row: &Row| Row {
        rule: String::new(),
        class: String::new(),
        variant: String::new(),
        cases: Vec::new(),
        ..row.clone()
    };
    for (row, bug) in rows.iter().zip(bugs) {
        ensure!(head(row) == *bug, "the table has `{}` where there is `{}`", row.name, bug.name);
    }
    let (rows, bugs) = (rows.len(), bugs.len());
    ensure!(rows == bugs, "the table has {rows} bugs and there are {bugs}: run `cargo xtask mutants`");
    Ok(())
}
