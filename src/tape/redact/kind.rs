//! Kinds of secret values, and the placeholder that stands for one.

/// What kind of value a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A 12-digit AWS account id, alone or inside an ARN, a bucket or an image name.
    AccountId,
    /// An access key id.
    AccessKeyId,
    /// A secret access key.
    SecretAccessKey,
    /// A session token.
    SessionToken,
    /// A URL that grants access by itself.
    PresignedUrl,
    /// The value of a member that the model calls sensitive.
    Sensitive,
    /// What the scanner still found when the rules were through.
    Suspect,
}

/// All kinds with their name in a cassette.
const NAMES: [(SecretKind, &str); 7] = [
    (SecretKind::AccountId, "account-id"),
    (SecretKind::AccessKeyId, "access-key-id"),
    (SecretKind::SecretAccessKey, "secret-access-key"),
    (SecretKind::SessionToken, "session-token"),
    (SecretKind::PresignedUrl, "presigned-url"),
    (SecretKind::Sensitive, "sensitive"),
    (SecretKind::Suspect, "suspect"),
];

impl SecretKind {
    /// The name in a cassette's table of placeholders.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("suspect", |(_, name)| name)
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<SecretKind> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// All kinds, in the order of the rules.
    pub fn all() -> impl Iterator<Item = SecretKind> {
        NAMES.iter().map(|(kind, _)| *kind)
    }

    /// The placeholder of the n-th value of this kind in a cassette, counted from 1; `original` decides the
    /// form where a kind has more than one.
    pub fn placeholder(self, number: usize, original: &str) -> String {
        match self {
            SecretKind::AccountId => format!("{number:012}"),
            SecretKind::AccessKeyId => format!("AKIASHAPETAPE{number:07}"),
            SecretKind::SecretAccessKey => format!("shapetape/placeholder/secretkey/{number:08}"),
            SecretKind::SessionToken => format!("shapetape-session-token-{number}"),
            SecretKind::PresignedUrl => {
                format!("https://presigned-url-{number}.shapetape.invalid/?authToken=placeholder")
            }
            SecretKind::Sensitive if holds_json(original) => format!("{{\"sensitive\":{number}}}"),
            SecretKind::Sensitive => format!("sensitive-{number}"),
            SecretKind::Suspect => format!("suspect-{number}"),
        }
    }

    /// Whether a text is of the form that [`SecretKind::placeholder`] gives.
    pub fn is_placeholder(self, text: &str) -> bool {
        let number: String = text.chars().filter(char::is_ascii_digit).collect();
        number.parse::<usize>().is_ok_and(|number| {
            (1..1_000_000).contains(&number)
                && (text == self.placeholder(number, "") || text == self.placeholder(number, "{}"))
        })
    }
}

/// Some sensitive members (ModelCardContent) must be JSON to be accepted.
fn holds_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// One row of a cassette's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands in the cassette.
    pub value: String,
    /// What kind of value it stands for.
    pub kind: SecretKind,
}
