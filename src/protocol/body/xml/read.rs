//! Bytes to a document, with `quick-xml` for the tokens: strict, without DTD, without entities but XML's own five.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::tree::{Document, Element, XmlContent};
use crate::protocol::contract::{ProtocolError, clipped};

/// How deep elements may nest: readers and writers of trees call themselves once per level.
pub(crate) const MAX_DEPTH: usize = 256;

/// Reads one document in UTF-8. A DTD is refused, so that no entity is ever declared.
pub(crate) fn parse(bytes: &[u8]) -> Result<Document, ProtocolError> {
    let text = std::str::from_utf8(bytes).map_err(|error| broken(format!("{error}")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.check_comments = true;
    config.allow_dangling_amp = false;
    let mut builder = Builder::default();
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| broken(format!("{error} near byte {at}")))?;
        if event == Event::Eof {
            return builder.finish();
        }
        builder.take(event).map_err(|found| broken(format!("{found} near byte {at}")))?;
    }
}

#[cold]
fn broken(found: impl Into<String>) -> ProtocolError {
    ProtocolError::new("one XML document", found).within("body")
}

/// The document as far as it is read.
#[derive(Default)]
struct Builder {
    before: Vec<XmlContent>,
    root: Option<Element>,
    after: Vec<XmlContent>,
    open: Vec<Element>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::Empty(tag) => {
                let element = Element { self_closed: true, ..element_of(&tag)? };
                self.add(XmlContent::Element(element))
            }
            Event::End(_) => {
                let element = self.open.pop().ok_or("an end tag without its start")?;
                self.add(XmlContent::Element(element))
            }
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.text(&character(&reference)?),
            Event::CData(data) => self.add(XmlContent::CData(data.xml10_content().into_owned())),
            Event::Comment(comment) => self.add(XmlContent::Comment(comment.into_inner().into_owned())),
            Event::Decl(declaration) => self.add(XmlContent::Instruction((*declaration).to_owned())),
            Event::PI(instruction) => self.add(XmlContent::Instruction((*instruction).to_owned())),
            Event::DocType(_) => Err("a DOCTYPE, which is not read".to_owned()),
            Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} elements in each other"));
        }
        self.open.push(element_of(tag)?);
        Ok(())
    }

    /// Text and references beside each other are one text.
    fn text(&mut self, more: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(element) => match element.content.last_mut() {
                Some(XmlContent::Text(text)) => text.push_str(more),
                _ => element.content.push(XmlContent::Text(more.to_owned())),
            },
            None if more.chars().all(char::is_whitespace) => {}
            None => return Err(format!("text outside of the root, `{}`", clipped(more))),
        }
        Ok(())
    }

    fn add(&mut self, content: XmlContent) -> Result<(), String> {
        if let Some(element) = self.open.last_mut() {
            element.content.push(content);
            return Ok(());
        }
        match (content, &self.root) {
            (XmlContent::Element(element), None) => self.root = Some(element),
            (XmlContent::Element(element), Some(_)) => {
                return Err(format!("a second root, `{}`", element.name));
            }
            (XmlContent::CData(_), _) => return Err("CDATA outside of the root".to_owned()),
            (other, None) => self.before.push(other),
            (other, Some(_)) => self.after.push(other),
        }
        Ok(())
    }

    fn finish(self) -> Result<Document, ProtocolError> {
        if let Some(element) = self.open.last() {
            return Err(broken(format!("no end of `{}`", element.name)));
        }
        let root = self.root.ok_or_else(|| broken("no element"))?;
        Ok(Document { before: self.before, root, after: self.after })
    }
}

fn element_of(tag: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element::new(tag.name().into_inner());
    if element.name.is_empty() {
        return Err("a tag without a name".to_owned());
    }
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(element)
}

/// The text that a reference stands for: a character by its number, or one of XML's own entities.
fn character(reference: &BytesRef<'_>) -> Result<String, String> {
    let number = reference.resolve_char_ref().map_err(|error| error.to_string())?;
    let name: &str = reference;
    let text = match (number, name) {
        (Some(character), _) => return Ok(character.to_string()),
        (None, "lt") => "<",
        (None, "gt") => ">",
        (None, "amp") => "&",
        (None, "quot") => "\"",
        (None, "apos") => "'",
        (None, other) => return Err(format!("the unknown entity `&{};`", clipped(other))),
    };
    Ok(text.to_owned())
}
