//! Markdown: a summary to paste into a pull request, and the table of known deviations for the docs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::matrix::Matrix;
use super::{Format, Writer};
use crate::check::ledger::Deviation;
use crate::check::verdict::{Finding, Policy, Run, Tally};
use crate::ground::json::pretty;

/// The Markdown report.
#[derive(Debug)]
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn writer(&self) -> Writer {
        Writer::File(write)
    }
}

fn write(run: &Run, policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    head(run, out)?;
    reasons("Cases without an outcome", |tally| &tally.reasons, run, out)?;
    reasons("Cases that were not judged", |tally| &tally.not_judged_reasons, run, out)?;
    if run.clients.len() > 1 {
        Matrix::of(run).markdown(out)?;
    }
    let failing: Vec<&Finding> = run.failing(policy).collect();
    section("Findings", failing.iter().copied(), out)?;
    let is_failing = |finding: &Finding| failing.iter().any(|one| one.id() == finding.id());
    let others = run.findings.iter().filter(|finding| !finding.is_known() && !is_failing(finding));
    section("Findings that do not fail the run", others, out)?;
    section("Known deviations", run.findings.iter().filter(|finding| finding.is_known()), out)?;
    let stale = run.stale();
    if !stale.is_empty() {
        writeln!(out, "\n## Stale deviations\n")?;
    }
    stale.into_iter().try_for_each(|usage| writeln!(out, "- {}", text(&usage.deviation)))
}

fn head(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let api = &run.api;
    writeln!(out, "# {} on {} {}\n", run.tool, api.service, api.date)?;
    match run.told_of_planned() {
        _ if run.complete => {}
        (told, planned) if told < planned => {
            writeln!(out, "**The run is not complete: {told} of {planned} planned cases were told.**\n")?;
        }
        _ => writeln!(out, "**The run is not complete.**\n")?,
    }
    // A column for what hardly any run has, only where this one has it.
    let not_judged = run.clients.iter().any(|tally| tally.not_judged > 0);
    let (title, line) = if not_judged { (" not judged |", "--:|") } else { ("", "") };
    writeln!(
        out,
        "| client | version | cases | pass | known | findings | unsupported | could not run |{title}"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|{line}")?;
    for tally in &run.clients {
        let counts =
            [tally.cases, tally.pass, tally.known, tally.findings, tally.unsupported, tally.could_not_run];
        let counts = counts.into_iter().chain(not_judged.then_some(tally.not_judged));
        let counts: Vec<String> = counts.map(|count| count.to_string()).collect();
        writeln!(out, "| {} | {} | {} |", cell(&tally.client), cell(&tally.version), counts.join(" | "))?;
    }
    Ok(())
}

/// Why cases had no outcome, or why others could not be judged: a section where there are any.
fn reasons(
    title: &str,
    of: fn(&Tally) -> &BTreeMap<String, u64>,
    run: &Run,
    out: &mut dyn Write,
) -> io::Result<()> {
    if run.clients.iter().all(|tally| of(tally).is_empty()) {
        return Ok(());
    }
    writeln!(out, "\n## {title}\n\n| client | cases | why |\n|---|--:|---|")?;
    for tally in &run.clients {
        for (reason, count) in of(tally) {
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
