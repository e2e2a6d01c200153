//! Names of the fields that the SDKs and the services of AWS add to HTTP. Fields are found in any case of letters.

/// The id of a response, as most services name it.
pub const REQUEST_ID: &str = "x-amzn-RequestId";
/// The id of a response, as older services name it.
pub const OLD_REQUEST_ID: &str = "x-amz-request-id";
/// The id of a call, the same in all its attempts.
pub const INVOCATION_ID: &str = "amz-sdk-invocation-id";
/// The number of the attempt, and how many there may be.
pub const ATTEMPT: &str = "amz-sdk-request";
