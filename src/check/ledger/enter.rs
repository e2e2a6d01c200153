//! The book of a run: each trial's judgements go in, tallies, findings and the use of deviations come out.
//!
//! Entries commute, so that lanes may enter their trials in whatever order they end.

use indexmap::IndexMap;

use super::{Deviation, Fold};
use crate::api::outcome::Outcome;
use crate::check::case::{Case, Evidence};
use crate::check::verdict::{DeviationUse, Finding, Judgement, NotJudged, Tally, Verdict};

/// The book of a run.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    deviations: Vec<Deviation>,
    uses: Vec<DeviationUse>,
    clients: IndexMap<String, Page>,
    fold: Fold,
}

/// What the book holds of one client.
#[derive(Debug, Clone)]
struct Page {
    tally: Tally,
    /// The deviations that speak of it.
    deviations: Vec<usize>,
}

impl Ledger {
    /// An empty book with the deviations that count.
    pub fn new(deviations: Vec<Deviation>) -> Ledger {
        let uses = deviations.iter().map(DeviationUse::new).collect();
        Ledger { deviations, uses, ..Ledger::default() }
    }

    /// Names a client of the run, so that it stands in the report even without a case.
    pub fn client(&mut self, name: &str, version: &str) {
        self.page(name, version);
    }

    /// Names a client of the run that takes a sample of the cases only.
    pub fn sampled(&mut self, name: &str, version: &str) {
        self.page(name, version).tally.sampled = true;
    }

    fn page(&mut self, name: &str, version: &str) -> &mut Page {
        page_of(&mut self.clients, &self.deviations, name, version)
    }

    /// Enters one trial of a case with all that was judged of it, and with why an oracle that is needed could not judge
    /// it, if so; says how the case ended.
    pub fn enter(
        &mut self,
        case: &Case,
        evidence: &Evidence,
        judgements: Vec<Judgement>,
        not_judged: Option<&NotJudged>,
    ) -> Verdict {
        let page = page_of(&mut self.clients, &self.deviations, &evidence.client, &evidence.version);
        let ours = page.deviations.iter().copied();
        // Few cases are named by any: most trials have an empty list.
        let named: Vec<usize> = ours.filter(|index| self.deviations[*index].names_case(case)).collect();
        let mut seen = vec![false; named.len()];
        let (mut known, mut unknown) = (false, false);
        for judgement in judgements {
            let excused = named.iter().position(|index| self.deviations[*index].excuses(&judgement));
            let excuse = excused.map(|position| {
                seen[position] = true;
                self.deviations[named[position]].excuse()
            });
            *if excuse.is_some() { &mut known } else { &mut unknown } = true;
            self.fold.add(&evidence.client, case, judgement, excuse);
        }
        let verdict = verdict(evidence, known, unknown, not_judged);
        let ran =
            !matches!(verdict, Verdict::Unsupported(_) | Verdict::CouldNotRun(_) | Verdict::NotJudged(_));
        for (index, seen) in named.into_iter().zip(seen) {
            if self.deviations[index].bites {
                self.uses[index].count(ran, seen);
            }
        }
        page.tally.count(case, &verdict);
        verdict
    }

    /// The tallies, in the order in which the clients were named.
    pub fn tallies(&self) -> Vec<Tally> {
        self.clients.values().map(|page| page.tally.clone()).collect()
    }

    /// The use of each deviation, in the order of the file.
    pub fn deviation_uses(&self) -> Vec<DeviationUse> {
        self.uses.clone()
    }

    /// The findings so far.
    pub fn findings(&self) -> Vec<Finding> {
        self.fold.clone().findings()
    }
}

/// The page of a client. It is asked for in every trial: a key of its own is made for the first one only.
fn page_of<'a>(
    clients: &'a mut IndexMap<String, Page>,
    deviations: &[Deviation],
    name: &str,
    version: &str,
) -> &'a mut Page {
    if !clients.contains_key(name) {
        let all = deviations.iter().enumerate();
        let ours = all.filter(|(_, deviation)| deviation.names_client(name, version));
        let deviations = ours.map(|(index, _)| index).collect();
        clients.insert(name.to_owned(), Page { tally: Tally::new(name, version), deviations });
    }
    &mut clients[name]
}

/// A trial without an outcome counts as not run even where its want of an outcome is a finding; one that could not be
/// judged does not pass, whatever the other oracles say.
fn verdict(evidence: &Evidence, known: bool, unknown: bool, not_judged: Option<&NotJudged>) -> Verdict {
    match (&evidence.outcome, not_judged) {
        (Ok(Outcome::Unsupported { reason, .. }), _) => Verdict::Unsupported(reason.clone()),
        (Ok(_), Some(not_judged)) if !unknown => Verdict::NotJudged(not_judged.clone()),
        _ if known && !unknown => Verdict::Known,
        (Err(none), _) => Verdict::CouldNotRun(none.clone()),
        (Ok(_), _) if unknown => Verdict::Findings,
        (Ok(_), _) => Verdict::Pass,
    }
}

impl DeviationUse {
    fn new(deviation: &Deviation) -> DeviationUse {
        let at = deviation.at.as_ref().map(|at| format!(" at {at}")).unwrap_or_default();
        let range = deviation.versions.to_string();
        let Deviation { client, variant, operation, kind, .. } = deviation;
        let space = if range.is_empty() { "" } else { " " };
        DeviationUse {
            client: client.clone(),
            deviation: format!("{client}{space}{range}: {kind} in {variant} of {operation}{at}"),
            named: 0,
            ran: 0,
            seen: 0,
        }
    }

    fn count(&mut self, ran: bool, seen: bool) {
        self.named += 1;
        self.ran += u64::from(ran);
        self.seen += u64::from(seen);
    }
}
