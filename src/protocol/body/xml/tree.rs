//! A document as it was written: elements, attributes, text, CDATA, comments and processing instructions, in order.

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// What stands before the root: the declaration, comments, processing instructions.
    pub before: Vec<XmlContent>,
    /// The root element.
    pub root: Element,
    /// What stands after the root.
    pub after: Vec<XmlContent>,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// The name with its prefix, as written.
    pub name: String,
    /// Attributes and namespace declarations by their written name, values without escapes.
    pub attributes: Vec<(String, String)>,
    /// What stands between the tags.
    pub content: Vec<XmlContent>,
    /// Written as one tag, `<name/>`; only where nothing stands in it.
    pub self_closed: bool,
}

/// One thing in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum XmlContent {
    /// An element.
    Element(Element),
    /// Text, without escapes.
    Text(String),
    /// A CDATA section.
    CData(String),
    /// A comment.
    Comment(String),
    /// A processing instruction, or the declaration: all between `<?` and `?>`.
    Instruction(String),
}

impl Document {
    /// A document of a root alone.
    pub(crate) fn new(root: Element) -> Document {
        Document { before: Vec::new(), root, after: Vec::new() }
    }
}

impl Element {
    /// An element without content.
    pub(crate) fn new(name: impl Into<String>) -> Element {
        Element { name: name.into(), ..Element::default() }
    }

    /// An element with text.
    pub(crate) fn of_text(name: impl Into<String>, text: impl Into<String>) -> Element {
        let text = text.into();
        let content = if text.is_empty() { Vec::new() } else { vec![XmlContent::Text(text)] };
        Element { content, ..Element::new(name) }
    }

    /// The name without its prefix.
    pub(crate) fn local_name(&self) -> &str {
        local(&self.name)
    }

    /// The elements in it, in order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            XmlContent::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The first element of that local name.
    pub(crate) fn element(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.local_name() == name)
    }

    /// Its text, CDATA included and comments left out.
    pub(crate) fn text(&self) -> String {
        let parts = self.content.iter().filter_map(|content| match content {
            XmlContent::Text(text) | XmlContent::CData(text) => Some(text.as_str()),
            _ => None,
        });
        parts.collect()
    }

    /// The value of an attribute. Its prefix may be another than the model's: the namespace decides, not the prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let value = |same: &dyn Fn(&str) -> bool| {
            let mut named = self.attributes.iter().filter(|(name, _)| !is_declaration(name));
            named.find(|(written, _)| same(written)).map(|(_, value)| value.as_str())
        };
        value(&|written| written == name)
            .or_else(|| name.contains(':').then(|| value(&|written| local(written) == local(name))).flatten())
    }

    /// Adds an element.
    pub(crate) fn push(&mut self, element: Element) {
        self.content.push(XmlContent::Element(element));
    }
}

/// `xmlns` and `xmlns:prefix` declare namespaces.
fn is_declaration(name: &str) -> bool {
    name == "xmlns" || name.starts_with("xmlns:")
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
