//! Shapes and their members, with the traits that matter on the wire.

use std::fmt;

use indexmap::IndexMap;

use super::xml::{self, ShapeXml, XmlNamespace};

/// The number of a shape within its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId(pub(crate) u32);

/// A limit of a length or a number, kept as decimal text so that 64-bit ends stay exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound(pub(crate) String);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Bound {
    /// The limit as a whole number, rounded towards zero where it is not one.
    pub fn integer(&self) -> i128 {
        self.0.parse().unwrap_or_else(|_| self.number() as i128)
    }

    /// The limit as a floating-point number.
    pub fn number(&self) -> f64 {
        self.0.parse().unwrap_or(0.0)
    }
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimestampFormat {
    /// Seconds since the epoch as a JSON number: the default of the JSON protocols.
    EpochSeconds,
    /// RFC 3339: `2023-11-14T22:13:20Z`.
    DateTime,
    /// RFC 9110 IMF-fixdate: `Tue, 14 Nov 2023 22:13:20 GMT`.
    HttpDate,
}

/// What kind of data a shape describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShapeKind {
    /// Named members; with `union`, exactly one of them.
    Structure {
        /// The members by name, in the order of the model.
        members: IndexMap<String, Member>,
        /// Exactly one member is set.
        union: bool,
    },
    /// Items of one shape.
    List {
        /// The shape of an item.
        item: ShapeId,
        /// Items may be null.
        sparse: bool,
    },
    /// Values of one shape by text keys.
    Map {
        /// The shape of a key.
        key: ShapeId,
        /// The shape of a value.
        value: ShapeId,
        /// Values may be null.
        sparse: bool,
    },
    /// Text.
    String,
    /// Bytes.
    Blob,
    /// True or false.
    Boolean,
    /// 8-bit integer.
    Byte,
    /// 16-bit integer.
    Short,
    /// 32-bit integer.
    Integer,
    /// 64-bit integer.
    Long,
    /// Integer of any size.
    BigInteger,
    /// Decimal number of any size.
    BigDecimal,
    /// 32-bit floating-point number.
    Float,
    /// 64-bit floating-point number.
    Double,
    /// A moment.
    Timestamp,
    /// Open content: any JSON value.
    Document,
}

impl ShapeKind {
    /// How many bits an integer of this kind has; `None` for what is no integer or has no end.
    pub fn integer_bits(&self) -> Option<u32> {
        match self {
            ShapeKind::Byte => Some(8),
            ShapeKind::Short => Some(16),
            ShapeKind::Integer => Some(32),
            ShapeKind::Long => Some(64),
            _ => None,
        }
    }

    /// What kind of data this is, as messages call it.
    pub fn name(&self) -> &'static str {
        match self {
            ShapeKind::Structure { union: false, .. } => "a structure",
            ShapeKind::Structure { union: true, .. } => "a union",
            ShapeKind::List { .. } => "a list",
            ShapeKind::Map { .. } => "a map",
            ShapeKind::String => "a string",
            ShapeKind::Blob => "a blob",
            ShapeKind::Boolean => "a boolean",
            ShapeKind::Byte => "a byte",
            ShapeKind::Short => "a short",
            ShapeKind::Integer => "an integer",
            ShapeKind::Long => "a long",
            ShapeKind::BigInteger => "a big integer",
            ShapeKind::BigDecimal => "a big decimal",
            ShapeKind::Float => "a float",
            ShapeKind::Double => "a double",
            ShapeKind::Timestamp => "a timestamp",
            ShapeKind::Document => "a document",
        }
    }
}

/// What makes a structure a modelled error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorTrait {
    /// The code on the wire; the shape's name unless the model says otherwise.
    pub code: String,
    /// The status code, where the model gives one.
    pub status: Option<u16>,
    /// True for the service's fault, false for the sender's.
    pub server_fault: bool,
    /// A client may try again on it, whatever its code and status.
    pub retryable: bool,
}

/// A shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Its number in the model.
    pub id: ShapeId,
    /// Its name.
    pub name: String,
    /// What it describes.
    pub kind: ShapeKind,
    /// The values of an enum, empty for open text. Enums are open: others may come in an answer.
    pub values: Vec<String>,
    /// Least length or number.
    pub min: Option<Bound>,
    /// Greatest length or number.
    pub max: Option<Bound>,
    /// The regular expression of a string, without anchors as botocore ships it; matched as `^(?:p)$`.
    pub pattern: Option<String>,
    /// Must not be shown or stored.
    pub sensitive: bool,
    /// How a timestamp of this shape is written, where the shape says.
    pub timestamp_format: Option<TimestampFormat>,
    /// Set on modelled errors.
    pub error: Option<ErrorTrait>,
    /// The model discourages its use.
    pub deprecated: bool,
    /// The body is a stream (blob) or an event stream (structure).
    pub streaming: bool,
    /// How it is written in XML, where the model says.
    pub xml: Option<Box<ShapeXml>>,
}

impl Shape {
    /// The members of a structure or union; `None` for every other kind.
    pub fn members(&self) -> Option<&IndexMap<String, Member>> {
        match &self.kind {
            ShapeKind::Structure { members, .. } => Some(members),
            _ => None,
        }
    }

    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().and_then(|members| members.get(name))
    }

    /// How it is written in XML.
    pub fn xml(&self) -> &ShapeXml {
        self.xml.as_deref().unwrap_or(&xml::PLAIN)
    }

    /// The member that is the whole body of a message of this structure.
    pub fn payload(&self) -> Option<&Member> {
        self.members()?.values().find(|member| member.payload)
    }

    /// True for unions.
    pub fn is_union(&self) -> bool {
        matches!(self.kind, ShapeKind::Structure { union: true, .. })
    }
}

/// Where in a message a member stands, for protocols that spread it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// In a header.
    Header,
    /// In all headers of a prefix.
    Headers,
    /// In the path.
    Uri,
    /// In the query.
    QueryString,
    /// The status code.
    StatusCode,
}

/// A member of a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the model and in every driver.
    pub name: String,
    /// Its shape.
    pub shape: ShapeId,
    /// Must be there.
    pub required: bool,
    /// Its name on the wire, where that differs.
    pub wire_name: Option<String>,
    /// Its place in the message, where that is not the body.
    pub location: Option<Location>,
    /// Filled in by the client with a UUID when the caller leaves it out.
    pub idempotency_token: bool,
    /// How this timestamp is written, where the member says.
    pub timestamp_format: Option<TimestampFormat>,
    /// Text that holds JSON (botocore's `jsonvalue`, Smithy's `mediaType`).
    pub json_text: bool,
    /// Part of the host name.
    pub host_label: bool,
    /// Must not be shown or stored.
    pub sensitive: bool,
    /// The model discourages its use.
    pub deprecated: bool,
    /// It is the whole body of the message.
    pub payload: bool,
    /// Its items or entries stand beside each other without an element around them.
    pub flattened: bool,
    /// It is an attribute of its structure's element.
    pub xml_attribute: bool,
    /// The namespace that its element declares.
    pub xml_namespace: Option<Box<XmlNamespace>>,
    /// Its name in EC2's forms, where that differs.
    pub query_name: Option<String>,
    /// It is a header of its event's message.
    pub event_header: bool,
    /// It is the payload of its event's message.
    pub event_payload: bool,
}

impl Member {
    /// Its name on the wire.
    pub fn wire_name(&self) -> &str {
        self.wire_name.as_deref().unwrap_or(&self.name)
    }
}
