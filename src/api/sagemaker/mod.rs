//! What the program knows of Amazon SageMaker by itself, and of no other service: its models of several dates, its
//! resources, what an account holds at first, and which operations have witnesses.

/// What the model cannot say about the service's resources.
pub(crate) const RESOURCES: &str = include_str!("resources.yaml");
/// What an account holds at first.
pub(crate) const SEEDS: &str = include_str!("seeds.yaml");
/// What was seen to work of each operation.
pub(crate) const COVERAGE: &str = include_str!("coverage.tsv");
