//! Tests in Rust that record and replay, as a user of the crate writes them.

use shapetape::{ErrorKind, Recorder, Replayer};

use crate::world::{TinyAccount, call, serve};

#[tokio::test]
async fn a_test_in_rust_replays_what_it_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let cassette = folder.path().join("models.json");
    let upstream = serve(std::sync::Arc::new(TinyAccount::default())).await;

    let recorder = Recorder::start(&cassette, &upstream.endpoint()).await.unwrap();
    let recorded = call(&recorder.endpoint(), "ListModels", "{}").await;
    assert_eq!(recorder.finish().await.unwrap().interactions, 1);
    drop(upstream);

    let replayer = Replayer::start(&cassette).await.unwrap();
    let replayed = call(&replayer.endpoint(), "ListModels", "{}").await;
    assert_eq!(replayer.finish().await.unwrap().played, 1);
    // The account's id is a secret: the cassette has a placeholder in its place.
    let redacted = format!("{recorded:?}").replace("123456789012", "000000000001");
    assert_eq!(format!("{replayed:?}"), redacted);
}

#[tokio::test]
async fn a_replay_that_does_not_match_fails_with_its_kind_and_a_hint() {
    let cassette = concat!(env!("CARGO_MANIFEST_DIR"), "/cassettes/sagemaker/lifecycle-moto.json");
    let replayer = Replayer::start(cassette).await.unwrap();
    call(&replayer.endpoint(), "DeleteModel", r#"{"ModelName":"nobody-recorded-this"}"#).await;
    let error = replayer.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Mismatch);
    assert!(error.hint().unwrap().contains("record the cassette again"), "{error}");
    assert!(error.to_string().contains("unmatched: DeleteModel"), "{error}");
}
