//! For tests: a service with every kind of shape.

use crate::api::model::{Model, ServiceFiles, load_botocore};

/// The service.
pub(super) fn kinds() -> Model {
    kinds_with("protocol", "json")
}

/// The same with another value in its metadata.
pub(super) fn kinds_with(key: &str, value: impl Into<serde_json::Value>) -> Model {
    let mut service_2: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/data/kinds.json")).unwrap();
    service_2["metadata"][key] = value.into();
    load_botocore(&ServiceFiles { place: "kinds".to_owned(), service_2, ..ServiceFiles::default() }).unwrap()
}
