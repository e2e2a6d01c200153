//! Where the rules of a protocol are written down, for cases and judgements to cite.

/// Links to the specification of a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The page of the protocol.
    pub page: &'static str,
    /// Members that a reader does not know.
    pub unknown_members: &'static str,
    /// Messages without a body.
    pub empty_body: &'static str,
    /// Errors: where their code and members stand.
    pub errors: &'static str,
}
