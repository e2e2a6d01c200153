//! The synthetic service: our own, with every kind of shape that SageMaker lacks.
//!
//! Sparse lists and maps, blobs, documents, timestamps of all formats in bodies, recursive outputs, unions of
//! everything, every width of number, paginators and waiters of every form, errors with members. It is in
//! botocore's form, so that clients that load models at run time can be checked with it.

use std::sync::{Arc, OnceLock};

use super::{Model, ModelError, ModelFile, load};

const FOLDER: &str = "synthetic/2026-01-01";

const FILES: [(&str, &str); 3] = [
    ("service-2.json", include_str!("synthetic/service-2.json")),
    ("paginators-1.json", include_str!("synthetic/paginators-1.json")),
    ("waiters-2.json", include_str!("synthetic/waiters-2.json")),
];

/// The synthetic service, read once.
pub fn synthetic() -> Result<Arc<Model>, ModelError> {
    static MODEL: OnceLock<Arc<Model>> = OnceLock::new();
    if let Some(model) = MODEL.get() {
        return Ok(Arc::clone(model));
    }
    let model = Arc::new(load("synthetic", synthetic_files())?);
    Ok(Arc::clone(MODEL.get_or_init(|| model)))
}

/// Types that botocore's validator does not know and none of its data has, and what stands for them there. The type
/// that it was is told beside it, for clients that have it.
const NARROWED: [(&str, &str); 4] =
    [("byte", "integer"), ("short", "integer"), ("bigInteger", "long"), ("bigDecimal", "double")];

/// The files of the synthetic service, to be written where a client of botocore's format looks for models.
pub fn synthetic_for_clients() -> Vec<ModelFile> {
    let file = |(name, text): &(&str, &str)| {
        let typed = |word: &str| format!(r#""type": "{word}""#);
        let narrowed = |text: String, (ours, theirs): &(&str, &str)| {
            text.replace(&typed(ours), &format!(r#"{}, "smithyType": "{ours}""#, typed(theirs)))
        };
        let bytes = NARROWED.iter().fold((*text).to_owned(), narrowed).into_bytes();
        ModelFile { name: format!("{FOLDER}/{name}"), bytes }
    };
    FILES.iter().map(file).collect()
}

/// The files of the synthetic service.
pub fn synthetic_files() -> Vec<ModelFile> {
    let file = |(name, text): &(&str, &str)| ModelFile {
        name: format!("{FOLDER}/{name}"),
        bytes: text.as_bytes().to_vec(),
    };
    FILES.iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::model::{AcceptorMatcher, ShapeKind};

    /// A word for each kind of shape, its flags included.
    fn kinds(model: &Model) -> BTreeSet<String> {
        let word = |kind: &ShapeKind| match kind {
            ShapeKind::Structure { union, .. } => format!("structure union={union}"),
            ShapeKind::List { item, sparse } => {
                format!("list sparse={sparse} of union={}", model.shape(*item).is_union())
            }
            ShapeKind::Map { sparse, value, .. } => {
                format!("map sparse={sparse} of union={}", model.shape(*value).is_union())
            }
            other => format!("{other:?}"),
        };
        let formats = model.shapes().iter().filter_map(|shape| shape.timestamp_format);
        model
            .shapes()
            .iter()
            .map(|shape| word(&shape.kind))
            .chain(formats.map(|format| format!("{format:?}")))
            .collect()
    }

    #[test]
    fn what_clients_are_given_has_only_types_that_botocore_has() {
        let narrowed = load("synthetic", synthetic_for_clients()).unwrap();
        let ours = synthetic().unwrap();
        let strange = [ShapeKind::Byte, ShapeKind::Short, ShapeKind::BigInteger, ShapeKind::BigDecimal];
        for (shape, own) in narrowed.shapes().iter().zip(ours.shapes()) {
            assert!(!strange.contains(&shape.kind), "{}", shape.name);
            assert!(shape.kind == own.kind || strange.contains(&own.kind), "{}", shape.name);
        }
    }

    #[test]
    fn it_has_every_kind_of_shape() {
        let synthetic = synthetic().unwrap();
        let mut all = kinds(&synthetic);
        for sparse in [false, true] {
            for union in [false, true] {
                assert!(all.remove(&format!("list sparse={sparse} of union={union}")));
                assert!(all.remove(&format!("map sparse={sparse} of union={union}")));
            }
        }
        let rest = [
            "BigDecimal",
            "BigInteger",
            "Blob",
            "Boolean",
            "Byte",
            "DateTime",
            "Document",
            "Double",
            "EpochSeconds",
            "Float",
            "HttpDate",
            "Integer",
            "Long",
            "Short",
            "String",
            "Timestamp",
            "structure union=false",
            "structure union=true",
        ];
        assert_eq!(all.iter().map(String::as_str).collect::<Vec<_>>(), rest);
    }

    #[test]
    fn its_waiters_and_paginators_have_every_form() {
        let model = synthetic().unwrap();
        let acceptors = model.waiters.values().flat_map(|waiter| &waiter.acceptors);
        let forms: BTreeSet<_> = acceptors
            .map(|acceptor| match acceptor.matcher {
                AcceptorMatcher::Path(..) => "path",
                AcceptorMatcher::PathAll(..) => "pathAll",
                AcceptorMatcher::PathAny(..) => "pathAny",
                AcceptorMatcher::Status(_) => "status",
                AcceptorMatcher::Error(_) => "error",
                AcceptorMatcher::AnyError(true) => "any error",
                AcceptorMatcher::AnyError(false) => "no error",
            })
            .collect();
        assert_eq!(forms.len(), 7, "{forms:?}");
        let paginators: Vec<_> =
            model.operations.values().filter_map(|operation| operation.paginator.as_ref()).collect();
        assert!(paginators.iter().any(|paginator| paginator.more_results.is_some()));
        assert!(paginators.iter().any(|paginator| paginator.input_tokens.len() == 2));
        assert!(paginators.iter().any(|paginator| paginator.output_tokens[0].contains('.')));
        let output = model.shape_named("ListSpecimensResponse").unwrap();
        assert!(output.member("NextToken").unwrap().required);
    }
}
