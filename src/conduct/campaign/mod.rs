//! A campaign: opens lanes, hands out cases, has trials judged, reduces what was found. Emits events, never prints.

mod conduct;
mod forecast;
mod job;
mod lane;
mod reduce;
mod roll;
mod stages;
#[cfg(test)]
mod tests;

pub use conduct::{Campaign, Entrant, Halt, usual_jobs};
pub use forecast::{forecast, shares};
pub use lane::Lane;
