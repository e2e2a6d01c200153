//! What a change of an API is, how bad it is, and for whom.

use std::fmt;

use indexmap::IndexSet;

/// A difference between two models of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The operations in which it shows, by name; none for what concerns the whole service.
    pub operations: IndexSet<String>,
    /// Where: `input.ResourceConfig.VolumeKmsKeyId`, `output.Tags[].Key`, `waiters.EndpointInService`.
    pub path: String,
    /// The shape that changed, and its member where it is about one: `ResourceConfig.VolumeKmsKeyId`.
    pub shape: Option<String>,
    /// What changed.
    pub kind: ChangeKind,
    /// The value that came or went, or both with an arrow between them.
    pub value: Option<String>,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// The service has a new operation.
    OperationAdded,
    /// An operation is gone.
    OperationRemoved,
    /// Protocol, target, endpoint or signing name.
    MetadataChanged,
    /// A structure has a new member.
    MemberAdded,
    /// A member is gone.
    MemberRemoved,
    /// Another kind of shape, or another width of number.
    TypeChanged,
    /// An enum has a new value.
    EnumValueAdded,
    /// A value of an enum is gone.
    EnumValueRemoved,
    /// Free text became an enum, or an enum free text.
    EnumChanged,
    /// A member must be there now.
    RequiredAdded,
    /// A member may be left out now.
    RequiredRemoved,
    /// A length or range became narrower.
    BoundsNarrowed,
    /// A length or range became wider.
    BoundsWidened,
    /// Another regular expression.
    PatternChanged,
    /// Timestamps are written in another way.
    TimestampFormatChanged,
    /// Lists or maps may hold null now.
    SparseAdded,
    /// Lists or maps may no longer hold null.
    SparseRemoved,
    /// The name or the place in the message is another.
    WireNameChanged,
    /// Clients fill a member in with a UUID, or no longer do.
    IdempotencyTokenChanged,
    /// Values must be hidden, or no longer.
    SensitiveChanged,
    /// An operation declares one more error.
    ErrorAdded,
    /// An operation declares one error less.
    ErrorRemoved,
    /// An error has another status or code.
    ErrorChanged,
    /// How an operation is paged.
    PaginatorChanged,
    /// A new waiter.
    WaiterAdded,
    /// A waiter is gone.
    WaiterRemoved,
    /// A waiter decides in another way.
    WaiterChanged,
    /// Use is discouraged now, or no longer.
    DeprecatedChanged,
}

/// How far a change reaches, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Requests that were right are refused or mean something else.
    Wire,
    /// Answers can no longer be read as before.
    Decode,
    /// Programs have to be changed for a client made from the new model.
    Source,
    /// Nothing that works stops working.
    None,
}

/// Who may notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Affected {
    /// A client made from the old model, calling the new service.
    OldClient,
    /// A client made from the new model: programs written for the old one, or answers of the old service.
    NewClient,
    /// Recordings of the old service.
    Cassettes,
}

impl ChangeKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::OperationAdded => "operation-added",
            ChangeKind::OperationRemoved => "operation-removed",
            ChangeKind::MetadataChanged => "metadata-changed",
            ChangeKind::MemberAdded => "member-added",
            ChangeKind::MemberRemoved => "member-removed",
            ChangeKind::TypeChanged => "type-changed",
            ChangeKind::EnumValueAdded => "enum-value-added",
            ChangeKind::EnumValueRemoved => "enum-value-removed",
            ChangeKind::EnumChanged => "enum-changed",
            ChangeKind::RequiredAdded => "required-added",
            ChangeKind::RequiredRemoved => "required-removed",
            ChangeKind::BoundsNarrowed => "bounds-narrowed",
            ChangeKind::BoundsWidened => "bounds-widened",
            ChangeKind::PatternChanged => "pattern-changed",
            ChangeKind::TimestampFormatChanged => "timestamp-format-changed",
            ChangeKind::SparseAdded => "sparse-added",
            ChangeKind::SparseRemoved => "sparse-removed",
            ChangeKind::WireNameChanged => "wire-name-changed",
            ChangeKind::IdempotencyTokenChanged => "idempotency-token-changed",
            ChangeKind::SensitiveChanged => "sensitive-changed",
            ChangeKind::ErrorAdded => "error-added",
            ChangeKind::ErrorRemoved => "error-removed",
            ChangeKind::ErrorChanged => "error-changed",
            ChangeKind::PaginatorChanged => "paginator-changed",
            ChangeKind::WaiterAdded => "waiter-added",
            ChangeKind::WaiterRemoved => "waiter-removed",
            ChangeKind::WaiterChanged => "waiter-changed",
            ChangeKind::DeprecatedChanged => "deprecated-changed",
        }
    }
}

impl Severity {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Wire => "wire",
            Severity::Decode => "decode",
            Severity::Source => "source",
            Severity::None => "none",
        }
    }
}

impl Affected {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Affected::OldClient => "old-client",
            Affected::NewClient => "new-client",
            Affected::Cassettes => "cassettes",
        }
    }
}

impl Change {
    /// How far it reaches.
    pub fn severity(&self) -> Severity {
        self.judged().0
    }

    /// Who may notice.
    pub fn breaks(&self) -> &'static [Affected] {
        self.judged().1
    }

    /// Requests go from old clients to the new service, answers come back: the same change is harmless on one
    /// side and breaks the other.
    fn judged(&self) -> (Severity, &'static [Affected]) {
        use Affected::{Cassettes, NewClient, OldClient};
        use ChangeKind as Kind;
        let input = self.path.starts_with("input");
        match self.kind {
            Kind::OperationRemoved => (Severity::Wire, &[OldClient, NewClient, Cassettes]),
            Kind::MetadataChanged | Kind::WireNameChanged => {
                (Severity::Wire, &[OldClient, NewClient, Cassettes])
            }
            Kind::MemberRemoved | Kind::EnumValueRemoved if input => {
                (Severity::Wire, &[OldClient, NewClient, Cassettes])
            }
            Kind::MemberRemoved | Kind::EnumValueRemoved => (Severity::Source, &[NewClient, Cassettes]),
            Kind::TypeChanged | Kind::TimestampFormatChanged if input => {
                (Severity::Wire, &[OldClient, NewClient, Cassettes])
            }
            Kind::TypeChanged | Kind::TimestampFormatChanged => {
                (Severity::Decode, &[OldClient, NewClient, Cassettes])
            }
            Kind::EnumValueAdded | Kind::SparseAdded if !input => (Severity::Decode, &[OldClient]),
            Kind::RequiredAdded if input => (Severity::Wire, &[OldClient, NewClient, Cassettes]),
            Kind::RequiredAdded => (Severity::Decode, &[NewClient, Cassettes]),
            Kind::RequiredRemoved if !input => (Severity::Decode, &[OldClient]),
            Kind::BoundsNarrowed | Kind::PatternChanged | Kind::SparseRemoved if input => {
                (Severity::Wire, &[OldClient, Cassettes])
            }
            Kind::IdempotencyTokenChanged => (Severity::Wire, &[Cassettes]),
            Kind::ErrorAdded | Kind::ErrorChanged => (Severity::Decode, &[OldClient]),
            Kind::EnumChanged | Kind::ErrorRemoved | Kind::PaginatorChanged | Kind::WaiterRemoved => {
                (Severity::Source, &[NewClient])
            }
            Kind::WaiterChanged => (Severity::Source, &[NewClient, Cassettes]),
            _ => (Severity::None, &[]),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<6} {}", self.severity().name(), self.kind.name())?;
        if !self.path.is_empty() {
            write!(f, " {}", self.path)?;
        }
        if let Some(value) = &self.value {
            write!(f, " ({value})")?;
        }
        match self.operations.len() {
            0 => Ok(()),
            1..=3 => write!(f, " in {}", self.operations.iter().cloned().collect::<Vec<_>>().join(", ")),
            many => write!(f, " in {many} operations, {} among them", self.operations[0]),
        }
    }
}
