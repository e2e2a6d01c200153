//! What the judges can find: every kind of difference that an oracle tells, with the rules behind it.
//!
//! The list is written here and nowhere else: a judgement that stands on none of it is a fault of its oracle, and
//! each charge has a vector in `tests/data/oracles`.

use crate::check::verdict::Judgement;
use crate::check::verdict::Kind::{self, *};

/// One thing that an oracle can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Charge {
    /// The oracle's name.
    pub oracle: &'static str,
    /// The kind of difference.
    pub kind: Kind,
    /// How the sort of its judgements begins; empty where it is the sort of whatever leaf differs.
    pub rule: &'static str,
}

const LEAF: &str = "";

/// Oracle by oracle; of two rules that one sort begins with, the longer stands first.
#[rustfmt::skip]
const CHARGES: [(&str, Kind, &[&str]); 36] = [
    ("request", RequestInvalid, &[
        "method", "target", "header Host", "header x-amzn-query-mode", "header X-Amz-Target",
        "header Content-Type", "header Content-Length", "header Content-Encoding", "header Expect",
        "header User-Agent, missing", "header User-Agent, form", "body", "doubled", "input",
    ]),
    ("request", MemberMissing, &[LEAF]),
    ("request", MemberUnexpected, &[LEAF]),
    ("request", TypeDiffers, &[LEAF]),
    ("request", ValueDiffers, &[LEAF]),
    ("signature", SignatureInvalid, &[
        "signature, uncovered", "signature, payload", "signature, service", "signature, region",
        "signature, access key", "signature",
    ]),
    ("response", ErrorInsteadOfOutput, &["output"]),
    ("response", MemberMissing, &[LEAF]),
    ("response", MemberUnexpected, &["output", LEAF]),
    ("response", TypeDiffers, &[LEAF]),
    ("response", ValueDiffers, &["requestId", LEAF]),
    ("error", OutputInsteadOfError, &["error, refusal", "error", "pages"]),
    ("error", CodeDiffers, &["error.code"]),
    ("error", ClassDiffers, &["error.modeled", "error, client error"]),
    ("error", MessageDiffers, &["error.message"]),
    ("error", MemberMissing, &[LEAF]),
    ("error", MemberUnexpected, &[LEAF]),
    ("error", TypeDiffers, &[LEAF]),
    ("error", ValueDiffers, &["error.status", "error.requestId", LEAF]),
    ("pagination", TypeDiffers, &["pages"]),
    ("pagination", PagesDiffer, &["pages, fewer", "pages, more", "pages, endless", "requests"]),
    ("pagination", ValueDiffers, &["requestId"]),
    ("pagination", ItemsLost, &["items"]),
    ("pagination", ItemsDoubled, &["items"]),
    ("pagination", ErrorInsteadOfOutput, &["pages"]),
    ("pagination", TokenDiffers, &["token, missing", "token"]),
    ("waiter", WaiterDiffers, &["waited", "requests"]),
    ("retry", AttemptsDiffer, &[
        "requests, fewer", "requests, more", "requests, late", "header amz-sdk-invocation-id",
        "header amz-sdk-request, max", "header amz-sdk-request", "header X-Amz-Date", "body",
    ]),
    ("idempotency", IdempotencyToken, &[
        "idempotency token, missing", "idempotency token, form", "idempotency token, changed",
    ]),
    ("state", StateLeak, &["leak"]),
    ("never", Hung, &["outcome"]),
    ("never", Crash, &["outcome, process", "outcome"]),
    ("never", OutputInsteadOfError, &["output"]),
    ("never", ValueDiffers, &["integer, wrapped", "outcome, unlike"]),
    ("agreement", Disagreement, &["outcome", "requests", "error.code", "error.modeled", LEAF]),
    ("snapshot", SnapshotDiffers, &["requests", "outcome"]),
];

/// All that the oracles can find.
pub fn charges() -> impl Iterator<Item = Charge> {
    CHARGES
        .iter()
        .flat_map(|(oracle, kind, rules)| rules.iter().map(move |rule| Charge { oracle, kind: *kind, rule }))
}

impl Charge {
    /// The charge that a judgement stands on.
    pub fn of(judgement: &Judgement) -> Option<Charge> {
        Charge::named(judgement.oracle, judgement.kind, &judgement.sort)
    }

    /// The charge of an oracle, a kind and a sort of place.
    pub fn named(oracle: &str, kind: Kind, sort: &str) -> Option<Charge> {
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
