//! The AWS protocols by name: the one table of how botocore and Smithy spell them.

use std::fmt;

/// A protocol that a model names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolName {
    /// awsJson 1.0 and 1.1.
    AwsJson,
    /// restJson1.
    RestJson,
    /// restXml.
    RestXml,
    /// awsQuery.
    AwsQuery,
    /// ec2Query.
    Ec2Query,
    /// rpcV2Cbor.
    RpcV2Cbor,
    /// A name that is none of these, as the model has it.
    Other(String),
}

/// botocore's names, in botocore's order of preference (`PRIORITY_ORDERED_SUPPORTED_PROTOCOLS`).
const BOTOCORE: [(&str, ProtocolName); 6] = [
    ("json", ProtocolName::AwsJson),
    ("rest-json", ProtocolName::RestJson),
    ("rest-xml", ProtocolName::RestXml),
    ("smithy-rpc-v2-cbor", ProtocolName::RpcV2Cbor),
    ("query", ProtocolName::AwsQuery),
    ("ec2", ProtocolName::Ec2Query),
];

/// Smithy's traits with the version of JSON that each stands for, in the order in which they are preferred here.
pub(super) const SMITHY: [(&str, ProtocolName, &str); 7] = [
    ("aws.protocols#awsJson1_1", ProtocolName::AwsJson, "1.1"),
    ("aws.protocols#awsJson1_0", ProtocolName::AwsJson, "1.0"),
    ("aws.protocols#restJson1", ProtocolName::RestJson, "1.1"),
    ("aws.protocols#restXml", ProtocolName::RestXml, ""),
    ("aws.protocols#awsQuery", ProtocolName::AwsQuery, ""),
    ("aws.protocols#ec2Query", ProtocolName::Ec2Query, ""),
    ("smithy.protocols#rpcv2Cbor", ProtocolName::RpcV2Cbor, ""),
];

impl ProtocolName {
    /// The protocol that botocore calls so.
    pub fn of_botocore(name: &str) -> ProtocolName {
        let known = BOTOCORE.into_iter().find(|(known, _)| *known == name);
        known.map_or_else(|| ProtocolName::Other(name.to_owned()), |(_, protocol)| protocol)
    }

    /// Members may stand in the path, the query and the headers of a message.
    pub fn has_http_bindings(&self) -> bool {
        matches!(self, ProtocolName::RestJson | ProtocolName::RestXml)
    }

    /// A request names its operation with a prefix of the service, the model's `targetPrefix`.
    pub(super) fn has_target(&self) -> bool {
        matches!(self, ProtocolName::AwsJson | ProtocolName::RpcV2Cbor)
    }
}

impl Default for ProtocolName {
    fn default() -> ProtocolName {
        ProtocolName::Other(String::new())
    }
}

impl fmt::Display for ProtocolName {
    /// botocore's name.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProtocolName::Other(name) => out.pad(name),
            known => out.pad(BOTOCORE.iter().find(|(_, one)| one == known).map_or("", |(name, _)| name)),
        }
    }
}
