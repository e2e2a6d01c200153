//! The operations, paginators, waiters and errors of the client, and the code
//! that all of them share. `build.rs` writes the table.

use crate::failure;
use crate::hooks::{Hooks, Place};
use crate::write;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::waiters::error::WaiterError;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeDeserializer};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::FutureExt;
use sdk::Client;
use sdk::operation::RequestId;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fmt::Debug;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// An answer that is on its way.
pub type Answer<'c> = Pin<Box<dyn Future<Output = Value> + 'c>>;

/// One operation of the client.
pub struct Operation {
    /// The model's name.
    pub name: &'static str,
    /// Reads its typed input; the names of the members that are given go with it.
    pub fill: fn(&mut dyn ShapeDeserializer, &Map<String, Value>) -> Result<Filled, SerdeError>,
    /// Sends it with an empty input.
    pub call: for<'c> fn(&'c Client) -> Answer<'c>,
    /// Pages through it with an empty input, at most so many pages.
    pub pages: Option<for<'c> fn(&'c Client, Arc<Hooks>, usize) -> Answer<'c>>,
}

/// One waiter of the client.
pub struct Waiter {
    /// The model's name.
    pub name: &'static str,
    /// The operation that it polls with.
    pub operation: &'static str,
    /// Waits with an empty input, at most so long.
    pub wait: for<'c> fn(&'c Client, Duration) -> Answer<'c>,
}

/// An input that was read.
pub struct Filled {
    /// What the SDK would write of it.
    pub written: Value,
    /// Puts it where the SDK has an empty one.
    pub place: Place,
}

/// How to undo what reading an input filled in, by the member's name.
type Corrected<I> = &'static [(&'static str, fn(&mut I))];

/// The token among the members of an input, where there is a paginator to set it.
type Token<I, T> = Option<fn(&mut I) -> &mut Option<T>>;

fn filled<I, T>(
    input: Result<I, SerdeError>,
    given: &Map<String, Value>,
    corrected: Corrected<I>,
    token: Token<I, T>,
) -> Result<Filled, SerdeError>
where
    I: SerializableStruct + Clone + Debug + Send + Sync + 'static,
    T: 'static,
{
    let mut input = input?;
    for (_, undo) in corrected.iter().filter(|(member, _)| !given.contains_key(*member)) {
        undo(&mut input);
    }
    let written = write::structure(&input)?;
    let place = move |at: &mut Input| {
        let mut mine = input.clone();
        let theirs = at.downcast_mut::<I>();
        if let (Some(token), Some(theirs)) = (token, theirs)
            && let Some(next) = token(theirs).take()
        {
            *token(&mut mine) = Some(next);
        }
        *at = Input::erase(mine);
    };
    Ok(Filled { written, place: Arc::new(place) })
}

/// Awaits, and turns a panic into the answer that tells of it.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Value> {
    AssertUnwindSafe(future).catch_unwind().await.map_err(|thrown| failure::crash(&*thrown))
}

async fn call<O, E>(sent: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>) -> Value
where
    O: SerializableStruct + RequestId,
    E: Error + ProvideErrorMetadata + 'static,
{
    match caught(sent).await {
        Ok(Ok(output)) => match write::structure(&output) {
            Ok(written) => json!({ "output": written, "requestId": output.request_id() }),
            Err(error) => failure::unwritten(&error),
        },
        Ok(Err(error)) => failure::tell(&error),
        Err(crash) => crash,
    }
}

/// The pages that the SDK's paginator gives. Whether there would be one more
/// than `most` is asked with the client closed, so that it sends nothing.
async fn pages<O, E>(
    mut stream: PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
    hooks: Arc<Hooks>,
    most: usize,
) -> Value
where
    O: SerializableStruct + RequestId,
    E: Error + ProvideErrorMetadata + 'static,
{
    let (mut pages, mut request_ids) = (Vec::new(), Vec::new());
    let mut answer = loop {
        let full = pages.len() == most;
        if full {
            hooks.close();
        }
        match caught(stream.next()).await {
            Ok(None) => break json!({}),
            Ok(Some(_)) if full => break json!({ "stopped": "maxPages" }),
            Ok(Some(Ok(page))) => match write::structure(&page) {
                Ok(written) => {
                    pages.push(written);
                    request_ids.push(page.request_id().map(str::to_owned));
                }
                Err(error) => break failure::unwritten(&error),
            },
            Ok(Some(Err(error))) => break failure::tell(&error),
            Err(crash) => break crash,
        }
    };
    answer["pages"] = Value::Array(pages);
    answer["requestIds"] = json!(request_ids);
    answer
}

async fn wait<T, O, E>(waiting: impl Future<Output = Result<T, WaiterError<O, E>>>) -> Value
where
    O: Debug + 'static,
    E: Error + 'static,
{
    let error = match caught(waiting).await {
        Ok(Ok(_)) => return json!({ "waited": "success" }),
        Ok(Err(error)) => error,
        Err(crash) => return crash,
    };
    let waited = if matches!(error, WaiterError::ExceededMaxWait(_)) { "timeout" } else { "failure" };
    json!({ "waited": waited, "reason": failure::words(&error) })
}
