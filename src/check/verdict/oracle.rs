//! The oracles by name: the words of reports and of files of deviations.

/// Which oracle states a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OracleName {
    /// Clients are held against each other.
    Agreement,
    /// Service errors as the caller got them.
    Error,
    /// Idempotency tokens.
    Idempotency,
    /// What never may happen.
    Never,
    /// Pages, their items and their tokens.
    Pagination,
    /// What was sent.
    Request,
    /// The output as the caller got it.
    Response,
    /// Attempts: how many, and in which order.
    Retry,
    /// The request's signature.
    Signature,
    /// A client is held against its own snapshot.
    Snapshot,
    /// Something of an earlier answer.
    State,
    /// The end of a wait.
    Waiter,
}

// In the order of the alphabet: findings are listed in it.
const WORDS: [(OracleName, &str); 12] = [
    (OracleName::Agreement, "agreement"),
    (OracleName::Error, "error"),
    (OracleName::Idempotency, "idempotency"),
    (OracleName::Never, "never"),
    (OracleName::Pagination, "pagination"),
    (OracleName::Request, "request"),
    (OracleName::Response, "response"),
    (OracleName::Retry, "retry"),
    (OracleName::Signature, "signature"),
    (OracleName::Snapshot, "snapshot"),
    (OracleName::State, "state"),
    (OracleName::Waiter, "waiter"),
];

impl OracleName {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(oracle, _)| *oracle == self).map_or("", |(_, word)| word)
    }

    /// The oracle of a word of the report.
    pub fn from_word(word: &str) -> Option<OracleName> {
        WORDS.iter().find(|(_, known)| *known == word).map(|(oracle, _)| *oracle)
    }

    /// All words, for messages and documents.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(_, word)| *word)
    }
}

impl std::fmt::Display for OracleName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.word())
    }
}
