//! The report for people at a terminal: what failed and how to see it again, then how it all ended.

use std::io::{self, Write};

use super::matrix::Matrix;
use crate::check::verdict::{Finding, Policy, Run, Tally};
use crate::ground::json::{Style, write as write_json};

/// How many operations a finding lists by name.
const NAMES: usize = 3;

/// Writes one finding.
pub fn finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding { class, client, variant, oracle, kind, operation, path, .. } = finding;
    writeln!(out, "{} {client} {variant} {oracle} {kind}: {operation} {path}", class.word().to_uppercase())?;
    writeln!(out, "    {}", finding.message)?;
    let others: Vec<&str> =
        finding.operations.iter().filter(|name| *name != operation).map(String::as_str).collect();
    if !others.is_empty() {
        let more = others.len().saturating_sub(NAMES);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "    also in {}{tail}", others[..others.len().min(NAMES)].join(", "))?;
    }
    if let Some(minimal) = &finding.minimal {
        let text = |json| String::from_utf8_lossy(&write_json(json, Style::Compact)).into_owned();
        writeln!(out, "    request  {}", text(&minimal.request))?;
        writeln!(out, "    response {}", text(&minimal.response))?;
    }
    writeln!(out, "    rule     {}", finding.rule)?;
    if let Some(unstable) = &finding.unstable {
        writeln!(out, "    unstable: {unstable}")?;
    }
    writeln!(out, "    again    {}", finding.reproduce)
}

/// Why cases had no outcome, and why others could not be judged; the most frequent reason first.
fn reasons(tally: &Tally, out: &mut dyn Write) -> io::Result<()> {
    /// How many are shown.
    const SHOWN: usize = 5;
    let without = tally.reasons.iter().map(|(reason, count)| (*count, "without an outcome", reason));
    let not_judged = tally.not_judged_reasons.iter().map(|(reason, count)| (*count, "not judged", reason));
    let mut reasons: Vec<_> = without.chain(not_judged).collect();
    reasons.sort_by_key(|(count, _, reason)| (std::cmp::Reverse(*count), *reason));
    for (count, how, reason) in reasons.iter().take(SHOWN) {
        writeln!(out, "    {count} {how}: {reason}")?;
    }
    match reasons.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} reasons more"),
    }
}

/// Writes the end of a run: findings that fail it, stale deviations, tallies.
pub fn summary(run: &Run, policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    let mut failing = 0;
    for one in run.failing(policy) {
        finding(one, out)?;
        failing += 1;
    }
    let known = run.findings.iter().filter(|finding| finding.is_known()).count();
    let other = run.findings.len() - known - failing;
    for usage in run.stale() {
        writeln!(out, "STALE deviation, seen in none of {} cases: {}", usage.ran, usage.deviation)?;
    }
    for tally in &run.clients {
        let not_judged = match tally.not_judged {
            0 => String::new(),
            count => format!(", {count} not judged"),
        };
        writeln!(
            out,
            "{} {}: {} cases, {} pass, {} known, {} with findings, {} unsupported, {} could not run{not_judged}",
            tally.client,
            tally.version,
            tally.cases,
            tally.pass,
            tally.known,
            tally.findings,
            tally.unsupported,
            tally.could_not_run
        )?;
        reasons(tally, out)?;
    }
    if run.clients.len() > 1 {
        Matrix::of(run).summary(out)?;
    }
    let unfinished = |finding: &&Finding| {
        let minimal = finding.minimal.as_ref();
        !finding.is_known() && finding.unstable.is_none() && minimal.is_some_and(|minimal| !minimal.smallest)
    };
    match run.findings.iter().filter(unfinished).count() {
        0 => {}
        count => writeln!(
            out,
            "{count} findings are not shrunk to the end: trials are limited; --case shrinks one alone"
        )?,
    }
    let incomplete = incomplete(run).map_or_else(String::new, |text| format!(" ({text})"));
    let fail = if failing == 1 { "finding that fails" } else { "findings that fail" };
    writeln!(out, "{failing} {fail}, {other} others, {known} known deviations{incomplete}")
}

/// What is missing of a run that is not complete; `None` where nothing is.
fn incomplete(run: &Run) -> Option<String> {
    let text = match run.told_of_planned() {
        _ if run.complete => return None,
        (told, planned) if told < planned => {
            format!("the run is not complete: {told} of {planned} planned cases were told")
        }
        _ => "the run is not complete".to_owned(),
    };
    Some(text)
}
