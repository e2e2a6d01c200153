//! The variants of the taxonomy, one file a family.
//!
//! A function here lists the forms of one variant for one operation and says what must come of each. What a
//! form sends is made of bytes or of [`Json`](crate::ground::json::Json) as written, so that nothing on the way can
//! mend what is meant to be broken.

pub(super) mod bounds;
pub(super) mod errors;
pub(super) mod null;
pub(super) mod numbers;
pub(super) mod ok;
pub(super) mod paging;
pub(super) mod requests;
pub(super) mod text;
pub(super) mod throttle;
pub(super) mod time;
pub(super) mod transport;
pub(super) mod types;
pub(super) mod unions;
pub(super) mod waiters;
