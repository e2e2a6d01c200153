//! A document to bytes.

use std::fmt::Write as _;

use super::tree::{Document, Element, XmlContent};

/// Writes a document as it is: nothing is indented and no declaration is added.
pub(crate) fn write(document: &Document) -> Vec<u8> {
    let mut out = String::new();
    for content in &document.before {
        write_content(&mut out, content);
    }
    write_element(&mut out, &document.root);
    for content in &document.after {
        write_content(&mut out, content);
    }
    out.into_bytes()
}

fn write_content(out: &mut String, content: &XmlContent) {
    // Writing to a `String` cannot fail.
    let _ = match content {
        XmlContent::Element(element) => return write_element(out, element),
        XmlContent::Text(text) => return escape(out, text, false),
        XmlContent::CData(text) => write!(out, "<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>")),
        XmlContent::Comment(text) => write!(out, "<!--{text}-->"),
        XmlContent::Instruction(text) => write!(out, "<?{text}?>"),
    };
}

fn write_element(out: &mut String, element: &Element) {
    out.push('<');
    out.push_str(&element.name);
    for (name, value) in &element.attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(out, value, true);
        out.push('"');
    }
    if element.self_closed && element.content.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for content in &element.content {
        write_content(out, content);
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
}

/// Escapes what would be markup, and what a reader would turn into something else: line ends in text (XML 1.0,
/// section 2.11), all white space but the blank in attributes (section 3.3.3).
fn escape(out: &mut String, text: &str, attribute: bool) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\u{85}' => out.push_str("&#x85;"),
            '\u{2028}' => out.push_str("&#x2028;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\t' if attribute => out.push_str("&#x9;"),
            other => out.push(other),
        }
    }
}
