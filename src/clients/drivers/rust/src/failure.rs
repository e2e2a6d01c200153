//! What an error is: the service's, or the client's own.

use crate::operation::ERRORS;
use crate::write;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::error::operation::BuildError;
use sdk::operation::RequestId;
use serde_json::{Value, json};
use std::any::Any;
use std::error::Error;
use std::io;
use std::iter;

/// The answer to a run that the client ended with an error.
pub fn tell<E>(error: &SdkError<E, HttpResponse>) -> Value
where
    E: Error + ProvideErrorMetadata + 'static,
{
    let (class, stage) = match error {
        SdkError::ServiceError(service) => return service_error(service.err(), service.raw()),
        SdkError::ConstructionFailure(_) => ("ConstructionFailure", stage_of_construction(error)),
        SdkError::TimeoutError(_) => ("TimeoutError", "timeout"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => ("DispatchFailure", "timeout"),
        SdkError::DispatchFailure(_) => ("DispatchFailure", "transport"),
        SdkError::ResponseError(_) => ("ResponseError", stage_of_response(error)),
        _ => ("SdkError", "unknown"),
    };
    json!({ "clientError": { "stage": stage, "class": class, "message": words(error), "typed": true } })
}

fn service_error<E>(error: &E, raw: &HttpResponse) -> Value
where
    E: Error + ProvideErrorMetadata + 'static,
{
    let modeled = chain(error).find_map(modeled);
    let members = modeled.and_then(|error| write::structure(error).ok()).unwrap_or_else(|| json!({}));
    json!({ "serviceError": {
        "code": error.code(),
        "message": error.message(),
        "status": raw.status().as_u16(),
        "requestId": error.meta().request_id(),
        "modeled": modeled.map(name),
        "members": members,
    }})
}

/// What an error and its sources say. Their debug form would quote whole bodies.
pub fn words(error: &(dyn Error + 'static)) -> String {
    let words: Vec<_> = chain(error).map(ToString::to_string).collect();
    words.join(": ")
}

/// An error and what it came from.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| (**error).source())
}

/// The modelled error that this is. An operation's error wraps those that it
/// does not list; the SDK still reads them as what they are.
fn modeled<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e dyn SerializableStruct> {
    ERRORS.iter().find_map(|known| known(error))
}

fn name(error: &dyn SerializableStruct) -> String {
    error.schema().shape_id().shape_name().to_owned()
}

fn stage_of_construction(error: &(dyn Error + 'static)) -> &'static str {
    if chain(error).any(|error| error.is::<BuildError>()) { "validate" } else { "serialize" }
}

/// A body that breaks off is the transport's; one that cannot be read is not.
fn stage_of_response(error: &(dyn Error + 'static)) -> &'static str {
    let broken = |error: &(dyn Error + 'static)| {
        error.is::<io::Error>() || format!("{error:?}").starts_with("hyper::")
    };
    if chain(error).any(broken) { "transport" } else { "decode" }
}

/// The answer for a value that the SDK gave but cannot write.
pub fn unwritten(error: &SerdeError) -> Value {
    let message = error.to_string();
    json!({ "clientError": { "stage": "decode", "class": "SerdeError", "message": message, "typed": true } })
}

/// The answer for a panic inside the SDK.
pub fn crash(thrown: &(dyn Any + Send)) -> Value {
    let text = thrown.downcast_ref::<String>().map(String::as_str);
    let message = text.or_else(|| thrown.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    json!({ "clientError": { "stage": "unknown", "class": "panic", "message": message, "typed": false } })
}
