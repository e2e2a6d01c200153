//! Known differences of clients: data that excuses findings and bites when it is stale.

mod file;
mod version;

pub use file::{DeviationError, parse, parse_all, to_yaml};
pub use version::VersionRange;

use crate::check::case::{Case, Class, Glob};
use crate::check::verdict::{Excuse, Finding, Judgement, Kind, OracleName, plain_name};

/// One known difference: one variant and one kind of one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// The client's name.
    pub client: String,
    /// The versions that have it.
    pub versions: VersionRange,
    /// The variants.
    pub variant: Glob,
    /// The operations.
    pub operation: Glob,
    /// The oracle; any where `None`.
    pub oracle: Option<OracleName>,
    /// The kind of difference.
    pub kind: Kind,
    /// The path (`output.*.CreationTime`) or the shape (`Tag.Key`); any where `None`.
    pub at: Option<Glob>,
    /// The kind of place and the manner, as a finding's id tells them (`timestamp, rounding`); any where `None`.
    pub how: Option<Glob>,
    /// The class of the findings that it excuses; any where `None`.
    pub class: Option<Class>,
    /// The services that it is about; any where `None`. One that names services need not show in the usual plan.
    pub service: Option<Glob>,
    /// The date of the oldest API over which it shows; all where `None`.
    pub api: Option<String>,
    /// Why the client does so.
    pub reason: String,
    /// A public issue, or the line of the client's source.
    pub link: Option<String>,
    /// A full run in which no case shows it fails; not for one that is rare.
    pub bites: bool,
}

impl Deviation {
    /// Whether it speaks of this client in this version. A client of the run may carry its version in its
    /// name (`boto3@1.40.0`).
    pub fn names_client(&self, client: &str, version: &str) -> bool {
        plain_name(client) == self.client && self.versions.contains(version)
    }

    /// Whether it speaks of this service, as its API was on that date.
    pub fn names_api(&self, service: &str, date: &str) -> bool {
        self.service.as_ref().is_none_or(|glob| glob.matches(service))
            && self.api.as_deref().is_none_or(|since| since <= date)
    }

    /// Whether its globs name the case.
    pub fn names_case(&self, case: &Case) -> bool {
        self.variant.matches(&case.variant.0) && self.operation.matches(&case.operation)
    }

    /// Whether it excuses a difference in a case that its globs name.
    pub fn excuses(&self, judgement: &Judgement) -> bool {
        self.kind == judgement.kind
            && self.class.is_none_or(|class| class == judgement.class)
            && self.oracle.is_none_or(|oracle| oracle == judgement.oracle)
            && self.how.as_ref().is_none_or(|how| how.matches(&judgement.sort))
            && self.at.as_ref().is_none_or(|at| at.matches(&judgement.path) || at.matches(&judgement.shape))
    }

    /// What a finding says of it.
    pub fn excuse(&self) -> Excuse {
        Excuse { reason: self.reason.clone(), link: self.link.clone() }
    }

    /// An entry that would excuse a finding, for review by a person.
    pub fn proposed(finding: &Finding, version: &str) -> Deviation {
        let operation = match finding.operations.as_slice() {
            [only] => Glob::new(only),
            _ => Glob::new("*"),
        };
        Deviation {
            client: plain_name(&finding.client).to_owned(),
            versions: VersionRange::parse(&format!("={version}")).unwrap_or_default(),
            variant: Glob::new(&finding.variant),
            operation,
            oracle: Some(finding.oracle),
            kind: finding.kind,
            at: (!finding.everywhere).then(|| Glob::new(&finding.shape)),
            how: None,
            class: Some(finding.class),
            service: None,
            api: None,
            reason: format!("TODO: {}", finding.message),
            link: None,
            bites: true,
        }
    }
}
