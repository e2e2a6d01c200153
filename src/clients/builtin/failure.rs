//! How a call of the built-in client fails, as its caller is told.

use crate::api::outcome::{ClientFault, Outcome, ServiceFault, Stage, typed};
use crate::ground::json::Text;
use crate::protocol::ServiceError;

/// A failure of the client itself, by one of its own errors.
pub(super) fn failure(stage: Stage, class: &str, message: impl Into<String>) -> ClientFault {
    ClientFault { stage, class: class.to_owned(), message: message.into(), typed: true }
}

/// A service's error.
pub(super) fn told(error: ServiceError) -> Outcome {
    let members = error.members.iter().map(|(name, value)| (Text::from(name), typed::encode(value)));
    Outcome::ServiceError(ServiceFault {
        members: members.collect(),
        code: Some(error.code),
        message: error.message,
        status: Some(error.status),
        request_id: error.request_id,
        modeled: error.modeled,
    })
}
