//! The facts of Amazon SageMaker, all in this folder: models of several dates, resources, seeds, coverage, names.
//!
//! `cargo xtask model` makes the models from botocore's releases; see `NOTICE`.

use super::facts::{DatedModel, Facts};

macro_rules! models {
    ($($date:literal $source:literal,)*) => {
        &[$(DatedModel {
            date: $date,
            source: $source,
            bytes: include_bytes!(concat!("models/", $date, ".json.gz")),
        }),*]
    };
}

pub(crate) static FACTS: Facts = Facts {
    service: "sagemaker",
    models: models![
        "2017-11-29" "botocore 1.8.5",
        "2018-01-17" "botocore 1.8.32",
        "2020-05-08" "botocore 1.16.6",
        "2020-07-24" "botocore 1.17.28",
        "2025-12-04" "botocore 1.42.3",
        "2026-07-31" "botocore 1.43.62",
        "2026-11-17" "botocore 1.44.5",
    ],
    resources: include_str!("resources.yaml"),
    seeds: include_str!("seeds.yaml"),
    coverage: include_str!("coverage.tsv"),
    // Created, described, listed, stopped, searched, with a waiter, with tags.
    named: [
        "AddTags",
        "CreateTrainingJob",
        "DescribeEndpoint",
        "DescribeTrainingJob",
        "ListTags",
        "ListTrainingJobs",
        "Search",
        "StopTrainingJob",
    ],
    link_domain: "sagemaker.aws",
    tour: ("notebook-instance.yaml", include_str!("../../../scenarios/sagemaker/notebook-instance.yaml")),
};
