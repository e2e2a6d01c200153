//! Secrets out, placeholders in; and on replay the placeholders bound to what the session's client really sent.
//!
//! [`Redacted`] can be made here only, and only a `Redacted` message can be stored, so nothing reaches the disk
//! unredacted. A placeholder is a valid value of its kind (an account id stays an account id, an ARN an ARN),
//! and the same value has the same placeholder throughout a cassette.

mod bind;
mod find;
mod kind;
mod redactor;
mod scan;
mod walk;

pub use bind::{Bindings, Conflict, generalize};
pub use find::{Span, find};
pub use kind::{Placeholder, SecretKind};
pub use redactor::{Redactor, Suspect};

/// A message that went through a [`Redactor`]. There is no other way to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// The message.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// The message, taken out.
    pub fn into_inner(self) -> T {
        self.0
    }
}
