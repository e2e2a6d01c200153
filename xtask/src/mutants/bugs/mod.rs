//! The planted bugs, by where they sit.

mod call;
mod decode;
mod encode;
mod error;
mod page;
mod retry;

use super::bug::Bug;

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Bug> {
    [encode::BUGS, retry::BUGS, decode::BUGS, error::BUGS, page::BUGS, call::BUGS].into_iter().flatten()
}
