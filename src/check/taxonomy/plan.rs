//! The plan of a run: which cases there are, and in which order.
//!
//! A plan holds keys, not cases: each case is made when it is asked for, from nothing but the model and its
//! id, so that `--case ID` makes exactly that one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Smaller;
use super::catalogue::{self, Variant};
use super::maker::Maker;
use crate::api::model::Model;
use crate::check::case::{Case, Glob};

/// The seed of a run that names none.
pub const SEED: u64 = 1;

/// Which cases a run wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanOptions {
    /// Operations by name; empty for all.
    pub operations: Vec<Glob>,
    /// Variants by id; empty for all.
    pub variants: Vec<Glob>,
    /// The seed of all random parts.
    pub seed: u64,
    /// Extra random cases per operation.
    pub random: u32,
    /// One of several parts of the plan: its number, from 1, and how many there are. Operations stay whole.
    pub shard: Option<(u32, u32)>,
}

impl Default for PlanOptions {
    fn default() -> PlanOptions {
        PlanOptions { operations: Vec::new(), variants: Vec::new(), seed: SEED, random: 0, shard: None }
    }
}

/// The name of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseKey {
    /// Stable: what `--case` takes.
    pub id: String,
    /// The operation.
    pub operation: Arc<str>,
    /// The variant.
    pub variant: &'static str,
    /// Extra milliseconds that this case needs, for deliberate waits or a huge body; used by the forecast.
    pub waits: u32,
    /// How many requests it usually takes.
    pub requests: u32,
    /// Decimals of a second in the finest timestamp of its input.
    pub digits: u8,
}

/// The cases of a run.
#[derive(Debug)]
pub struct Plan {
    maker: Maker,
    keys: Vec<CaseKey>,
}

/// All cases that the options want, in the order of the model and of the taxonomy.
pub fn plan(model: &Arc<Model>, options: &PlanOptions) -> Plan {
    let maker = Maker::new(model, options.seed);
    let wanted = |globs: &[Glob], name: &str| globs.is_empty() || globs.iter().any(|glob| glob.matches(name));
    let variants: Vec<&'static Variant> =
        catalogue::variants().filter(|variant| wanted(&options.variants, variant.id)).collect();
    let ours = |index: usize| {
        options.shard.is_none_or(|(number, of)| index % of.max(1) as usize + 1 == number as usize)
    };
    let named = model.operations.keys().enumerate().filter(|(_, name)| wanted(&options.operations, name));
    let operations: Vec<usize> = named.map(|(index, _)| index).filter(|index| ours(*index)).collect();
    let keys = side_by_side(&operations, |index| maker.keys(index, &variants, options.random));
    Plan { maker, keys }
}

/// What `make` gives for each operation, in their order; several are made at once.
fn side_by_side(operations: &[usize], make: impl Fn(usize) -> Vec<CaseKey> + Sync) -> Vec<CaseKey> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(operations.len()).max(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let take = || operations.get(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(take).map(|index| (*index, make(*index))).collect::<Vec<_>>()
    };
    let mut made: Vec<(usize, Vec<CaseKey>)> =
        std::thread::scope(|scope| {
            let threads: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            let own = work();
            own.into_iter()
                .chain(threads.into_iter().flat_map(|thread| {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                }))
                .collect()
        });
    made.sort_by_key(|(index, _)| *index);
    made.into_iter().flat_map(|(_, keys)| keys).collect()
}

/// The case of an id, whatever plan it came from; `None` where the model has no such case.
pub fn case(model: &Arc<Model>, id: &str) -> Option<Case> {
    Maker::of(model, id)?.case(id)
}

impl Plan {
    /// The plan of these cases in this order, whatever plans they came from, cases below such among them; the
    /// seed is that of the first one. Fails with an id that the model has no case of.
    pub fn of_cases(model: &Arc<Model>, ids: &[String]) -> Result<Plan, String> {
        let first = ids.first().map_or("", String::as_str);
        let maker = Maker::of(model, first).ok_or(first)?;
        let keys = ids.iter().map(|id| maker.key_of(id).ok_or_else(|| id.clone()));
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(Plan { maker, keys })
    }

    /// The plan of some cases of this plan.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&CaseKey) -> bool) -> Plan {
        self.keys.retain(wanted);
        self
    }

    /// The names of all cases.
    pub fn keys(&self) -> &[CaseKey] {
        &self.keys
    }

    /// Makes a case of this plan's model and seed.
    pub fn case(&self, id: &str) -> Option<Case> {
        self.maker.case(id)
    }

    /// The cases one step below a case of this plan.
    pub fn smaller<'a>(&'a self, case: &'a Case) -> Option<Smaller<'a>> {
        self.maker.smaller(case)
    }

    /// Makes cases of this plan one after another.
    ///
    /// Neighbours are of one operation and variant, whose forms are listed once for all of them.
    pub fn make(&self, keys: &[CaseKey], mut take: impl FnMut(&CaseKey, Case)) {
        let alike =
            |one: &CaseKey, other: &CaseKey| one.operation == other.operation && one.variant == other.variant;
        for keys in keys.chunk_by(alike) {
            self.maker.make(keys, &mut take);
        }
    }

    /// How many cases each variant has, in the order of the taxonomy.
    pub fn by_variant(&self) -> Vec<(&'static str, usize)> {
        let mut counts = BTreeMap::new();
        for key in &self.keys {
            *counts.entry(key.variant).or_insert(0) += 1;
        }
        let counted = catalogue::variants().map(|variant| (variant.id, counts.get(variant.id)));
        counted.filter_map(|(id, count)| count.map(|count| (id, *count))).collect()
    }

    /// How many cases each operation has, in the order of the model.
    pub fn by_operation(&self) -> Vec<(Arc<str>, usize)> {
        let mut counts: Vec<(Arc<str>, usize)> = Vec::new();
        for key in &self.keys {
            match counts.last_mut() {
                Some((name, count)) if *name == key.operation => *count += 1,
                _ => counts.push((Arc::clone(&key.operation), 1)),
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::model::{Validator, latest, synthetic};
    use crate::api::values::timestamp_digits;
    use crate::check::case::Expected;

    fn of(operations: &[&str], variants: &[&str], seed: u64) -> PlanOptions {
        let globs = |texts: &[&str]| texts.iter().map(|text| Glob::new(*text)).collect();
        PlanOptions { operations: globs(operations), variants: globs(variants), seed, ..Default::default() }
    }

    #[test]
    fn every_variant_applies_somewhere_and_no_id_comes_twice() {
        let mut applied = BTreeSet::new();
        for model in [latest().unwrap(), synthetic().unwrap()] {
            let plan = plan(&model, &PlanOptions::default());
            let ids: BTreeSet<&str> = plan.keys().iter().map(|key| key.id.as_str()).collect();
            assert_eq!(ids.len(), plan.keys().len());
            assert!(plan.keys().len() < 200_000);
            assert_eq!(plan.by_operation().len(), model.operations.len());
            applied.extend(plan.by_variant().into_iter().map(|(variant, _)| variant));
        }
        let missing: Vec<&str> =
            catalogue::variants().map(|variant| variant.id).filter(|id| !applied.contains(id)).collect();
        assert_eq!(missing, [""; 0]);
    }

    #[test]
    fn the_same_seed_gives_the_same_cases_whatever_else_is_planned() {
        let model = latest().unwrap();
        let operations = ["DescribeTrainingJob", "ListT*"];
        let first = plan(&model, &of(&operations, &[], 5));
        let again = plan(&model, &of(&operations, &[], 5));
        assert_eq!(first.keys(), again.keys());
        let narrow = plan(&model, &of(&["ListTags"], &["OK*"], 5));
        let mut together = Vec::new();
        narrow.make(narrow.keys(), |key, case| together.push((key.id.clone(), case)));
        let apart = narrow.keys().iter().map(|key| (key.id.clone(), narrow.case(&key.id).unwrap()));
        assert_eq!(together, apart.collect::<Vec<_>>());
        for key in narrow.keys() {
            assert!(first.keys().contains(key), "{}", key.id);
            let made = narrow.case(&key.id).unwrap();
            assert_eq!(Some(&made), case(&model, &key.id).as_ref());
            assert_eq!(made.id, key.id);
        }
        let other = plan(&model, &of(&["ListTags"], &["OK*"], 6));
        assert_ne!(narrow.case(&narrow.keys()[0].id), other.case(&other.keys()[0].id));
    }

    #[test]
    fn random_cases_come_on_top_valid_and_the_same_each_time() {
        for model in [latest().unwrap(), synthetic().unwrap()] {
            let validator = Validator::new(Arc::clone(&model));
            let options = of(&[], &["OK4"], 9);
            let usual = plan(&model, &options);
            let more = plan(&model, &PlanOptions { random: 2, ..options });
            let random: Vec<&CaseKey> =
                more.keys().iter().filter(|key| key.id.contains("/OK4/random-")).collect();
            assert_eq!(more.keys().len(), usual.keys().len() + random.len());
            let mut operations: BTreeSet<&str> = BTreeSet::new();
            for key in random {
                let made = more.case(&key.id).unwrap();
                let alone = Plan::of_cases(&model, std::slice::from_ref(&key.id)).unwrap();
                assert_eq!(alone.keys(), std::slice::from_ref(key));
                assert_eq!(alone.case(&key.id), Some(made.clone()), "{}", key.id);
                let operation = model.operation(&made.operation).unwrap();
                if let Some(input) = operation.input {
                    assert_eq!(validator.check(input, &made.call.input), [], "{}", key.id);
                }
                if let (Some(output), Expected::Output(value)) = (operation.output, &made.expectation.result)
                {
                    assert_eq!(validator.check(output, value), [], "{}", key.id);
                }
                operations.insert(&operation.name);
            }
            // What has no members at all has only one case, which is there already.
            let bare = |shape: Option<crate::api::model::ShapeId>| {
                shape.and_then(|id| model.shape(id).members()).is_none_or(|members| members.is_empty())
            };
            for (name, operation) in &model.operations {
                let random = operations.contains(name.as_str());
                assert!(random || (bare(operation.input) && bare(operation.output)), "{name}");
            }
        }
    }

    #[test]
    fn a_key_says_how_fine_its_input_is_and_only_cases_about_that_are_fine() {
        let model = latest().unwrap();
        let plan = plan(&model, &PlanOptions::default());
        let fine: Vec<&CaseKey> = plan.keys().iter().filter(|key| key.digits > 3).collect();
        let ids: BTreeSet<&str> = plan.keys().iter().map(|key| key.id.as_str()).collect();
        assert!(fine.len() > 400 && fine.iter().all(|key| key.variant == "RQ6"), "{}", fine.len());
        for key in fine {
            let input = plan.case(&key.id).unwrap().call.input;
            assert_eq!(key.digits, timestamp_digits(&input), "{}", key.id);
            let (place, _) = key.id.rsplit_once('-').unwrap();
            // Where a place has one form only, another operation has them all.
            let alone = ids.range(place..).take_while(|id| id.starts_with(place)).count() == 1;
            assert!(alone || ids.contains(format!("{place}-ms").as_str()), "{}", key.id);
        }
    }

    #[test]
    fn shards_are_the_plan_cut_up() {
        let model = latest().unwrap();
        let options = of(&["Describe*"], &["OK1", "ER1"], SEED);
        let whole = plan(&model, &options);
        let part = |number| plan(&model, &PlanOptions { shard: Some((number, 3)), ..options.clone() });
        let parts: Vec<Plan> = (1..=3).map(part).collect();
        let mut ids: Vec<&str> = parts.iter().flat_map(Plan::keys).map(|key| key.id.as_str()).collect();
        ids.sort_unstable();
        let mut expected: Vec<&str> = whole.keys().iter().map(|key| key.id.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(ids, expected);
    }

    #[test]
    fn what_must_be_sent_and_given_is_valid_by_the_model() {
        let model = latest().unwrap();
        let validator = Validator::new(Arc::clone(&model));
        let plan = plan(&model, &of(&["*Tag*", "Search", "*Endpoint*"], &["OK1", "OK3", "OK4", "RQ*"], SEED));
        for key in plan.keys() {
            let case = plan.case(&key.id).unwrap();
            let operation = model.operation(&case.operation).unwrap();
            let strict = case.expectation.requests.least > 0 && key.variant != "RQ8" && key.variant != "RQ10";
            if let Some(input) = operation.input.filter(|_| strict) {
                assert_eq!(validator.check(input, &case.call.input), [], "{}", key.id);
            }
            if let (Some(output), Expected::Output(value)) = (operation.output, &case.expectation.result) {
                assert_eq!(validator.check(output, value), [], "{}", key.id);
            }
        }
    }
}
