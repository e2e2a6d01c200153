//! `deviations`: the list of known differences in the verdicts' README, made from the files of the clients.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use shapetape::check::ledger::{self, Deviation};
use shapetape::clients;

use crate::project;

const BEGIN: &str = "<!-- known differences: written by `cargo xtask deviations` -->\n";
const END: &str = "<!-- end of known differences -->\n";

/// Writes the list anew.
pub(crate) fn run(_: &[String]) -> Result<()> {
    let (before, after) = (current()?, made()?);
    if before != after {
        std::fs::write(path(), after)?;
        println!("deviations: {} is written anew", path().display());
    }
    Ok(())
}

fn path() -> PathBuf {
    project::root().join("src/check/ledger/README.md")
}

fn current() -> Result<String> {
    std::fs::read_to_string(path()).with_context(|| path().display().to_string())
}

/// The README as it should be.
fn made() -> Result<String> {
    let text = current()?;
    let (head, rest) =
        text.split_once(BEGIN).context("the README has lost the mark where the list begins")?;
    let (_, tail) = rest.split_once(END).context("the README has lost the mark where the list ends")?;
    Ok(format!("{head}{BEGIN}\n{}{END}{tail}", list()?))
}

/// All deviations, a table a client; those without a link first.
fn list() -> Result<String> {
    let mut clients: BTreeMap<String, Vec<Deviation>> = BTreeMap::new();
    for deviation in ledger::parse_all(clients::shipped_deviations()?)? {
        clients.entry(deviation.client.clone()).or_default().push(deviation);
    }
    let mut out = String::new();
    for (client, mut deviations) in clients {
        deviations.sort_by_key(|deviation| deviation.link.is_some());
        let unlinked = deviations.iter().filter(|deviation| deviation.link.is_none()).count();
        let version = clients::shipped_named(&client).map(|driver| driver.recipe.version).unwrap_or_default();
        let count = deviations.len();
        writeln!(
            out,
            "### {client}\n\nChecked with {version}: {count} known differences, {unlinked} of them without a public link.\n"
        )?;
        writeln!(
            out,
            "| variant | operations | what differs | at, how | versions | why |\n|---|---|---|---|---|---|"
        )?;
        for deviation in deviations {
            writeln!(out, "{}", row(&deviation))?;
        }
        out.push('\n');
    }
    Ok(out)
}

fn row(deviation: &Deviation) -> String {
    let Deviation { variant, operation, kind, reason, .. } = deviation;
    let oracle = deviation.oracle.as_ref().map(|oracle| format!(" ({oracle})")).unwrap_or_default();
    let service = deviation.service.as_ref().map(|service| format!(" of the services `{service}`"));
    let api = deviation.api.as_ref().map(|since| format!(" of the API since {since}"));
    let rare = (!deviation.bites).then(|| ", rarely".to_owned());
    let about = [service, api, rare].into_iter().flatten().collect::<String>();
    let at = deviation.at.iter().chain(&deviation.how).map(|glob| format!("`{glob}`"));
    let at = at.collect::<Vec<_>>().join(": ");
    let versions = match deviation.versions.to_string() {
        all if all.is_empty() => "all".to_owned(),
        some => some.replace('<', "&lt;").replace('>', "&gt;"),
    };
    let link = deviation.link.as_ref().map(|link| format!(" [Source]({link})")).unwrap_or_default();
    let reason = reason.replace('|', "\\|");
    format!("| `{variant}` | `{operation}`{about} | {kind}{oracle} | {at} | {versions} | {reason}{link} |")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_lists_the_deviations_as_they_are() {
        assert!(
            super::current().unwrap() == super::made().unwrap(),
            "the list of known differences is stale\nrun: cargo xtask deviations"
        );
    }
}
