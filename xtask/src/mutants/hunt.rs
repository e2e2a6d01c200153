//! The hunt for a planted bug: the cases of one general plan, the same for all bugs, until one of them tells it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use shapetape::api::model::{Model, latest, synthetic};
use shapetape::check::case::{Case, Class, Evidence, Glob};
use shapetape::check::oracles::{self, Charge};
use shapetape::check::snapshot::canonical;
use shapetape::check::taxonomy::{Plan, PlanOptions, SEED, plan};
use shapetape::check::verdict::Judgement;
use shapetape::clients::{Client, DriverError};
use shapetape::conduct::campaign::Lane;
use shapetape::ground::exchange::Pending;

/// Operations of every kind: created, described, listed, tagged, stopped, started, with waiter, token, filters.
const OPERATIONS: [&str; 12] = [
    "AddTags",
    "CreateModel",
    "CreateTrainingJob",
    "DescribeEndpoint",
    "DescribeModel",
    "DescribeTrainingJob",
    "ListModels",
    "ListTags",
    "ListTrainingJobs",
    "StartPipelineExecution",
    "StopTrainingJob",
    "UpdateEndpoint",
];

/// Cases that wait longer are left out: stalls, and what is huge.
const LONGEST_WAIT_MS: u32 = 500;
/// How long a request may come after its call.
const LATE: Duration = Duration::from_millis(15);

/// Makes one more client for a model.
pub(super) type Opener = dyn Fn(&Arc<Model>) -> Pending<'static, Result<Box<dyn Client>, DriverError>> + Sync;

/// A model with its part of the plan.
pub(super) struct Field {
    pub(super) model: Arc<Model>,
    plan: Plan,
}

/// The general plan of a seed, ordered so that every variant has its turn early.
pub(super) struct Ground {
    pub(super) fields: Vec<Field>,
    seed: u64,
    /// Field and id of each case.
    order: Vec<(usize, String)>,
}

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Quarry {
    pub(super) oracle: &'static str,
    pub(super) kind: &'static str,
    /// The rule of the charge, if it must be one and no other.
    pub(super) rule: Option<&'static str>,
    /// Requests that come late show only after a while.
    pub(super) patient: bool,
}

impl Quarry {
    /// The judgement and its charge, if it tells what is looked for.
    fn told_by(self, judgement: &Judgement) -> Option<(&Judgement, Charge)> {
        let charge = Charge::of(judgement)?;
        let told = charge.oracle.word() == self.oracle && charge.kind.word() == self.kind;
        (told && self.rule.is_none_or(|rule| charge.rule == rule)).then_some((judgement, charge))
    }
}

/// Where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Catch {
    /// The rule of the charge.
    pub(super) rule: &'static str,
    pub(super) class: Class,
    pub(super) variant: String,
    pub(super) case: String,
    /// The case before it, where something of that leaked.
    pub(super) after: Option<String>,
    pub(super) message: String,
    /// How many cases had been played.
    pub(super) played: usize,
}

impl Ground {
    /// The plan of SageMaker, and of the synthetic service for clients that can load a model.
    pub(super) fn new(seed: u64, all_models: bool) -> Result<Ground> {
        let mut fields = Vec::new();
        let operations: Vec<Glob> = OPERATIONS.iter().map(|name| Glob::new(*name)).collect();
        let wanted = PlanOptions { operations, seed, ..PlanOptions::default() };
        let model = latest()?;
        fields.push(Field { plan: plan(&model, &wanted), model });
        if all_models {
            let model = synthetic()?;
            let whole = PlanOptions { seed, ..PlanOptions::default() };
            fields.push(Field { plan: plan(&model, &whole), model });
        }
        let mut turns: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut ranked = Vec::new();
        for (number, field) in fields.iter().enumerate() {
            for key in field.plan.keys().iter().filter(|key| key.waits <= LONGEST_WAIT_MS) {
                let turn = turns.entry((&key.operation, key.variant)).or_default();
                ranked.push((*turn, number, key.id.clone()));
                *turn += 1;
            }
        }
        // Stable: within a turn the cases stay in the order of the plan.
        ranked.sort_by_key(|(turn, ..)| *turn);
        let order = ranked.into_iter().map(|(_, number, id)| (number, id)).collect();
        Ok(Ground { fields, seed, order })
    }

    /// How many cases there are.
    pub(super) fn size(&self) -> usize {
        self.order.len()
    }

    /// Plays the plan until the client is caught: first the cases that told the bug before, then, unless no more
    /// than those are wanted, all others.
    pub(super) async fn hunt(
        &self,
        quarry: Quarry,
        spoilt: &Opener,
        sound: &Opener,
        first: &[String],
        whole: bool,
    ) -> Result<Option<Catch>> {
        let mut lanes = Vec::new();
        for field in &self.fields {
            let open = |opener: &Opener| opener(&field.model);
            lanes.push((Lane::open(open(spoilt).await?).await?, Lane::open(open(sound).await?).await?));
        }
        let named = first.iter().map(|id| (self.field_of(id), self.with_seed(id)));
        let named: Vec<(usize, String)> =
            named.map(|(field, id)| field.map(|field| (field, id))).collect::<Result<_>>()?;
        let order = named.iter().chain(self.order.iter().filter(|_| whole));
        let mut caught = None;
        let mut before: BTreeMap<usize, String> = BTreeMap::new();
        for (played, (number, id)) in order.enumerate() {
            let field = &self.fields[*number];
            // Another seed need not have each case of the first.
            let Some(case) = field.plan.case(id) else { continue };
            let (lane, reference) = &mut lanes[*number];
            let judgements = trial(&field.model, lane, reference, &case, quarry).await;
            if let Some((judgement, charge)) = judgements.iter().find_map(|one| quarry.told_by(one)) {
                let leaks = quarry.oracle == "state";
                caught = Some(Catch {
                    rule: charge.rule,
                    class: judgement.class,
                    variant: case.variant.0.clone(),
                    case: id.clone(),
                    after: before.get(number).cloned().filter(|_| leaks),
                    message: judgement.message.clone(),
                    played: played + 1,
                });
                break;
            }
            before.insert(*number, id.clone());
        }
        for (lane, reference) in lanes {
            lane.close().await;
            reference.close().await;
        }
        Ok(caught)
    }

    /// The case of the first seed as this seed names it.
    fn with_seed(&self, id: &str) -> String {
        if self.seed == SEED { id.to_owned() } else { format!("{id}@{}", self.seed) }
    }

    fn field_of(&self, id: &str) -> Result<usize> {
        let operation = id.split('/').next().unwrap_or_default();
        let known = |field: &Field| field.model.operation(operation).is_some();
        self.fields.iter().position(known).ok_or_else(|| anyhow!("no model has {operation}"))
    }
}

/// One case on the spoilt client; what the sound one shows as well is no catch.
async fn trial(
    model: &Model,
    lane: &mut Lane,
    reference: &mut Lane,
    case: &Case,
    quarry: Quarry,
) -> Vec<Judgement> {
    let mut seen = named("spoilt", lane.trial(case).await);
    if quarry.patient {
        tokio::time::sleep(LATE).await;
        seen.late = lane.late();
    }
    match quarry.oracle {
        "agreement" => {
            let theirs = named("sound", reference.trial(case).await);
            oracles::agreement(model, case, &theirs, &seen)
        }
        "snapshot" => {
            let kept = named("spoilt", reference.trial(case).await);
            let operation = model.operation(&case.operation);
            let kept = operation.map(|operation| canonical(model, operation, &kept));
            kept.map_or_else(Vec::new, |kept| oracles::snapshot(model, case, &seen, &kept))
        }
        _ => {
            let mut judgements = oracles::judge(model, case, &seen);
            if !judgements.is_empty() {
                let theirs = named("spoilt", reference.trial(case).await);
                let known = oracles::judge(model, case, &theirs);
                judgements.retain(|one| {
                    !known.iter().any(|other| {
                        (other.oracle, other.kind, &other.path) == (one.oracle, one.kind, &one.path)
                    })
                });
            }
            judgements
        }
    }
}

fn named(client: &str, evidence: Evidence) -> Evidence {
    Evidence { client: client.to_owned(), ..evidence }
}
