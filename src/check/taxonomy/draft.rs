//! Drafts: cases that are named and not yet made.
//!
//! A variant lists the forms it takes for an operation; each form is a name and a closure. Listing is cheap,
//! so that a plan can be counted, split and picked from without making a case.

use super::place::Place;
use super::subject::{Side, Subject};
use crate::api::values::Rng;
use crate::check::case::{Call, Class, CountRange, Expected};
use crate::ground::exchange::Answer;

/// What a form is made of; id, variant and seed come from the plan.
#[derive(Debug, Clone)]
pub(super) struct FormParts {
    pub(super) call: Call,
    pub(super) answers: Vec<Answer>,
    pub(super) result: Expected,
    pub(super) requests: CountRange,
    /// Another class than the variant's.
    pub(super) class: Option<Class>,
    /// Another rule than the variant's.
    pub(super) rule: Option<&'static str>,
    /// Where the form changes something.
    pub(super) place: Option<String>,
    /// Answers that carry no request id get one.
    pub(super) request_ids: bool,
    /// How often the call is made again.
    pub(super) repeats: u32,
}

impl FormParts {
    pub(super) fn new(call: Call, answers: Vec<Answer>, result: Expected, requests: CountRange) -> FormParts {
        let (class, rule, place) = (None, None, None);
        FormParts { call, answers, result, requests, class, rule, place, request_ids: true, repeats: 0 }
    }

    /// The same held less or more firmly than the variant.
    pub(super) fn class(mut self, class: Class) -> FormParts {
        self.class = Some(class);
        self
    }

    pub(super) fn rule(mut self, rule: &'static str) -> FormParts {
        self.rule = Some(rule);
        self
    }

    pub(super) fn at(mut self, side: Side, place: &Place) -> FormParts {
        self.place = Some(place.path(side.word()));
        self
    }

    /// With the call made so many times more.
    pub(super) fn again(self, repeats: u32) -> FormParts {
        FormParts { repeats, ..self }
    }

    /// With new connections and a full retry quota.
    pub(super) fn fresh(mut self) -> FormParts {
        self.call.fresh = true;
        self
    }
}

/// One form of a variant for an operation.
pub(super) struct Draft<'a> {
    /// Its name within the variant, of letters, digits, dots and dashes.
    pub(super) form: String,
    /// It waits that long, in milliseconds, or takes as long for its size.
    pub(super) slow: Option<u32>,
    pub(super) make: Box<dyn Fn() -> Option<FormParts> + 'a>,
}

/// The forms of one variant for one operation.
pub(super) struct Sheet<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) variant: &'static str,
    /// How many random cases are wanted.
    pub(super) random: u32,
    pub(super) drafts: Vec<Draft<'a>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, variant: &'static str, random: u32) -> Sheet<'a> {
        Sheet { subject, variant, random, drafts: Vec::new() }
    }

    /// A form.
    pub(super) fn add(&mut self, form: impl Into<String>, make: impl Fn() -> FormParts + 'a) {
        self.add_if(form, move || Some(make()));
    }

    /// A form that may turn out not to exist.
    pub(super) fn add_if(&mut self, form: impl Into<String>, make: impl Fn() -> Option<FormParts> + 'a) {
        self.drafts.push(Draft { form: form.into(), slow: None, make: Box::new(make) });
    }

    /// A form that waits or is huge: on the named operations only.
    pub(super) fn add_slow(
        &mut self,
        form: impl Into<String>,
        millis: u32,
        make: impl Fn() -> FormParts + 'a,
    ) {
        if self.subject.is_named() {
            let make = Box::new(move || Some(make()));
            self.drafts.push(Draft { form: form.into(), slow: Some(millis), make });
        }
    }

    /// Forms of single places.
    ///
    /// A place whose member is this operation's own gets every form. Where none is, one place gets one form,
    /// so that every operation meets the variant; which ones changes from operation to operation.
    pub(super) fn at_places<F: Copy + 'a>(
        &mut self,
        side: Side,
        wanted: impl Fn(&Place) -> bool,
        forms: &[(&'static str, F)],
        make: impl Fn(&'a Subject<'a>, &'a Place, F) -> Option<FormParts> + Copy + 'a,
    ) {
        let subject = self.subject;
        let able: Vec<&Place> = subject.places(side).iter().filter(|place| wanted(place)).collect();
        let own: Vec<&Place> = able.iter().copied().filter(|place| subject.owns(side, place)).collect();
        let mut rng = subject.rng(self.variant);
        let chosen: Vec<(&Place, (&str, F))> = if own.is_empty() && !subject.is_recorded() {
            let one = rng.pick(&able).copied().zip(rng.pick(forms).copied());
            one.into_iter().collect()
        } else {
            own.iter().flat_map(|place| forms.iter().map(|form| (*place, *form))).collect()
        };
        for (place, (name, form)) in chosen {
            let name = join(&place.label(), name);
            self.add_if(name, move || Some(make(subject, place, form)?.at(side, place)));
        }
    }

    /// One of the items by the operation's name, so that neighbours differ.
    pub(super) fn rotate<'t, T>(&self, items: &'t [T]) -> Option<&'t T> {
        self.turns().pick(items)
    }

    fn turns(&self) -> Rng {
        Rng::labelled(0, &format!("{} {}", self.subject.operation.name, self.variant))
    }

    /// Leaves this operation one of the forms, unless it is a named or a recorded one.
    pub(super) fn take_turn(&mut self) {
        let all = self.subject.is_named() || self.subject.is_recorded();
        if !all && !self.drafts.is_empty() {
            let turn = self.turns().index(self.drafts.len());
            self.drafts = vec![self.drafts.swap_remove(turn)];
        }
    }
}

/// A place and a form as one name.
fn join(place: &str, form: &str) -> String {
    match (place.is_empty(), form.is_empty()) {
        (true, _) => form.to_owned(),
        (_, true) => place.to_owned(),
        _ => format!("{place}-{form}"),
    }
}
