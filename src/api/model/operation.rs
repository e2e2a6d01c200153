//! Operations, and what the model says about paging and waiting.

use super::{ProtocolName, ShapeId, XmlNamespace, XmlTraits};
use crate::ground::json::Json;

/// What a service is and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// The short name of the service: botocore's folder, `sagemaker`.
    pub service: String,
    /// Smithy's and the SDKs' name: `SageMaker`.
    pub service_id: String,
    /// The version in the model: `2017-07-24`.
    pub api_version: String,
    /// The date at which the model was current, where known: `2020-07-24`, else empty.
    pub date: String,
    /// The protocol that is spoken.
    pub protocol: ProtocolName,
    /// All protocols the service speaks, as the model lists them; a client may speak any of them.
    pub protocols: Vec<ProtocolName>,
    /// botocore's `jsonVersion`: `1.0`, `1.1` or empty.
    pub json_version: String,
    /// botocore's `targetPrefix`, which awsJson writes before the operation's name.
    pub target_prefix: String,
    /// The service in a signature's scope.
    pub signing_name: String,
    /// The host's first label: `api.sagemaker`.
    pub endpoint_prefix: String,
    /// Errors also tell the code that they had when the service spoke awsQuery.
    pub query_compatible: bool,
    /// The default namespace of the service's XML.
    pub xml_namespace: Option<XmlNamespace>,
    /// XML errors stand without an `ErrorResponse` around them, as S3's do.
    pub bare_errors: bool,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// The structure it takes, if any.
    pub input: Option<ShapeId>,
    /// The structure it gives, if any.
    pub output: Option<ShapeId>,
    /// The errors it declares.
    pub errors: Vec<ShapeId>,
    /// The HTTP method.
    pub method: String,
    /// The path and query template.
    pub uri: String,
    /// The status code of a success; 0 where the model names none.
    pub status: u16,
    /// The root element of its input in XML, before what the shape says.
    pub input_xml: XmlTraits,
    /// The element around its output in the query protocol.
    pub result_wrapper: Option<String>,
    /// The output is the root element of its answer, as for S3's GetBucketLocation.
    pub unwrapped_output: bool,
    /// Its request carries a digest of its body.
    pub checksum_required: bool,
    /// The input member that names the algorithm of that digest.
    pub checksum_member: Option<String>,
    /// What is put before the host, with labels in braces.
    pub host_prefix: Option<String>,
    /// The content codings a client may put on a large request body (`requestcompression`), preferred first.
    pub request_codings: Vec<String>,
    /// Clients call it without a signature, as one does who has no credentials yet (`authtype: none`, `noAuth`).
    pub unsigned: bool,
    /// How its answers are paged, if they are.
    pub paginator: Option<Paginator>,
    /// The model discourages its use.
    pub deprecated: bool,
}

/// How an operation is paged. Paths are JMESPath over the output.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paginator {
    /// The input members that carry the token.
    pub input_tokens: Vec<String>,
    /// Where the next token is in the output, one path for each input token.
    pub output_tokens: Vec<String>,
    /// The input member that bounds the page.
    pub limit_key: Option<String>,
    /// Where the items are.
    pub result_keys: Vec<String>,
    /// Output values that are the same on every page.
    pub non_aggregate_keys: Vec<String>,
    /// A boolean that says whether more follows, where the token alone does not.
    pub more_results: Option<String>,
}

/// A waiter: poll an operation until an acceptor says success or failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiter {
    /// Its name.
    pub name: String,
    /// The operation it polls.
    pub operation: String,
    /// Seconds between polls.
    pub delay: u32,
    /// How many polls before it gives up.
    pub max_attempts: u32,
    /// Tried in order on each answer; the first that matches decides.
    pub acceptors: Vec<Acceptor>,
}

/// What a matching acceptor means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AcceptorState {
    /// The wait is over, well.
    Success,
    /// The wait is over, badly.
    Failure,
    /// Poll again.
    Retry,
}

/// One rule of a waiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptor {
    /// What a match means.
    pub state: AcceptorState,
    /// What it looks at.
    pub matcher: AcceptorMatcher,
}

/// What an acceptor looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptorMatcher {
    /// The value at the path equals.
    Path(String, Json),
    /// The list at the path is not empty and every item equals.
    PathAll(String, Json),
    /// The list at the path has an item that equals.
    PathAny(String, Json),
    /// The status code equals.
    Status(u16),
    /// The error's code equals.
    Error(String),
    /// There was any error (`true`) or none (`false`).
    AnyError(bool),
}
