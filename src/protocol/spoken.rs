//! The protocols that are spoken here, and the one place where one is chosen.

use super::aws_json::AwsJson;
use super::aws_query::AwsQuery;
use super::contract::{Protocol, ProtocolError, RequestKey};
use super::ec2_query::Ec2Query;
use super::rest_json::RestJson;
use super::rest_xml::RestXml;
use super::rpc_v2_cbor::RpcV2Cbor;
use crate::api::model::{Model, ProtocolName};
use crate::ground::exchange::{Request, Response};

/// All protocols, in the order in which a request is tried against them.
static SPOKEN: &[&dyn Protocol] = &[&RpcV2Cbor, &AwsJson, &Ec2Query, &AwsQuery, &RestJson, &RestXml];

/// The protocol of that name, if it is spoken here: for a client that chose one of a model's `protocols`.
pub fn protocol_named(name: &ProtocolName) -> Option<&'static dyn Protocol> {
    SPOKEN.iter().find(|protocol| protocol.name() == *name).copied()
}

/// The protocol of a model.
pub fn protocol_of(model: &Model) -> Result<&'static dyn Protocol, ProtocolError> {
    let name = &model.metadata.protocol;
    protocol_named(name).ok_or_else(|| {
        let names: Vec<String> = SPOKEN.iter().map(|one| format!("`{}`", one.name())).collect();
        let service = &model.metadata.service_id;
        ProtocolError::new(
            format!("a service that speaks {}", names.join(" or ")),
            format!("{service}, which speaks `{name}`"),
        )
        .hint("other protocols are not spoken yet")
    })
}

/// What a request asks for beyond its method, path and query, told without a model.
pub fn request_key(request: &Request) -> Option<RequestKey> {
    SPOKEN.iter().find_map(|protocol| protocol.key(request))
}

/// An error in the protocol that the request speaks, told from its fields alone; where they tell none, in XML as the
/// query and REST-XML protocols have it.
pub fn refusal(request: &Request, status: u16, code: &str, message: &str) -> Response {
    let protocol = SPOKEN.iter().find(|protocol| protocol.speaks(request)).copied();
    protocol.unwrap_or(&RestXml).refusal(request, status, code, message)
}
