//! The failed runs of `replay --vary`, folded by what made them fail: one row where many forms show one thing.

use indexmap::{IndexMap, IndexSet};

use super::term::{give, say};
use super::vary::VariedRun;

const TITLES: [&str; 6] = ["OPERATION", "RUNS", "EXIT", "UNMATCHED", "VARIANTS", "LAST LINE"];

/// A row names so many variants; how many more there are is told by their number.
const NAMED: usize = 5;

/// Runs in which variations of one operation made the command end in one way.
pub(crate) struct Cause<'a> {
    runs: Vec<&'a VariedRun>,
}

/// The failed runs by operation, exit code and last line, in the order in which each came first.
pub(crate) fn causes(runs: &[VariedRun]) -> Vec<Cause<'_>> {
    let mut causes: IndexMap<_, Vec<&VariedRun>> = IndexMap::new();
    for run in runs.iter().filter(|run| run.failed()) {
        causes.entry(key(run)).or_default().push(run);
    }
    causes.into_values().map(|runs| Cause { runs }).collect()
}

/// Whether two runs failed in the same way, as far as can be seen from outside.
pub(crate) fn alike(one: &VariedRun, other: &VariedRun) -> bool {
    key(one) == key(other)
}

fn key(run: &VariedRun) -> (&str, Option<i32>, &str) {
    (&run.variation.operation, run.ended.code, &run.ended.last_line)
}

/// How one run ended, in a line.
pub(crate) fn line(run: &VariedRun) -> String {
    let variation = &run.variation;
    let name = format!("{} {} {}", variation.operation, variation.variant, variation.form);
    format!("{}: {}", name.trim_end(), how(run))
}

fn how(run: &VariedRun) -> String {
    let code = run.ended.code.map_or_else(|| "ended".to_owned(), |code| format!("exit code {code}"));
    if run.ended.last_line.is_empty() { code } else { format!("{code}, {}", run.ended.last_line) }
}

impl Cause<'_> {
    fn cells(&self) -> [String; 6] {
        let first = self.runs[0];
        let unmatched = self.runs.iter().map(|run| run.report.unmatched.len());
        let (least, most) = (unmatched.clone().min().unwrap_or(0), unmatched.max().unwrap_or(0));
        let last_line = &first.ended.last_line;
        [
            first.variation.operation.clone(),
            self.runs.len().to_string(),
            first.ended.code.map_or_else(|| "none".to_owned(), |code| code.to_string()),
            if least == most { least.to_string() } else { format!("{least}-{most}") },
            self.variants(),
            if last_line.is_empty() { "-".to_owned() } else { last_line.clone() },
        ]
    }

    /// Each variant once, with the name of its form or with how many forms of it failed so.
    fn variants(&self) -> String {
        let mut forms: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for run in &self.runs {
            forms.entry(run.variation.variant).or_default().push(&run.variation.form);
        }
        let more = forms.len().saturating_sub(NAMED);
        let name = |(variant, forms): (&str, Vec<&str>)| match forms.as_slice() {
            [form] => format!("{variant} {form}").trim_end().to_owned(),
            forms => format!("{variant} ({} forms)", forms.len()),
        };
        let mut named: Vec<String> = forms.into_iter().take(NAMED).map(name).collect();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        named.join(", ")
    }

    fn named(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let variants = self.runs.iter().map(|run| (run.variation.variant, run.variation.about));
        variants.collect::<IndexSet<_>>().into_iter().take(NAMED)
    }
}

/// Gives the table, and says what the variants in it are.
pub(crate) fn give_table(causes: &[Cause<'_>]) {
    if causes.is_empty() {
        return;
    }
    let rows: Vec<_> =
        std::iter::once(TITLES.map(str::to_owned)).chain(causes.iter().map(Cause::cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..TITLES.len()).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        give(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    for (variant, about) in causes.iter().flat_map(Cause::named).collect::<IndexSet<_>>() {
        say(format_args!("vary: {variant}: {about}"));
    }
}
