//! What a model says of how a shape or member is written in XML and, in part, in forms.

/// A namespace, and the prefix that stands for it where it is not the default one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlNamespace {
    /// The URI.
    pub uri: String,
    /// The prefix; without one it is the default namespace of the element.
    pub prefix: Option<String>,
}

/// Name and namespace of an element that is no member: a root, an item, a key, a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct XmlTraits {
    /// The element's name, where the model gives one.
    pub name: Option<String>,
    /// The namespace that the element declares.
    pub namespace: Option<XmlNamespace>,
}

/// A shape's own traits, and those of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShapeXml {
    /// The root element of a structure.
    pub root: XmlTraits,
    /// The items of a list.
    pub item: XmlTraits,
    /// The keys of a map.
    pub key: XmlTraits,
    /// The values of a map.
    pub value: XmlTraits,
    /// Items or entries stand beside each other without an element around them.
    pub flattened: bool,
}

/// Of a shape that says nothing, as most do.
pub(super) static PLAIN: ShapeXml =
    ShapeXml { root: SILENT, item: SILENT, key: SILENT, value: SILENT, flattened: false };

const SILENT: XmlTraits = XmlTraits { name: None, namespace: None };
