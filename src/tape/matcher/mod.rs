//! Which recorded interaction answers a request: the operation first, then the decoded input; and if none does,
//! which one is nearest and where it differs.
//!
//! A request is reduced to its *question* ([`Question`]): service, operation and the leaves of its input in a
//! canonical form, from which order, spacing and the precision that clients lose are gone. Equal questions have
//! equal keys, so a look-up is one hash, however long the cassette.

mod index;
mod leaves;
mod question;

pub use index::{Index, Nearest};
pub use leaves::{Leaf, leaves_of, leaves_of_document};
pub use question::{Models, Question};
