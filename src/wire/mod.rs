//! The network: sockets, a client, signatures, and the door of every server.

pub mod client;
pub mod gate;
pub mod serve;
pub mod sigv4;
