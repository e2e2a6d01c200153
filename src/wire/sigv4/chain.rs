//! The signatures of a body in chunks: each covers the one before it, the first one that of the request.

use super::chunks::{Chunk, ChunkForm, Chunks};
use super::claim::Claim;
use super::failure::SignatureFailure;
use super::keyring::Keyring;
use crate::ground::exchange::Request;

/// How many other places in the chain a chunk is tried at, to say what happened to it.
const TRIALS: usize = 256;

/// Verifies the signatures of all chunks and of the trailer, where the body has any.
pub(super) fn verify(request: &Request, claim: &Claim, secret: &str) -> Result<(), SignatureFailure> {
    let Some(form) = ChunkForm::of(request) else { return Ok(()) };
    let chunks = Chunks::read(request, form)?;
    if !form.signed {
        return Ok(());
    }
    let chain = Chain { keys: Keyring::of(claim, secret), claim, chunks: &chunks.chunks };
    for place in 0..chunks.chunks.len() {
        chain.check(place)?;
    }
    let Some(signature) = &chunks.trailer_signature else { return Ok(()) };
    if chain.keys.trailer(&chunks.trailer, chain.signature(chunks.chunks.len())).as_ref() == Some(signature) {
        return Ok(());
    }
    let text = chain.keys.trailer_text(&chunks.trailer, chain.signature(chunks.chunks.len()));
    Err(SignatureFailure::bad_trailer("the trailer was changed after signing".to_owned(), text))
}

struct Chain<'a> {
    keys: Keyring<'a>,
    claim: &'a Claim,
    chunks: &'a [Chunk<'a>],
}

impl Chain<'_> {
    /// The signature that stands before this place: the request's own before the first chunk.
    fn signature(&self, place: usize) -> &str {
        place.checked_sub(1).map_or(self.claim.signature.as_str(), |before| self.chunks[before].signature)
    }

    /// Whether the chunk carries the signature that it has after `before`.
    fn follows(&self, chunk: Chunk<'_>, before: &str) -> bool {
        self.keys.chunk(chunk.data, before).as_deref() == Some(chunk.signature)
    }

    fn check(&self, place: usize) -> Result<(), SignatureFailure> {
        let chunk = self.chunks[place];
        if self.follows(chunk, self.signature(place)) {
            return Ok(());
        }
        let text = self.keys.chunk_text(chunk.data, self.signature(place));
        Err(SignatureFailure::bad_chunk(
            place + 1,
            self.chunks.len(),
            chunk.data.len(),
            self.cause(place),
            text,
        ))
    }

    /// What happened to a chunk that does not follow the one before it.
    fn cause(&self, place: usize) -> String {
        let (chunk, number) = (self.chunks[place], place + 1);
        let other = (0..self.chunks.len())
            .take(TRIALS)
            .find(|other| *other != place && self.follows(chunk, self.signature(*other)));
        if let Some(other) = other {
            let other =
                if other == 0 { "the head of the request".to_owned() } else { format!("chunk {other}") };
            return format!(
                "chunk {number} was signed to follow {other}: the order of the chunks was changed"
            );
        }
        match self.chunks.get(number) {
            Some(next) if self.follows(*next, chunk.signature) => {
                format!(
                    "the data of chunk {number} was changed after signing: the next chunk follows its signature"
                )
            }
            _ => format!(
                "the data or the signature of chunk {number} was changed, or a chunk before it is missing"
            ),
        }
    }
}
