//! The network: sockets, signatures, and the door of every server.

pub mod gate;
pub mod serve;
pub mod sigv4;
