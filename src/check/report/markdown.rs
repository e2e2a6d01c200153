//! Markdown: a summary to paste into a pull request, and the table of known deviations for the docs.

use std::io::{self, Write};

use super::Format;
use super::matrix::Matrix;
use crate::check::ledger::Deviation;
use crate::check::verdict::{Finding, Policy, Run};
use crate::ground::json::pretty;

/// The Markdown report.
#[derive(Debug)]
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn write(&self, run: &Run, policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
        head(run, out)?;
        not_judged(run, out)?;
        if run.clients.len() > 1 {
            Matrix::of(run).markdown(out)?;
        }
        let failing: Vec<&Finding> = run.failing(policy).collect();
        section("Findings", failing.iter().copied(), out)?;
        let is_failing = |finding: &Finding| failing.iter().any(|one| one.id == finding.id);
        let others = run.findings.iter().filter(|finding| !finding.is_known() && !is_failing(finding));
        section("Findings that do not fail the run", others, out)?;
        section("Known deviations", run.findings.iter().filter(|finding| finding.is_known()), out)?;
        let stale = run.stale();
        if !stale.is_empty() {
            writeln!(out, "\n## Stale deviations\n")?;
        }
        stale.into_iter().try_for_each(|usage| writeln!(out, "- {}", text(&usage.deviation)))
    }
}

fn head(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let api = &run.api;
    writeln!(out, "# {} on {} {}\n", run.tool, api.service, api.date)?;
    if !run.complete {
        writeln!(out, "**The run is not complete.**\n")?;
    }
    writeln!(out, "| client | version | cases | pass | known | findings | unsupported | could not run |")?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|")?;
    for tally in &run.clients {
        let counts =
            [tally.cases, tally.pass, tally.known, tally.findings, tally.unsupported, tally.could_not_run];
        let counts = counts.map(|count| count.to_string()).join(" | ");
        writeln!(out, "| {} | {} | {counts} |", cell(&tally.client), cell(&tally.version))?;
    }
    Ok(())
}

/// Why cases gave nothing to judge.
fn not_judged(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    if run.clients.iter().all(|tally| tally.reasons.is_empty()) {
        return Ok(());
    }
    writeln!(out, "\n## Cases that were not judged\n\n| client | cases | why |\n|---|--:|---|")?;
    for tally in &run.clients {
        for (reason, count) in &tally.reasons {
            writeln!(out, "| {} | {count} | {} |", cell(&tally.client), cell(reason))?;
        }
    }
    Ok(())
}

fn section<'a>(
    title: &str,
    findings: impl Iterator<Item = &'a Finding>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut findings = findings.peekable();
    if findings.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n## {title}")?;
    findings.try_for_each(|one| finding(one, out))
}

fn finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding { client, variant, kind, operation, path, oracle, .. } = finding;
    writeln!(out, "\n### {client}: {kind} in {variant} of {operation}\n")?;
    writeln!(out, "{}\n", text(&finding.message))?;
    writeln!(out, "- class {}, oracle {oracle}, at `{path}`", finding.class.word())?;
    if finding.operations.len() > 1 {
        let (operations, places) = (finding.operations.len(), finding.places.len());
        writeln!(out, "- in {operations} operations, at {places} places")?;
    }
    writeln!(out, "- rule: {}", finding.rule)?;
    if let Some(excuse) = &finding.deviation {
        writeln!(out, "- known: {}{}", text(&excuse.reason), linked(excuse.link.as_deref()))?;
    }
    if let Some(unstable) = &finding.unstable {
        writeln!(out, "- unstable: {unstable}")?;
    }
    writeln!(out, "- again: `{}`", finding.reproduce)?;
    if let Some(minimal) = &finding.minimal {
        let (request, response) = (pretty(&minimal.request), pretty(&minimal.response));
        writeln!(out, "\n{}{}", fenced(&request), fenced(&response))?;
    }
    Ok(())
}

/// A code block whose fence is longer than any run of backticks in it.
fn fenced(code: &str) -> String {
    let longest = code.split(|mark| mark != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}json\n{code}{fence}\n")
}

/// The table of known deviations: those without a public link first, so that nobody overlooks them.
pub fn deviations(deviations: &[Deviation], out: &mut dyn Write) -> io::Result<()> {
    let mut sorted: Vec<&Deviation> = deviations.iter().collect();
    sorted.sort_by_key(|deviation| (deviation.link.is_some(), &deviation.client, deviation.variant.as_str()));
    writeln!(out, "| client | versions | variant | operation | kind | why |")?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for deviation in sorted {
        let Deviation { client, versions, variant, operation, kind, reason, .. } = deviation;
        writeln!(
            out,
            "| {} | {} | `{variant}` | `{operation}` | {kind} | {}{} |",
            cell(client),
            cell(&versions.to_string()),
            cell(reason),
            linked(deviation.link.as_deref())
        )?;
    }
    Ok(())
}

fn linked(link: Option<&str>) -> String {
    link.map_or_else(|| " (no public link)".to_owned(), |link| format!(" ({})", cell(link)))
}

fn cell(text: &str) -> String {
    self::text(text).replace('|', "\\|")
}

/// Text on one line, with what Markdown would take for a tag made harmless.
fn text(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('<', "&lt;")
}
