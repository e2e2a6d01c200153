//! The work of each stage of a campaign, as functions that a test can put others in place of: a stage that fails must
//! be told, and no bug that is known of makes one fail.

use crate::api::model::Model;
use crate::check::case::{Case, Evidence};
use crate::check::ledger::Ledger;
use crate::check::oracles;
use crate::check::taxonomy::{CaseKey, Plan, Smaller};
use crate::check::verdict::{Judgement, NotJudged, Verdict};

/// Makes the cases of some keys and hands each over with its key.
pub(super) type Make = fn(&Plan, &[CaseKey], &mut dyn FnMut(&CaseKey, Case));

/// Judges one trial of a case.
pub(super) type Judge = fn(&Model, &Case, &Evidence) -> Vec<Judgement>;

/// Enters one trial of a case, with why it could not be judged, if so.
type Enter = fn(&mut Ledger, &Case, &Evidence, Vec<Judgement>, Option<&NotJudged>) -> Verdict;

/// The work of each stage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stages {
    pub(super) make: Make,
    pub(super) judge: Judge,
    pub(super) enter: Enter,
    pub(super) smaller: for<'a> fn(&'a Plan, &'a Case) -> Option<Smaller<'a>>,
}

impl Default for Stages {
    fn default() -> Stages {
        Stages {
            make: |plan, keys, take| plan.make(keys, take),
            judge: oracles::judge,
            enter: Ledger::enter,
            smaller: Plan::smaller,
        }
    }
}
