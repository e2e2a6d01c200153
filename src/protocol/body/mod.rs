//! The formats of bodies, one folder each, and the content coding around them.

pub(crate) mod cbor;
pub(crate) mod checksum;
pub(crate) mod coding;
pub(crate) mod fit;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod scalar;
pub(crate) mod xml;
