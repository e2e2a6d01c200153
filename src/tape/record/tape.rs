//! One recording in the making: redactor, interactions, journal.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::api::model::{Model, Operation};
use crate::ground::exchange::{INVOCATION_ID, Request, Response};
use crate::ground::json::Json;
use crate::tape::cassette::{Cassette, CassetteError, Header, Interaction, Journal};
use crate::tape::redact::{Redactor, SecretKind, Suspect};

/// Why a recording came to an end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The cassette could not be written.
    #[error(transparent)]
    Cassette(#[from] CassetteError),
}

/// What a recording has to say at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RecordReport {
    /// The file that was written, if any.
    pub cassette: Option<PathBuf>,
    /// How many interactions it holds.
    pub interactions: usize,
    /// How many of them were replayed instead of recorded (mode `new`).
    pub replayed: usize,
    /// Why there is no whole cassette: one line per reason.
    pub failures: Vec<String>,
    /// What the scanner found.
    pub suspects: Vec<Suspect>,
}

impl RecordReport {
    /// The report as JSON, for `--control`.
    pub fn to_json(&self) -> Json {
        let suspect = |suspect: &Suspect| {
            Json::object([
                ("place", Json::string(&suspect.place)),
                ("placeholder", Json::string(&suspect.placeholder)),
            ])
        };
        let path = self.cassette.as_ref().map(|path| Json::string(path.display().to_string()));
        Json::object([
            ("cassette", path.unwrap_or(Json::Null)),
            ("interactions", Json::number(self.interactions)),
            ("replayed", Json::number(self.replayed)),
            ("failures", Json::Array(self.failures.iter().map(Json::string).collect())),
            ("suspects", Json::Array(self.suspects.iter().map(suspect).collect())),
        ])
    }
}

/// A recording in the making.
#[derive(Debug)]
pub(super) struct Tape {
    header: Header,
    redactor: Redactor,
    interactions: Vec<Interaction>,
    /// The highest id so far: an id is never given twice, also where an old cassette lost some.
    last_id: u32,
    calls: IndexMap<String, usize>,
    journal: Option<Journal>,
    pub(super) replayed: usize,
}

impl Tape {
    pub(super) fn new(path: &Path, header: Header, secrets: Vec<String>) -> Result<Tape, RecordError> {
        Ok(Tape {
            header,
            redactor: Redactor::new(secrets),
            interactions: Vec::new(),
            last_id: 0,
            calls: IndexMap::new(),
            journal: Some(Journal::create(path)?),
            replayed: 0,
        })
    }

    /// The interaction noted last.
    pub(super) fn last(&self) -> Option<Interaction> {
        self.interactions.last().cloned()
    }

    /// Starts from an old cassette: what it has stays, new interactions follow.
    pub(super) fn keep(&mut self, old: Cassette) {
        self.redactor.reserve(&old.header.placeholders);
        self.header.client = old.header.client;
        self.last_id = old.interactions.iter().map(|interaction| interaction.id).max().unwrap_or_default();
        self.interactions = old.interactions;
    }

    /// Redacts an exchange and has it in the journal before it returns. Attempts of one call, told by the
    /// invocation id, are one interaction.
    pub(super) fn note(
        &mut self,
        service: &str,
        model: Option<(&Model, &Operation)>,
        request: &Request,
        response: &Response,
    ) -> Result<(), RecordError> {
        let invocation = request.headers.get(INVOCATION_ID).map(str::to_owned);
        let redacted = self.redactor.response(model, response);
        if self.header.client.is_empty() {
            self.header.client = self.redactor.note("client", &product(request)).into_inner();
        }
        let known = invocation.as_ref().and_then(|id| self.calls.get(id)).copied();
        let place = match known {
            Some(place) => {
                self.interactions[place].push_attempt(redacted);
                place
            }
            None => {
                let request = self.redactor.request(model, request);
                let operation = model.map(|(_, operation)| operation.name.clone());
                self.last_id = self.last_id.saturating_add(1);
                self.interactions.push(Interaction::new(self.last_id, service, operation, request, redacted));
                self.interactions.len() - 1
            }
        };
        if let Some(id) = invocation {
            self.calls.insert(id, place);
        }
        self.refresh();
        if let Some(journal) = &mut self.journal {
            journal.append(&self.header, &self.interactions[place])?;
        }
        Ok(())
    }

    /// Brings the head's tables up to date.
    fn refresh(&mut self) {
        self.header.placeholders = self.redactor.placeholders();
    }

    /// Ends the recording: whole, or partial if anything failed.
    pub(super) fn finish(&mut self, whole: bool, failures: Vec<String>) -> Result<RecordReport, RecordError> {
        self.refresh();
        self.header.redaction = SecretKind::all().map(|kind| kind.name().to_owned()).collect();
        let cassette = Cassette { header: self.header.clone(), interactions: self.interactions.clone() };
        let whole = whole && failures.is_empty();
        let path = match self.journal.take() {
            Some(journal) if whole => Some(journal.finish(&cassette)?),
            Some(journal) => Some(journal.finish_partial(&cassette)?),
            None => None,
        };
        Ok(RecordReport {
            cassette: path,
            interactions: self.interactions.len(),
            replayed: self.replayed,
            failures,
            suspects: self.redactor.suspects().to_vec(),
        })
    }
}

/// The product part of a User-Agent: `Boto3/1.44.5`.
fn product(request: &Request) -> String {
    let agent = request.headers.get("x-amz-user-agent").or_else(|| request.headers.get("user-agent"));
    agent.and_then(|agent| agent.split_whitespace().next()).unwrap_or_default().to_owned()
}
