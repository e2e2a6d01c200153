//! JUnit XML: a suite for each client, a test for each variant, a failure for each finding that fails the run. A
//! variant of which a case could not be judged is skipped: it has not passed.
//!
//! There are no times in it: the same plan, model and seed give the same bytes.

use std::io::{self, Write};

use super::{Format, Writer, terminal};
use crate::check::verdict::{Finding, Policy, Run, Tally};

/// The JUnit report.
#[derive(Debug)]
pub(super) struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn writer(&self) -> Writer {
        Writer::File(write)
    }
}

fn write(run: &Run, policy: &Policy, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, "<testsuites name=\"{}\">", escaped(&run.tool))?;
    for tally in &run.clients {
        suite(run, policy, tally, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(run: &Run, policy: &Policy, tally: &Tally, out: &mut dyn Write) -> io::Result<()> {
    let failing: Vec<&Finding> =
        run.failing(policy).filter(|finding| finding.client == tally.client).collect();
    let variants: Vec<&String> = run.coverage.variants.keys().collect();
    let is_failed = |name: &str| failing.iter().any(|finding| finding.variant == name);
    let skipped = match variants.iter().filter(|name| !is_failed(name) && skips(tally, name)).count() {
        0 => String::new(),
        count => format!(" skipped=\"{count}\""),
    };
    writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\"{skipped}>",
        escaped(&format!("{} {}", tally.client, tally.version)),
        variants.len(),
        variants.iter().filter(|name| is_failed(name)).count()
    )?;
    writeln!(out, "    <properties>")?;
    for (name, count) in [
        ("cases", tally.cases),
        ("known", tally.known),
        ("unsupported", tally.unsupported),
        ("couldNotRun", tally.could_not_run),
        ("notJudged", tally.not_judged),
    ] {
        writeln!(out, "      <property name=\"{name}\" value=\"{count}\"/>")?;
    }
    writeln!(out, "    </properties>")?;
    for variant in variants {
        let of_variant: Vec<&Finding> =
            failing.iter().copied().filter(|finding| finding.variant == *variant).collect();
        test(tally, variant, &of_variant, out)?;
    }
    writeln!(out, "  </testsuite>")
}

/// Whether some of a variant's cases could not be judged.
fn skips(tally: &Tally, variant: &str) -> bool {
    tally.not_judged_variants.contains_key(variant)
}

fn test(tally: &Tally, variant: &str, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let client = escaped(&tally.client);
    if findings.is_empty() && skips(tally, variant) {
        let count = tally.not_judged_variants.get(variant).copied().unwrap_or(0);
        let reasons: Vec<&str> = tally.not_judged_reasons.keys().map(String::as_str).collect();
        let message = escaped(&format!("{count} cases not judged: {}", reasons.join("; ")));
        let variant = escaped(variant);
        writeln!(out, "    <testcase classname=\"{client}\" name=\"{variant}\">")?;
        writeln!(out, "      <skipped message=\"{message}\"/>")?;
        return writeln!(out, "    </testcase>");
    }
    let variant = escaped(variant);
    if findings.is_empty() {
        return writeln!(out, "    <testcase classname=\"{client}\" name=\"{variant}\"/>");
    }
    writeln!(out, "    <testcase classname=\"{client}\" name=\"{variant}\">")?;
    for finding in findings {
        let mut text = Vec::new();
        terminal::finding(finding, &mut text)?;
        let text = escaped(&String::from_utf8_lossy(&text));
        let (kind, message) = (finding.kind, escaped(&finding.message));
        writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>")?;
    }
    writeln!(out, "    </testcase>")
}

/// Text for XML 1.0, in which most control characters cannot stand at all (section 2.2).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push('\t'),
            '\u{0}'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            plain => out.push(plain),
        }
    }
    out
}
