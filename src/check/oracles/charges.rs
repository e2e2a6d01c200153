//! What the judges can find: every kind of difference that an oracle tells, with the rules behind it.
//!
//! The list is written here and nowhere else: a judgement that stands on none of it is a fault of its oracle, and
//! each charge has a vector in `tests/data/oracles`.

use crate::check::verdict::Kind::{self, *};
use crate::check::verdict::{Judgement, OracleName};

/// One thing that an oracle can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Charge {
    /// Which oracle.
    pub oracle: OracleName,
    /// The kind of difference.
    pub kind: Kind,
    /// How the sort of its judgements begins; empty where it is the sort of whatever leaf differs.
    pub rule: &'static str,
}

const LEAF: &str = "";

/// Oracle by oracle; of two rules that one sort begins with, the longer stands first.
#[rustfmt::skip]
const CHARGES: [(OracleName, Kind, &[&str]); 36] = [
    (OracleName::Request, RequestInvalid, &[
        "method", "target", "header Host", "header x-amzn-query-mode", "header X-Amz-Target",
        "header Content-Type", "header Content-Length", "header Content-Encoding", "header Expect",
        "header User-Agent, missing", "header User-Agent, form", "body", "doubled", "input",
    ]),
    (OracleName::Request, MemberMissing, &[LEAF]),
    (OracleName::Request, MemberUnexpected, &[LEAF]),
    (OracleName::Request, TypeDiffers, &[LEAF]),
    (OracleName::Request, ValueDiffers, &[LEAF]),
    (OracleName::Signature, SignatureInvalid, &[
        "signature, uncovered", "signature, payload", "signature, service", "signature, region",
        "signature, access key", "signature",
    ]),
    (OracleName::Response, ErrorInsteadOfOutput, &["output"]),
    (OracleName::Response, MemberMissing, &[LEAF]),
    (OracleName::Response, MemberUnexpected, &["output", LEAF]),
    (OracleName::Response, TypeDiffers, &[LEAF]),
    (OracleName::Response, ValueDiffers, &["requestId", LEAF]),
    (OracleName::Error, OutputInsteadOfError, &["error, refusal", "error", "pages"]),
    (OracleName::Error, CodeDiffers, &["error.code"]),
    (OracleName::Error, ClassDiffers, &["error.modeled", "error, client error"]),
    (OracleName::Error, MessageDiffers, &["error.message"]),
    (OracleName::Error, MemberMissing, &[LEAF]),
    (OracleName::Error, MemberUnexpected, &[LEAF]),
    (OracleName::Error, TypeDiffers, &[LEAF]),
    (OracleName::Error, ValueDiffers, &["error.status", "error.requestId", LEAF]),
    (OracleName::Pagination, TypeDiffers, &["pages"]),
    (OracleName::Pagination, PagesDiffer, &["pages, fewer", "pages, more", "pages, endless", "requests"]),
    (OracleName::Pagination, ValueDiffers, &["requestId"]),
    (OracleName::Pagination, ItemsLost, &["items"]),
    (OracleName::Pagination, ItemsDoubled, &["items"]),
    (OracleName::Pagination, ErrorInsteadOfOutput, &["pages"]),
    (OracleName::Pagination, TokenDiffers, &["token, missing", "token"]),
    (OracleName::Waiter, WaiterDiffers, &["waited", "requests"]),
    (OracleName::Retry, AttemptsDiffer, &[
        "requests, fewer", "requests, more", "requests, late", "header amz-sdk-invocation-id",
        "header amz-sdk-request, max", "header amz-sdk-request", "header X-Amz-Date", "body",
    ]),
    (OracleName::Idempotency, IdempotencyToken, &[
        "idempotency token, missing", "idempotency token, form", "idempotency token, changed",
    ]),
    (OracleName::State, StateLeak, &["leak"]),
    (OracleName::Never, Hung, &["outcome"]),
    (OracleName::Never, Crash, &["outcome, process", "outcome"]),
    (OracleName::Never, OutputInsteadOfError, &["output"]),
    (OracleName::Never, ValueDiffers, &["integer, wrapped", "outcome, unlike"]),
    (OracleName::Agreement, Disagreement, &["outcome", "requests", "error.code", "error.modeled", LEAF]),
    (OracleName::Snapshot, SnapshotDiffers, &["requests", "outcome"]),
];

/// All that the oracles can find.
pub fn charges() -> impl Iterator<Item = Charge> {
    CHARGES.iter().flat_map(|(oracle, kind, rules)| {
        rules.iter().map(move |rule| Charge { oracle: *oracle, kind: *kind, rule })
    })
}

impl Charge {
    /// The charge that a judgement stands on.
    pub fn of(judgement: &Judgement) -> Option<Charge> {
        Charge::named(judgement.oracle, judgement.kind, &judgement.sort)
    }

    /// The charge of an oracle, a kind and a sort of place.
    pub fn named(oracle: OracleName, kind: Kind, sort: &str) -> Option<Charge> {
        charges()
            .find(|charge| charge.oracle == oracle && charge.kind == kind && sort.starts_with(charge.rule))
    }
}

impl std::fmt::Display for Charge {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Charge { oracle, kind, rule } = self;
        match *rule {
            LEAF => write!(out, "{oracle} {kind}"),
            rule => write!(out, "{oracle} {kind} ({rule})"),
        }
    }
}
