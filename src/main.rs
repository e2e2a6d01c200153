//! The `shapetape` program: a thin client of the library.

fn main() {}
