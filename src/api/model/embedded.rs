//! The models that ship inside the program, one a date. Each is read once.

use std::sync::{Arc, LazyLock, OnceLock};

use serde_json::Value as Source;

use super::fields::{Object, text};
use super::load::parse;
use super::shipped::shipped;
use super::{Model, ModelError, ModelFile, ServiceFiles, load_botocore};
use crate::api::facts::DatedModel;

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

static MODELS: LazyLock<Vec<Embedded>> = LazyLock::new(|| {
    let one = |&DatedModel { date, source, bytes }: &DatedModel| Embedded {
        date,
        source,
        bytes,
        model: OnceLock::new(),
    };
    shipped().models.iter().map(one).collect()
});

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

    /// Its files in botocore's layout, to be written where a client looks for models. The oldest models have no
    /// service id, without which newer clients do not load them; they get the one of today.
    pub fn files(&self) -> Result<Vec<ModelFile>, ModelError> {
        let metadata = &self.model()?.metadata;
        let folder = format!("{}/{}", metadata.service, metadata.api_version);
        let mut whole = self.parse()?;
        if let Some(own) = whole.pointer_mut("/files/service-2/metadata").and_then(Source::as_object_mut) {
            own.entry("serviceId").or_insert_with(|| metadata.service_id.as_str().into());
        }
        let file = |(name, source): (String, Source)| ModelFile {
            name: format!("{folder}/{name}.json"),
            bytes: source.to_string().into_bytes(),
        };
        Ok(Self::parts(&mut whole).into_iter().map(file).collect())
    }

    fn read(&self) -> Result<Model, ModelError> {
        let mut whole = self.parse()?;
        let mut files = ServiceFiles {
            service: text(&whole, "service").unwrap_or_default(),
            date: self.date.to_owned(),
            place: self.place(),
            ..ServiceFiles::default()
        };
        // Sorted by name, so that what extras add to comes before them.
        for (name, source) in Self::parts(&mut whole) {
            files.set(&name, source);
        }
        load_botocore(&files)
    }

    fn place(&self) -> String {
        format!("embedded model {}", self.date)
    }

    fn parse(&self) -> Result<Source, ModelError> {
        parse(&self.place(), self.bytes)
    }

    /// The parsed files by botocore's names.
    fn parts(whole: &mut Source) -> Object {
        whole.get_mut("files").and_then(Source::as_object_mut).map(std::mem::take).unwrap_or_default()
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
                assert_eq!(model.metadata.service, shipped().service);
                model.operations.len()
            })
            .collect();
        assert_eq!(counts, [29, 29, 133, 137, 379, 403, 425]);
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
