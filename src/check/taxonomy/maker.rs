//! Makes cases from their ids, and the keys of all cases of an operation.
//!
//! A case is made from nothing but the model and its id, which ends with the seed where that is not the usual one.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::catalogue::{self, Variant};
use super::draft::{Draft, FormParts};
use super::ownership::Ownership;
use super::plan::{CaseKey, SEED};
use super::subject::Subject;
use super::{Smaller, shrink};
use crate::api::model::Model;
use crate::api::outcome::typed;
use crate::api::values::{Rng, Values, timestamp_digits};
use crate::check::case::{Case, Expectation, MAX_DELAY_MS, Mode, TIMESTAMP_DIGITS, VariantId};
use crate::ground::exchange::{Answer, REQUEST_ID};
use crate::ground::json::{Style, write};
use crate::ground::stage::{RunStage, guard};

/// Makes cases from ids.
#[derive(Debug)]
pub(super) struct Maker {
    values: Arc<Values>,
    fold: Ownership,
}

impl Maker {
    /// The maker of a case: its seed stands at the end of its id.
    pub(super) fn of(model: &Arc<Model>, id: &str) -> Option<Maker> {
        let (origin, _) = shrink::origin(id)?;
        let seed = origin.rsplit_once('@').map_or(Some(SEED), |(_, seed)| seed.parse().ok())?;
        Some(Maker::new(model, seed))
    }

    pub(super) fn new(model: &Arc<Model>, seed: u64) -> Maker {
        Maker {
            fold: Ownership::new(model),
            values: Arc::new(Values::new(Arc::clone(model), seed, TIMESTAMP_DIGITS)),
        }
    }

    /// The keys of one operation; equal calls with equal answers stay once, but every variant keeps one case.
    pub(super) fn keys(&self, index: usize, variants: &[&'static Variant], random: u32) -> Vec<CaseKey> {
        let mut out = Vec::new();
        let Some(subject) = Subject::new(&self.values, &self.fold, index) else { return out };
        let name: Arc<str> = subject.operation.name.as_str().into();
        let mut seen = BTreeSet::new();
        for variant in variants {
            let mut list = || {
                let mut kept = 0;
                for draft in variant.drafts(&subject, random) {
                    let Some(parts) = (draft.make)() else { continue };
                    if !seen.insert(fingerprint(&parts)) && kept > 0 {
                        continue;
                    }
                    kept += 1;
                    out.push(self.key(&name, variant, &draft, &parts));
                }
            };
            let place = || Some(format!("{name}/{}", variant.id));
            guard(RunStage::Planning, place, &mut list).unwrap_or_else(|failure| failure.pass_on());
        }
        out
    }

    /// The key of a case, one below an enumerated case too.
    pub(super) fn key_of(&self, id: &str) -> Option<CaseKey> {
        let (origin, steps) = shrink::origin(id)?;
        let key = self.with_draft(origin, |subject, variant, draft| {
            Some(self.key(&subject.operation.name.as_str().into(), variant, draft, &(draft.make)()?))
        })?;
        let digits = if steps.is_empty() { key.digits } else { timestamp_digits(&self.case(id)?.call.input) };
        Some(CaseKey { id: id.to_owned(), digits, ..key })
    }

    fn key(&self, operation: &Arc<str>, variant: &Variant, draft: &Draft<'_>, parts: &FormParts) -> CaseKey {
        // The last answer is given again to whoever asks again.
        let requests = parts.requests.most.min(parts.answers.len().max(1) as u32).max(parts.requests.least);
        let pauses = requests.saturating_sub(1);
        let paused = match parts.call.mode {
            Mode::Call => pauses * MAX_DELAY_MS,
            Mode::Wait { delay_ms, .. } => pauses * delay_ms,
            Mode::Paginate { .. } => 0,
        };
        CaseKey {
            id: self.id(operation, variant, draft),
            operation: Arc::clone(operation),
            variant: variant.id,
            waits: draft.slow.unwrap_or(0) + paused,
            requests,
            digits: timestamp_digits(&parts.call.input),
        }
    }

    /// The cases one step below a case.
    pub(super) fn smaller<'a>(&'a self, case: &'a Case) -> Option<Smaller<'a>> {
        Smaller::of(&self.values, case)
    }

    fn id(&self, operation: &str, variant: &Variant, draft: &Draft<'_>) -> String {
        let mut id = format!("{operation}/{}", variant.id);
        if !draft.form.is_empty() {
            id.push('/');
            id.push_str(&draft.form);
        }
        if self.values.seed() != SEED {
            id.push_str(&format!("@{}", self.values.seed()));
        }
        id
    }

    pub(super) fn case(&self, id: &str) -> Option<Case> {
        let (origin, steps) = shrink::origin(id)?;
        let mut case = self.with_draft(origin, |subject, variant, draft| {
            let parts = (draft.make)()?;
            let id = self.id(&subject.operation.name, variant, draft);
            Some(self.finish(id, subject, variant, draft, parts))
        })?;
        for step in steps {
            case = self.smaller(&case)?.case(step)?;
        }
        Some(case)
    }

    /// Finds the form that an id names.
    fn with_draft<T>(
        &self,
        id: &str,
        then: impl FnOnce(&Subject<'_>, &'static Variant, &Draft<'_>) -> Option<T>,
    ) -> Option<T> {
        let name = id.split_once('@').map_or(id, |(name, _)| name);
        let mut parts = name.splitn(3, '/');
        let index = self.values.model().operations.get_index_of(parts.next()?)?;
        let variant_id = parts.next()?;
        let form = parts.next().unwrap_or_default();
        let variant = catalogue::variants().find(|variant| variant.id == variant_id)?;
        let subject = Subject::new(&self.values, &self.fold, index)?;
        let drafts = variant.drafts(&subject, random_of(form));
        let draft = drafts.iter().find(|draft| draft.form == form)?;
        then(&subject, variant, draft)
    }

    /// Makes cases of one operation and variant.
    pub(super) fn make(&self, keys: &[CaseKey], take: &mut impl FnMut(&CaseKey, Case)) {
        let Some(first) = keys.first() else { return };
        let index = self.values.model().operations.get_index_of(&*first.operation);
        let subject = index.and_then(|index| Subject::new(&self.values, &self.fold, index));
        let variant = catalogue::variants().find(|variant| variant.id == first.variant);
        let Some((subject, variant)) = subject.zip(variant) else { return };
        let random = keys.iter().map(|key| random_of(form_of(&key.id))).max().unwrap_or(0);
        let drafts = variant.drafts(&subject, random);
        for key in keys {
            let draft = drafts.iter().find(|draft| draft.form == form_of(&key.id));
            let made = draft.and_then(|draft| {
                let parts = (draft.make)()?;
                Some(self.finish(self.id(&key.operation, variant, draft), &subject, variant, draft, parts))
            });
            // A case below an enumerated one has an id of its own.
            let made = made.filter(|case| case.id == key.id).or_else(|| self.case(&key.id));
            if let Some(case) = made {
                take(key, case);
            }
        }
    }

    fn finish(
        &self,
        id: String,
        subject: &Subject<'_>,
        variant: &Variant,
        draft: &Draft<'_>,
        parts: FormParts,
    ) -> Case {
        let mut answers = parts.answers;
        if parts.request_ids {
            let mut rng = Rng::labelled(self.values.seed(), &id);
            answers.iter_mut().for_each(|answer| add_request_id(answer, &mut rng));
        }
        Case {
            operation: subject.operation.name.clone(),
            variant: VariantId(variant.id.to_owned()),
            class: parts.class.unwrap_or(variant.class),
            rule: parts.rule.unwrap_or(variant.rule).to_owned(),
            place: parts.place,
            seed: self.values.seed(),
            call: parts.call,
            answers,
            expectation: Expectation { result: parts.result, requests: parts.requests },
            repeats: parts.repeats,
            slow: draft.slow.is_some(),
            id,
        }
    }
}

/// The part of an id that names the form.
fn form_of(id: &str) -> &str {
    let name = id.split_once('@').map_or(id, |(name, _)| name);
    name.splitn(3, '/').nth(2).unwrap_or_default()
}

/// How many random cases there must be for one of that name to be among them.
fn random_of(form: &str) -> u32 {
    form.strip_prefix("random-").and_then(|number| number.parse::<u32>().ok()).map_or(0, |number| number + 1)
}

/// Every answer of AWS names its request.
fn add_request_id(answer: &mut Answer, rng: &mut Rng) {
    let (high, low) = (rng.next_u64(), rng.next_u64());
    if let Answer::Response(response) = answer
        && !response.headers.contains(REQUEST_ID)
    {
        let (a, b, c) = (high >> 32, high >> 16 & 0xFFFF, high & 0xFFF);
        let (d, e) = (low >> 48 & 0x3FFF | 0x8000, low & 0xFFFF_FFFF_FFFF);
        response.headers.push(REQUEST_ID, format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}"));
    }
}

/// A number that two forms share when they put the same on the wire.
fn fingerprint(parts: &FormParts) -> u64 {
    let mut hasher = DefaultHasher::new();
    match &parts.call.mode {
        Mode::Call => 0u8.hash(&mut hasher),
        Mode::Paginate { .. } => 1u8.hash(&mut hasher),
        Mode::Wait { waiter, .. } => waiter.hash(&mut hasher),
    }
    parts.repeats.hash(&mut hasher);
    write(&typed::encode(&parts.call.input), Style::Compact).hash(&mut hasher);
    for answer in &parts.answers {
        match answer {
            Answer::Response(response) => {
                response.to_wire().hash(&mut hasher);
                response.closes().hash(&mut hasher);
            }
            Answer::Raw(steps) => format!("{steps:?}").hash(&mut hasher),
        }
    }
    hasher.finish()
}
