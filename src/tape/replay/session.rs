//! The state of one replay: which interactions were played, which placeholders are bound.

use indexmap::IndexMap;

use super::poll::is_waiter_poll;
use super::runs::{PollRun, runs_of};
use super::{Attempts, Exhausted, Miss, Order, ReplayOptions, SessionReport, Waits};
use crate::ground::exchange::{INVOCATION_ID, Request, Response, StoredResponse};
use crate::tape::cassette::{Cassette, Interaction};
use crate::tape::matcher::{Index, Models, Question};
use crate::tape::redact::{Bindings, Conflict};

/// One replay of one or more cassettes.
#[derive(Debug)]
pub struct Session {
    options: ReplayOptions,
    models: Models,
    interactions: Vec<Interaction>,
    index: Index,
    tracks: IndexMap<usize, Track>,
    plays: Vec<usize>,
    skips: Vec<bool>,
    made_by: IndexMap<String, usize>,
    bindings: Bindings,
    calls: IndexMap<String, CallState>,
    unmatched: Vec<Miss>,
}

/// Where the recording of one question stands; kept by the first of its interactions.
#[derive(Debug)]
struct Track {
    places: Vec<usize>,
    runs: Vec<PollRun>,
    next: usize,
}

/// A call seen before, by its invocation id: its retries get the same answer.
#[derive(Debug, Clone)]
struct CallState {
    interaction: usize,
    attempts: usize,
    tokens: Vec<String>,
}

impl Session {
    /// A session over cassettes, played as one recording in their order.
    pub fn new(models: Models, cassettes: &[Cassette], options: ReplayOptions) -> Session {
        let interactions: Vec<_> =
            cassettes.iter().flat_map(|cassette| cassette.interactions.iter().cloned()).collect();
        let placeholders: Vec<_> =
            cassettes.iter().flat_map(|cassette| cassette.header.placeholders.iter().cloned()).collect();
        let index = Index::new(&models, &interactions);
        let tracks = index
            .groups()
            .map(|places| {
                let runs = runs_of(places, &index, &interactions);
                (places[0], Track { places: places.to_vec(), runs, next: 0 })
            })
            .collect();
        let count = interactions.len();
        let made_by =
            if options.order == Order::Causal { makers(&interactions, &index) } else { IndexMap::new() };
        Session {
            options,
            models,
            interactions,
            index,
            tracks,
            plays: vec![0; count],
            skips: vec![false; count],
            made_by,
            bindings: Bindings::new(&placeholders),
            calls: IndexMap::new(),
            unmatched: Vec::new(),
        }
    }

    /// How many interactions there are.
    pub fn interactions(&self) -> usize {
        self.interactions.len()
    }

    /// The models this session reads requests by.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// The recorded answer to a request of a service, or why there is none. A miss is noted for the report.
    pub fn answer(&mut self, service: &str, request: &Request) -> Result<Response, Miss> {
        self.answer_to(&Question::of(&self.models, service, request), request)
    }

    /// As [`Session::answer`], for a request that was read before.
    pub(crate) fn answer_to(&mut self, question: &Question, request: &Request) -> Result<Response, Miss> {
        let answered = match self.answer_question(question, request) {
            Err(Missed::Nothing) => Err(self.miss(question, None)),
            Err(Missed::Because(why)) => Err(self.miss(question, Some(why))),
            Ok(response) => Ok(self.bindings.write_back(&response).to_response(&request.headers)),
        };
        answered.inspect_err(|miss| self.unmatched.push(miss.clone()))
    }

    /// As [`Session::answer_to`], but a request that nothing answers leaves no trace.
    pub(crate) fn answer_if_recorded(&mut self, question: &Question, request: &Request) -> Option<Response> {
        let response = self.answer_question(question, request).ok()?;
        Some(self.bindings.write_back(&response).to_response(&request.headers))
    }

    fn answer_question(&mut self, question: &Question, request: &Request) -> Result<StoredResponse, Missed> {
        let invocation = request.headers.get(INVOCATION_ID).map(str::to_owned);
        let tokens: Vec<_> = question.tokens.iter().map(|token| token.text.clone()).collect();
        if let Some(id) = &invocation
            && let Some(call) = self.calls.get_mut(id)
        {
            if call.tokens != tokens {
                return Err(Missed::because("the idempotency token changed between attempts of one call"));
            }
            call.attempts += 1;
            let (interaction, attempt) = (call.interaction, call.attempts);
            return Ok(self.attempt(interaction, attempt));
        }
        let place = self.pick(question, is_waiter_poll(request))?;
        self.plays[place] += 1;
        if let Some(id) = invocation {
            self.calls.insert(id, CallState { interaction: place, attempts: 1, tokens });
        }
        Ok(self.attempt(place, 1))
    }

    /// The answer to the n-th attempt of a call.
    fn attempt(&self, place: usize, attempt: usize) -> StoredResponse {
        let interaction = &self.interactions[place];
        let last = interaction.attempts().len();
        match self.options.attempts {
            Attempts::Final => interaction.response().clone(),
            Attempts::Keep => interaction.attempts()[attempt.min(last) - 1].clone(),
        }
    }

    /// Chooses the interaction that answers a question, and moves on.
    fn pick(&mut self, question: &Question, waiter: bool) -> Result<usize, Missed> {
        let places = self.index.equals(question);
        let first = *places.first().ok_or(Missed::Nothing)?;
        let (at, place) = self.choose(first, waiter)?;
        self.check_order(place)?;
        let recorded = &self.index.question(place).secrets;
        self.bindings
            .bind(recorded, &question.secrets)
            .map_err(|conflict| Missed::because(told(&conflict)))?;
        if let (Some(at), Some(track)) = (at, self.tracks.get_mut(&first)) {
            for passed in &track.places[track.next..at] {
                self.skips[*passed] = true;
            }
            track.next = at + 1;
        }
        Ok(place)
    }

    /// The next interaction of a track and its place in it; no place if an answer is repeated.
    fn choose(&self, first: usize, waiter: bool) -> Result<(Option<usize>, usize), Missed> {
        let track = &self.tracks[&first];
        let current = track.runs.iter().find(|run| run.from <= track.next && track.next < run.to);
        let before = track.runs.iter().rev().find(|run| run.to <= track.next);
        let Some(run) = current else {
            let last = track.places[track.places.len() - 1];
            let repeats = self.options.exhausted == Exhausted::Repeat || before.is_some_and(|run| run.polls);
            return if repeats { Ok((None, last)) } else { Err(Missed::because(self.used_up(track))) };
        };
        if let (Some(before), Some(barrier)) = (before, run.barrier)
            && track.next == run.from
            && before.polls
            && self.plays[barrier] == 0
        {
            return Ok((None, track.places[before.to - 1]));
        }
        let at = match self.options.waits {
            Waits::Terminal => run.to - 1,
            Waits::Auto if waiter => run.to - 1,
            Waits::Edges => self.edge(track, run),
            Waits::Auto | Waits::Keep => track.next,
        };
        Ok((Some(at), track.places[at]))
    }

    /// The last of the equal answers that come next.
    fn edge(&self, track: &Track, run: &PollRun) -> usize {
        let response = |at: usize| self.interactions[track.places[at]].response();
        let same = |one: &StoredResponse, other: &StoredResponse| {
            one.status == other.status && one.content.body == other.content.body
        };
        (track.next..run.to)
            .take_while(|at| same(response(*at), response(track.next)))
            .last()
            .unwrap_or(track.next)
    }

    fn check_order(&self, place: usize) -> Result<(), Missed> {
        let open = |place: &usize| self.plays[*place] == 0 && !self.skips[*place];
        let waits_for = match self.options.order {
            Order::Any => None,
            Order::Strict => (0..place).find(open),
            Order::Causal => {
                let question = self.index.question(place);
                question
                    .texts()
                    .filter_map(|text| self.made_by.get(text))
                    .copied()
                    .find(|maker| *maker < place && open(maker))
            }
        };
        match waits_for {
            None => Ok(()),
            Some(other) => {
                let other = &self.interactions[other];
                Err(Missed::because(format!(
                    "interaction {} ({}) must be played first",
                    other.id,
                    other.title()
                )))
            }
        }
    }

    fn used_up(&self, track: &Track) -> String {
        let ids: Vec<_> = track.places.iter().map(|place| self.interactions[*place].id.to_string()).collect();
        format!("recorded {} time(s) (interaction {}), and all were played", ids.len(), ids.join(", "))
    }

    fn miss(&self, question: &Question, why: Option<String>) -> Miss {
        let request = question.title();
        if let Some(why) = why {
            return Miss { request, message: why, nearest: None };
        }
        match self.index.nearest(question) {
            None => {
                let message =
                    format!("nothing recorded for {request} in {} interactions", self.interactions.len());
                Miss { request, message, nearest: None }
            }
            Some(nearest) => {
                let id = self.interactions[nearest.interaction].id;
                let shown: Vec<_> = nearest.differences.iter().take(8).map(ToString::to_string).collect();
                let more = nearest.differences.len().saturating_sub(8);
                let more = if more > 0 { format!("; and {more} more") } else { String::new() };
                let message = format!("{}{more} (nearest: interaction {id})", shown.join("; "));
                Miss { request, message, nearest: Some(id) }
            }
        }
    }

    /// How the session went so far.
    pub fn report(&self) -> SessionReport {
        let mut report = SessionReport { unmatched: self.unmatched.clone(), ..SessionReport::default() };
        for (place, interaction) in self.interactions.iter().enumerate() {
            match (self.plays[place], self.skips[place]) {
                (0, true) => report.skipped += 1,
                (0, false) => report.unplayed.push((interaction.id, interaction.title())),
                (times, _) => {
                    report.played += 1;
                    if times > 1 && !self.is_poll(place) {
                        report.over_played.push((interaction.id, interaction.title(), times - 1));
                    }
                }
            }
        }
        report
    }

    fn is_poll(&self, place: usize) -> bool {
        self.tracks.values().any(|track| {
            let at = track.places.iter().position(|other| *other == place);
            at.is_some_and(|at| track.runs.iter().any(|run| run.polls && run.from <= at && at < run.to))
        })
    }
}

/// Why a question has no answer.
enum Missed {
    /// Nothing asks the same.
    Nothing,
    /// A recording matches, but it may not be played now; the reason.
    Because(String),
}

impl Missed {
    fn because(why: impl Into<String>) -> Missed {
        Missed::Because(why.into())
    }
}

/// A conflict in words, without the values, which are secrets.
fn told(conflict: &Conflict) -> String {
    match &conflict.bound {
        Some(_) => format!(
            "a second value for the placeholder {}, which is bound in this session",
            conflict.recorded
        ),
        None => "a value that is redacted in the recording was sent differently".to_owned(),
    }
}

/// For each text that a request of a later interaction uses: the interaction whose answer first gave it out.
fn makers(interactions: &[Interaction], index: &Index) -> IndexMap<String, usize> {
    let mut used: IndexMap<String, Option<usize>> = IndexMap::new();
    for place in 0..interactions.len() {
        for text in index.question(place).texts().filter(|text| text.len() > 3) {
            used.entry(text.to_owned()).or_insert(None);
        }
    }
    for (place, interaction) in interactions.iter().enumerate() {
        let reads = super::poll::is_read(interaction.operation.as_deref(), &interaction.request().method);
        let given = String::from_utf8_lossy(&interaction.response().content.body.to_bytes()).into_owned();
        let mut mine = index.question(place).texts();
        let names: Vec<_> = if reads { Vec::new() } else { mine.by_ref().map(str::to_owned).collect() };
        for (text, maker) in used.iter_mut().filter(|(_, maker)| maker.is_none()) {
            if given.contains(text.as_str()) || names.contains(text) {
                *maker = Some(place);
            }
        }
    }
    used.into_iter().filter_map(|(text, maker)| Some((text, maker?))).collect()
}
