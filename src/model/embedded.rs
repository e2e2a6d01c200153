//! The models that ship inside the program: SageMaker as of five dates.
//!
//! `cargo xtask model` makes the files from botocore's releases; see `NOTICE`. Each is read once.

use std::io::Read;
use std::sync::{Arc, OnceLock};

use flate2::read::GzDecoder;
use serde_json::Value as Source;

use super::{Model, ModelError, ServiceFiles, load_botocore};

/// One model inside the program.
#[derive(Debug)]
pub struct Embedded {
    /// The day at which the API looked like this.
    pub date: &'static str,
    /// Where it was taken from.
    pub source: &'static str,
    bytes: &'static [u8],
    model: OnceLock<Arc<Model>>,
}

macro_rules! embedded {
    ($($date:literal $source:literal,)*) => {
        [$(Embedded {
            date: $date,
            source: $source,
            bytes: include_bytes!(concat!("embedded/", $date, ".json.gz")),
            model: OnceLock::new(),
        }),*]
    };
}

static MODELS: [Embedded; 5] = embedded![
    "2017-11-29" "botocore 1.8.5",
    "2018-01-17" "botocore 1.8.32",
    "2020-05-08" "botocore 1.16.6",
    "2020-07-24" "botocore 1.17.28",
    "2026-11-17" "botocore 1.44.5",
];

/// All embedded models, oldest first.
pub fn all_embedded() -> &'static [Embedded] {
    &MODELS
}

/// The dates of the embedded models, oldest first.
pub fn dates() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|embedded| embedded.date)
}

/// The embedded model of a date; `latest` names the newest.
pub fn embedded(date: &str) -> Result<Arc<Model>, ModelError> {
    let found = match date {
        "latest" => MODELS.last(),
        date => MODELS.iter().find(|embedded| embedded.date == date),
    };
    let found = found.ok_or_else(|| {
        ModelError::new("embedded models", format!("there is none of `{date}`"))
            .hint(format!("there are {} and `latest`", dates().collect::<Vec<_>>().join(", ")))
    })?;
    found.model()
}

/// The newest embedded model.
pub fn latest() -> Result<Arc<Model>, ModelError> {
    embedded("latest")
}

impl Embedded {
    /// The model, read at the first call and shared from then on.
    pub fn model(&self) -> Result<Arc<Model>, ModelError> {
        if let Some(model) = self.model.get() {
            return Ok(Arc::clone(model));
        }
        let model = Arc::new(self.read()?);
        Ok(Arc::clone(self.model.get_or_init(|| model)))
    }

    fn read(&self) -> Result<Model, ModelError> {
        let place = format!("embedded model {}", self.date);
        let mut text = Vec::new();
        GzDecoder::new(self.bytes)
            .read_to_end(&mut text)
            .map_err(|error| ModelError::new(&place, error.to_string()))?;
        let mut whole: Source =
            serde_json::from_slice(&text).map_err(|error| ModelError::new(&place, error.to_string()))?;
        let mut part =
            |name: &str| whole.get_mut("files").and_then(|files| files.get_mut(name)).map(Source::take);
        let files = ServiceFiles {
            service_2: part("service-2").unwrap_or_default(),
            paginators_1: part("paginators-1"),
            paginators_extras: part("paginators-1.sdk-extras"),
            waiters_2: part("waiters-2"),
            service: whole.get("service").and_then(Source::as_str).unwrap_or_default().to_owned(),
            date: self.date.to_owned(),
            place,
        };
        load_botocore(&files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_loads_with_its_operations() {
        let counts: Vec<_> = all_embedded()
            .iter()
            .map(|embedded| {
                let model = embedded.model().unwrap();
                assert_eq!(model.metadata.date, embedded.date);
                assert_eq!(model.metadata.service, "sagemaker");
                model.operations.len()
            })
            .collect();
        assert_eq!(counts, [29, 29, 133, 137, 425]);
    }

    #[test]
    fn latest_is_read_once_and_has_paginators_waiters_and_extras() {
        let model = latest().unwrap();
        assert!(Arc::ptr_eq(&model, &embedded("2026-11-17").unwrap()));
        let search = model.operation("Search").unwrap().paginator.as_ref().unwrap();
        assert_eq!(search.non_aggregate_keys, ["TotalHits"]);
        assert!(model.waiters.contains_key("EndpointInService"));
    }

    #[test]
    fn an_unknown_date_is_told_with_the_known_ones() {
        let error = embedded("2019-01-01").unwrap_err();
        assert!(error.to_string().contains("2020-07-24"), "{error}");
    }
}
