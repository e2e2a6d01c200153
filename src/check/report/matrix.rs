//! Variant by client: who agrees, who differs, who crashes; and each difference once, whoever shows it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::check::case::VariantName;
use crate::check::verdict::{DifferenceId, Finding, Kind, Run};

/// What a client makes of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// No case of it gave anything to judge.
    NotRun,
    /// Some of its cases could not be judged, and none of the others differs.
    NotJudged,
    /// Nothing but what was due.
    Agrees,
    /// These differences, by number.
    Differs(Vec<usize>),
    /// These differences, a crash or a hang among them.
    Crashes(Vec<usize>),
}

/// One difference and the clients that show it.
#[derive(Debug)]
struct Difference<'a> {
    finding: &'a Finding,
    clients: Vec<&'a str>,
}

/// All variants of a run, client by client.
#[derive(Debug)]
pub(super) struct Matrix<'a> {
    clients: Vec<&'a str>,
    rows: Vec<(&'a str, Vec<Cell>)>,
    differences: Vec<Difference<'a>>,
}

impl<'a> Matrix<'a> {
    pub(super) fn of(run: &'a Run) -> Matrix<'a> {
        let differences = differences(&run.findings);
        let clients: Vec<&str> = run.clients.iter().map(|tally| tally.client.as_str()).collect();
        let mut variants: Vec<&str> = run.coverage.variants.keys().map(String::as_str).collect();
        variants.sort_by_key(|variant| VariantName::of(variant));
        let row = |variant| run.clients.iter().map(|tally| cell(tally, variant, &differences)).collect();
        let rows = variants.into_iter().map(|variant| (variant, row(variant))).collect();
        Matrix { clients, rows, differences }
    }

    /// One line per client.
    pub(super) fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        for (index, client) in self.clients.iter().enumerate() {
            let (mut agrees, mut differs, mut crashes, mut not_judged) = (0, 0, 0, 0);
            for (_, cells) in &self.rows {
                match cells[index] {
                    Cell::NotRun => {}
                    Cell::NotJudged => not_judged += 1,
                    Cell::Agrees => agrees += 1,
                    Cell::Differs(_) => differs += 1,
                    Cell::Crashes(_) => crashes += 1,
                }
            }
            let not_judged = match not_judged {
                0 => String::new(),
                count => format!(", is not judged in {count}"),
            };
            writeln!(
                out,
                "{client}: agrees in {agrees} variants, differs in {differs}, crashes in {crashes}{not_judged}"
            )?;
        }
        Ok(())
    }

    /// The whole of it as Markdown.
    pub(super) fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n## Variant by client\n")?;
        writeln!(out, "Numbers are those of the differences below; – is a variant without a judged case.\n")?;
        writeln!(out, "| variant | {} |", self.clients.join(" | "))?;
        writeln!(out, "|---|{}", "---|".repeat(self.clients.len()))?;
        for (variant, cells) in &self.rows {
            let cells: Vec<String> = cells.iter().map(Cell::shown).collect();
            writeln!(out, "| {variant} | {} |", cells.join(" | "))?;
        }
        writeln!(out, "\n## Differences\n")?;
        for (number, Difference { finding, clients }) in (1..).zip(&self.differences) {
            let Finding { class, variant, oracle, kind, operation, path, operations, .. } = finding;
            let (class, message) = (class.word().to_uppercase(), finding.message.replace(['\n', '\r'], " "));
            let others = match operations.len().saturating_sub(1) {
                0 => String::new(),
                more => format!(" and {more} operations more"),
            };
            writeln!(
                out,
                "{number}. {class} {variant} {oracle} {kind} ({}): `{operation}`{others}, `{path}`: {}",
                clients.join(", "),
                message.replace('<', "&lt;")
            )?;
        }
        Ok(())
    }
}

impl Cell {
    fn shown(&self) -> String {
        let numbers = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Cell::NotRun => "–".to_owned(),
            Cell::NotJudged => "not judged".to_owned(),
            Cell::Agrees => "agrees".to_owned(),
            Cell::Differs(found) => format!("differs {}", numbers(found)),
            Cell::Crashes(found) => format!("crashes {}", numbers(found)),
        }
    }
}

/// Findings that are the same but for the client are one difference; the firmest come first.
fn differences(findings: &[Finding]) -> Vec<Difference<'_>> {
    let mut by_key: BTreeMap<DifferenceId, Difference<'_>> = BTreeMap::new();
    for finding in findings {
        let one =
            by_key.entry(finding.difference()).or_insert_with(|| Difference { finding, clients: Vec::new() });
        one.clients.push(&finding.client);
        if finding.operations.len() > one.finding.operations.len() {
            one.finding = finding;
        }
    }
    let mut differences: Vec<_> = by_key.into_values().collect();
    differences
        .sort_by_key(|one| (one.finding.class, VariantName::of(&one.finding.variant), one.finding.kind));
    differences
}

fn cell(tally: &crate::check::verdict::Tally, variant: &str, differences: &[Difference<'_>]) -> Cell {
    let shown = (1..)
        .zip(differences)
        .filter(|(_, one)| one.finding.variant == variant && one.clients.contains(&tally.client.as_str()));
    let (mut numbers, mut crash) = (Vec::new(), false);
    for (number, one) in shown {
        numbers.push(number);
        crash |= matches!(one.finding.kind, Kind::Crash | Kind::Hung);
    }
    match (numbers.is_empty(), crash) {
        (false, true) => Cell::Crashes(numbers),
        (false, false) => Cell::Differs(numbers),
        (true, _) if tally.not_judged_variants.contains_key(variant) => Cell::NotJudged,
        (true, _) if tally.variants.contains_key(variant) => Cell::Agrees,
        (true, _) => Cell::NotRun,
    }
}
