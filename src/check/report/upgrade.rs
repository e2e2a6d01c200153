//! Can I upgrade? What became worse, what became better, and nothing else.

use std::io::{self, Write};

use super::terminal::finding;
use crate::check::ledger::Upgrade;
use crate::check::verdict::{Finding, Run};

/// Writes what changed between two versions of a client, the worst first.
pub fn upgrade(upgrade: &Upgrade<'_>, run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let Upgrade { old, new, worse, better, same } = upgrade;
    let (worse, better) = (changes(worse), changes(better));
    for change in &worse {
        write!(out, "WORSE  ")?;
        finding(change[0], out)?;
        if change.len() > 1 {
            writeln!(out, "    all in   {}", variants(change))?;
        }
    }
    better.iter().try_for_each(|change| mended(change, out))?;
    for (tally, other) in [(new, old), (old, new)] {
        for (reason, count) in tally.reasons.iter().filter(|(reason, _)| !other.reasons.contains_key(*reason))
        {
            writeln!(out, "{count} cases of {} without an outcome: {reason}", tally.client)?;
        }
        for (reason, count) in &tally.not_judged_reasons {
            writeln!(out, "{count} cases of {} not judged: {reason}", tally.client)?;
        }
    }
    let api = &run.api;
    let name = new.plain_name();
    writeln!(
        out,
        "{name} {} -> {} on {} {}: {} cases each",
        old.version, new.version, api.service, api.date, new.cases
    )?;
    let (came, gone) = (worse.len(), better.len());
    writeln!(out, "{came} changes for the worse, {gone} for the better; {same} differences are in both")
}

/// What changed in one place is one change, whichever variants show it.
fn changes<'a>(findings: &[&'a Finding]) -> Vec<Vec<&'a Finding>> {
    let mut changes: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let same = |other: &Finding| {
            (other.class, &other.oracle, other.kind, &other.operation, &other.path)
                == (finding.class, &finding.oracle, finding.kind, &finding.operation, &finding.path)
        };
        match changes.iter_mut().find(|change| same(change[0])) {
            Some(change) => change.push(finding),
            None => changes.push(vec![finding]),
        }
    }
    changes
}

fn variants(change: &[&Finding]) -> String {
    change.iter().map(|finding| finding.variant.as_str()).collect::<Vec<_>>().join(", ")
}

/// A difference that is gone, in two lines.
fn mended(change: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let Finding { class, oracle, kind, operation, path, operations, message, .. } = change[0];
    let (class, variants) = (class.word().to_uppercase(), variants(change));
    let others = match operations.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} operations more"),
    };
    writeln!(out, "BETTER {class} {variants} {oracle} {kind}: {operation}{others}, {path}")?;
    writeln!(out, "    was: {message}")
}
