//! What kind of difference a finding is: the words of the report.

/// The kinds of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A leaf has another value.
    ValueDiffers,
    /// A leaf has another type.
    TypeDiffers,
    /// A member that should be there is not.
    MemberMissing,
    /// A member that should not be there is.
    MemberUnexpected,
    /// The caller got an output where an error was due.
    OutputInsteadOfError,
    /// The caller got an error where an output was due.
    ErrorInsteadOfOutput,
    /// An error has another code.
    CodeDiffers,
    /// An error has another class.
    ClassDiffers,
    /// An error has another message.
    MessageDiffers,
    /// The client threw what is none of its documented errors, or its process ended.
    Crash,
    /// The client did not come back.
    Hung,
    /// Another number or order of attempts.
    AttemptsDiffer,
    /// Another number of pages, or no end of them.
    PagesDiffer,
    /// Items of pages are gone.
    ItemsLost,
    /// Items of pages came twice.
    ItemsDoubled,
    /// A token was not carried as it came.
    TokenDiffers,
    /// A wait ended otherwise.
    WaiterDiffers,
    /// The request breaks the protocol.
    RequestInvalid,
    /// The signature does not verify.
    SignatureInvalid,
    /// An idempotency token is missing, malformed or not kept.
    IdempotencyToken,
    /// Something of the answer before shows in this outcome.
    StateLeak,
    /// Clients disagree where no specification decides.
    Disagreement,
    /// The outcome differs from the client's own snapshot.
    SnapshotDiffers,
}

const WORDS: [(Kind, &str); 23] = [
    (Kind::ValueDiffers, "value-differs"),
    (Kind::TypeDiffers, "type-differs"),
    (Kind::MemberMissing, "member-missing"),
    (Kind::MemberUnexpected, "member-unexpected"),
    (Kind::OutputInsteadOfError, "output-instead-of-error"),
    (Kind::ErrorInsteadOfOutput, "error-instead-of-output"),
    (Kind::CodeDiffers, "code-differs"),
    (Kind::ClassDiffers, "class-differs"),
    (Kind::MessageDiffers, "message-differs"),
    (Kind::Crash, "crash"),
    (Kind::Hung, "hung"),
    (Kind::AttemptsDiffer, "attempts-differ"),
    (Kind::PagesDiffer, "pages-differ"),
    (Kind::ItemsLost, "items-lost"),
    (Kind::ItemsDoubled, "items-doubled"),
    (Kind::TokenDiffers, "token-differs"),
    (Kind::WaiterDiffers, "waiter-differs"),
    (Kind::RequestInvalid, "request-invalid"),
    (Kind::SignatureInvalid, "signature-invalid"),
    (Kind::IdempotencyToken, "idempotency-token"),
    (Kind::StateLeak, "state-leak"),
    (Kind::Disagreement, "disagreement"),
    (Kind::SnapshotDiffers, "snapshot-differs"),
];

impl Kind {
    /// The word of the report.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind of a word of the report.
    pub fn from_word(word: &str) -> Option<Kind> {
        WORDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }

    /// All words, for messages and documents.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(_, word)| *word)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.word())
    }
}
